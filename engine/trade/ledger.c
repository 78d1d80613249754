#include "engine/trade/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/trade/kind.h"
#include "src/base/decimal.h"
#include "src/base/hash.h"
#include "src/base/map.h"
#include "src/base/vec.h"

enum { DAYS_MOST = 3652425 }; // ten thousand years from 1970

struct ledger {
    int64_t sequence, desk_time;
    date session;
    int64_t session_row;
    VEC(order) orders; // orders.at[id - 1]
    VEC(int64_t) working;
    size_t filled; // orders in STATE_FILLED
    map by_client;
    VEC(int32_t) ordered; // securities that ever had an order
    VEC(int64_t) open[2]; // [side], what works in each of them
    map64 ordered_index;  // sid → index
    VEC(position) positions;
    map64 position_index; // sid → index
    int64_t cash;
    int64_t by_hand;
    breaker_state breaker;
    VEC(breaker_change) breaker_history;
    int64_t limits[LIMIT_COUNT];
};

ledger *ledger_new(void) {
    ledger *l = mem_new(1, sizeof *l);
    l->session = DATE_NONE;
    for (int i = 0; i < LIMIT_COUNT; i++)
        l->limits[i] = limit_define((limit_name)i)->standard;
    return l;
}

void ledger_free(ledger *l) {
    if (!l)
        return;
    vec_free(&l->orders);
    vec_free(&l->working);
    map_free(&l->by_client);
    vec_free(&l->ordered);
    vec_free(&l->open[SIDE_BUY]);
    vec_free(&l->open[SIDE_SELL]);
    map64_free(&l->ordered_index);
    vec_free(&l->positions);
    map64_free(&l->position_index);
    vec_free(&l->breaker_history);
    free(l);
}

bool order_is_working(const order *o) { return o->state == STATE_WORKING || o->state == STATE_PARTIAL; }

bool order_is_stop(const order *o) { return kind_waits(o->type); }

int64_t order_average(const order *o) { return o->filled ? (o->cost + o->filled / 2) / o->filled : 0; }

static status damaged(const journal_row *row, const char *what) {
    return status_fail(STATUS_CORRUPT, "journal row %lld: %s (order %lld)", (long long)row->sequence, what,
                       (long long)row->order);
}

static position *position_at(ledger *l, int32_t sid) {
    uint64_t index;
    if (!map64_get(&l->position_index, (uint64_t)sid, &index)) {
        index = l->positions.n;
        vec_push(&l->positions, (position){.sid = sid});
        map64_put(&l->position_index, (uint64_t)sid, index);
    }
    return &l->positions.at[index];
}

static order *working_order(ledger *l, const journal_row *row) {
    if (row->order < 1 || (size_t)row->order > l->orders.n)
        return NULL;
    order *o = &l->orders.at[row->order - 1];
    return order_is_working(o) ? o : NULL;
}

int64_t ledger_counts(const ledger *l, int32_t sid, side s, int64_t quantity, int64_t other) {
    const order *o = other ? ledger_order(l, other) : NULL;
    if (!o || o->sid != sid || o->side != s)
        return quantity;
    return quantity > o->open ? quantity - o->open : 0;
}

static int64_t counted(const ledger *l, const order *o) { return ledger_counts(l, o->sid, o->side, o->open, o->other); }

static void change_open(ledger *l, order *o, int64_t open) {
    uint64_t index;
    if (!map64_get(&l->ordered_index, (uint64_t)o->sid, &index)) {
        index = l->ordered.n;
        vec_push(&l->ordered, o->sid);
        vec_push(&l->open[SIDE_BUY], 0);
        vec_push(&l->open[SIDE_SELL], 0);
        map64_put(&l->ordered_index, (uint64_t)o->sid, index);
    }
    int64_t before = counted(l, o);
    o->open = open;
    l->open[o->side].at[index] += counted(l, o) - before;
}

// Of a pair each knows the other; the one that comes second makes it. It is made and undone while the second has
// nothing open, so that no sum moves.
static void pair_up(ledger *l, order *o, int64_t other) {
    o->other = other;
    if (other)
        l->orders.at[other - 1].other = o->id;
}

// A fill or a trigger of one cancels the other, whose row follows, though its process may have ended before. What one
// filled before the pair was made does not count.
static void beat_other(ledger *l, const order *o) {
    if (o->other)
        l->orders.at[o->other - 1].beaten_by = o->id;
}

