#include <string.h>

#include "engine/market/book.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"
#include "ui/widget/cells.h"

// Trades of the selected security, newest first, in as many columns as fit; the first column is filled first.
typedef struct {
    int top;  // prints scrolled past
    int page; // prints of the last drawing
} tape;

enum { BRIEF = 27, FULL = 33 };

static void draw_print(const view_print *p, canvas *c, int width) {
    char clock[FORMAT_TEXT];
    bool full = width >= FULL, buy = p->aggressor == SIDE_BUY;
    role r = buy ? ROLE_UP : ROLE_DOWN;
    int x = canvas_put(c, 0, 0, ROLE_DIM, format_local(p->time, full, clock)) + 1;
    int price_width = width - x - 10;
    canvas price = canvas_part(c, (rect){x, 0, price_width > 10 ? 10 : price_width, 1});
    cells_money(&price, r, p->price, format_price_decimals(p->price));
    x += price.width + 1;
    canvas_put(c, x, 0, r, buy ? "▲" : "▼");
    canvas quantity = canvas_part(c, (rect){x + 1, 0, width - x - 2 > 7 ? 7 : width - x - 2, 1});
    cells_integer(&quantity, p->own ? ROLE_OWN : ROLE_TEXT, p->quantity);
    if (p->own)
        canvas_put(c, x + 1 + quantity.width, 0, ROLE_OWN, "◂");
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    (void)focused;
    tape *s = state;
    const view_book *b = ui_model_book(m, m->symbol);
    if (!b || !b->prints) {
        const char *none = b && b->trades ? "No trades since the book is on the screen." : "No trades yet.";
        part_empty(c, m->symbol[0] ? none : "No security selected.",
                   m->symbol[0] ? "Trades show here as the book prints them." : "Choose a row in positions.");
        return;
    }
    int room = c->width - 1, across = room / (room >= FULL ? FULL : BRIEF);
    across = across < 1 ? 1 : across;
    int width = room / across > FULL ? FULL : room / across;
    s->page = across * c->height;
    int last = b->prints > s->page ? b->prints - s->page : 0;
    s->top = s->top > last ? last : s->top < 0 ? 0 : s->top;
    for (int i = 0; i < s->page && s->top + i < b->prints; i++) {
        canvas part = canvas_part(c, (rect){1 + i / c->height * width, i % c->height, width, 1});
        draw_print(&b->tape[s->top + i], &part, part.width);
    }
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    (void)state;
    const view_book *b = ui_model_book(m, m->symbol);
    char n[FORMAT_TEXT], age[FORMAT_TEXT];
    text_printf(out, "%s%stape", m->symbol, m->symbol[0] ? " " : "");
    if (m->replay.number)
        text_printf(out, " · %s", transport_source(m));
    if (b && b->prints)
        text_printf(out, " · %s trades · last %s ago", format_integer(b->trades, n),
                    format_age(part_market_age(m, b->tape[0].time), age));
    if (!m->status.venue_running)
        text_put(out, " · paused");
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    tape *s = state;
    int top = s->top;
    switch (act->kind) {
    case ACT_UP:
        s->top--;
        break;
    case ACT_DOWN:
        s->top++;
        break;
    case ACT_PAGE_UP:
        s->top -= s->page;
        break;
    case ACT_PAGE_DOWN:
        s->top += s->page;
        break;
    case ACT_SCROLL:
        s->top += act->amount;
        break;
    case ACT_HOME:
    case ACT_BACK:
        s->top = 0;
        break;
    case ACT_END:
        s->top = VIEW_TAPE;
        break;
    case ACT_EXPLAIN:
        text_printf(&reply->explain, "Trades of %s\n", m->symbol);
        part_explain(&reply->explain, "source", "fills of the live order book, newest first");
        part_explain(&reply->explain, "arrow", "▲ the buyer took liquidity, ▼ the seller did; ◂ the desk took part");
        part_explain_origin(&reply->explain, m);
        break;
    default:
        break;
    }
    s->top = s->top < 0 ? 0 : s->top > VIEW_TAPE ? VIEW_TAPE : s->top;
    return s->top != top ? NEXT_REDRAW : NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"time", "TIME", COLUMN_TEXT, 0},   {"price", "PRICE", COLUMN_MONEY, 4},
        {"quantity", "QTY", COLUMN_INT, 0}, {"aggressor", "AGGRESSOR", COLUMN_TEXT, 0},
        {"own", "OWN", COLUMN_BOOL, 0},
    };
    (void)state;
    const view_book *b = ui_model_book(m, m->symbol);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; b && i < b->prints; i++) {
        char when[FORMAT_TEXT];
        table_text(t, format_instant(b->tape[i].time, when));
        table_money(t, b->tape[i].price);
        table_int(t, b->tape[i].quantity);
        table_text(t, b->tape[i].aggressor == SIDE_BUY ? "buy" : "sell");
        table_bool(t, b->tape[i].own != 0);
    }
    return t;
}

const pane_class pane_tape = {
    .name = "tape",
    .hint = "↑↓ scroll  Esc newest  i explain  z zoom",
    .state_size = sizeof(tape),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_REPLAY) | SECTION_BITS_BOOKS,
};
