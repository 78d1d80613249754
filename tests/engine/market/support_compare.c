#include "tests/engine/market/support_compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/engine/market/support_book.h"

enum { VIEWS_EVERY = 64, CHECK_EVERY = 256 };

// What is remembered of a command that submitted an order.
typedef struct {
    uint64_t id; // the reference's, 0 when it was rejected
    order_kind kind;
    uint8_t self;
} submitted;

struct compared {
    const market *market;
    progress *progress;
    bool quiet, checks;
    book *book;
    book_stream *stream;
    reference *reference;
    rebuild rebuild;
    book_events told;
    VEC(book_order_id) ids;   // of the reference's order i + 1
    VEC(submitted) submitted; // by number
    command now;
    book_order_id named; // id that the command names
    uint64_t done;
    uint64_t taker; // number of the latest order that could take
};

static void differ(const compared *c, const char *what, int64_t is, int64_t expected) {
    if (!c->quiet) {
        printf("after command #%u: %s is %" PRId64 ", expected %" PRId64 "\n", c->now.number, what, is, expected);
        fflush(stdout);
    }
    _exit(1);
}

#define SAME(what, is, expected)                                                                                       \
    do {                                                                                                               \
        if ((is) != (expected))                                                                                        \
            differ(c, what, (int64_t)(is), (int64_t)(expected));                                                       \
    } while (0)

compared *compared_new(const market *m, progress *p, bool quiet, bool checks) {
    compared *c = mem_new(1, sizeof *c);
    c->market = m;
    c->progress = p;
    c->quiet = quiet;
    c->checks = checks;
    c->reference = reference_new(&m->book);
    c->rebuild.state = m->book.state;
    c->stream = book_stream_new(book_events_keep, &c->told);
    if (book_new(&m->book, c->stream, &c->book) != STATUS_OK)
        differ(c, "book_new", 0, 1);
    return c;
}

void compared_free(compared *c) {
    book_free(c->book);
    book_stream_free(c->stream);
    reference_free(c->reference);
    rebuild_free(&c->rebuild);
    vec_free(&c->told);
    vec_free(&c->ids);
    vec_free(&c->submitted);
    free(c);
}

const reference *compared_reference(const compared *c) { return c->reference; }

static book_order_id id_of(const compared *c, uint64_t order) {
    return order && order <= c->ids.n ? c->ids.at[order - 1] : 0;
}

static const submitted *submitted_by(const compared *c, uint64_t number) {
    static const submitted none = {0};
    return number < c->submitted.n ? &c->submitted.at[number] : &none;
}

static void cover_cancel(compared *c, coverage *to, const book_event *e, order_kind kind) {
    to->cancelled[e->reason][kind]++;
    if (e->reason != WHY_SELF_TRADE)
        return;
    to->self[submitted_by(c, c->taker)->self]++;
    to->cancelled_in_part += e->leaves > 0;
}

static void cover_expiry(coverage *to, const compared *c, order_kind kind) {
    bool session = c->now.kind == DO_STATE && c->now.state == STATE_CLOSED && c->rebuild.state == STATE_CLOSED;
    uint32_t *count = session ? &to->closed[kind] : &to->expired[kind];
    ++*count;
}

static void cover(compared *c, const book_event *e) {
    coverage *to = &c->progress->coverage;
    uint32_t number = (uint32_t)e->tag;
    order_kind kind = submitted_by(c, number)->kind;
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        c->taker = number;
        break;
    case BOOK_REJECTED:
        to->rejected[c->now.kind][e->reason]++;
        break;
    case BOOK_FILL:
        to->fill[e->flags & BOOK_AUCTION ? 1 : 0][kind][submitted_by(c, (uint32_t)e->maker_tag)->kind]++;
        to->fill_of[c->now.kind]++;
        break;
    case BOOK_CANCELLED:
        cover_cancel(c, to, e, kind);
        break;
    case BOOK_REPLACED:
        c->taker = number;
        to->replaced[e->flags & BOOK_KEPT_PRIORITY ? 1 : 0][kind]++;
        break;
    case BOOK_SHOWN:
        to->shown[kind]++;
        break;
    case BOOK_TRIGGERED:
        c->taker = number;
        to->triggered[kind][e->side]++;
        break;
    case BOOK_TRAILED:
        to->trailed[e->side]++;
        break;
    case BOOK_EXPIRED:
        cover_expiry(to, c, kind);
        break;
    case BOOK_STATE:
        to->state[c->rebuild.state][e->reason]++;
        break;
    }
}

