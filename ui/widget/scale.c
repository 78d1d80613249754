#include "ui/widget/scale.h"

#include <math.h>
#include <stdio.h>

enum { LABEL_ROOM = FORMAT_TEXT - 8 };

static double nice(double step) {
    double power = pow(10, floor(log10(step))), lead = step / power;
    return (lead < 1.5 ? 1 : lead < 3 ? 2 : lead < 7 ? 5 : 10) * power;
}

scale scale_over(double low, double high, int ticks) {
    const double most = 1e300;
    if (!isfinite(low) || !isfinite(high)) {
        low = isfinite(low) ? low : isfinite(high) ? high : 0;
        high = isfinite(high) ? high : low;
    }
    double first = fmax(fmin(low, most), -most), last = fmax(fmin(high, most), -most);
    low = fmin(first, last);
    high = fmax(first, last);
    double size = fmax(fabs(low), fabs(high));
    if (!(high - low > size * 1e-9) || high - low < 1e-300) { // flat
        double room = size > 1e-290 ? size * 0.01 : 1;
        low -= room;
        high += room;
    }
    ticks = ticks < 1 ? 1 : ticks;
    return (scale){low, high, nice((high - low) / ticks)};
}

void scale_coarser(scale *s) { s->step = nice(s->step * 2); }

double scale_first(const scale *s) { return ceil(s->low / s->step - 1e-6) * s->step; }

static int decimals_of(double step) {
    double places = ceil(-log10(step) - 1e-6);
    return places > 0 ? places < 6 ? (int)places : 6 : 0;
}

const char *scale_label(const scale *s, unit u, double tick, char out[FORMAT_TEXT]) {
    static const struct {
        double size;
        const char *name;
    } units[] = {{1, ""}, {1e3, " k"}, {1e6, " M"}, {1e9, " B"}, {1e12, " T"}};
    enum { UNITS = sizeof units / sizeof *units };
    if (fabs(tick) < s->step * 1e-6)
        tick = 0;
    if (u == UNIT_PERCENT)
        return format_percent(tick, decimals_of(s->step * 100), out);
    double largest = fmax(fabs(s->low), fabs(s->high));
    int k = 0;
    while (u == UNIT_COMPACT && k + 1 < UNITS && largest >= (k ? 1e3 : 1e4) * units[k].size)
        k++;
    char figure[FORMAT_TEXT];
    int decimals = decimals_of(s->step / units[k].size);
    format_number(tick / units[k].size, u == UNIT_PRICE && decimals < 2 ? 2 : decimals, figure);
    snprintf(out, FORMAT_TEXT, "%.*s%s", LABEL_ROOM, tick == 0 ? "0" : figure, tick == 0 ? "" : units[k].name);
    return out;
}
