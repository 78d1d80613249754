#include "ui/pane/ladder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/decimal.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

enum { LONGEST_BAR = 40, LEAST_BAR_BY_TOTAL = 7 };

static int longest(const view_level *levels, int n) {
    int width = 0;
    for (int i = 0; i < n; i++) {
        char out[FORMAT_TEXT];
        int w = (int)text_width(format_money(levels[i].price, format_price_decimals(levels[i].price), out));
        width = w > width ? w : width;
    }
    return width;
}

static int decimals_of(const view_book *b) {
    int decimals = 2;
    for (int i = 0; i < b->bids; i++)
        decimals = format_price_decimals(b->bid[i].price) > decimals ? 4 : decimals;
    for (int i = 0; i < b->asks; i++)
        decimals = format_price_decimals(b->ask[i].price) > decimals ? 4 : decimals;
    return decimals;
}

ladder ladder_measure(const view_book *b, int width) {
    ladder l = {.quantity = width < 34 ? 6 : 7};
    int bid = longest(b->bid, b->bids), ask = longest(b->ask, b->asks);
    l.price = bid > ask ? bid : ask;
    l.price = l.price < 6 ? 6 : l.price > 14 ? 14 : l.price;
    int room = (width - l.price - 2) / 2 - 1, used = l.quantity;
    if (room >= used + 5 + 4) {
        l.order = 4;
        used += 5;
    }
    if (room >= used + 10 + LEAST_BAR_BY_TOTAL) {
        l.total = 9;
        used += 10;
    }
    l.bar = room - used - 1 > LONGEST_BAR ? LONGEST_BAR : room - used - 1 >= 2 ? room - used - 1 : 0;
    l.side = used + (l.bar ? l.bar + 1 : 0);
    if (l.side > room)
        l.side = room;
    l.x = (width - 2 * l.side - l.price - 2) / 2;
    l.x = l.x < 1 ? 1 : l.x;
    return l;
}

const view_level *ladder_level(const view_book *b, int rung) {
    if (rung > 0 && rung <= b->bids)
        return &b->bid[rung - 1];
    if (rung < 0 && -rung <= b->asks)
        return &b->ask[-rung - 1];
    return NULL;
}

// A bar that ends at x_end and grows to the left, in half columns: blocks fill from the left only.
static void draw_bar_left(canvas *c, int x_end, int y, int width, double fraction, role r) {
    int halves = (int)lround(fmin(fmax(fraction, 0), 1) * width * 2);
    if (c->ascii)
        halves = (halves + 1) / 2 * 2;
    canvas_fill(c, (rect){x_end - halves / 2, y, halves / 2, 1}, r, c->ascii ? '#' : 0x2588);
    if (halves % 2)
        canvas_fill(c, (rect){x_end - halves / 2 - 1, y, 1, 1}, r, 0x2590);
}

static void put_figure(canvas *c, int x, int y, int width, role r, int64_t n) {
    canvas part = canvas_part(c, (rect){x, y, width, 1});
    if (width > 0)
        cells_integer(&part, r, n);
}

static void draw_bid(const ladder *l, const view_level *level, canvas *c, int y, double fraction, int64_t total) {
    int x = l->x;
    put_figure(c, x, y, l->order, ROLE_DIM, level->orders);
    x += l->order ? l->order + 1 : 0;
    put_figure(c, x, y, l->total, ROLE_DIM, total);
    x += l->total ? l->total + 1 : 0;
    put_figure(c, x, y, l->quantity, ROLE_TEXT, level->quantity);
    x += l->quantity + 1;
    draw_bar_left(c, x + l->bar, y, l->bar, fraction, ROLE_BID);
}

static void draw_ask(const ladder *l, const view_level *level, canvas *c, int y, double fraction, int64_t total) {
    int x = l->x + l->side + l->price + 2;
    canvas_bar(c, x, y, l->bar, fraction, ROLE_ASK);
    x += l->bar ? l->bar + 1 : 0;
    put_figure(c, x, y, l->quantity, ROLE_TEXT, level->quantity);
    x += l->quantity + 1;
    put_figure(c, x, y, l->total, ROLE_DIM, total);
    x += l->total ? l->total + 1 : 0;
    put_figure(c, x, y, l->order, ROLE_DIM, level->orders);
}

