#include "engine/factor/styles.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

// Every sum below runs over dates outside and securities inside: rows are contiguous, a security's terms are added in
// the order of time, and a missing value adds nothing and isn't counted.

// The windows' own annualisation.
static const double DAYS_A_YEAR = 252;

// Frazzini and Pedersen (2014), equation 15: the weight of the time-series estimate; the rest is 1.
static const double BETA_WEIGHT = 0.6;

// Fewer observations than this in a window of n say nothing.
static double enough(int n) { return ceil(0.8 * n); }

static void all_missing(const factor_data *d, double *out) {
    for (size_t i = 0; i < d->securities; i++)
        out[i] = NAN;
}

// Compounds total returns over the rows from … to (both included) into out; NaN below four fifths of them.
static void compound(const factor_data *d, size_t from, size_t to, double *out) {
    size_t n = d->securities;
    double *count = d->scratch;
    memset(count, 0, n * sizeof *count);
    for (size_t i = 0; i < n; i++)
        out[i] = 1;
    for (size_t t = from; t <= to; t++) {
        const double *r = d->total_return + t * n;
        for (size_t i = 0; i < n; i++) {
            double there = isnan(r[i]) ? 0 : 1;
            count[i] += there;
            out[i] *= there > 0 ? 1 + r[i] : 1;
        }
    }
    double least = enough((int)(to - from + 1));
    for (size_t i = 0; i < n; i++)
        out[i] = count[i] >= least ? out[i] - 1 : NAN;
}

static void momentum(const factor_definition *self, const factor_data *d, double *out) {
    size_t last = d->dates - 1, window = (size_t)self->window, skip = (size_t)self->skip;
    if (last < window) {
        all_missing(d, out);
        return;
    }
    compound(d, last - window + 1, last - skip, out);
}

static void reversal(const factor_definition *self, const factor_data *d, double *out) {
    momentum(self, d, out);
    for (size_t i = 0; i < d->securities; i++)
        out[i] = -out[i];
}

static void volatility(const factor_definition *self, const factor_data *d, double *out) {
    size_t n = d->securities, window = (size_t)self->window;
    if (d->dates <= window) {
        all_missing(d, out);
        return;
    }
    double *count = d->scratch, *sum = count + n, *squares = sum + n;
    memset(d->scratch, 0, 3 * n * sizeof *count);
    for (size_t t = d->dates - window; t < d->dates; t++) {
        const double *r = d->total_return + t * n;
        for (size_t i = 0; i < n; i++) {
            double there = isnan(r[i]) ? 0 : 1, value = there > 0 ? r[i] : 0;
            count[i] += there;
            sum[i] += value;
            squares[i] += value * value;
        }
    }
    double least = enough(self->window);
    for (size_t i = 0; i < n; i++) {
        double variance = (squares[i] - sum[i] * sum[i] / count[i]) / (count[i] - 1);
        out[i] = count[i] >= least ? sqrt(fmax(variance, 0) * DAYS_A_YEAR) : NAN;
    }
}

static void beta(const factor_definition *self, const factor_data *d, double *out) {
    size_t n = d->securities, window = (size_t)self->window;
    if (d->dates <= window) {
        all_missing(d, out);
        return;
    }
    double *count = d->scratch, *sum = count + n, *market = sum + n, *squares = market + n, *products = squares + n;
    memset(d->scratch, 0, 5 * n * sizeof *count);
    for (size_t t = d->dates - window; t < d->dates; t++) {
        const double *r = d->total_return + t * n;
        double m = d->market[t];
        if (isnan(m))
            continue;
        double m2 = m * m;
        for (size_t i = 0; i < n; i++) {
            double there = isnan(r[i]) ? 0 : 1, value = there > 0 ? r[i] : 0;
            count[i] += there;
            sum[i] += value;
            market[i] += there * m;
            squares[i] += there * m2;
            products[i] += value * m;
        }
    }
    double least = enough(self->window);
    for (size_t i = 0; i < n; i++) {
        double covariance = products[i] - sum[i] * market[i] / count[i];
        double variance = squares[i] - market[i] * market[i] / count[i];
        bool known = count[i] >= least && variance > 0;
        out[i] = known ? BETA_WEIGHT * covariance / variance + (1 - BETA_WEIGHT) : NAN;
    }
}

static void size(const factor_definition *self, const factor_data *d, double *out) {
    (void)self;
    const double *base = d->market_value ? d->market_value : d->traded;
    for (size_t i = 0; i < d->securities; i++)
        out[i] = base[i] > 0 ? log(base[i]) : NAN;
}

