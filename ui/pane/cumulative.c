#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"
#include "ui/widget/axis.h"

// What could be bought and sold up to each price: the quantities of the book's levels, summed from the touch outwards,
// over the price. Every column stands for a stretch of prices and reaches as high as the sum at its far end, so that
// the last level of each side is in the picture.

static const int reaches[] = {VIEW_LEVELS, 20, 10}; // levels a side

enum { REACHES = sizeof reaches / sizeof *reaches };

typedef struct {
    int reach;
} state;

typedef struct {
    const view_book *book;
    int bids, asks;              // levels in the picture
    double low, high, middle;    // prices, currency units; middle: NaN while a side is empty
    double bid_total, ask_total; // shares
} picture;

static double price_of(const view_level *level) { return decimal_to_double(level->price); }

static double total_of(const view_level *levels, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)levels[i].quantity;
    return sum;
}

// What stands at `price` or nearer to the touch.
static double sum_to(const view_level *levels, int n, double price, bool bids) {
    double sum = 0;
    for (int i = 0; i < n && (bids ? price_of(&levels[i]) >= price : price_of(&levels[i]) <= price); i++)
        sum += (double)levels[i].quantity;
    return sum;
}

static picture picture_of(const state *s, const view_book *b) {
    int reach = reaches[s->reach % REACHES];
    picture p = {.book = b, .bids = b->bids < reach ? b->bids : reach, .asks = b->asks < reach ? b->asks : reach};
    bool both = p.bids && p.asks;
    const view_level *first = p.bids ? &b->bid[p.bids - 1] : &b->ask[0];
    const view_level *last = p.asks ? &b->ask[p.asks - 1] : &b->bid[0];
    p.low = price_of(first);
    p.high = price_of(last);
    p.middle = both ? b->mid / DECIMAL_ONE : (double)NAN;
    if (!(p.high > p.low)) { // a single level, or nonsense
        p.low -= 0.01;
        p.high = p.low + 0.02;
    }
    p.bid_total = total_of(b->bid, p.bids);
    p.ask_total = total_of(b->ask, p.asks);
    return p;
}

static const view_book *book_of(const ui_model *m) {
    const view_book *b = ui_model_book(m, m->symbol);
    return b && b->live && b->bids + b->asks > 0 ? b : NULL;
}

// ---- drawing ----

static const uint32_t bid_fill = 0x2588, ask_fill = 0x2592; // █ and ▒: they differ without colour

// The top cell of a bid's column in eighths, of an ask's in the shade that is nearest.
static uint32_t top_of(int eighths, bool bid) {
    if (bid)
        return 0x2580 + (uint32_t)eighths;
    return eighths >= 6 ? ask_fill : eighths >= 2 ? 0x2591 : ' ';
}

static void draw_column(canvas *plot, int x, double share, bool bid) {
    role r = bid ? ROLE_BID : ROLE_ASK;
    int eighths = (int)lround(fmin(fmax(share, 0), 1) * plot->height * 8);
    if (!eighths && share > 0)
        eighths = bid ? 1 : 2;
    int whole = eighths / 8, height = plot->height;
    canvas_fill(plot, (rect){x, height - whole, 1, whole}, r, bid ? bid_fill : ask_fill);
    if (eighths % 8)
        canvas_fill(plot, (rect){x, height - whole - 1, 1, 1}, r, top_of(eighths % 8, bid));
}

static void draw_sides(const picture *p, double most, canvas *plot) {
    double step = (p->high - p->low) / (plot->width > 1 ? plot->width - 1 : 1);
    for (int x = 0; x < plot->width && most > 0; x++) {
        double at = p->low + (x - 0.5) * step; // where the column's stretch begins
        double bid = sum_to(p->book->bid, p->bids, at, true), ask = sum_to(p->book->ask, p->asks, at + step, false);
        if (bid > 0)
            draw_column(plot, x, bid / most, true);
        else if (ask > 0)
            draw_column(plot, x, ask / most, false);
    }
}

static void draw_middle(const picture *p, canvas *plot) {
    int x = axis_column(p->low, p->high, plot->width, p->middle);
    for (int y = 0; isfinite(p->middle) && y < plot->height; y++) {
        cell *at = &plot->cells[(ptrdiff_t)y * plot->stride + x];
        if (at->ch == ' ')
            canvas_put(plot, x, y, ROLE_ACCENT, "┆");
    }
}

