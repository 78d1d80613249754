#include "engine/market/venue.h"

#include <math.h>
#include <stdlib.h>

#include "engine/market/flow.h"
#include "src/base/rng.h"
#include "src/base/vec.h"

enum { WINDOW = 1024 }; // levels a side that are reached directly

static const double DEFAULT_PACE = 12;

__extension__ typedef __int128 int128;

typedef struct {
    int32_t sid;
    bool open;
    book *book; // its number is its place in venue.by_number
    flow *flow;
    venue_session session;
    int128 turnover; // sum of price * quantity
    book_reject refused;
} listing;

typedef VEC(listing *) listings;

struct venue {
    venue_config config;
    uint64_t seed; // of this session
    venue_sink sink;
    void *context;
    int64_t now;
    book_stream *stream; // of all books
    listings by_number;  // in the order they came
    listings all;        // by sid; a listing stays until the venue is freed, so that old ids stay unknown
    listings agenda;     // the open ones, a binary heap by the time of their next arrival
};

static void count_trade(listing *l, const book_event *e) {
    venue_session *s = &l->session;
    if (!s->trades)
        s->open = s->high = s->low = e->price;
    s->last = e->price;
    s->high = e->price > s->high ? e->price : s->high;
    s->low = e->price < s->low ? e->price : s->low;
    s->volume += e->quantity;
    s->trades++;
    s->last_time = e->time;
    s->last_aggressor = (side)e->side;
    l->turnover += (int128)e->price * e->quantity;
}

static void listen(void *context, const book_event *events, size_t n) {
    venue *v = context;
    for (const book_event *e = events; e < events + n; e++) {
        listing *l = v->by_number.at[e->book];
        flow_observe(l->flow, e);
        if (e->kind == BOOK_FILL)
            count_trade(l, e);
        if (e->kind == BOOK_REJECTED)
            l->refused = (book_reject)e->reason;
        if (v->sink)
            v->sink(v->context, l->sid, e);
    }
}

status venue_new(const venue_config *config, venue_sink sink, void *context, venue **out) {
    if (!(config->pace >= 0) || config->pace > 1e6)
        return status_fail(STATUS_INVALID, "pace %g of a venue is not between 0 and 1,000,000 events a second",
                           config->pace);
    venue *v = mem_new(1, sizeof *v);
    v->config = *config;
    if (v->config.pace == 0)
        v->config.pace = DEFAULT_PACE;
    rng r = rng_stream(config->seed, (uint32_t)config->session);
    v->seed = rng_u64(&r);
    v->sink = sink;
    v->context = context;
    v->stream = book_stream_new(listen, v);
    *out = v;
    return STATUS_OK;
}

void venue_free(venue *v) {
    if (!v)
        return;
    for (size_t i = 0; i < v->all.n; i++) {
        book_free(v->all.at[i]->book);
        flow_free(v->all.at[i]->flow);
        free(v->all.at[i]);
    }
    book_stream_free(v->stream);
    vec_free(&v->all);
    vec_free(&v->by_number);
    vec_free(&v->agenda);
    free(v);
}