// One that has filled stays named until the other's row. One that is cancelled leaves the other alone.
static void part(ledger *l, order *o) {
    if (o->other && o->state != STATE_FILLED)
        l->orders.at[o->other - 1].other = 0;
}

static void stop_working(ledger *l, order *o, order_state state, int64_t time) {
    o->state = state;
    o->ended = time;
    change_open(l, o, 0);
    part(l, o);
    for (size_t i = 0; i < l->working.n; i++)
        if (l->working.at[i] == o->id) {
            vec_remove(&l->working, i);
            return;
        }
}

static bool within(int64_t x, int64_t least, int64_t most) { return x >= least && x <= most; }

static bool terms_can_be(const journal_row *row) {
    return within(row->quantity, 1, ORDER_QUANTITY_MOST) && within(row->display, 0, ORDER_QUANTITY_MOST) &&
           within(row->price, 0, PRICE_MOST) && within(row->stop, 0, PRICE_MOST) && within(row->trail, 0, PRICE_MOST) &&
           row->expires >= 0;
}

static status check_order(const ledger *l, const journal_row *row, bool accepted) {
    if (row->order != (int64_t)l->orders.n + 1)
        return damaged(row, "orders are not numbered in sequence");
    if (!within(row->side, SIDE_BUY, SIDE_SELL) || !within(row->type, ORDER_LIMIT, ORDER_TRAILING_STOP) ||
        !within(row->tif, TIF_DAY, TIF_GTD) || !within(row->self, SELF_TRADE, SELF_DECREMENT_BOTH) ||
        row->traits & ~KIND_TRAITS)
        return damaged(row, "an order with a side, type, time in force, trait or rule that there is not");
    if (!terms_can_be(row))
        return damaged(row, "an order whose quantity or price can't be");
    if (!accepted)
        return STATUS_OK;
    order_type type = (order_type)row->type;
    if (row->sid < 1 || (kind_is_limited(type) && !row->price))
        return damaged(row, "an accepted order without a security or a limit");
    if ((kind_waits(type) && !row->stop) || (type == ORDER_TRAILING_STOP && !row->trail))
        return damaged(row, "an accepted stop without its price or its distance");
    const order *other = row->other ? ledger_order(l, row->other) : NULL;
    if (row->other && (!other || !order_is_working(other) || other->sid != row->sid || other->other))
        return damaged(row, "a pair with an order that is not there for it");
    return STATUS_OK;
}

static status apply_order(ledger *l, const journal_row *row, bool accepted) {
    TRY(check_order(l, row, accepted));
    order o = {
        .id = row->order,
        .time = row->desk_time,
        .sid = row->sid,
        .side = (side)row->side,
        .type = (order_type)row->type,
        .tif = (time_in_force)row->tif,
        .traits = row->traits,
        .self = (self_trade)row->self,
        .state = accepted ? STATE_WORKING : STATE_REJECTED,
        .quantity = row->quantity,
        .price = row->price,
        .stop = row->stop,
        .trail = row->trail,
        .display = row->display,
        .expires = row->expires,
        .asked = {(order_type)row->type, row->quantity, row->price, row->stop, row->other},
    };
    mem_copy_string(o.client, sizeof o.client, row->client);
    if (!accepted) {
        mem_copy_string(o.reason, sizeof o.reason, row->text);
        o.ended = o.time;
    }
    vec_push(&l->orders, o);
    if (o.client[0])
        map_put(&l->by_client, o.client, (uint64_t)o.id);
    if (accepted) {
        vec_push(&l->working, o.id);
        pair_up(l, &l->orders.at[o.id - 1], row->other);
        change_open(l, &l->orders.at[o.id - 1], o.quantity);
    }
    return STATUS_OK;
}

// Whether one more fill, of 1e18 at most, keeps every sum far from overflow.
static bool has_room(const ledger *l, const order *o) {
    const int64_t most = 4 * MONEY_MOST;
    const position *p = ledger_position(l, o->sid);
    return o->cost <= most && llabs(l->cash) <= most &&
           (!p || (llabs(p->cost) <= most && llabs(p->day_cash) <= most && llabs(p->realised) <= most));
}