// "◂ you 200 · 5th of 9" on the empty side of the rung, or as much of it as there is room for.
static void draw_own(const ladder *l, const view_level *level, canvas *c, int y, bool bid) {
    char n[FORMAT_TEXT], place[FORMAT_TEXT], queue[FORMAT_TEXT * 2], note[FORMAT_TEXT * 4];
    const char *you = "you ";
    format_integer(level->own_quantity, n);
    snprintf(queue, sizeof queue, "%s of %d", format_ordinal(level->own_place, place), level->own_total);
    int room = l->side - (int)text_width(n) - 2, needed = (int)text_width(queue) + 3;
    if (room < needed + 4)
        you = "";
    if (room < needed)
        queue[0] = 0;
    const char *dot = queue[0] ? " · " : "";
    if (bid) {
        snprintf(note, sizeof note, "◂ %s%s%s%s", you, n, dot, queue);
        canvas_put_n(c, l->x + l->side + l->price + 2, y, l->side, ROLE_OWN, note);
    } else {
        snprintf(note, sizeof note, "%s%s%s%s ▸", queue, dot, you, n);
        canvas_right(c, l->x + l->side, y, ROLE_OWN, note);
    }
}

void ladder_rung(const view_book *b, const ladder *l, canvas *c, int rung, int y, double most, int64_t total) {
    const view_level *level = ladder_level(b, rung);
    char out[FORMAT_TEXT];
    bool bid = rung > 0;
    double fraction = most > 0 ? (double)level->quantity / most : 0;
    if (bid)
        draw_bid(l, level, c, y, fraction, total);
    else
        draw_ask(l, level, c, y, fraction, total);
    canvas part = canvas_part(c, (rect){l->x + l->side + 1, y, l->price, 1});
    cells_figure(&part, bid ? ROLE_BID : ROLE_ASK, format_money(level->price, decimals_of(b), out), NULL);
    if (level->own_place > 0)
        draw_own(l, level, c, y, bid);
}

// "── spread 0.02 · micro 121.078 · imb +31 % ──"
void ladder_middle(const view_book *b, canvas *c, int y) {
    char spread[FORMAT_TEXT], micro[FORMAT_TEXT], imbalance[FORMAT_TEXT], line[FORMAT_TEXT * 4];
    canvas_hline(c, 0, y, c->width, ROLE_FRAME);
    if (!b->bids || !b->asks) {
        const char *empty = !b->bids && !b->asks ? " book empty " : b->bids ? " no asks " : " no bids ";
        canvas_put(c, (c->width - (int)text_width(empty)) / 2, y, ROLE_WARN, empty);
        return;
    }
    format_money(b->spread, format_price_decimals(b->spread), spread);
    format_number(b->micro / DECIMAL_ONE, 3, micro);
    format_signed_percent(b->imbalance, 0, imbalance);
    snprintf(line, sizeof line, " spread %s · micro %s · imb %s ", spread, micro, imbalance);
    if ((int)text_width(line) > c->width)
        snprintf(line, sizeof line, " %s · imb %s ", spread, imbalance);
    canvas_put(c, (c->width - (int)text_width(line)) / 2, y, ROLE_ACCENT, line);
}

