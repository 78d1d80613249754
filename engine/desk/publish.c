// From the desk's state to the view: what the screens show, made on the desk's thread and handed over whole.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/order_row.h"
#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"

#define PUBLISH_EVERY (NS_PER_S / 30)
#define PNL_EVERY (1000 * NS_PER_MS)
#define BEAT_EVERY (500 * NS_PER_MS)

// ---- positions ----

static void load_spark(desk *d, view_position *row) {
    bar *bars = NULL;
    size_t n = 0;
    date to = d->data_date == DATE_NONE ? INT32_MAX : d->data_date;
    if (bars_on_scale(d->store, row->sid, to - 45, to, &bars, &n) != STATUS_OK)
        log_warn("desk", "closes of %s: %s", row->symbol, status_message());
    size_t skip = n > VIEW_SPARK ? n - VIEW_SPARK : 0;
    int64_t low = INT64_MAX, high = 0;
    for (size_t i = skip; i < n; i++) {
        low = bars[i].close < low ? bars[i].close : low;
        high = bars[i].close > high ? bars[i].close : high;
    }
    row->spark_n = (int32_t)(n - skip);
    for (size_t i = skip; i < n; i++)
        row->spark[i - skip] = (uint8_t)(high > low ? (bars[i].close - low) * 7 / (high - low) : 3);
    free(bars);
}

// Keeps what is dear to make (names, sparkline) when the row was there before.
static void name_row(desk *d, view_position *row, int32_t sid) {
    if (row->sid == sid)
        return;
    const security *s = security_of(d, sid);
    *row = (view_position){.sid = sid};
    mem_copy_string(row->symbol, sizeof row->symbol, s ? s->symbol : "?");
    mem_copy_string(row->sector, sizeof row->sector, s ? s->sector : "");
    load_spark(d, row);
}

static void fill_position(desk *d, view_position *row, const position *p) {
    const mark *m = mark_of(d, p->sid);
    row->quantity = p->quantity;
    row->average = position_average(p);
    row->last = m->price;
    row->previous = m->previous;
    row->mark_time = m->time;
    row->value = position_value(p, m->price);
    row->unrealised = position_unrealised(p, m->price);
    row->realised = p->realised;
    row->day_pnl = position_day_pnl(p, m->price);
    row->fees = p->fees;
    row->traded = p->day_traded;
    row->day_change = m->previous ? (double)(m->price - m->previous) / (double)m->previous : 0;
}

static void sum_positions(desk *d, view_positions *v, const position *p, size_t n) {
    v->long_value = v->short_value = v->day_pnl = v->unrealised = v->realised = v->fees = 0;
    v->held = 0;
    instant newest = 0;
    for (size_t i = 0; i < n; i++) {
        v->held += p[i].quantity != 0;
        int64_t price = market_price(d, p[i].sid), value = position_value(&p[i], price);
        *(value > 0 ? &v->long_value : &v->short_value) += value;
        v->day_pnl += position_day_pnl(&p[i], price);
        v->unrealised += position_unrealised(&p[i], price);
        v->realised += p[i].realised;
        v->fees += p[i].fees;
        instant marked = mark_of(d, p[i].sid)->time;
        newest = marked > newest ? marked : newest;
    }
    v->cash = ledger_cash(d->ledger);
    v->equity = v->cash + v->long_value + v->short_value;
    v->start_equity = start_equity(d);
    v->by_hand = ledger_by_hand(d->ledger);
    v->capital = capital(d);
    v->mark_age = newest ? desk_now(d) - newest : -1;
}

static int by_value(const void *a, const void *b) {
    const view_position *x = a, *y = b;
    if (!x->quantity != !y->quantity)
        return x->quantity ? -1 : 1;
    int64_t vx = llabs(x->value), vy = llabs(y->value);
    if (vx != vy)
        return vx < vy ? 1 : -1;
    return x->sid < y->sid ? -1 : x->sid > y->sid;
}

// Flat positions stay in the list on the day they were closed, for their P&L.
static bool shows(const position *p) { return p->quantity || p->start_quantity || p->day_cash || p->day_fees; }