// Paths that more than one event tells of.
static void cover_command(compared *c) {
    coverage *to = &c->progress->coverage;
    int64_t price = 0;
    for (size_t i = 0; i < c->told.n; i++) {
        const book_event *e = &c->told.at[i], *before = i ? e - 1 : NULL;
        if (e->kind == BOOK_FILL && e->flags & BOOK_AUCTION) {
            to->auctions_at_prices += price && price != e->price;
            price = e->price;
        }
        bool pair = e->kind == BOOK_CANCELLED && e->reason == WHY_PAIR;
        if (pair && before && (before->kind == BOOK_ACCEPTED || before->kind == BOOK_REPLACED))
            to->pairs_met++;
    }
}

static void compare_fill(const compared *c, const book_event *is, const book_event *expected) {
    SAME("a fill's maker", is->maker, id_of(c, expected->maker));
    SAME("a fill's maker_tag", is->maker_tag, expected->maker_tag);
    SAME("a fill's maker_owner", is->maker_owner, expected->maker_owner);
    SAME("a fill's maker_leaves", is->maker_leaves, expected->maker_leaves);
}

static void compare_event(compared *c, const book_event *is, const book_event *expected) {
    SAME("an event's sequence", is->sequence, expected->sequence);
    SAME("an event's kind", is->kind, expected->kind);
    SAME("an event's reason", is->reason, expected->reason);
    if (expected->kind == BOOK_ACCEPTED) {
        SAME("the reference's id", expected->order, c->ids.n + 1);
        vec_push(&c->ids, is->order);
    }
    bool unknown = expected->kind == BOOK_REJECTED && expected->reason == REJECT_UNKNOWN;
    SAME("an event's order", is->order, unknown ? c->named : id_of(c, expected->order));
    SAME("an event's side", is->side, expected->side);
    SAME("an event's flags", is->flags, expected->flags);
    SAME("an event's book", is->book, expected->book);
    SAME("an event's tag", is->tag, expected->tag);
    SAME("an event's owner", is->owner, expected->owner);
    SAME("an event's quantity", is->quantity, expected->quantity);
    SAME("an event's price", is->price, expected->price);
    SAME("an event's leaves", is->leaves, expected->leaves);
    SAME("an event's shown", is->shown, expected->shown);
    SAME("an event's time", is->time, expected->time);
    if (expected->kind == BOOK_REJECTED)
        SAME("an event's asked", is->asked, expected->asked);
    if (expected->kind == BOOK_FILL)
        compare_fill(c, is, expected);
}

static void print_event(const compared *c, const char *whose, const book_event *e) {
    static const char *const kind[] = {"accepted", "rejected",  "fill",    "cancelled", "replaced",
                                       "shown",    "triggered", "trailed", "expired",   "state"};
    printf("  %s: %s #%u reason %u side %u quantity %u leaves %u shown %u @ %" PRId64 " flags %u", whose,
           e->kind < 10 ? kind[e->kind] : "?", (uint32_t)e->tag, e->reason, e->side, e->quantity, e->leaves, e->shown,
           e->price, e->flags);
    if (e->kind == BOOK_FILL)
        printf(" maker #%u leaves %u", (uint32_t)e->maker_tag, e->maker_leaves);
    printf("%s\n", e->book == c->market->book.number ? "" : " of another book");
}

static bool looks_same(const book_event *a, const book_event *b) {
    return a->kind == b->kind && a->reason == b->reason && a->tag == b->tag && a->quantity == b->quantity &&
           a->price == b->price && a->leaves == b->leaves && a->shown == b->shown && a->flags == b->flags;
}

static void print_events(const compared *c, const book_event *expected, size_t n) {
    bool same = c->told.n == n;
    for (size_t i = 0; same && i < n; i++)
        same = looks_same(&c->told.at[i], &expected[i]);
    if (same || c->quiet)
        return;
    for (size_t i = 0; i < c->told.n; i++)
        print_event(c, "book", &c->told.at[i]);
    for (size_t i = 0; i < n; i++)
        print_event(c, "reference", &expected[i]);
}

