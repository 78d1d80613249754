#include "ui/widget/cells.h"

#include <math.h>
#include <stdio.h>

#include "src/base/decimal.h"

void cells_left(canvas *c, role r, const char *utf8) { canvas_put_n(c, 0, 0, c->width, r, utf8); }

void cells_right(canvas *c, role r, const char *utf8) {
    if ((int)text_width(utf8) <= c->width)
        canvas_right(c, c->width, 0, r, utf8);
    else
        canvas_put_n(c, 0, 0, c->width, r, utf8);
}

void cells_figure(canvas *c, role r, const char *full, const char *brief) {
    if ((int)text_width(full) <= c->width)
        canvas_right(c, c->width, 0, r, full);
    else if (brief && (int)text_width(brief) <= c->width)
        canvas_right(c, c->width, 0, r, brief);
    else
        canvas_fill(c, (rect){0, 0, c->width, 1}, r, '#');
}

void cells_integer(canvas *c, role r, int64_t n) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT];
    cells_figure(c, r, format_integer(n, full), format_compact((double)n, brief));
}

void cells_money(canvas *c, role r, int64_t d, int decimals) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT];
    cells_figure(c, r, format_money(d, decimals, full), format_compact(decimal_to_double(d), brief));
}

void cells_gain(canvas *c, int64_t d, int decimals) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT], plain[FORMAT_TEXT];
    format_compact(decimal_to_double(d), plain);
    snprintf(brief, sizeof brief, "%s%.40s", d > 0 ? "+" : "", plain);
    cells_figure(c, format_role((double)d), format_gain(d, decimals, full), brief);
}

void cells_number(canvas *c, role r, double x, int decimals) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT];
    cells_figure(c, r, format_number(x, decimals, full), format_compact(x, brief));
}

void cells_change(canvas *c, double fraction) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT], plain[FORMAT_TEXT];
    format_compact(fabs(fraction) * 100, plain);
    snprintf(brief, sizeof brief, "%s%.40s", fraction > 0 ? "▲" : "▼", plain);
    cells_figure(c, format_role(fraction), format_change(fraction, full), brief);
}

void cells_bar_at(canvas *c, int x, int y, int width, double fraction) {
    if (fraction >= 0)
        canvas_bar(c, x, y, width, fraction, ROLE_BAR);
    else if (fraction < 0) // a NaN has no bar; a quarter of a column shows as one
        canvas_fill(c, (rect){x, y, (int)floor(fmin(-fraction, 1) * width + (-fraction * width < 1 ? 0.75 : 0.5)), 1},
                    ROLE_BAR_NEGATIVE, 0x2592);
}

void cells_bar(canvas *c, double fraction, const char *figure, int figure_width) {
    canvas right = canvas_part(c, (rect){c->width - figure_width, 0, figure_width, 1});
    if (figure_width >= c->width)
        right = *c;
    cells_bar_at(c, 0, 0, c->width - figure_width - 1, fraction);
    cells_figure(&right, ROLE_TEXT, figure, NULL);
}

role cells_gauge_role(double fraction) {
    return fraction >= 1 ? ROLE_ERROR : fraction >= 0.8 ? ROLE_WARN : fraction >= 0 ? ROLE_OK : ROLE_DIM;
}

// In eighths of a column. What is used at all shows as a sliver, which ASCII has not.
void cells_gauge(canvas *c, int x, int y, int width, double fraction) {
    canvas_fill(c, (rect){x, y, width, 1}, ROLE_FRAME, 0x2591);
    double least = width > 0 ? 1.0 / 8 / width : 0;
    canvas_bar(c, x, y, width, fraction > 0 && fraction < least ? least : fraction, cells_gauge_role(fraction));
}