static status apply_fill(ledger *l, const journal_row *row) {
    order *o = working_order(l, row);
    if (!o)
        return damaged(row, "a fill of an order that is not working");
    if (!within(row->quantity, 1, o->open) || !within(row->price, 1, PRICE_MOST) || row->sid != o->sid)
        return damaged(row, "a fill of more than is open, at no price, or in another security");
    if (!within(row->fee, -MONEY_MOST, MONEY_MOST) || !has_room(l, o))
        return damaged(row, "a fill whose money is out of range");
    beat_other(l, o);
    o->filled += row->quantity;
    change_open(l, o, o->open - row->quantity);
    o->cost += decimal_times(row->price, row->quantity);
    o->state = STATE_PARTIAL;
    if (o->open == 0) {
        stop_working(l, o, STATE_FILLED, row->desk_time);
        l->filled++;
    }
    position_fill(position_at(l, o->sid), o->side, row->quantity, row->price, row->fee);
    l->cash -= decimal_times(row->price, o->side == SIDE_BUY ? row->quantity : -row->quantity) + row->fee;
    return STATUS_OK;
}

static status apply_end(ledger *l, const journal_row *row, order_state state) {
    order *o = working_order(l, row);
    if (!o)
        return damaged(row, "an end of an order that is not working");
    mem_copy_string(o->reason, sizeof o->reason, row->text);
    stop_working(l, o, state, row->desk_time);
    return STATUS_OK;
}

static status apply_replace(ledger *l, const journal_row *row) {
    order *o = working_order(l, row);
    if (!o)
        return damaged(row, "a replacement of an order that is not working");
    if (!within(row->quantity, 1, ORDER_QUANTITY_MOST) || !within(row->price, 1, PRICE_MOST))
        return damaged(row, "a replacement whose quantity or price can't be");
    change_open(l, o, row->quantity);
    o->quantity = o->filled + row->quantity;
    *(order_is_stop(o) ? &o->stop : &o->price) = row->price;
    return STATUS_OK;
}

static status apply_reduce(ledger *l, const journal_row *row) {
    order *o = working_order(l, row);
    if (!o || !within(row->quantity, 1, o->open - 1))
        return damaged(row, "more is taken off an order than it lives on without");
    change_open(l, o, o->open - row->quantity);
    o->quantity -= row->quantity;
    return STATUS_OK;
}

static status apply_trigger(ledger *l, const journal_row *row) {
    order *o = working_order(l, row);
    if (!o || !order_is_stop(o))
        return damaged(row, "a trigger of what is no waiting stop");
    beat_other(l, o);
    o->type = o->type == ORDER_STOP_LIMIT ? ORDER_LIMIT : ORDER_MARKET;
    return STATUS_OK;
}

static status apply_trail(ledger *l, const journal_row *row) {
    order *o = working_order(l, row);
    if (!o || o->type != ORDER_TRAILING_STOP || !within(row->price, 1, PRICE_MOST))
        return damaged(row, "a stop price that trails without a trailing stop, or to what can't be");
    o->stop = row->price;
    return STATUS_OK;
}

static status apply_breaker(ledger *l, const journal_row *row) {
    if (!within(row->quantity, BREAKER_STATE_TRADING, BREAKER_STATE_QUIET))
        return damaged(row, "a state of the breaker that there is not");
    if (!within(row->price, 0, 24 * 60))
        return damaged(row, "a quiet time of the breaker that can't be");
    breaker_change change = {.time = row->time,
                             .desk_time = row->desk_time,
                             .state = (breaker_state)row->quantity,
                             .quiet_minutes = row->price};
    mem_copy_string(change.user, sizeof change.user, row->user);
    mem_copy_string(change.cause, sizeof change.cause, row->text);
    l->breaker = change.state;
    vec_push(&l->breaker_history, change);
    return STATUS_OK;
}

static status apply_session(ledger *l, const journal_row *row) {
    if (!within(row->quantity, -DAYS_MOST, DAYS_MOST))
        return damaged(row, "a session on a day that there is not");
    if (l->session != (date)row->quantity)
        l->desk_time = row->desk_time; // another day: the clock may go back, to data of the past
    l->session = (date)row->quantity;
    l->session_row = row->sequence;
    l->by_hand = 0;
    for (size_t i = 0; i < l->positions.n; i++)
        position_start_session(&l->positions.at[i], l->positions.at[i].start_mark);
    return STATUS_OK;
}

static status apply_mark(ledger *l, const journal_row *row) {
    if (row->sid < 1 || !within(row->price, 0, PRICE_MOST))
        return damaged(row, "a mark of no security, or at a price that can't be");
    position_start_session(position_at(l, row->sid), row->price);
    return STATUS_OK;
}