// Where the listing of a security is, or would be.
static size_t place(const venue *v, int32_t sid) {
    size_t low = 0, high = v->all.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->all.at[middle]->sid < sid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static listing *find(const venue *v, int32_t sid) {
    size_t i = place(v, sid);
    return i < v->all.n && v->all.at[i]->sid == sid ? v->all.at[i] : NULL;
}

static listing *find_open(const venue *v, int32_t sid) {
    listing *l = find(v, sid);
    return l && l->open ? l : NULL;
}

static bool before(const listing *a, const listing *b) {
    int64_t x = flow_next(a->flow), y = flow_next(b->flow);
    return x != y ? x < y : a->sid < b->sid;
}

static void sift_up(listings *heap, size_t i) {
    listing *l = heap->at[i];
    for (; i && before(l, heap->at[(i - 1) / 2]); i = (i - 1) / 2)
        heap->at[i] = heap->at[(i - 1) / 2];
    heap->at[i] = l;
}

static void sift_down(listings *heap, size_t i) {
    listing *l = heap->at[i];
    for (size_t down = 2 * i + 1; down < heap->n; down = 2 * i + 1) {
        if (down + 1 < heap->n && before(heap->at[down + 1], heap->at[down]))
            down++;
        if (!before(heap->at[down], l))
            break;
        heap->at[i] = heap->at[down];
        i = down;
    }
    heap->at[i] = l;
}

static void agenda_add(venue *v, listing *l) {
    vec_push(&v->agenda, l);
    sift_up(&v->agenda, v->agenda.n - 1);
}

static void agenda_remove(venue *v, const listing *l) {
    size_t i = 0;
    while (v->agenda.at[i] != l)
        i++;
    v->agenda.at[i] = v->agenda.at[--v->agenda.n];
    if (i == v->agenda.n)
        return;
    sift_up(&v->agenda, i);
    sift_down(&v->agenda, i);
}

static status check_security(const venue_security *s) {
    if (s->tick <= 0 || s->tick > INT64_C(1000000000))
        return status_fail(STATUS_INVALID, "tick %lld of security %d is not between 1 and 1,000,000,000",
                           (long long)s->tick, s->sid);
    if (s->reference < 4 * s->tick || s->reference > s->tick * 1000000000)
        return status_fail(STATUS_INVALID,
                           "reference price %lld of security %d is not between 4 and 1,000,000,000 ticks",
                           (long long)s->reference, s->sid);
    if (!(s->volatility >= 0 && s->volatility <= 2))
        return status_fail(STATUS_INVALID, "daily volatility %g of security %d is not between 0 and 2", s->volatility,
                           s->sid);
    if (!(s->daily_volume >= 0 && s->daily_volume <= 1e12))
        return status_fail(STATUS_INVALID, "daily volume %g of security %d is not between 0 and 1e12", s->daily_volume,
                           s->sid);
    return STATUS_OK;
}

static status add_listing(venue *v, const venue_security *s, listing **out) {
    listing *l = mem_new(1, sizeof *l);
    *l = (listing){.sid = s->sid, .session = {.last = s->reference, .last_time = -1}};
    const book_config config = {.tick = s->tick,
                                .lot = 1,
                                .max_quantity = 1000000000,
                                .max_price = s->tick * (UINT32_MAX - 1),
                                .max_orders = VENUE_MAX_ORDERS,
                                .window = WINDOW,
                                .number = (uint32_t)v->by_number.n};
    status made = book_new(&config, v->stream, &l->book);
    if (made != STATUS_OK) {
        free(l);
        return status_within(made, "opening the book of security %d", s->sid);
    }
    l->flow = flow_new(&(flow_config){.seed = v->seed,
                                      .stream = (uint32_t)s->sid,
                                      .reference = (double)s->reference,
                                      .tick = s->tick,
                                      .volatility = s->volatility,
                                      .daily_volume = s->daily_volume,
                                      .pace = v->config.pace,
                                      .max_orders = VENUE_MAX_ORDERS,
                                      .out = v->stream});
    vec_push(&v->by_number, l);
    size_t at = place(v, s->sid);
    vec_push(&v->all, l);
    memmove(v->all.at + at + 1, v->all.at + at, (v->all.n - 1 - at) * sizeof *v->all.at);
    v->all.at[at] = l;
    *out = l;
    return STATUS_OK;
}

status venue_open(venue *v, const venue_security *security) {
    TRY(check_security(security));
    listing *l = find(v, security->sid);
    if (!l)
        TRY(add_listing(v, security, &l));
    if (l->open)
        return STATUS_OK;
    l->open = true;
    flow_start(l->flow, l->book, v->now);
    agenda_add(v, l);
    return STATUS_OK;
}

// What the flow leaves behind are the desk's orders.
static void cancel_rest(venue *v, listing *l) {
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++) {
        book_level level;
        book_order order;
        while (book_depth(l->book, s, &level, 1) && book_level_orders(l->book, s, level.price, &order, 1))
            book_cancel(l->book, order.id, v->now);
    }
}