void ladder_head(const ladder *l, canvas *c) {
    int bid = l->x + l->side, ask = bid + l->price + 2 + (l->bar ? l->bar + 1 : 0);
    int bid_qty = l->x + (l->order ? l->order + 1 : 0) + (l->total ? l->total + 1 : 0) + l->quantity;
    canvas_right(c, bid + 1 + l->price, 0, ROLE_HEADER, "PRICE");
    canvas_right(c, bid_qty, 0, ROLE_HEADER, l->quantity >= 7 ? "BID QTY" : "BID");
    canvas_right(c, ask + l->quantity, 0, ROLE_HEADER, l->quantity >= 7 ? "ASK QTY" : "ASK");
    if (l->order) {
        canvas_right(c, l->x + l->order, 0, ROLE_HEADER, "ORD");
        canvas_right(c, l->x + 2 * l->side + l->price + 2, 0, ROLE_HEADER, "ORD");
    }
    if (l->total) {
        canvas_right(c, bid_qty - l->quantity - 1, 0, ROLE_HEADER, "TOTAL");
        canvas_right(c, ask + l->quantity + 1 + l->total, 0, ROLE_HEADER, "TOTAL");
    }
}

// ---- the session ----

enum { LAST, CHANGE, VOLUME, RANGE, VWAP, OPEN, TRADES, FIGURES, FIRST_LINE = RANGE, MAIN = OPEN };

static void fill_figures(const view_book *b, part_figure *f) {
    static const part_figure figures[FIGURES] = {
        [LAST] = {.label = "last", .role = ROLE_STRONG, .keep = 0},
        [CHANGE] = {.label = "", .role = ROLE_TEXT, .keep = 1},
        [VOLUME] = {.label = "vol", .role = ROLE_TEXT, .keep = 2},
        [RANGE] = {.label = "range", .role = ROLE_TEXT, .keep = 2},
        [VWAP] = {.label = "vwap", .role = ROLE_TEXT, .keep = 1},
        [OPEN] = {.label = "open", .role = ROLE_TEXT, .keep = 3},
        [TRADES] = {.label = "trades", .role = ROLE_TEXT, .keep = 4},
    };
    memcpy(f, figures, sizeof figures);
    double moved = b->previous > 0 ? (double)b->last / (double)b->previous - 1 : NAN;
    bool traded = b->trades > 0;
    char low[FORMAT_TEXT], high[FORMAT_TEXT];
    if (b->last > 0)
        format_money(b->last, format_price_decimals(b->last), f[LAST].value);
    else
        format_number(NAN, 2, f[LAST].value);
    format_change(moved, f[CHANGE].value);
    f[CHANGE].role = format_role(moved);
    format_compact((double)b->volume, f[VOLUME].value);
    format_money(b->low, format_price_decimals(b->low), low);
    format_money(b->high, format_price_decimals(b->high), high);
    snprintf(f[RANGE].value, FORMAT_TEXT, "%.28s–%.28s", traded ? low : "", traded ? high : ""); // or the dash alone
    format_number(b->vwap > 0 ? b->vwap / DECIMAL_ONE : NAN, 2, f[VWAP].value);
    format_number(traded ? decimal_to_double(b->open) : (double)NAN, 2, f[OPEN].value);
    format_integer(b->trades, f[TRADES].value);
}

static int width_of(const part_figure *f, int n) {
    int width = 1;
    for (int i = 0; i < n; i++)
        width += (i ? 2 : 0) + (int)text_width(f[i].label) + (f[i].label[0] != 0) + (int)text_width(f[i].value);
    return width;
}

int ladder_figures_lines(const view_book *b, int width) {
    part_figure f[FIGURES];
    fill_figures(b, f);
    return width_of(f, MAIN) > width ? 2 : 1;
}

void ladder_figures(const view_book *b, canvas *c, int y, int lines) {
    part_figure f[FIGURES];
    fill_figures(b, f);
    if (lines < 2) {
        part_figures(c, 1, y, f, FIGURES);
        return;
    }
    // Where it is narrow a price with its change, and two prices, say what they are by themselves.
    if (width_of(f, FIRST_LINE) > c->width)
        f[LAST].label = "";
    if (width_of(f + FIRST_LINE, MAIN - FIRST_LINE) > c->width)
        f[RANGE].label = "";
    part_figures(c, 1, y, f, FIRST_LINE);
    part_figures(c, 1, y + 1, f + FIRST_LINE, FIGURES - FIRST_LINE);
}
