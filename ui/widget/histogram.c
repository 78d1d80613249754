#include "ui/widget/histogram.h"

#include <math.h>

#include "src/base/text.h"
#include "ui/widget/axis.h"

enum { MOST_BINS = 128 };

typedef struct {
    const histogram *h;
    canvas plot;
    double low, high;
    int bins, bin_width;
    int count[MOST_BINS], highest;
} drawing;

static bool find_range(drawing *d) {
    d->low = INFINITY;
    d->high = -INFINITY;
    for (int i = 0; i < d->h->n; i++) {
        double x = d->h->at(d->h->context, i);
        if (isfinite(x) && fabs(x) < 1e100) {
            d->low = fmin(d->low, x);
            d->high = fmax(d->high, x);
        }
    }
    return d->low < d->high;
}

static int bin_of(const drawing *d, double x) {
    int bin = (int)((x - d->low) / (d->high - d->low) * d->bins);
    return bin < d->bins ? bin : d->bins - 1;
}

// About twice the root of the sample, one to four columns each.
static void count(drawing *d) {
    int wanted = (int)(2 * sqrt(d->h->n)), room = d->plot.width;
    d->bin_width = wanted > 0 ? room / wanted : 1;
    d->bin_width = d->bin_width < 1 ? 1 : d->bin_width > 4 ? 4 : d->bin_width;
    d->bins = room / d->bin_width;
    d->bins = d->bins < 1 ? 1 : d->bins > MOST_BINS ? MOST_BINS : d->bins;
    for (int i = 0; i < d->h->n; i++) {
        double x = d->h->at(d->h->context, i);
        if (!isfinite(x) || fabs(x) >= 1e100)
            continue;
        int n = ++d->count[bin_of(d, x)];
        d->highest = n > d->highest ? n : d->highest;
    }
}

static void draw_bar(drawing *d, int bin) {
    int height = d->plot.height, full = height * 8;
    int eighths = (int)lround((double)d->count[bin] / d->highest * full);
    if (d->count[bin] && eighths == 0)
        eighths = 1;
    double end = d->low + (d->high - d->low) * (bin + 1) / d->bins;
    role r = end <= d->h->tail ? ROLE_DOWN : ROLE_LINE;
    rect area = {bin * d->bin_width, height - eighths / 8, d->bin_width, eighths / 8};
    canvas_fill(&d->plot, area, r, 0x2588);
    if (eighths % 8)
        canvas_fill(&d->plot, (rect){area.x, area.y - 1, area.width, 1}, r, 0x2580 + (uint32_t)(eighths % 8));
}

static int columns_of(const drawing *d) { return d->bins * d->bin_width; }

static void draw_marks(drawing *d) {
    for (int i = 0; i < d->h->marks_n; i++) {
        const histogram_mark *mark = &d->h->marks[i];
        if (!(mark->at >= d->low && mark->at <= d->high) || i >= d->plot.height)
            continue;
        int x = axis_column(d->low, d->high, columns_of(d), mark->at), w = (int)text_width(mark->name);
        canvas_fill(&d->plot, (rect){x, i, 1, d->plot.height - i}, ROLE_WARN, 0x2506);
        canvas_put(&d->plot, x + 1 + w <= d->plot.width ? x + 1 : x - w, i, ROLE_WARN, mark->name);
    }
}

void histogram_draw(const histogram *h, canvas *c) {
    drawing d = {.h = h};
    bool axis = c->height >= 4 && c->width >= 20;
    d.plot = canvas_part(c, (rect){0, 0, c->width, c->height - axis});
    if (d.plot.width < 1 || d.plot.height < 1 || !find_range(&d))
        return;
    count(&d);
    for (int bin = 0; bin < d.bins; bin++)
        draw_bar(&d, bin);
    draw_marks(&d);
    if (axis)
        axis_below(c, c->height - 1, 0, columns_of(&d), d.low, d.high, h->unit);
}
