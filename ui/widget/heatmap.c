#include "ui/widget/heatmap.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget/format.h"

enum { NARROWEST = 5, WITH_FIGURES = 10, WIDEST = 12, HEAD = 12 };

role heatmap_role(double value, double scale) {
    const int middle = HEATMAP_STEPS / 2;
    if (!isfinite(value) || !(scale > 0))
        return ROLE_DIM;
    double share = fmin(fmax(value / scale, -1), 1);
    return (role)(ROLE_HEAT + middle + (int)lround(share * middle));
}

// · ░ ▒ ▓ █ by size.
static uint32_t shade(const canvas *c, double value, double scale) {
    static const uint32_t blocks[] = {0xB7, 0x2591, 0x2592, 0x2593, 0x2588};
    double size = scale > 0 ? fabs(value) / scale : 0;
    int step = size < 0.08 ? 0 : size < 0.3 ? 1 : size < 0.55 ? 2 : size < 0.8 ? 3 : 4;
    return c->ascii ? (uint32_t) ".:=#@"[step] : blocks[step];
}

static bool is_faint(double value, double scale) { return !(fabs(value) >= 0.08 * scale); }

static int clamp(int x, int low, int high) { return x > high ? high < low ? low : high : x < low ? low : x; }

// As many columns as fit at the least width, then as wide as there is room.
static void measure(heatmap *h, const heatmap_source *s, const canvas *c) {
    h->head = c->width < 40 ? 7 : HEAD;
    int room = c->width - h->head - 1, fit = room / NARROWEST;
    h->columns_seen = clamp(fit, 0, s->columns);
    h->cell = h->columns_seen ? clamp(room / h->columns_seen, NARROWEST, WIDEST) : NARROWEST;
    h->y = c->height >= 2;
    h->rows_seen = clamp(c->height - h->y, 0, s->rows);
    h->row = clamp(h->row, 0, s->rows - 1);
    h->column = clamp(h->column, 0, s->columns - 1);
    if (h->row < h->top)
        h->top = h->row;
    if (h->rows_seen && h->row >= h->top + h->rows_seen)
        h->top = h->row - h->rows_seen + 1;
    if (h->column < h->left)
        h->left = h->column;
    if (h->columns_seen && h->column >= h->left + h->columns_seen)
        h->left = h->column - h->columns_seen + 1;
    h->top = clamp(h->top, 0, s->rows - h->rows_seen);
    h->left = clamp(h->left, 0, s->columns - h->columns_seen);
}

static int cell_x(const heatmap *h, int col) { return h->head + 1 + (col - h->left) * h->cell; }

// "MOM", or as much of the name as the cell holds.
static void draw_heads(const heatmap *h, const heatmap_source *s, canvas *c, bool focused) {
    for (int k = h->left; k < h->left + h->columns_seen; k++) {
        char brief[FORMAT_TEXT];
        snprintf(brief, sizeof brief, "%.32s", s->column_name(s->context, k));
        for (char *at = brief; *at; at++)
            *at = (char)toupper((unsigned char)*at);
        canvas part = canvas_part(c, (rect){cell_x(h, k), 0, h->cell - 1, 1});
        int room = part.width, w = (int)text_width(brief);
        if (w > room && w == (int)strlen(brief)) { // an abbreviation reads better than a cut word
            brief[room > 3 ? 3 : room] = 0;
            w = (int)text_width(brief);
        }
        bool here = (focused && k == h->column) || k == s->marked_column;
        canvas_put_n(&part, w < room ? (room - w) / 2 : 0, 0, room, here ? ROLE_STRONG : ROLE_HEADER, brief);
    }
    if (h->left > 0)
        canvas_put(c, h->head, 0, ROLE_ACCENT, "◂");
    if (h->left + h->columns_seen < s->columns)
        canvas_put(c, c->width - 1, 0, ROLE_ACCENT, "▸");
}

