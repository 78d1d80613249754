#include "ui/widget/chart.h"

#include <math.h>
#include <string.h>

#include "src/base/text.h"
#include "ui/widget/braille.h"

// Measures of one drawing. The plot is a part of the canvas; dots count in its own coordinates.
typedef struct {
    const chart *ch;
    canvas *whole;
    canvas plot;
    scale axis;
    int left, bottom; // columns of labels, lines of labels
} drawing;

static void find_range(const chart *ch, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int s = 0; s < ch->series_n; s++)
        for (int i = 0; i < ch->n && !ch->series[s].quiet; i++) {
            double y = ch->series[s].at(ch->context, i);
            if (!isfinite(y))
                continue;
            *low = fmin(*low, y);
            *high = fmax(*high, y);
        }
    if (*low > *high)
        *low = *high = NAN;
    if (ch->has_guide && isfinite(ch->guide)) {
        *low = fmin(*low, ch->guide); // fmin gives the other one for NaN
        *high = fmax(*high, ch->guide);
    }
    if (ch->zero) {
        *low = fmin(*low, 0);
        *high = fmax(*high, 0);
    }
}

static int dot_x(const drawing *d, int i) {
    const chart *ch = d->ch;
    int last = d->plot.width * 2 - 1;
    if (ch->n < 2)
        return last;
    if (!ch->place)
        return (int)((int64_t)i * last / (ch->n - 1));
    double from = ch->place(ch->context, 0), span = ch->place(ch->context, ch->n - 1) - from;
    double share = span > 0 ? (ch->place(ch->context, i) - from) / span : 1;
    return (int)lround(fmin(fmax(share, 0), 1) * last);
}

// The point that a label at this column belongs to; -1 when none stands there.
static int point_at(const drawing *d, int column) {
    int n = d->ch->n, columns = d->plot.width > 1 ? d->plot.width - 1 : 1, low = 0, high = n - 1;
    if (!d->ch->place)
        return (int)((int64_t)column * (n - 1) / columns);
    while (low < high) {
        int middle = (low + high) / 2;
        if (dot_x(d, middle) / 2 < column)
            low = middle + 1;
        else
            high = middle;
    }
    return dot_x(d, low) / 2 == column ? low : -1;
}

static int dot_y(const drawing *d, double y) {
    int last = d->plot.height * 4 - 1;
    double share = (d->axis.high - y) / (d->axis.high - d->axis.low);
    return (int)lround(fmin(fmax(share, 0), 1) * last);
}

static double tick(const drawing *d, int k) { return scale_first(&d->axis) + k * d->axis.step; }

// Half a step of rounding belongs to the last tick.
static bool is_tick(const drawing *d, int k) { return tick(d, k) <= d->axis.high + d->axis.step * 1e-6 && k < 64; }

static int label_width(const drawing *d) {
    int width = 0;
    for (int k = 0; is_tick(d, k); k++) {
        char out[FORMAT_TEXT];
        int w = (int)text_width(scale_label(&d->axis, d->ch->unit, tick(d, k), out));
        width = w > width ? w : width;
    }
    return width;
}

static void draw_tick(const drawing *d, double at) {
    char out[FORMAT_TEXT];
    int y = dot_y(d, at) / 4;
    canvas_right(d->whole, d->left - 1, y, ROLE_DIM, scale_label(&d->axis, d->ch->unit, at, out));
    canvas_put(d->whole, d->left - 1, y, ROLE_FRAME, "┤");
}

static void draw_axis(const drawing *d) {
    if (!d->left)
        return;
    canvas_vline(d->whole, d->left - 1, 0, d->plot.height, ROLE_FRAME);
    for (int k = 0; is_tick(d, k); k++)
        draw_tick(d, tick(d, k));
}

// Steps are made larger until every tick has a line of its own.
static void spread_ticks(drawing *d) {
    while (d->ch->unit == UNIT_COMPACT && d->axis.step < 1) // money that is counted in whole units
        scale_coarser(&d->axis);
    for (bool crowded = true; crowded;) {
        crowded = false;
        for (int k = 1; is_tick(d, k) && !crowded; k++)
            crowded = dot_y(d, tick(d, k)) / 4 == dot_y(d, tick(d, k - 1)) / 4;
        if (crowded)
            scale_coarser(&d->axis);
    }
}

// Labels of points: the last one at the right end, before it each where it begins, from left to right as they fit. A
// label that says what its neighbour says is left out.
static void draw_labels(const drawing *d) {
    enum { APART = 6 };
    char out[FORMAT_TEXT], before[FORMAT_TEXT] = "", last[FORMAT_TEXT];
    if (!d->bottom || d->ch->n < 1)
        return;
    int y = d->plot.height, right = d->whole->width, n = d->ch->n;
    d->ch->label(d->ch->context, n - 1, last);
    int end = right - (int)text_width(last) - 2, free_from = d->left;
    canvas_right(d->whole, right, y, ROLE_DIM, last);
    for (int x = d->left; x < end && n > 1; x++) {
        int i = point_at(d, x - d->left);
        if (i < 0)
            continue;
        d->ch->label(d->ch->context, i, out);
        bool said = !strcmp(out, before) || !strcmp(out, last);
        if (x < free_from || said || x + (int)text_width(out) > end)
            continue;
        free_from = x + canvas_put(d->whole, x, y, ROLE_DIM, out) + APART;
        memcpy(before, out, sizeof before);
    }
}