static void publish_positions(desk *d) {
    view_positions *v = d->positions;
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    int32_t rows = 0;
    v->hidden = 0;
    for (size_t i = 0; i < n; i++) {
        if (!shows(&p[i]))
            continue;
        if (rows == VIEW_POSITIONS_MAX) {
            v->hidden++;
            continue;
        }
        // A row of this security from the last time is found again, so that its sparkline is not read anew.
        for (int32_t k = rows; k < v->n; k++)
            if (v->rows[k].sid == p[i].sid && k != rows) {
                view_position swap = v->rows[rows];
                v->rows[rows] = v->rows[k];
                v->rows[k] = swap;
                break;
            }
        name_row(d, &v->rows[rows], p[i].sid);
        fill_position(d, &v->rows[rows++], &p[i]);
    }
    v->n = rows;
    sum_positions(d, v, p, n);
    int64_t base = v->equity > 0 ? v->equity : v->long_value - v->short_value;
    for (int32_t i = 0; i < rows; i++)
        v->rows[i].weight = base ? (double)v->rows[i].value / (double)base : 0;
    qsort(v->rows, (size_t)rows, sizeof *v->rows, by_value);
    view_publish(d->view, SECTION_POSITIONS, v, offsetof(view_positions, rows) + (size_t)rows * sizeof *v->rows);
}

// ---- orders and fills ----

static void fill_order(desk *d, view_order *row, const order *o) {
    const security *s = security_of(d, o->sid);
    *row = order_row_of(o);
    mem_copy_string(row->symbol, sizeof row->symbol, s ? s->symbol : "?");
    uint64_t id;
    const book *ladder = venue_book(d->venue, o->sid);
    book_order found;
    uint32_t place, total;
    int64_t ahead;
    if (!ladder || !map64_get(&d->venue_orders, (uint64_t)o->id, &id) || !book_find(ladder, id, &found))
        return;
    row->shown = found.shown;
    if (book_queue_position(ladder, id, &place, &total, &ahead)) {
        row->queue_place = (int32_t)place;
        row->queue_total = (int32_t)total;
    }
}

// What ended in an earlier session has ended, so once a session is enough.
static void count_earlier(desk *d) {
    date session = ledger_session(d->ledger);
    if (d->counted == session)
        return;
    d->counted = session;
    d->orders->filled_earlier = 0;
    for (int64_t id = (int64_t)ledger_orders(d->ledger); id >= 1; id--) {
        const order *o = ledger_order(d->ledger, id);
        if (o->state == STATE_FILLED && o->ended < d->open)
            d->orders->filled_earlier++;
    }
}

static void publish_orders(desk *d) {
    view_orders *v = d->orders;
    size_t working;
    const int64_t *ids = ledger_working(d->ledger, &working);
    v->n = 0;
    v->working = (int32_t)working;
    for (size_t i = working; i-- > 0 && v->n < VIEW_ORDERS_MAX;)
        fill_order(d, &v->rows[v->n++], ledger_order(d->ledger, ids[i]));
    v->filled = (int32_t)ledger_filled(d->ledger);
    count_earlier(d);
    v->total = (int64_t)ledger_orders(d->ledger);
    int64_t last = (int64_t)ledger_orders(d->ledger);
    for (int64_t id = last; id >= 1 && v->n < VIEW_ORDERS_MAX; id--) { // older ones are in the journal
        const order *o = ledger_order(d->ledger, id);
        if (!order_is_working(o))
            fill_order(d, &v->rows[v->n++], o);
    }
    view_publish(d->view, SECTION_ORDERS, v, offsetof(view_orders, rows) + (size_t)v->n * sizeof *v->rows);
}

// One order may trade with many at once, and only the last note is read: it says how far the order has come.
static void note_fill(desk *d, const journal_row *row, const char *symbol) {
    const order *o = ledger_order(d->ledger, row->order);
    char filled[DECIMAL_TEXT], whole[DECIMAL_TEXT + 4] = "", quantity[DECIMAL_TEXT], price[DECIMAL_TEXT];
    if (o->filled < o->quantity)
        snprintf(whole, sizeof whole, " of %s", integer_text(o->quantity, quantity));
    note(d, "%s %s%s %s at %s (order %" PRId64 ")", o->side == SIDE_BUY ? "bought" : "sold",
         integer_text(o->filled, filled), whole, symbol, decimal_text(order_average(o), 2, price), o->id);
}

