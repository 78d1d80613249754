#include "engine/market/venue.h"

#include <math.h>
#include <stdlib.h>

#include "engine/market/agenda.h"
#include "engine/market/flow.h"
#include "engine/market/hours.h"
#include "src/base/rng.h"
#include "src/base/vec.h"

enum { WINDOW = 256 }; // levels a side that are reached directly; more of them cost caches when hundreds of books live

static const double DEFAULT_PACE = 12;

// Streams of the session's seed: of the flow of security n 2 n and 2 n + 1, and beyond all of them:
#define PATH_STREAM (UINT64_C(1) << 40)
#define HOURS_STREAM (UINT64_C(1) << 41)
#define TERMS_STREAM (UINT64_C(1) << 42)

__extension__ typedef __int128 int128;

// A command of the operator on its way to the book.
typedef struct {
    int64_t due;
    enum { TO_SUBMIT, TO_CANCEL, TO_REPLACE } kind;
    book_request request;    // TO_SUBMIT
    book_order_id order;     // the others
    int64_t quantity, price; // TO_REPLACE
} sent;

typedef struct {
    venue_security security;
    daypath path;
    bool open, opened; // opened: it ever was
    bool halts;        // the last trades halt the market
    hours hours;       // while it is open
    book *book;        // NULL until it is opened first; its number is its place in venue.by_number
    flow *flow;
    venue_session session;
    int128 turnover; // sum of price * quantity
    book_reject refused;
    VEC(sent) on_the_way; // in the order of arrival
    int64_t last_due;
    int64_t expiry; // when an order of the operator may expire
    rng terms;      // decides on latencies and refusals
} listing;

typedef VEC(listing *) listings;

struct venue {
    venue_config config;
    venue_terms terms;
    uint64_t seed; // of this session
    venue_sink sink;
    void *context;
    int64_t now;
    book_stream *stream; // of all books
    listings by_number;  // in the order they came
    listings all;        // by sid; a listing stays until the venue is freed, so that old ids stay unknown
    agenda agenda;       // of the open ones
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
        if (e->kind == BOOK_FILL) {
            count_trade(l, e);
            l->halts |= hours_trade(&l->hours, e->price, e->time);
        }
        if (e->kind == BOOK_REJECTED)
            l->refused = (book_reject)e->reason;
        if (v->sink)
            v->sink(v->context, l->security.sid, e);
    }
}

static int64_t pre_open(const venue *v) { return (int64_t)(v->terms.pre_open_s * 1e9); }