void venue_close(venue *v, int32_t sid) {
    listing *l = find_open(v, sid);
    if (!l)
        return;
    agenda_remove(v, l);
    flow_stop(l->flow, l->book, v->now);
    cancel_rest(v, l);
    book_stream_flush(v->stream);
    l->open = false;
}

bool venue_is_open(const venue *v, int32_t sid) { return find_open(v, sid); }

void venue_advance(venue *v, int64_t now) {
    while (v->agenda.n && flow_next(v->agenda.at[0]->flow) <= now) {
        listing *l = v->agenda.at[0];
        v->now = flow_next(l->flow);
        flow_step(l->flow, l->book);
        sift_down(&v->agenda, 0);
    }
    if (now > v->now)
        v->now = now;
}

int64_t venue_now(const venue *v) { return v->now; }

int64_t venue_next(const venue *v) { return v->agenda.n ? flow_next(v->agenda.at[0]->flow) : INT64_MAX; }

static status find_book(const venue *v, int32_t sid, listing **out) {
    *out = find_open(v, sid);
    if (!*out)
        return status_fail(STATUS_NOT_FOUND, "security %d has no open book", sid);
    return STATUS_OK;
}

static status refusal(const listing *l) {
    return status_fail(STATUS_REFUSED, "the book refused: %s", book_reject_text(l->refused));
}

status venue_submit(venue *v, int32_t sid, const book_request *request, book_order_id *out) {
    listing *l;
    TRY(find_book(v, sid, &l));
    if (request->owner == VENUE_MARKET)
        return status_fail(STATUS_INVALID, "owner %u is the market's own", request->owner);
    book_request at_once = *request;
    at_once.time = v->now;
    *out = book_submit(l->book, &at_once);
    book_stream_flush(v->stream);
    return *out ? STATUS_OK : refusal(l);
}

static status check_owner(const listing *l, book_order_id order) {
    book_order o;
    if (book_find(l->book, order, &o) && o.owner == VENUE_MARKET)
        return status_fail(STATUS_REFUSED, "order %llu is the market's own", (unsigned long long)order);
    return STATUS_OK;
}

status venue_cancel(venue *v, int32_t sid, book_order_id order) {
    listing *l;
    TRY(find_book(v, sid, &l));
    TRY(check_owner(l, order));
    bool done = book_cancel(l->book, order, v->now);
    book_stream_flush(v->stream);
    return done ? STATUS_OK : refusal(l);
}

status venue_replace(venue *v, int32_t sid, book_order_id order, int64_t quantity, int64_t price) {
    listing *l;
    TRY(find_book(v, sid, &l));
    TRY(check_owner(l, order));
    bool done = book_replace(l->book, order, quantity, price, v->now);
    book_stream_flush(v->stream);
    return done ? STATUS_OK : refusal(l);
}

const book *venue_book(const venue *v, int32_t sid) {
    const listing *l = find_open(v, sid);
    return l ? l->book : NULL;
}

bool venue_statistics(const venue *v, int32_t sid, venue_session *out) {
    const listing *l = find(v, sid);
    if (!l)
        return false;
    *out = l->session;
    if (out->volume)
        out->vwap = (double)l->turnover / (double)out->volume;
    return true;
}

int64_t venue_fair(const venue *v, int32_t sid) {
    const listing *l = find(v, sid);
    return l ? llround(flow_fair(l->flow)) : 0;
}

size_t venue_memory(const venue *v) {
    size_t bytes = sizeof *v;
    for (size_t i = 0; i < v->all.n; i++)
        bytes += sizeof(listing) + book_memory(v->all.at[i]->book) + flow_memory(v->all.at[i]->flow);
    return bytes;
}