static void compare_events(compared *c) {
    size_t n;
    book_stream_flush(c->stream);
    const book_event *expected = reference_events(c->reference, &n);
    print_events(c, expected, n);
    for (size_t i = 0; i < n && i < c->told.n; i++) {
        compare_event(c, &c->told.at[i], &expected[i]);
        cover(c, &expected[i]);
        rebuild_add(&c->rebuild, &c->told.at[i]);
    }
    SAME("the number of events", c->told.n, n);
    SAME("book_sequence", book_sequence(c->book), c->rebuild.sequence);
    cover_command(c);
    c->told.n = 0;
}

static void compare_order(const compared *c, const book_order *is, const book_order *expected) {
    SAME("an order's id", is->id, id_of(c, expected->id));
    SAME("an order's tag", is->tag, expected->tag);
    SAME("an order's owner", is->owner, expected->owner);
    SAME("an order's side", is->side, expected->side);
    SAME("an order's type", is->type, expected->type);
    SAME("an order's tif", is->tif, expected->tif);
    SAME("an order's traits", is->traits, expected->traits);
    SAME("an order's price", is->price, expected->price);
    SAME("an order's stop", is->stop, expected->stop);
    SAME("an order's quantity", is->quantity, expected->quantity);
    SAME("an order's shown", is->shown, expected->shown);
    SAME("an order's other", is->other, id_of(c, expected->other));
}

// One level of the book, whose orders begin at expected[0]; returns how many there are.
static size_t compare_level(const compared *c, side s, const book_level *is, const book_order *expected, size_t max) {
    book_order *queue = mem_new(is->orders + 1, sizeof *queue);
    size_t n = book_level_orders(c->book, s, is->price, queue, is->orders + 1);
    SAME("the number of a level's orders", n, is->orders);
    SAME("a level without orders, or with too many", n == 0 || n > max, false);
    int64_t quantity = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t place = 0, total = 0;
        int64_t ahead = 0;
        compare_order(c, &queue[i], &expected[i]);
        SAME("book_queue_position", book_queue_position(c->book, queue[i].id, &place, &total, &ahead), true);
        SAME("the place in the queue", place, i + 1);
        SAME("the length of the queue", total, n);
        SAME("the quantity ahead", ahead, quantity);
        quantity += expected[i].shown;
    }
    book_level found = book_level_at(c->book, s, is->price);
    SAME("a level's quantity", is->quantity, quantity);
    SAME("book_level_at's price", found.price, is->price);
    SAME("book_level_at's quantity", found.quantity, quantity);
    SAME("book_level_at's orders", found.orders, n);
    free(queue);
    return n;
}

static void compare_rebuilt(const compared *c, side s, const book_order *expected, size_t n) {
    book_order *rebuilt = mem_new(c->rebuild.orders.n + 1, sizeof *rebuilt);
    SAME("the number of rebuilt orders", rebuild_side(&c->rebuild, s, rebuilt), n);
    for (size_t i = 0; i < n; i++) {
        SAME("a rebuilt order's id", rebuilt[i].id, id_of(c, expected[i].id));
        SAME("a rebuilt order's tag", rebuilt[i].tag, expected[i].tag);
        SAME("a rebuilt order's owner", rebuilt[i].owner, expected[i].owner);
        SAME("a rebuilt order's price", rebuilt[i].price, expected[i].price);
        SAME("a rebuilt order's quantity", rebuilt[i].quantity, expected[i].quantity);
        SAME("a rebuilt order's shown", rebuilt[i].shown, expected[i].shown);
    }
    free(rebuilt);
}

static void compare_side(const compared *c, side s) {
    size_t live = reference_live(c->reference), at = 0;
    book_order *expected = mem_new(live + 1, sizeof *expected);
    book_level *levels = mem_new(live + 1, sizeof *levels);
    size_t n = reference_side(c->reference, s, expected), depth = book_depth(c->book, s, levels, live + 1);
    SAME("the number of levels above that of orders", depth > n, false);
    for (size_t i = 0; i < depth; i++)
        at += compare_level(c, s, &levels[i], expected + at, n - at);
    SAME("the orders of all levels", at, n);
    compare_rebuilt(c, s, expected, n);
    free(expected);
    free(levels);
}