// Mean daily volume, in shares, over the last `window` dates; NaN below four fifths of them.
static void mean_volume(const factor_data *d, int window, double *count, double *out) {
    size_t n = d->securities;
    memset(count, 0, n * sizeof *count);
    memset(out, 0, n * sizeof *out);
    for (size_t t = d->dates - (size_t)window; t < d->dates; t++) {
        const double *v = d->volume + t * n;
        for (size_t i = 0; i < n; i++) {
            double there = isnan(v[i]) ? 0 : 1;
            count[i] += there;
            out[i] += there > 0 ? v[i] : 0;
        }
    }
    double least = enough(window);
    for (size_t i = 0; i < n; i++)
        out[i] = count[i] >= least ? out[i] / count[i] : NAN;
}

static void liquidity(const factor_definition *self, const factor_data *d, double *out) {
    size_t n = d->securities;
    if (d->market_value) {
        for (size_t i = 0; i < n; i++) {
            bool known = d->traded[i] > 0 && d->market_value[i] > 0;
            out[i] = known ? log(d->traded[i] / d->market_value[i]) : NAN;
        }
        return;
    }
    if (d->dates < (size_t)self->window) {
        all_missing(d, out);
        return;
    }
    double *recent = d->scratch, *year = recent + n, *count = year + n;
    mean_volume(d, self->skip, count, recent);
    mean_volume(d, self->window, count, year);
    for (size_t i = 0; i < n; i++)
        out[i] = recent[i] > 0 && year[i] > 0 ? log(recent[i] / year[i]) : NAN;
}

const factor_definition factor_style[FACTOR_STYLE_COUNT] = {
    [FACTOR_MOMENTUM] =
        {
            .name = "momentum",
            .title = "Momentum",
            .category = "style",
            .inputs = "total return",
            .look_back = 252,
            .sign = 1,
            .formula = "compounded total return from t-252 to t-21",
            .reference = "Jegadeesh and Titman (1993); 12-1 months as in Fama and French (1996)",
            .compute = momentum,
            .window = 252,
            .skip = 21,
        },
    [FACTOR_VOLATILITY] =
        {
            .name = "volatility",
            .title = "Volatility",
            .category = "style",
            .inputs = "total return",
            .look_back = 60,
            .sign = -1,
            .formula = "standard deviation (n - 1) of 60 daily returns, times sqrt(252)",
            .reference = "Ang, Hodrick, Xing and Zhang (2006)",
            .compute = volatility,
            .window = 60,
        },
    [FACTOR_BETA] =
        {
            .name = "beta",
            .title = "Beta",
            .category = "style",
            .inputs = "total return, market return",
            .look_back = 252,
            .sign = -1,
            .formula = "0.6 cov(r, m) / var(m) + 0.4 over 252 days against the universe's return",
            .reference = "Frazzini and Pedersen (2014), equation 15",
            .compute = beta,
            .window = 252,
        },
    [FACTOR_REVERSAL] =
        {
            .name = "reversal",
            .title = "Reversal",
            .category = "style",
            .inputs = "total return",
            .look_back = 21,
            .sign = 1,
            .formula = "minus the compounded total return of the last 21 days",
            .reference = "Jegadeesh (1990): one-month reversal",
            .compute = reversal,
            .window = 21,
        },
    [FACTOR_SIZE] =
        {
            .name = "size",
            .title = "Size",
            .category = "style",
            .inputs = "close, shares; without shares close and volume",
            .look_back = 59,
            .sign = -1,
            .formula = "log market value; without shares log mean traded value over 60 days",
            .reference = "Banz (1981)",
            .compute = size,
        },
    // Turnover rather than Amihud's illiquidity: |r| / traded value is minus size plus volatility to within noise, and
    // a regression on all three couldn't tell them apart. Shares change slowly, so without them the volume of the last
    // quarter against that of the year is turnover against its own mean.
    [FACTOR_LIQUIDITY] =
        {
            .name = "liquidity",
            .title = "Liquidity",
            .category = "style",
            .inputs = "close, volume, shares; without shares volume",
            .look_back = 251,
            .sign = -1,
            .formula =
                "log(mean traded value over 60 days / market value); without shares log(mean volume of 60 days / "
                "mean volume of 252)",
            .reference =
                "turnover: Datar, Naik and Radcliffe (1998); relative volume: Gervais, Kaniel and Mingelgrin (2001)",
            .compute = liquidity,
            .window = 252,
            .skip = 60,
        },
};