static void draw_cell(const heatmap *h, const heatmap_source *s, canvas *part, int row, int col, bool figures) {
    double value = s->value(s->context, row, col);
    role r = heatmap_role(value, s->scale);
    int width = part->width - 1;
    char figure[FORMAT_TEXT];
    format_signed(value, s->decimals, figure);
    int w = (int)text_width(figure);
    if (isnan(value)) {
        canvas_put(part, width / 2, 0, ROLE_DIM, "·");
    } else if (h->cell >= WITH_FIGURES && w + 3 <= width) {
        canvas_right(part, width - 3, 0, r, figure);
        canvas_fill(part, (rect){width - 2, 0, 2, 1}, r, shade(part, value, s->scale));
    } else if (figures && w <= width) {
        canvas_right(part, width, 0, r, figure);
    } else {
        int size = width - 1 > 4 ? 4 : width - 1, x = (width - size) / 2 + (width - size) % 2;
        if (value < 0 && !is_faint(value, s->scale))
            canvas_put(part, x - 1, 0, r, "−");
        canvas_fill(part, (rect){x, 0, size, 1}, r, shade(part, value, s->scale));
    }
}

static void draw_row(const heatmap *h, const heatmap_source *s, canvas *c, int row, bool focused) {
    int y = h->y + row - h->top;
    bool here = row == h->row && focused, marked = row == s->marked_row;
    if (here || marked)
        canvas_put(c, 0, y, here ? ROLE_ACCENT : ROLE_DIM, "▸");
    canvas_put_n(c, 1, y, h->head - 1, here || marked ? ROLE_STRONG : ROLE_TEXT, s->row_name(s->context, row));
    for (int k = h->left; k < h->left + h->columns_seen; k++) {
        canvas part = canvas_part(c, (rect){cell_x(h, k), y, h->cell, 1});
        draw_cell(h, s, &part, row, k, here || marked);
        if (here && k == h->column)
            canvas_attr(&part, (rect){0, 0, part.width - 1, 1}, ATTR_REVERSE);
    }
    if (here)
        canvas_back(c, (rect){0, y, c->width, 1}, BACK_SELECTED);
    else if (marked)
        canvas_back(c, (rect){0, y, c->width, 1}, BACK_SELECTED_DIM);
}

void heatmap_draw(heatmap *h, const heatmap_source *s, canvas *c, bool focused) {
    measure(h, s, c);
    if (h->y)
        draw_heads(h, s, c, focused);
    for (int row = h->top; row < h->top + h->rows_seen; row++)
        draw_row(h, s, c, row, focused);
}

static bool move(heatmap *h, const heatmap_source *s, int rows, int columns) {
    int row = clamp(h->row + rows, 0, s->rows - 1), col = clamp(h->column + columns, 0, s->columns - 1);
    bool moved = row != h->row || col != h->column;
    h->row = row;
    h->column = col;
    return moved;
}

static bool click(heatmap *h, const heatmap_source *s, int x, int y) {
    int row = h->top + y - h->y, col = x > h->head ? h->left + (x - h->head - 1) / h->cell : h->column;
    if (y < h->y || row >= h->top + h->rows_seen || row >= s->rows || col >= h->left + h->columns_seen)
        return false;
    return move(h, s, row - h->row, col - h->column);
}

bool heatmap_act(heatmap *h, const heatmap_source *s, const pane_act *act) {
    int page = h->rows_seen > 1 ? h->rows_seen - 1 : 1;
    switch (act->kind) {
    case ACT_UP:
        return move(h, s, -1, 0);
    case ACT_DOWN:
        return move(h, s, 1, 0);
    case ACT_LEFT:
        return move(h, s, 0, -1);
    case ACT_RIGHT:
        return move(h, s, 0, 1);
    case ACT_PAGE_UP:
        return move(h, s, -page, 0);
    case ACT_PAGE_DOWN:
        return move(h, s, page, 0);
    case ACT_HOME:
        return move(h, s, -h->row, 0);
    case ACT_END:
        return move(h, s, s->rows, 0);
    case ACT_SCROLL:
        return move(h, s, act->amount, 0);
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        return h->cell > 0 && click(h, s, act->x, act->y);
    default:
        return false;
    }
}