// Every live order, and one by one those that are not displayed.
static void compare_live(const compared *c) {
    int64_t open = 0;
    for (size_t i = 0; i < reference_live(c->reference); i++) {
        book_order expected = reference_nth(c->reference, i), is = {0};
        book_order_id id = id_of(c, expected.id);
        uint32_t place, total;
        int64_t ahead;
        SAME("book_find", book_find(c->book, id, &is), true);
        compare_order(c, &is, &expected);
        SAME("book_queue_position", book_queue_position(c->book, id, &place, &total, &ahead), expected.shown > 0);
        open += expected.quantity;
    }
    SAME("the rebuilt book's open quantity", rebuild_open_quantity(&c->rebuild), open);
    SAME("what came less what left", c->rebuild.came - c->rebuild.left, open);
    SAME("the rebuilt book's orders", c->rebuild.orders.n, reference_live(c->reference));
}

static void compare_auction(const compared *c) {
    book_indicative is = {0}, expected = {0};
    bool trades = reference_auction(c->reference, &expected);
    SAME("book_auction", book_auction(c->book, &is), trades);
    if (!trades)
        return;
    SAME("the auction's price", is.price, expected.price);
    SAME("the auction's volume", is.volume, expected.volume);
    SAME("the auction's surplus", is.surplus, expected.surplus);
}

static void compare_touch(const compared *c) {
    int64_t bid = book_best_bid(c->book), ask = book_best_ask(c->book);
    SAME("the best bid", bid, reference_best(c->reference, SIDE_BUY));
    SAME("the best ask", ask, reference_best(c->reference, SIDE_SELL));
    SAME("the rebuilt best bid", rebuild_best(&c->rebuild, SIDE_BUY), bid);
    SAME("the rebuilt best ask", rebuild_best(&c->rebuild, SIDE_SELL), ask);
    SAME("the number of live orders", book_live_orders(c->book), reference_live(c->reference));
    SAME("book_last", book_last(c->book), reference_last(c->reference));
    SAME("the rebuilt last", c->rebuild.last, reference_last(c->reference));
    SAME("the state", book_state_of(c->book), reference_state(c->reference));
    SAME("the rebuilt state", c->rebuild.state, reference_state(c->reference));
    if (reference_state(c->reference) == STATE_CONTINUOUS)
        SAME("crossed", bid && ask && bid >= ask, false);
}

static void compare_views(const compared *c) {
    compare_side(c, SIDE_BUY);
    compare_side(c, SIDE_SELL);
    compare_live(c);
    if (c->market->auctions)
        compare_auction(c);
}

// Hints change nothing, whatever they are.
static void hint(const compared *c) {
    const command *now = &c->now;
    bool early = now->number & 8;
    book_expect(c->book, c->named, early);
    book_expect_limit(c->book, (side)(now->number >> 4 & 1), now->request.price, early);
}

static submitted *remember(compared *c) {
    while (c->submitted.n <= c->now.number)
        vec_push(&c->submitted, (submitted){0});
    submitted *s = &c->submitted.at[c->now.number];
    s->kind = kind_of_request(&c->now.request);
    s->self = c->now.request.self & 3;
    return s;
}

void compared_do(compared *c, const command *next) {
    uint64_t names = submitted_by(c, command_names(next))->id;
    c->now = *next;
    c->named = id_of(c, names) ^ next->stray; // a stray name is known to neither
    c->progress->operation = next->number;
    if (next->number % 8 == 0)
        hint(c);
    submitted *s = next->kind == DO_SUBMIT ? remember(c) : NULL;
    uint64_t expected = command_to_reference(next, c->reference, next->stray ? UINT64_MAX : names);
    uint64_t is = command_to_book(next, c->book, c->named);
    if (s)
        s->id = expected;
    compare_events(c);
    SAME("what the command returns", is, s ? id_of(c, expected) : expected);
    compare_touch(c);
    if (c->done % VIEWS_EVERY == 0 || c->checks)
        compare_views(c);
    if (c->done % CHECK_EVERY == 0 || c->checks)
        book_check(c->book);
    c->done++;
}

static int compare_ids(const void *a, const void *b) {
    book_order_id x = *(const book_order_id *)a, y = *(const book_order_id *)b;
    return (x > y) - (x < y);
}

void compared_finish(compared *c) {
    compare_views(c);
    book_check(c->book);
    if (c->ids.n)
        qsort(c->ids.at, c->ids.n, sizeof *c->ids.at, compare_ids);
    for (size_t i = 1; i < c->ids.n; i++)
        SAME("an id that was given twice", c->ids.at[i] == c->ids.at[i - 1], false);
}
