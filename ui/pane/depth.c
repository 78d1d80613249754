#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/market/book.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "ui/pane/ladder.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"
#include "ui/widget/ticket.h"

// The ladder (ladder.h) around the touch. The cursor is a price, so it stays where it is while the market moves; it
// stands on the rung of that price, or on the next one away from the touch. Another security, or leaving the pane,
// brings the middle back: a ladder that nobody is in shows the market.
typedef struct {
    bool has_cursor, cursor_on_bids;
    int64_t cursor_price;
    int scroll;             // rungs that the middle is away from the centre
    int top, lines, middle; // of the last drawing
    bool focused;           // then
    char symbol[16];        // then
} depth;

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
    const view_level *level = ladder_level(b, rung);
    if (!level)
        return false;
    s->has_cursor = true;
    s->cursor_on_bids = rung > 0;
    s->cursor_price = level->price;
    return true;
}

// ---- drawing ----

// The largest quantity in sight, which has the full bar.
static double largest(const depth *s, const view_book *b) {
    double most = 0;
    for (int y = 0; y < s->lines; y++) {
        const view_level *level = ladder_level(b, y - s->middle);
        if (level)
            most = fmax(most, (double)level->quantity);
    }
    return most;
}

static int64_t total_to(const view_book *b, int rung) {
    int64_t sum = 0;
    for (int i = 1; i <= (rung < 0 ? -rung : rung); i++)
        if (__builtin_add_overflow(sum, ladder_level(b, rung < 0 ? -i : i)->quantity, &sum))
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

static void draw_rungs(depth *s, const view_book *b, const ladder *l, canvas *c, bool focused) {
    double most = largest(s, b);
    int rung = rung_of(s, b);
    for (int y = 0; y < s->lines; y++) {
        int at = y - s->middle;
        if (at == 0)
            ladder_middle(b, c, s->top + y);
        else if (ladder_level(b, at))
            ladder_rung(b, l, c, at, s->top + y, most, total_to(b, at));
        if (at && at == rung) {
            canvas_put(c, 0, s->top + y, focused ? ROLE_ACCENT : ROLE_DIM, "▸");
            canvas_back(c, (rect){0, s->top + y, c->width, 1}, focused ? BACK_SELECTED : BACK_SELECTED_DIM);
        }
    }
}

static void draw_ladder(depth *s, const view_book *b, canvas *c, bool focused) {
    bool head = c->height >= 7;
    int foot = c->height >= 9 ? ladder_figures_lines(b, c->width) : 0;
    ladder l = ladder_measure(b, c->width);
    s->top = head;
    place_middle(s, b, c->height - head - foot);
    if (head)
        ladder_head(&l, c);
    draw_rungs(s, b, &l, c, focused);
    if (foot)
        ladder_figures(b, c, c->height - foot, foot);
}

static void draw_closed(const view_book *b, const ui_model *m, canvas *c) {
    char nothing[96], advice[160], price[FORMAT_TEXT], day[FORMAT_TEXT];
    snprintf(nothing, sizeof nothing, "No live book for %s.", b->symbol);
    int n = b->closes;
    if (m->replay.number)
        snprintf(advice, sizeof advice, "The replay has not told of it so far.");
    else if (n > 0)
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
        draw_closed(b, m, c);
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
        text_printf(out, " · %s · %s", transport_source(m), format_age(part_market_age(m, b->time), age));
    if (b && b->live && b->state != STATE_CONTINUOUS)
        text_printf(out, " · %s", book_state_text((book_state)b->state));
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

static const view_level *under_cursor(const depth *s, const view_book *b) { return ladder_level(b, rung_of(s, b)); }

static int prepare_ticket(const depth *s, const view_book *b, pane_reply *reply) {
    const view_level *level = under_cursor(s, b);
    char price[DECIMAL_TEXT];
    if (!level)
        return NEXT_NOTHING;
    snprintf(reply->command, sizeof reply->command, "ticket %s %s %d %s", rung_of(s, b) > 0 ? "buy" : "sell", b->symbol,
             TICKET_QUANTITY, ticket_price(level->price, price));
    return NEXT_COMMAND;
}

// The first of the desk's orders that rest at the price under the cursor.
static int cancel_own(const depth *s, const view_book *b, const ui_model *m, pane_reply *reply) {
    const view_level *level = under_cursor(s, b);
    const view_order *first = NULL;
    bool bids = rung_of(s, b) > 0;
    for (int i = 0; level && i < m->orders.n; i++) {
        const view_order *o = &m->orders.rows[i];
        bool rests = o->state == ORDER_NEW || o->state == ORDER_WORKING || o->state == ORDER_PARTIAL;
        if (rests && (o->side == SIDE_BUY) == bids && o->price == level->price && !strcmp(o->symbol, b->symbol) &&
            (!first || o->id < first->id))
            first = o;
    }
    if (!first)
        return NEXT_NOTHING;
    snprintf(reply->command, sizeof reply->command, "cancel %" PRId64, first->id);
    return NEXT_COMMAND;
}

// A first click puts the cursor on a price, another one there opens the ticket. When the market has moved the price
// away from under the pointer, a double click is still about the price that it began on, and a later click begins anew.
static int click(depth *s, const view_book *b, const pane_act *act, pane_reply *reply) {
    int rung = act->y - s->top - s->middle;
    bool there = s->has_cursor && (act->kind == ACT_DOUBLE_CLICK || rung == rung_of(s, b));
    if (!there && !put_cursor(s, b, rung))
        return NEXT_NOTHING;
    return NEXT_REDRAW | (there || act->kind == ACT_DOUBLE_CLICK ? prepare_ticket(s, b, reply) : NEXT_NOTHING);
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
        return click(s, b, act, reply);
    case ACT_POINT:
        reply->price = under_cursor(s, b) ? under_cursor(s, b)->price : 0;
        return NEXT_NOTHING;
    case ACT_CANCEL:
        return cancel_own(s, b, m, reply);
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
        const view_level *level = ladder_level(b, rung);
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
    .hint = "Enter ticket at price  ×2 click too  b buy  s sell  c cancel mine  Esc re-centre  i explain  z zoom",
    .state_size = sizeof(depth),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_REPLAY) | SECTION_BITS_BOOKS,
};