status venue_new(const venue_config *config, venue_sink sink, void *context, venue **out) {
    if (!(config->pace >= 0) || config->pace > 1e6)
        return status_fail(STATUS_INVALID, "pace %g of a venue is not between 0 and 1,000,000 events a second",
                           config->pace);
    venue *v = mem_new(1, sizeof *v);
    v->config = *config;
    if (v->config.pace == 0)
        v->config.pace = DEFAULT_PACE;
    v->terms = config->terms ? *config->terms : venue_terms_default();
    v->now = -pre_open(v);
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
        vec_free(&v->all.at[i]->on_the_way);
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
        if (v->all.at[middle]->security.sid < sid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static listing *find(const venue *v, int32_t sid) {
    size_t i = place(v, sid);
    return i < v->all.n && v->all.at[i]->security.sid == sid ? v->all.at[i] : NULL;
}

static listing *find_open(const venue *v, int32_t sid) {
    listing *l = find(v, sid);
    return l && l->open ? l : NULL;
}

static int64_t next_of(const listing *l) {
    int64_t arrival = l->hours.state == STATE_CLOSED ? INT64_MAX : flow_next(l->flow);
    int64_t next = l->hours.next < arrival ? l->hours.next : arrival;
    next = l->expiry < next ? l->expiry : next;
    return l->on_the_way.n && l->on_the_way.at[0].due < next ? l->on_the_way.at[0].due : next;
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

static listing *add_listing(venue *v, const venue_security *s) {
    listing *l = mem_new(1, sizeof *l);
    *l = (listing){.security = *s,
                   .session = {.last = s->reference, .last_time = -1},
                   .expiry = INT64_MAX,
                   .terms = rng_stream(v->seed, TERMS_STREAM + (uint32_t)s->sid)};
    daypath_start(&l->path, &(daypath_config){.seed = v->seed,
                                              .stream = PATH_STREAM + (uint32_t)s->sid,
                                              .reference = (double)s->reference,
                                              .volatility = s->volatility,
                                              .least = 2 * (double)s->tick,
                                              .since = s->since,
                                              .bar = s->bar});
    size_t at = place(v, s->sid);
    vec_push(&v->all, l);
    memmove(v->all.at + at + 1, v->all.at + at, (v->all.n - 1 - at) * sizeof *v->all.at);
    v->all.at[at] = l;
    return l;
}

status venue_add(venue *v, const venue_security *security) {
    TRY(check_security(security));
    if (!find(v, security->sid))
        add_listing(v, security);
    return STATUS_OK;
}

static status add_book(venue *v, listing *l) {
    const venue_security *s = &l->security;
    const book_config config = {.tick = s->tick,
                                .lot = 1,
                                .max_quantity = 1000000000,
                                .max_price = s->tick * (UINT32_MAX - 1),
                                .reference = s->reference / s->tick * s->tick,
                                .max_orders = VENUE_MAX_ORDERS,
                                .window = WINDOW,
                                .number = (uint32_t)v->by_number.n,
                                .state = l->hours.state};
    status made = book_new(&config, v->stream, &l->book);
    if (made != STATUS_OK)
        return status_within(made, "opening the book of security %d", s->sid);
    l->flow = flow_new(&(flow_config){.seed = v->seed,
                                      .stream = (uint32_t)s->sid,
                                      .path = &l->path,
                                      .tick = s->tick,
                                      .daily_volume = s->bar.volume > 0 ? (double)s->bar.volume : s->daily_volume,
                                      .pace = v->config.pace,
                                      .max_orders = VENUE_MAX_ORDERS,
                                      .out = v->stream});
    vec_push(&v->by_number, l);
    return STATUS_OK;
}

// What is next at a book has changed.
static void reschedule(venue *v, const listing *l) { agenda_move(&v->agenda, l, next_of(l)); }

// Moves the book into the state that the hours are in.
static void set_state(venue *v, listing *l) {
    bool auction = l->hours.state == STATE_CONTINUOUS || l->hours.state == STATE_CLOSED;
    if (auction)
        flow_settle(l->flow, l->book, v->now);
    book_set_state(l->book, l->hours.state, v->now);
    book_stream_flush(v->stream);
    if (l->hours.state == STATE_CONTINUOUS)
        flow_settled(l->flow, l->book, v->now);
}

// Trades may have halted the market: the book follows, and the agenda.
static void watch_halt(venue *v, listing *l) {
    if (!l->halts)
        return;
    l->halts = false;
    set_state(v, l);
    reschedule(v, l);
}

status venue_open(venue *v, const venue_security *security) {
    TRY(check_security(security));
    listing *l = find(v, security->sid);
    if (l && l->open)
        return STATUS_OK;
    if (!l)
        l = add_listing(v, security);
    const hours_config session = {.seed = v->seed,
                                  .stream = HOURS_STREAM + (uint32_t)security->sid,
                                  .halts = v->terms.halts,
                                  .pre_open = -pre_open(v)};
    hours_start(&l->hours, &session, v->now);
    if (!l->book)
        TRY(add_book(v, l));
    else
        book_set_state(l->book, l->hours.state, v->now);
    l->open = l->opened = true;
    flow_start(l->flow, l->book, v->now == 0 && l->hours.state == STATE_OPENING_AUCTION, v->now);
    agenda_add(&v->agenda, next_of(l), l->security.sid, l);
    venue_advance(v, v->now); // the opening auction, when it is due
    return STATUS_OK;
}

void venue_close(venue *v, int32_t sid) {
    listing *l = find_open(v, sid);
    if (!l)
        return;
    agenda_remove(&v->agenda, l);
    l->on_the_way.n = 0;
    flow_stop(l->flow, l->book, v->now);
    // What the flow leaves behind are the desk's orders, and market orders that wait for an auction.
    book_cancel_all(l->book, &(book_filter){.buys = true, .sells = true, .every_owner = true}, v->now);
    book_stream_flush(v->stream);
    l->expiry = INT64_MAX;
    l->open = false;
}

bool venue_is_open(const venue *v, int32_t sid) { return find_open(v, sid); }

static bool carry_out(venue *v, listing *l, const sent *c, book_order_id *out) {
    book_order_id id = c->order;
    bool done;
    if (c->kind == TO_SUBMIT) {
        book_request at_once = c->request;
        at_once.time = v->now;
        id = book_submit(l->book, &at_once);
        done = id;
    } else if (c->kind == TO_CANCEL) {
        done = book_cancel(l->book, id, v->now);
    } else {
        done = book_replace(l->book, id, c->quantity, c->price, v->now);
    }
    book_stream_flush(v->stream);
    l->expiry = book_next_expiry(l->book);
    if (out)
        *out = id;
    return done;
}

static void expire(venue *v, listing *l) {
    book_expire(l->book, v->now);
    book_stream_flush(v->stream);
    l->expiry = book_next_expiry(l->book);
}

// The first command on its way has arrived.
static void arrive(venue *v, listing *l) {
    sent c = l->on_the_way.at[0];
    vec_remove(&l->on_the_way, 0);
    carry_out(v, l, &c, NULL);
}

void venue_advance(venue *v, int64_t now) {
    while (v->agenda.n && agenda_next(&v->agenda) <= now) {
        listing *l = agenda_first(&v->agenda);
        v->now = agenda_next(&v->agenda);
        if (l->on_the_way.n && l->on_the_way.at[0].due == v->now) {
            arrive(v, l);
        } else if (l->expiry <= v->now) {
            expire(v, l);
        } else if (l->hours.next == v->now) {
            hours_change(&l->hours);
            set_state(v, l);
        } else {
            flow_step(l->flow, l->book);
        }
        watch_halt(v, l);
        reschedule(v, l);
    }
    if (now > v->now)
        v->now = now;
}

int64_t venue_now(const venue *v) { return v->now; }

int64_t venue_next(const venue *v) { return agenda_next(&v->agenda); }

static status find_book(const venue *v, int32_t sid, listing **out) {
    *out = find_open(v, sid);
    if (!*out)
        return status_fail(STATUS_NOT_FOUND, "security %d has no open book", sid);
    return STATUS_OK;
}

static status refusal(const listing *l) {
    return status_fail(STATUS_REFUSED, "the book refused: %s", book_reject_text(l->refused));
}

static bool is_late(const venue *v) { return v->terms.latency_ms > 0 || v->terms.jitter_ms > 0; }

static void put_on_the_way(venue *v, listing *l, sent c) {
    double delay = v->terms.latency_ms + v->terms.jitter_ms * rng_exponential(&l->terms);
    c.due = v->now + 1 + (int64_t)(delay * 1e6);
    if (c.due < l->last_due)
        c.due = l->last_due;
    l->last_due = c.due;
    vec_push(&l->on_the_way, c);
    reschedule(v, l);
}

// Carries a command out, or sends it on its way.
static status command(venue *v, listing *l, sent c, book_order_id *out) {
    if (is_late(v)) {
        put_on_the_way(v, l, c);
        return STATUS_OK;
    }
    int64_t expiry = l->expiry;
    bool done = carry_out(v, l, &c, out);
    if (l->expiry != expiry)
        reschedule(v, l);
    watch_halt(v, l);
    return done ? STATUS_OK : refusal(l);
}

status venue_submit(venue *v, int32_t sid, const book_request *request, book_order_id *out) {
    listing *l;
    *out = 0;
    TRY(find_book(v, sid, &l));
    if (request->owner == VENUE_MARKET)
        return status_fail(STATUS_INVALID, "owner %u is the market's own", request->owner);
    if (v->terms.rejects > 0 && rng_double(&l->terms) < v->terms.rejects)
        return status_fail(STATUS_REFUSED, "the venue refused the order; it may be sent again");
    return command(v, l, (sent){.kind = TO_SUBMIT, .request = *request}, out);
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
    return command(v, l, (sent){.kind = TO_CANCEL, .order = order}, NULL);
}

status venue_replace(venue *v, int32_t sid, book_order_id order, int64_t quantity, int64_t price) {
    listing *l;
    TRY(find_book(v, sid, &l));
    TRY(check_owner(l, order));
    return command(v, l, (sent){.kind = TO_REPLACE, .order = order, .quantity = quantity, .price = price}, NULL);
}

const book *venue_book(const venue *v, int32_t sid) {
    const listing *l = find_open(v, sid);
    return l ? l->book : NULL;
}

int64_t venue_price(venue *v, int32_t sid) {
    listing *l = find(v, sid);
    if (!l)
        return 0;
    if (l->open && l->session.trades)
        return l->session.last;
    int64_t price = (int64_t)(daypath_at(&l->path, v->now) / (double)l->security.tick + 0.5) * l->security.tick;
    return price > l->security.tick ? price : l->security.tick;
}

bool venue_statistics(const venue *v, int32_t sid, venue_session *out) {
    const listing *l = find(v, sid);
    if (!l || !l->opened)
        return false;
    *out = l->session;
    if (out->volume)
        out->vwap = (double)l->turnover / (double)out->volume;
    return true;
}

int64_t venue_fair(const venue *v, int32_t sid) {
    const listing *l = find(v, sid);
    return l && l->opened ? llround(l->path.price) : 0;
}

static size_t listing_memory(const listing *l) { return book_memory(l->book) + flow_memory(l->flow); }

size_t venue_memory(const venue *v) {
    size_t bytes = sizeof *v;
    for (size_t i = 0; i < v->all.n; i++)
        bytes += sizeof(listing) + (v->all.at[i]->book ? listing_memory(v->all.at[i]) : 0);
    return bytes;
}
