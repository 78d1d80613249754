#include "ui/widget/axis.h"

#include <math.h>

#include "src/base/text.h"

enum { MOST_TICKS = 64 };

int axis_column(double low, double high, int columns, double x) {
    double share = (x - low) / (high - low);
    return isfinite(share) ? (int)(fmin(fmax(share, 0), 1) * (columns - 1)) : 0;
}

void axis_below(canvas *c, int y, int left, int columns, double low, double high, unit u) {
    scale s = scale_over(low, high, columns / 14);
    int free_from = left;
    for (int k = 0; k < MOST_TICKS; k++) {
        double tick = scale_first(&s) + k * s.step;
        if (tick > s.high)
            return;
        char out[FORMAT_TEXT];
        int width = (int)text_width(scale_label(&s, u, tick, out));
        int x = left + axis_column(low, high, columns, tick) - width / 2;
        if (x < free_from || x + width > left + columns)
            continue;
        canvas_put(c, x, y, ROLE_DIM, out);
        free_from = x + width + 1;
    }
}

static double tick_of(const axis_upright *a, int k) { return k * a->scale.step; }

static bool has_tick(const axis_upright *a, int k) {
    return k < MOST_TICKS && tick_of(a, k) <= a->scale.high + a->scale.step * 1e-6;
}

axis_upright axis_of(double high, int lines, unit u) {
    axis_upright a = {.scale = scale_over(0, high, lines / 3 < 2 ? 2 : lines / 3), .lines = lines, .unit = u};
    for (int k = 0; has_tick(&a, k); k++) {
        char out[FORMAT_TEXT];
        int width = (int)text_width(scale_label(&a.scale, u, tick_of(&a, k), out)) + 1;
        a.width = width > a.width ? width : a.width;
    }
    return a;
}

// A tick has its label on the line that its value ends in.
void axis_draw(const axis_upright *a, canvas *c, int y) {
    int last = -1;
    canvas_vline(c, a->width - 1, y, a->lines, ROLE_FRAME);
    for (int k = 1; has_tick(a, k); k++) {
        char out[FORMAT_TEXT];
        int line = a->lines - (int)ceil(tick_of(a, k) / a->scale.high * a->lines - 1e-6);
        if (line == last || line < 0)
            continue;
        canvas_right(c, a->width - 1, y + line, ROLE_DIM, scale_label(&a->scale, a->unit, tick_of(a, k), out));
        canvas_put(c, a->width - 1, y + line, ROLE_FRAME, "┤");
        last = line;
    }
}