// The area is stippled, every second dot, so that the line stays the loudest.
static void fill_column(drawing *d, int x, double y) {
    int from = dot_y(d, 0), to = dot_y(d, y), step = to > from ? 1 : -1;
    role r = y < 0 ? ROLE_DOWN : ROLE_UP;
    for (int at = from; at != to; at += step)
        if ((x + at) % 2 == 0)
            braille_dot(&d->plot, x, at, r);
}

static void draw_fill(drawing *d, const chart_series *s) {
    for (int i = 0; i < d->ch->n; i++) {
        double y = s->at(d->ch->context, i), next = i + 1 < d->ch->n ? s->at(d->ch->context, i + 1) : y;
        if (!isfinite(y))
            continue;
        int from = dot_x(d, i), to = i + 1 < d->ch->n ? dot_x(d, i + 1) : from + 1;
        for (int x = from; x < to || x == from; x++) {
            double share = to > from ? (double)(x - from) / (to - from) : 0;
            fill_column(d, x, isfinite(next) ? y + (next - y) * share : y);
        }
    }
}

static void draw_line(drawing *d, const chart_series *s) {
    bool pen = false;
    int from_x = 0, from_y = 0;
    for (int i = 0; i < d->ch->n; i++) {
        double y = s->at(d->ch->context, i);
        if (!isfinite(y)) {
            pen = false;
            continue;
        }
        role r = !s->fill ? s->line : y < 0 ? ROLE_DOWN : ROLE_UP;
        int to_x = dot_x(d, i), to_y = dot_y(d, y);
        braille_line(&d->plot, pen ? from_x : to_x, pen ? from_y : to_y, to_x, to_y, r);
        pen = !s->points;
        from_x = to_x;
        from_y = to_y;
    }
}

static void draw_marks(drawing *d) {
    const chart *ch = d->ch;
    for (int i = 0; ch->marked && i < ch->n; i++) {
        double y = ch->series[0].at(ch->context, i);
        if (isfinite(y) && ch->marked(ch->context, i))
            canvas_put(&d->plot, dot_x(d, i) / 2, dot_y(d, y) / 4, ROLE_ERROR, "×");
    }
}

static void draw_names(drawing *d) {
    int need = 0;
    for (int s = 0; s < d->ch->series_n; s++)
        need += d->ch->series[s].name ? (int)text_width(d->ch->series[s].name) + 4 : 0;
    if (d->ch->series_n < 2 || need > d->plot.width / 2 || d->plot.height < 4)
        return;
    int x = d->plot.width - need;
    for (int s = 0; s < d->ch->series_n; s++) {
        const chart_series *series = &d->ch->series[s];
        if (!series->name)
            continue;
        x += canvas_put(&d->plot, x, 0, series->fill ? ROLE_UP : series->line, " ━ ");
        x += canvas_put(&d->plot, x, 0, ROLE_DIM, series->name);
        x += canvas_put(&d->plot, x, 0, ROLE_DIM, " ");
    }
}

static void draw_guides(drawing *d) {
    if (d->axis.low < 0 && d->axis.high > 0)
        canvas_hline(&d->plot, 0, dot_y(d, 0) / 4, d->plot.width, ROLE_FRAME);
    if (d->ch->has_guide && isfinite(d->ch->guide))
        canvas_fill(&d->plot, (rect){0, dot_y(d, d->ch->guide) / 4, d->plot.width, 1}, ROLE_WARN, 0x2504);
}

void chart_draw(const chart *ch, canvas *c) {
    if (c->width < 1 || c->height < 1 || ch->n < 1)
        return;
    drawing d = {.ch = ch, .whole = c};
    double low, high;
    find_range(ch, &low, &high);
    d.bottom = ch->label && c->height >= 5 && c->width >= 24;
    int height = c->height - d.bottom;
    d.axis = scale_over(low, high, height / 3 < 3 ? 3 : height / 3);
    d.plot.height = height;
    spread_ticks(&d);
    int labels = label_width(&d) + 1;
    labels = labels < ch->margin ? ch->margin : labels;
    d.left = c->width >= 24 && height >= 3 && labels <= c->width / 3 ? labels : 0;
    d.plot = canvas_part(c, (rect){d.left, 0, c->width - d.left, height});
    draw_guides(&d);
    draw_axis(&d);
    for (int s = 0; s < ch->series_n; s++)
        if (ch->series[s].fill && !c->ascii) // the few characters of ASCII are left to the line
            draw_fill(&d, &ch->series[s]);
    for (int s = ch->series_n; s-- > 0;) // the first lies on top
        draw_line(&d, &ch->series[s]);
    braille_finish(&d.plot);
    draw_marks(&d);
    draw_names(&d);
    draw_labels(&d);
}