static status apply_adjust(ledger *l, const journal_row *row) {
    if (row->sid < 1 || !within(row->quantity, -ORDER_QUANTITY_MOST, ORDER_QUANTITY_MOST) ||
        !within(row->price, 0, PRICE_MOST))
        return damaged(row, "a position set in no security, or to what can't be");
    position *p = position_at(l, row->sid);
    l->by_hand += decimal_times(row->price, row->quantity - p->quantity);
    position_adjust(p, row->quantity, row->price);
    return STATUS_OK;
}

static status apply_cash(ledger *l, const journal_row *row) {
    if (!within(row->price, -2 * MONEY_MOST, 2 * MONEY_MOST) || llabs(l->cash) > 4 * MONEY_MOST)
        return damaged(row, "cash out of range");
    l->cash += row->price;
    l->by_hand += row->price;
    return STATUS_OK;
}

static status apply_limit(ledger *l, const journal_row *row) {
    limit_name name;
    if (limit_find(row->text, &name) != STATUS_OK || row->price < 0)
        return damaged(row, "a limit that this program does not know, or a negative one");
    l->limits[name] = row->price;
    return STATUS_OK;
}

static status apply_kind(ledger *l, const journal_row *row) {
    switch (row->kind) {
    case JOURNAL_SESSION:
        return apply_session(l, row);
    case JOURNAL_MARK:
        return apply_mark(l, row);
    case JOURNAL_ORDER:
        return apply_order(l, row, true);
    case JOURNAL_REJECT:
        return apply_order(l, row, false);
    case JOURNAL_FILL:
        return apply_fill(l, row);
    case JOURNAL_CANCEL:
        return apply_end(l, row, STATE_CANCELLED);
    case JOURNAL_EXPIRE:
        return apply_end(l, row, STATE_EXPIRED);
    case JOURNAL_REPLACE:
        return apply_replace(l, row);
    case JOURNAL_TRIGGER:
        return apply_trigger(l, row);
    case JOURNAL_TRAIL:
        return apply_trail(l, row);
    case JOURNAL_REDUCE:
        return apply_reduce(l, row);
    case JOURNAL_ADJUST:
        return apply_adjust(l, row);
    case JOURNAL_CASH:
        return apply_cash(l, row);
    case JOURNAL_BREAKER:
        return apply_breaker(l, row);
    case JOURNAL_LIMIT:
        return apply_limit(l, row);
    }
    return damaged(row, "a kind of row that this program does not know");
}

status ledger_apply(ledger *l, const journal_row *row) {
    if (row->sequence != l->sequence + 1)
        return status_fail(STATUS_CORRUPT, "journal: row %lld follows row %lld", (long long)row->sequence,
                           (long long)l->sequence);
    TRY(apply_kind(l, row));
    l->sequence = row->sequence;
    if (row->desk_time > l->desk_time)
        l->desk_time = row->desk_time;
    return STATUS_OK;
}

int64_t ledger_sequence(const ledger *l) { return l->sequence; }
int64_t ledger_desk_time(const ledger *l) { return l->desk_time; }
date ledger_session(const ledger *l) { return l->session; }
int64_t ledger_session_row(const ledger *l) { return l->session_row; }
int64_t ledger_next_order(const ledger *l) { return (int64_t)l->orders.n + 1; }

const order *ledger_order(const ledger *l, int64_t id) {
    return id >= 1 && (size_t)id <= l->orders.n ? &l->orders.at[id - 1] : NULL;
}

const order *ledger_order_by_client(const ledger *l, const char *client) {
    uint64_t id;
    return map_get(&l->by_client, client, &id) ? ledger_order(l, (int64_t)id) : NULL;
}

size_t ledger_orders(const ledger *l) { return l->orders.n; }

size_t ledger_filled(const ledger *l) { return l->filled; }

const int64_t *ledger_working(const ledger *l, size_t *n) {
    *n = l->working.n;
    return l->working.at;
}

const position *ledger_position(const ledger *l, int32_t sid) {
    uint64_t index;
    return map64_get(&l->position_index, (uint64_t)sid, &index) ? &l->positions.at[index] : NULL;
}

const position *ledger_positions(const ledger *l, size_t *n) {
    *n = l->positions.n;
    return l->positions.at;
}

int64_t ledger_cash(const ledger *l) { return l->cash; }