void publish_fill(desk *d, const journal_row *row) {
    view_fills *v = &d->fills;
    const security *s = security_of(d, row->sid);
    memmove(v->rows + 1, v->rows, (VIEW_FILLS_MAX - 1) * sizeof *v->rows);
    v->rows[0] = (view_fill){
        .time = row->desk_time ? row->desk_time : desk_now(d),
        .order = row->order,
        .sid = row->sid,
        .side = row->side,
        .quantity = row->quantity,
        .price = row->price,
        .fee = row->fee,
    };
    mem_copy_string(v->rows[0].symbol, sizeof v->rows[0].symbol, s ? s->symbol : "?");
    if (v->n < VIEW_FILLS_MAX)
        v->n++;
    v->total++;
    note_fill(d, row, v->rows[0].symbol);
}

typedef struct {
    size_t n; // of all fills; the last of them stand in the ring
    journal_row ring[VIEW_FILLS_MAX];
} recalled;

static status recall_fill(void *context, const journal_row *row) {
    recalled *r = context;
    if (row->kind == JOURNAL_FILL)
        r->ring[r->n++ % VIEW_FILLS_MAX] = *row;
    return STATUS_OK;
}

// ---- breaker ----

static void add_limit(desk *d, const char *label, double used, limit_name name) {
    static const char *const units[] = {
        [UNIT_SHARES] = "shares", [UNIT_MONEY] = "money", [UNIT_PERCENT] = "percent", [UNIT_MINUTES] = "minutes"};
    limit_unit unit = limit_define(name)->unit;
    double one = unit == UNIT_MONEY || unit == UNIT_PERCENT ? DECIMAL_ONE : 1;
    view_limit *l = &d->breaker.limit[d->breaker.limits++];
    *l = (view_limit){.used = used,
                      .limit = (double)ledger_limit_now(d->ledger, name) / one,
                      .full = (double)ledger_limit(d->ledger, name) / one};
    mem_copy_string(l->name, sizeof l->name, label);
    mem_copy_string(l->unit, sizeof l->unit, units[unit]);
}

static void fill_limits(desk *d, view_breaker *v) {
    const view_positions *p = d->positions;
    double base = decimal_to_double(p->capital);
    double largest = 0, most_shares = 0;
    for (int32_t i = 0; i < p->n; i++) {
        largest = fmax(largest, fabs(decimal_to_double(p->rows[i].value)));
        most_shares = fmax(most_shares, fabs((double)p->rows[i].quantity));
    }
    double loss = base > 0 ? fmax(0, -decimal_to_double(p->day_pnl)) / base * 100 : 0;
    double fall = base > 0 ? fmax(0, decimal_to_double(d->peak - p->day_pnl)) / base * 100 : 0;
    v->limits = 0;
    add_limit(d, "day loss", loss, LIMIT_DAILY_LOSS);
    add_limit(d, "drawdown", fall, LIMIT_DRAWDOWN);
    add_limit(d, "gross", decimal_to_double(p->long_value - p->short_value), LIMIT_GROSS_NOTIONAL);
    add_limit(d, "largest position", largest, LIMIT_POSITION_NOTIONAL);
    add_limit(d, "most shares", most_shares, LIMIT_POSITION_QUANTITY);
    add_limit(d, "order notional", 0, LIMIT_ORDER_NOTIONAL);
    add_limit(d, "order quantity", 0, LIMIT_ORDER_QUANTITY);
}

static void publish_breaker(desk *d) {
    view_breaker *v = &d->breaker;
    size_t n;
    const breaker_change *history = ledger_breaker_history(d->ledger, &n);
    v->state = (int32_t)ledger_breaker(d->ledger);
    v->trips = 0;
    for (size_t i = n; i-- > 0 && v->trips < VIEW_TRIPS;) {
        view_trip *t = &v->trip[v->trips++];
        *t =
            (view_trip){.time = history[i].time, .desk_time = history[i].desk_time, .state = (int32_t)history[i].state};
        mem_copy_string(t->user, sizeof t->user, history[i].user);
        mem_copy_string(t->cause, sizeof t->cause, history[i].cause);
    }
    v->changes = (int32_t)n;
    v->since = v->trips ? v->trip[0].time : 0;
    v->since_desk = v->trips ? v->trip[0].desk_time : 0;
    v->quiet_until = v->state == BREAKER_QUIET ? guard_quiet_until(d) : 0;
    mem_copy_string(v->cause, sizeof v->cause, v->trips ? v->trip[0].cause : "");
    mem_copy_string(v->user, sizeof v->user, v->trips ? v->trip[0].user : "");
    fill_limits(d, v);
    view_publish(d->view, SECTION_BREAKER, v, sizeof *v);
}

// ---- status and the whole ----

