#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

// The ladder: asks above, bids below, the spread in the middle. A rung is numbered from the middle: +1 is the best bid,
// -1 the best ask, 0 the line between. The cursor is a price, so it stays where it is while the market moves; it stands
// on the rung of that price, or on the next one away from the touch. Another security, or leaving the pane, brings the
// middle back: a ladder that nobody is in shows the market.
typedef struct {
    bool has_cursor, cursor_on_bids;
    int64_t cursor_price;
    int scroll;             // rungs that the middle is away from the centre
    int top, lines, middle; // of the last drawing
    bool focused;           // then
    char symbol[16];        // then
} depth;

typedef struct {
    int price, order, quantity, total, bar; // widths; 0: not shown
    int side;                               // columns of one side
    int x;                                  // of the whole
} layout;

enum { LONGEST_BAR = 40 };

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

static layout measure(const view_book *b, int width) {
    layout l = {.quantity = width < 34 ? 6 : 7};
    int bid = longest(b->bid, b->bids), ask = longest(b->ask, b->asks);
    l.price = bid > ask ? bid : ask;
    l.price = l.price < 6 ? 6 : l.price > 14 ? 14 : l.price;
    int room = (width - l.price - 2) / 2 - 1, used = l.quantity;
    if (room >= used + 5 + 4) {
        l.order = 4;
        used += 5;
    }
    if (room >= used + 10 + 12) {
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

static const view_level *level_at(const view_book *b, int rung) {
    if (rung > 0 && rung <= b->bids)
        return &b->bid[rung - 1];
    if (rung < 0 && -rung <= b->asks)
        return &b->ask[-rung - 1];
    return NULL;
}

static int rung_of(const depth *s, const view_book *b) {
    if (!s->has_cursor)
        return 0;
    int n = s->cursor_on_bids ? b->bids : b->asks;
    const view_level *levels = s->cursor_on_bids ? b->bid : b->ask;
    for (int i = 0; i < n; i++)
        if (s->cursor_on_bids ? levels[i].price <= s->cursor_price : levels[i].price >= s->cursor_price)
            return s->cursor_on_bids ? i + 1 : -i - 1;
    return s->cursor_on_bids ? n : -n;
}

static bool put_cursor(depth *s, const view_book *b, int rung) {
    const view_level *level = level_at(b, rung);
    if (!level)
        return false;
    s->has_cursor = true;
    s->cursor_on_bids = rung > 0;
    s->cursor_price = level->price;
    return true;
}

// ---- drawing ----

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

static void draw_bid(const layout *l, const view_level *level, canvas *c, int y, double fraction, int64_t total) {
    int x = l->x;
    put_figure(c, x, y, l->order, ROLE_DIM, level->orders);
    x += l->order ? l->order + 1 : 0;
    put_figure(c, x, y, l->total, ROLE_DIM, total);
    x += l->total ? l->total + 1 : 0;
    put_figure(c, x, y, l->quantity, ROLE_TEXT, level->quantity);
    x += l->quantity + 1;
    draw_bar_left(c, x + l->bar, y, l->bar, fraction, ROLE_BID);
}

static void draw_ask(const layout *l, const view_level *level, canvas *c, int y, double fraction, int64_t total) {
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
static void draw_own(const layout *l, const view_level *level, canvas *c, int y, bool bid) {
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

static void draw_rung(const view_book *b, const layout *l, canvas *c, int rung, int y, double most, int64_t total) {
    const view_level *level = level_at(b, rung);
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
static void draw_middle(const view_book *b, canvas *c, int y) {
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

static void draw_head(const layout *l, canvas *c) {
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

static void draw_figures(const view_book *b, canvas *c, int y) {
    part_figure figures[] = {
        {.label = "last", .role = ROLE_STRONG, .keep = 0}, {.label = "", .role = ROLE_TEXT, .keep = 1},
        {.label = "vwap", .role = ROLE_TEXT, .keep = 2},   {.label = "low", .role = ROLE_TEXT, .keep = 4},
        {.label = "high", .role = ROLE_TEXT, .keep = 4},   {.label = "vol", .role = ROLE_TEXT, .keep = 3},
        {.label = "open", .role = ROLE_TEXT, .keep = 5},   {.label = "trades", .role = ROLE_TEXT, .keep = 6},
    };
    double moved = b->previous > 0 ? (double)b->last / (double)b->previous - 1 : NAN;
    format_money(b->last, format_price_decimals(b->last), figures[0].value);
    format_change(moved, figures[1].value);
    figures[1].role = format_role(moved);
    format_number(b->vwap > 0 ? b->vwap / DECIMAL_ONE : NAN, 2, figures[2].value);
    bool traded = b->trades > 0;
    format_number(traded ? decimal_to_double(b->low) : (double)NAN, 2, figures[3].value);
    format_number(traded ? decimal_to_double(b->high) : (double)NAN, 2, figures[4].value);
    format_compact((double)b->volume, figures[5].value);
    format_number(traded ? decimal_to_double(b->open) : (double)NAN, 2, figures[6].value);
    format_integer(b->trades, figures[7].value);
    part_figures(c, 1, y, figures, sizeof figures / sizeof *figures);
}

// The largest quantity in sight, which has the full bar.
static double largest(const depth *s, const view_book *b) {
    double most = 0;
    for (int y = 0; y < s->lines; y++) {
        const view_level *level = level_at(b, y - s->middle);
        if (level)
            most = fmax(most, (double)level->quantity);
    }
    return most;
}

static int64_t total_to(const view_book *b, int rung) {
    int64_t sum = 0;
    for (int i = 1; i <= (rung < 0 ? -rung : rung); i++)
        if (__builtin_add_overflow(sum, level_at(b, rung < 0 ? -i : i)->quantity, &sum))
            return INT64_MAX;
    return sum;
}

// Where the middle line is, so that the cursor is in sight and no half of the pane stays empty for nothing.
static void place_middle(depth *s, const view_book *b, int lines) {
    int centre = (lines - 1) / 2, rung = rung_of(s, b);
    s->lines = lines;
    int low = -b->bids + lines - 1 - centre, high = b->asks - centre; // offsets at which an end is in sight
    low = low > 0 ? 0 : low;
    high = high < 0 ? 0 : high;
    s->scroll = s->scroll < low ? low : s->scroll > high ? high : s->scroll;
    if (rung && centre + s->scroll + rung < 0)
        s->scroll = -rung - centre;
    if (rung && centre + s->scroll + rung >= lines)
        s->scroll = lines - 1 - rung - centre;
    s->middle = centre + s->scroll;
}

static void draw_ladder(depth *s, const view_book *b, canvas *c, bool focused) {
    bool head = c->height >= 7, foot = c->height >= 9;
    layout l = measure(b, c->width);
    s->top = head;
    place_middle(s, b, c->height - head - foot);
    if (head)
        draw_head(&l, c);
    double most = largest(s, b);
    int rung = rung_of(s, b);
    for (int y = 0; y < s->lines; y++) {
        int at = y - s->middle;
        if (at == 0)
            draw_middle(b, c, s->top + y);
        else if (level_at(b, at))
            draw_rung(b, &l, c, at, s->top + y, most, total_to(b, at));
        if (at && at == rung) {
            canvas_put(c, 0, s->top + y, focused ? ROLE_ACCENT : ROLE_DIM, "▸");
            canvas_back(c, (rect){0, s->top + y, c->width, 1}, focused ? BACK_SELECTED : BACK_SELECTED_DIM);
        }
    }
    if (foot)
        draw_figures(b, c, c->height - 1);
}

static void draw_closed(const view_book *b, canvas *c) {
    char nothing[96], advice[160], price[FORMAT_TEXT], day[FORMAT_TEXT];
    snprintf(nothing, sizeof nothing, "No live book for %s.", b->symbol);
    int n = b->closes;
    if (n > 0)
        snprintf(advice, sizeof advice, "Last close %s on %s. The desk opens the books of what is watched or traded.",
                 format_number(b->close[n - 1], 2, price), format_date(b->close_day[n - 1], day));
    else
        snprintf(advice, sizeof advice, "No prices of it are stored: :import yahoo FILE.csv brings them in.");
    part_empty(c, nothing, advice);
}

static void centre(depth *s) {
    s->has_cursor = false;
    s->scroll = 0;
}

static void settle(depth *s, const ui_model *m, bool focused) {
    if ((s->focused && !focused) || strcmp(s->symbol, m->symbol) != 0)
        centre(s);
    s->focused = focused;
    mem_copy_string(s->symbol, sizeof s->symbol, m->symbol);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    const view_book *b = ui_model_book(m, m->symbol);
    char nothing[64];
    settle(state, m, focused);
    if (b && b->live) {
        draw_ladder(state, b, c, focused);
    } else if (b) {
        draw_closed(b, c);
    } else if (m->symbol[0]) {
        snprintf(nothing, sizeof nothing, "Waiting for the book of %s.", m->symbol);
        part_empty(c, nothing, "The desk opens it when it next looks at what is watched.");
    } else {
        part_empty(c, "No security selected.", "Choose a row in positions, or :watch SYMBOL.");
    }
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const depth *s = state;
    const view_book *b = ui_model_book(m, m->symbol);
    char age[FORMAT_TEXT];
    text_printf(out, "%s%sdepth", m->symbol, m->symbol[0] ? " " : "");
    if (s->lines > 0 && (s->middle < 0 || s->middle >= s->lines))
        text_put(out, " · not at market");
    if (b && b->live)
        text_printf(out, " · %s · %s", strcmp(m->status.state, "LIVE") == 0 ? "venue" : "venue sim",
                    format_age(part_age(m, b->time), age));
    if (!m->status.venue_running)
        text_put(out, " · paused");
    part_title_end(m, out);
}

// ---- acts ----

static void explain(const view_book *b, const ui_model *m, text *out) {
    text_printf(out, "Depth of %s\n", b->symbol);
    part_explain(out, "source", "the live order book, price-time priority, one moment of it");
    part_explain(out, "micro", "(bid × ask quantity + ask × bid quantity) / (both quantities), at the touch");
    part_explain(out, "imb", "(bid − ask) / (bid + ask) quantity over the five best levels; + means more bids");
    part_explain(out, "vwap", "traded value / traded shares of the session");
    part_explain(out, "you", "quantity of the desk's orders at the price, and the place of the first in its queue");
    part_explain_origin(out, m);
}

static int prepare_ticket(const depth *s, const view_book *b, pane_reply *reply) {
    int rung = rung_of(s, b);
    const view_level *level = level_at(b, rung);
    char price[DECIMAL_TEXT];
    if (!level)
        return NEXT_NOTHING;
    int64_t units = level->price / DECIMAL_ONE, rest = level->price % DECIMAL_ONE;
    snprintf(price, sizeof price, "%" PRId64 ".%0*" PRId64, units, format_price_decimals(level->price),
             format_price_decimals(level->price) == 2 ? rest / 100 : rest);
    snprintf(reply->command, sizeof reply->command, "ticket %s %s 100 %s", rung > 0 ? "buy" : "sell", b->symbol, price);
    return NEXT_COMMAND;
}

static int move(depth *s, const view_book *b, int by) {
    int rung = rung_of(s, b) + by;
    if (rung == 0 && by) // over the middle line
        rung += by > 0 ? 1 : -1;
    rung = rung > b->bids ? b->bids : rung < -b->asks ? -b->asks : rung;
    return put_cursor(s, b, rung) ? NEXT_REDRAW : NEXT_NOTHING;
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    depth *s = state;
    const view_book *b = ui_model_book(m, m->symbol);
    if (!b || !b->live)
        return NEXT_NOTHING;
    int page = s->lines / 2 > 1 ? s->lines / 2 : 1;
    switch (act->kind) {
    case ACT_UP:
        return move(s, b, -1);
    case ACT_DOWN:
        return move(s, b, 1);
    case ACT_PAGE_UP:
        return move(s, b, -page);
    case ACT_PAGE_DOWN:
        return move(s, b, page);
    case ACT_HOME:
        return put_cursor(s, b, -b->asks) ? NEXT_REDRAW : NEXT_NOTHING;
    case ACT_END:
        return put_cursor(s, b, b->bids) ? NEXT_REDRAW : NEXT_NOTHING;
    case ACT_SCROLL:
        s->has_cursor = false;
        s->scroll -= act->amount;
        return NEXT_REDRAW;
    case ACT_BACK:
        centre(s);
        return NEXT_REDRAW;
    case ACT_DRILL:
        return prepare_ticket(s, b, reply);
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        if (!put_cursor(s, b, act->y - s->top - s->middle))
            return NEXT_NOTHING;
        return NEXT_REDRAW | (act->kind == ACT_DOUBLE_CLICK ? prepare_ticket(s, b, reply) : NEXT_NOTHING);
    case ACT_EXPLAIN:
        explain(b, m, &reply->explain);
        return NEXT_NOTHING;
    default:
        return NEXT_NOTHING;
    }
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"side", "SIDE", COLUMN_TEXT, 0},    {"price", "PRICE", COLUMN_MONEY, 4}, {"quantity", "QTY", COLUMN_INT, 0},
        {"orders", "ORDERS", COLUMN_INT, 0}, {"own", "OWN", COLUMN_INT, 0},
    };
    (void)state;
    const view_book *b = ui_model_book(m, m->symbol);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int rung = b ? -b->asks : 0; b && rung <= b->bids; rung++) {
        const view_level *level = level_at(b, rung);
        if (!level)
            continue;
        table_text(t, rung > 0 ? "bid" : "ask");
        table_money(t, level->price);
        table_int(t, level->quantity);
        table_int(t, level->orders);
        table_int(t, level->own_place > 0 ? level->own_quantity : 0);
    }
    return t;
}

const pane_class pane_depth = {
    .name = "depth",
    .hint = "Enter ticket at price  b buy  s sell  Esc re-centre  i explain  z zoom",
    .state_size = sizeof(depth),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BITS_BOOKS,
};