int64_t ledger_by_hand(const ledger *l) { return l->by_hand; }

int64_t ledger_open_quantity(const ledger *l, int32_t sid, side s) {
    uint64_t index;
    return map64_get(&l->ordered_index, (uint64_t)sid, &index) ? l->open[s].at[index] : 0;
}

int64_t adding_shares(int64_t held, side s, int64_t quantity) {
    int64_t against = s == SIDE_BUY ? -held : held; // what there is to close
    if (against <= 0)
        return quantity;
    return quantity > against ? quantity - against : 0;
}

int64_t ledger_open_adding(const ledger *l, int32_t sid) {
    const position *p = ledger_position(l, sid);
    int64_t held = p ? p->quantity : 0;
    return adding_shares(held, SIDE_BUY, ledger_open_quantity(l, sid, SIDE_BUY)) +
           adding_shares(held, SIDE_SELL, ledger_open_quantity(l, sid, SIDE_SELL));
}

const int32_t *ledger_ordered(const ledger *l, size_t *n) {
    *n = l->ordered.n;
    return l->ordered.at;
}

breaker_state ledger_breaker(const ledger *l) { return l->breaker; }

const breaker_change *ledger_breaker_history(const ledger *l, size_t *n) {
    *n = l->breaker_history.n;
    return l->breaker_history.at;
}

int64_t ledger_limit(const ledger *l, limit_name name) { return l->limits[name]; }

int64_t ledger_limit_now(const ledger *l, limit_name name) {
    bool halves = name == LIMIT_ORDER_QUANTITY || name == LIMIT_ORDER_NOTIONAL || name == LIMIT_POSITION_QUANTITY ||
                  name == LIMIT_POSITION_NOTIONAL;
    int64_t limit = l->limits[name];
    return halves && l->breaker == BREAKER_STATE_QUIET && limit > 1 ? limit / 2 : limit;
}

static void add_position(hash_state *h, const position *p) {
    const int64_t fields[] = {p->sid,        p->quantity, p->cost,     p->realised,  p->fees, p->start_quantity,
                              p->start_mark, p->day_cash, p->day_fees, p->day_traded};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        hash_add_u64(h, (uint64_t)fields[i]);
}

static void add_order(hash_state *h, const order *o) {
    const int64_t fields[] = {
        o->id,     o->time,           o->sid,         o->side,       o->type,       o->tif,
        o->traits, o->self,           o->state,       o->quantity,   o->filled,     o->open,
        o->price,  o->stop,           o->trail,       o->display,    o->expires,    o->other,
        o->cost,   o->asked.quantity, o->asked.price, o->asked.type, o->asked.stop, o->asked.other,
        o->ended,  o->beaten_by,
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        hash_add_u64(h, (uint64_t)fields[i]);
    hash_add_string(h, o->client);
    hash_add_string(h, o->reason);
}

uint64_t ledger_fingerprint(const ledger *l) {
    hash_state *h = hash_start();
    hash_add_u64(h, (uint64_t)l->sequence);
    hash_add_u64(h, (uint64_t)l->desk_time);
    hash_add_u64(h, (uint64_t)l->session);
    hash_add_u64(h, (uint64_t)l->cash);
    hash_add_u64(h, (uint64_t)l->by_hand);
    hash_add_u64(h, (uint64_t)l->breaker);
    for (size_t i = 0; i < l->orders.n; i++)
        add_order(h, &l->orders.at[i]);
    for (size_t i = 0; i < l->working.n; i++)
        hash_add_u64(h, (uint64_t)l->working.at[i]);
    for (size_t i = 0; i < l->positions.n; i++)
        add_position(h, &l->positions.at[i]);
    for (int i = 0; i < LIMIT_COUNT; i++)
        hash_add_u64(h, (uint64_t)l->limits[i]);
    for (size_t i = 0; i < l->breaker_history.n; i++) {
        hash_add_u64(h, (uint64_t)l->breaker_history.at[i].time);
        hash_add_u64(h, (uint64_t)l->breaker_history.at[i].desk_time);
        hash_add_u64(h, (uint64_t)l->breaker_history.at[i].state);
        hash_add_string(h, l->breaker_history.at[i].user);
        hash_add_string(h, l->breaker_history.at[i].cause);
    }
    hash result = hash_finish(h);
    uint64_t print;
    memcpy(&print, result.bytes, sizeof print);
    return print;
}