static void draw_figures(const picture *p, canvas *c) {
    const view_book *b = p->book;
    part_figure figures[] = {
        {.label = "█ bids", .role = ROLE_BID, .keep = 0},     {.label = "▒ asks", .role = ROLE_ASK, .keep = 0},
        {.label = "mid", .role = ROLE_ACCENT, .keep = 1},     {.label = "spread", .role = ROLE_TEXT, .keep = 2},
        {.label = "bid share", .role = ROLE_TEXT, .keep = 3},
    };
    double all = p->bid_total + p->ask_total;
    format_compact(p->bid_total, figures[0].value);
    format_compact(p->ask_total, figures[1].value);
    format_number(p->middle, isfinite(p->middle) && b->spread % 200 == 0 ? 2 : 3, figures[2].value);
    format_money(b->spread, format_price_decimals(b->spread), figures[3].value);
    format_percent(all > 0 ? p->bid_total / all : NAN, 0, figures[4].value);
    part_figures(c, 1, 0, figures, isfinite(p->middle) ? 5 : 2);
}

static void draw_picture(const picture *p, canvas *c) {
    bool head = c->height >= 4, foot = c->height >= 5 && c->width >= 20;
    double most = fmax(p->bid_total, p->ask_total);
    axis_upright axis = axis_of(most, c->height - head - foot, UNIT_COMPACT);
    int left = c->width >= 24 && axis.lines >= 3 && axis.width <= c->width / 3 ? axis.width : 0;
    canvas plot = canvas_part(c, (rect){left, head, c->width - left - 1, axis.lines});
    if (plot.width < 1 || plot.height < 1)
        return;
    if (head)
        draw_figures(p, c);
    if (left)
        axis_draw(&axis, c, head);
    draw_sides(p, most, &plot);
    draw_middle(p, &plot);
    if (foot)
        axis_below(c, c->height - 1, left, plot.width, p->low, p->high, UNIT_PRICE);
}

static void draw(void *memory, const ui_model *m, canvas *c, bool focused) {
    (void)focused;
    const view_book *b = book_of(m);
    if (b) {
        picture p = picture_of(memory, b);
        draw_picture(&p, c);
    } else {
        part_empty(c, m->symbol[0] ? "No depth." : "No security selected.",
                   m->symbol[0] ? "What stands in the book is summed here from the touch outwards."
                                : "Choose a row in the market or in positions, or :watch SYMBOL.");
    }
    part_stale(m, c);
}

static void draw_title(void *memory, const ui_model *m, text *out) {
    const state *s = memory;
    const view_book *b = book_of(m);
    text_printf(out, "%s%scumulative depth", m->symbol, m->symbol[0] ? " " : "");
    if (b) {
        int reach = reaches[s->reach % REACHES], deepest = b->bids > b->asks ? b->bids : b->asks;
        text_printf(out, " · %d levels", deepest < reach ? deepest : reach);
        text_printf(out, " · %s", transport_source(m));
    }
    part_title_end(m, out);
}

// ---- acts ----

static int act(void *memory, ui_model *m, const pane_act *act, pane_reply *reply) {
    state *s = memory;
    if (act->kind == ACT_MODE) {
        s->reach = (s->reach + 1) % REACHES;
        return NEXT_REDRAW;
    }
    if (act->kind == ACT_EXPLAIN && m->symbol[0]) {
        text_printf(&reply->explain, "Cumulative depth of %s\n", m->symbol);
        part_explain(&reply->explain, "source", "the levels of the book (%s), at most %d a side", transport_source(m),
                     VIEW_LEVELS);
        part_explain(&reply->explain, "height", "shares at that price and at all better ones of the side");
        part_explain(&reply->explain, "mid", "(best bid + best ask) / 2");
        part_explain(&reply->explain, "share", "shares of the bids shown / shares of both sides shown");
        part_explain_origin(&reply->explain, m);
    }
    return NEXT_NOTHING;
}

static table *export(void *memory, const ui_model *m) {
    static const column exported[] = {
        {"side", "SIDE", COLUMN_TEXT, 0},
        {"price", "PRICE", COLUMN_MONEY, 4},
        {"cumulative", "CUMULATIVE", COLUMN_NUMBER, 0},
    };
    const view_book *b = book_of(m);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    picture p = b ? picture_of(memory, b) : (picture){0};
    for (int side = 0; side < 2; side++) {
        int n = side ? p.asks : p.bids;
        for (int i = 0; i < n; i++) {
            const view_level *levels = side ? b->ask : b->bid;
            table_text(t, side ? "ask" : "bid");
            table_money(t, levels[i].price);
            table_number(t, total_of(levels, i + 1));
        }
    }
    return t;
}

const pane_class pane_cumulative = {
    .name = "cumulative",
    .hint = "m levels  i explain  z zoom",
    .state_size = sizeof(state),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_REPLAY) | SECTION_BITS_BOOKS,
};
