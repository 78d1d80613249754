#include "engine/backtest/metrics.h"

#include <math.h>

#include "engine/backtest/select.h"
#include "src/base/matrix.h"

static double ratio(double a, double b) { return b != 0 ? a / b : NAN; }

// A deviation that is only rounding (all returns alike) counts as zero.
static double deviation_of(const double *r, size_t n) {
    if (n < 2)
        return NAN;
    double deviation = vector_deviation(r, n, 1);
    return deviation <= 1e-14 * fabs(vector_mean(r, n)) ? 0 : deviation;
}

// Copies the returns that are there.
static status gather(const double *returns, size_t n, double *values, size_t *count) {
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(returns[i]))
            continue;
        if (isinf(returns[i]) || returns[i] < -1)
            return status_fail(STATUS_INVALID, "return %zu is %g; a simple return is finite and not below -1", i,
                               returns[i]);
        values[m++] = returns[i];
    }
    *count = m;
    return STATUS_OK;
}

// Wealth, drawdown and what hangs on them.
static void follow_wealth(const double *returns, size_t n, metrics *out) {
    double wealth = 1, peak = 1, squares = 0;
    size_t peak_at = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(returns[i]))
            continue;
        wealth *= 1 + returns[i];
        if (wealth >= peak) {
            if (out->max_drawdown < 0 && out->recovery == 0 && out->drawdown_from == peak_at)
                out->recovery = i + 1;
            peak = wealth;
            peak_at = i + 1;
        }
        double drawdown = wealth / peak - 1;
        squares += drawdown * drawdown;
        if (drawdown < out->max_drawdown) {
            out->max_drawdown = drawdown;
            out->drawdown_from = peak_at;
            out->drawdown_to = i + 1;
            out->recovery = 0;
        }
    }
    out->total_return = wealth - 1;
    out->ulcer = sqrt(squares / (double)out->days);
}

// Sums over the returns that need no order.
static void sum_up(const double *r, size_t n, metrics_options o, metrics *out) {
    double gains = 0, losses = 0, over = 0, under = 0, below = 0;
    size_t up = 0, down = 0;
    out->best = out->worst = r[0];
    for (size_t i = 0; i < n; i++) {
        double excess = r[i] - o.risk_free - o.required, shortfall = r[i] - o.required;
        if (r[i] > 0) {
            gains += r[i];
            up++;
        } else if (r[i] < 0) {
            losses += r[i];
            down++;
        }
        if (excess > 0)
            over += excess;
        else
            under -= excess;
        if (shortfall < 0)
            below += shortfall * shortfall;
        out->best = r[i] > out->best ? r[i] : out->best;
        out->worst = r[i] < out->worst ? r[i] : out->worst;
    }
    out->omega = ratio(over, under);
    out->hit_rate = ratio((double)up, (double)(up + down));
    out->average_gain = ratio(gains, (double)up);
    out->average_loss = ratio(losses, (double)down);
    out->downside = sqrt(below / (double)n) * sqrt(o.periods);
}

static void moments(const double *r, size_t n, double mean, double deviation, metrics *out) {
    out->skew = out->kurtosis = NAN;
    if (!(deviation > 0))
        return;
    double m2 = 0, m3 = 0, m4 = 0;
    for (size_t i = 0; i < n; i++) {
        double d = r[i] - mean, d2 = d * d;
        m2 += d2;
        m3 += d2 * d;
        m4 += d2 * d2;
    }
    double count = (double)n;
    m2 /= count;
    out->skew = m3 / count / (m2 * sqrt(m2));
    out->kurtosis = m4 / count / (m2 * m2) - 3;
}

// VaR and ES at one tail; leaves r rearranged.
static void tail(double *r, size_t n, double q, double *var, double *es) {
    double quantile = select_quantile(r, n, q), sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (r[i] <= quantile) {
            sum += r[i];
            count++;
        }
    *var = -quantile;
    *es = -sum / (double)count; // the smallest return is never above a quantile
}

status metrics_compute(const double *returns, size_t n, metrics_options options, double *scratch, metrics *out) {
    if (!(options.periods > 0))
        return status_fail(STATUS_INVALID, "periods a year: %g; a number above 0", options.periods);
    metrics m = {0};
    TRY(gather(returns, n, scratch, &m.days));
    if (m.days == 0)
        return status_fail(STATUS_INVALID, "no returns to measure");
    follow_wealth(returns, n, &m);
    m.annual_return = m.total_return > -1 ? pow(1 + m.total_return, options.periods / (double)n) - 1 : -1;
    sum_up(scratch, m.days, options, &m);
    double mean = vector_mean(scratch, m.days), deviation = deviation_of(scratch, m.days);
    m.volatility = deviation * sqrt(options.periods);
    m.sharpe = ratio(mean - options.risk_free, deviation) * sqrt(options.periods);
    m.sortino = ratio((mean - options.required) * options.periods, m.downside);
    m.calmar = ratio(m.annual_return, -m.max_drawdown);
    moments(scratch, m.days, mean, deviation, &m);
    double high = select_quantile(scratch, m.days, 0.95);
    tail(scratch, m.days, 0.01, &m.var99, &m.es99);
    tail(scratch, m.days, 0.05, &m.var95, &m.es95);
    m.tail_ratio = ratio(fabs(high), fabs(m.var95));
    *out = m;
    return STATUS_OK;
}

status metrics_against(const double *returns, const double *benchmark, size_t n, metrics_options options,
                       metrics_relative *out) {
    size_t count = 0;
    double mean_r = 0, mean_b = 0;
    for (size_t i = 0; i < n; i++) {
        if (isinf(returns[i]) || isinf(benchmark[i]))
            return status_fail(STATUS_INVALID, "return %zu is infinite", i);
        if (isnan(returns[i]) || isnan(benchmark[i]))
            continue;
        mean_r += returns[i];
        mean_b += benchmark[i];
        count++;
    }
    if (count < 2)
        return status_fail(STATUS_INVALID, "%zu days with both returns; two or more are needed", count);
    mean_r /= (double)count;
    mean_b /= (double)count;
    double rr = 0, bb = 0, rb = 0, dd = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(returns[i]) || isnan(benchmark[i]))
            continue;
        double r = returns[i] - mean_r, b = benchmark[i] - mean_b;
        rr += r * r;
        bb += b * b;
        rb += r * b;
        dd += (r - b) * (r - b);
    }
    double deviation = sqrt(dd / (double)(count - 1));
    out->beta = ratio(rb, bb);
    double excess = mean_r - options.risk_free - out->beta * (mean_b - options.risk_free);
    out->alpha = pow(1 + excess, options.periods) - 1;
    out->correlation = ratio(rb, sqrt(rr * bb));
    out->tracking_error = deviation * sqrt(options.periods);
    out->information_ratio = ratio(mean_r - mean_b, deviation) * sqrt(options.periods);
    return STATUS_OK;
}

double metrics_stability(const double *returns, size_t n) {
    size_t count = 0;
    double log_wealth = 0, mean_y = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(returns[i])) {
            log_wealth += log1p(returns[i]);
            mean_y += log_wealth;
            count++;
        }
    if (count < 2)
        return NAN;
    mean_y /= (double)count;
    double mean_x = (double)(count - 1) / 2, x = 0, xx = 0, xy = 0, yy = 0;
    log_wealth = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(returns[i])) {
            log_wealth += log1p(returns[i]);
            double dx = x - mean_x, dy = log_wealth - mean_y;
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
            x += 1;
        }
    return yy > 0 ? xy * xy / (xx * yy) : NAN;
}