static void publish_status(desk *d, int64_t mono) {
    view_status *v = &d->status;
    size_t working;
    ledger_working(d->ledger, &working);
    mem_copy_string(v->program, sizeof v->program, PLIMSOLL_VERSION);
    mem_copy_string(v->workspace, sizeof v->workspace, store_home(d->store));
    mem_copy_string(v->state, sizeof v->state, d->played.replay ? "REPLAY" : d->state);
    mem_copy_string(v->user, sizeof v->user, d->user);
    mem_copy_string(v->role, sizeof v->role, "admin");
    mem_copy_string(v->portfolio, sizeof v->portfolio, "main");
    mem_copy_string(v->data_version, sizeof v->data_version, d->data_version);
    v->desk_time = desk_now(d);
    v->session = ledger_session(d->ledger);
    v->data_date = d->data_date;
    v->beat_mono = mono;
    const replay *played = d->played.replay;
    v->venue_running = played ? replay_state_of(played) == REPLAY_PLAYING : d->live && d->running;
    v->pace = played ? replay_speed(played) : d->pace;
    v->breaker = (int32_t)ledger_breaker(d->ledger);
    v->unwritten = d->journal_failing;
    v->queue = (int32_t)queue_length(d->requests);
    v->working = (int32_t)working;
    v->securities = (int32_t)d->securities.n;
    if (d->market_moved || d->played.moved)
        v->feed_time = v->desk_time;
    view_publish(d->view, SECTION_STATUS, v, sizeof *v);
}

static void sample_pnl(desk *d) {
    view_pnl *v = &d->pnl;
    double pnl = decimal_to_double(d->positions->day_pnl);
    if (v->n && v->time[v->n - 1] == desk_now(d) && decimal_from_double(v->pnl[v->n - 1]) == d->positions->day_pnl)
        return;
    if (v->n == VIEW_PNL_POINTS) {
        // Full: every second point goes, so that the whole session stays in the picture.
        for (int32_t i = 0; i < VIEW_PNL_POINTS / 2; i++) {
            v->time[i] = v->time[2 * i];
            v->pnl[i] = v->pnl[2 * i];
        }
        v->n = VIEW_PNL_POINTS / 2;
    }
    v->time[v->n] = desk_now(d);
    v->pnl[v->n++] = pnl;
    view_publish(d->view, SECTION_PNL, v, sizeof *v);
    d->kept_curve.moved = true;
}

// Everything that changed. Our own changes go out at once, the market's at most thirty times a second.
void publish(desk *d, bool now) {
    int64_t mono = clock_mono();
    bool due =
        mono >= d->next_publish && (d->market_moved || d->played.moved || mono - d->status.beat_mono >= BEAT_EVERY);
    if (!now && !d->dirty && !due)
        return;
    if (d->dirty || d->market_moved || now) {
        publish_positions(d);
        publish_orders(d);
        publish_breaker(d);
    }
    publish_books(d);
    publish_market(d);
    if (d->dirty)
        view_publish(d->view, SECTION_FILLS, &d->fills,
                     offsetof(view_fills, rows) + (size_t)d->fills.n * sizeof *d->fills.rows);
    if (mono >= d->next_pnl && (d->market_moved || d->dirty)) {
        sample_pnl(d);
        d->next_pnl = mono + PNL_EVERY;
    }
    publish_status(d, mono);
    d->kept_session.moved |= d->market_moved;
    if (d->next_publish <= mono) // on a beat of its own, however late a turn comes to it
        d->next_publish =
            d->next_publish + PUBLISH_EVERY > mono ? d->next_publish + PUBLISH_EVERY : mono + PUBLISH_EVERY;
    d->dirty = d->market_moved = d->played.moved = false;
}

void publish_start(desk *d) {
    recalled *last = mem_new(1, sizeof *last);
    if (journal_read(d->store, 0, recall_fill, last) != STATUS_OK)
        log_warn("desk", "fills: %s", status_message());
    // The last fills are told again for the list; their notes are not news.
    view_status status_now = d->status;
    size_t first = last->n > VIEW_FILLS_MAX ? last->n - VIEW_FILLS_MAX : 0;
    d->fills = (view_fills){.total = (int64_t)first};
    for (size_t i = first; i < last->n; i++)
        publish_fill(d, &last->ring[i % VIEW_FILLS_MAX]);
    free(last);
    d->status = status_now;
    view_publish(d->view, SECTION_PNL, &d->pnl, sizeof d->pnl);
    d->dirty = true;
}
