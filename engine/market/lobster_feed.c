#include "engine/market/lobster_feed.h"

#include <stdlib.h>

#include "engine/market/mirror.h"
#include "src/base/map.h"
#include "src/base/mem.h"

enum { TICK = 100, FIRST_ORDERS = 1024, MOST_QUANTITY = (1 << 24) - 1 };

struct lobster_feed {
    lobster_reader *reader;
    book *book;
    map64 orders; // handles of the orders that have names
    bool begun;   // the first row has laid out the book
    status next;  // what came of reading the next message
    char *why;
    lobster_message message;
    const lobster_row *row;
    lobster_counts counts;
    book_level levels[LOBSTER_LEVELS + 1];
};

static void read_ahead(lobster_feed *f) {
    f->next = lobster_next(f->reader, &f->message, &f->row);
    if (f->next != STATUS_OK && f->next != STATUS_END)
        f->why = mem_string(status_message());
}

status lobster_feed_new(lobster_reader *reader, book_stream *stream, uint32_t number, lobster_feed **out) {
    const book_config config = {.tick = TICK,
                                .lot = 1,
                                .max_quantity = MOST_QUANTITY,
                                .max_price = INT64_C(4000000000),
                                .max_orders = FIRST_ORDERS,
                                .number = number};
    lobster_feed *f = mem_new(1, sizeof *f);
    f->reader = reader;
    status made = book_new(&config, stream, &f->book);
    if (made != STATUS_OK) {
        lobster_feed_free(f);
        *out = NULL;
        return made;
    }
    read_ahead(f);
    *out = f;
    return STATUS_OK;
}

void lobster_feed_free(lobster_feed *f) {
    if (!f)
        return;
    book_free(f->book);
    map64_free(&f->orders);
    lobster_close(f->reader);
    free(f->why);
    free(f);
}

const book *lobster_feed_book(const lobster_feed *f) { return f->book; }
lobster_counts lobster_feed_counts(const lobster_feed *f) { return f->counts; }

static status told(const lobster_feed *f) { return f->why ? status_fail(f->next, "%s", f->why) : f->next; }

status lobster_feed_time(lobster_feed *f, int64_t *time) {
    *time = f->message.time;
    return told(f);
}

static status impossible(const lobster_feed *f, const char *what) {
    return status_fail(STATUS_INVALID, "%s:%llu: %s", lobster_file(f->reader),
                       (unsigned long long)lobster_line(f->reader), what);
}

static status add(lobster_feed *f, uint64_t name, side s, int64_t quantity, int64_t price) {
    int64_t time = f->message.time;
    if (price % mirror_tick(f->book) && price < INT64_C(4000000000))
        TRY(mirror_refine(f->book, 1));
    if (book_live_orders(f->book) == mirror_max_orders(f->book) && 2 * mirror_max_orders(f->book) <= BOOK_MAX_ORDERS)
        TRY(mirror_grow(f->book, 2 * mirror_max_orders(f->book)));
    const mirror_order order = {.tag = name, .side = s, .quantity = quantity, .price = price, .time = time};
    book_order_id id = mirror_add(f->book, &order);
    if (!id)
        return impossible(f, "an order that no book takes (up to 16,777,215 shares below 400,000 dollars each, "
                             "and fewer than 524,288 orders at once)");
    if (name)
        map64_put(&f->orders, name, id);
    return STATUS_OK;
}

// Takes off all orders of the levels behind the first n.
static void drop_behind(lobster_feed *f, side s, size_t n) {
    size_t there = book_depth(f->book, s, f->levels, n + 1);
    if (there <= n)
        return;
    book_order o;
    while (book_level_orders(f->book, s, f->levels[n].price, &o, 1)) {
        if (o.tag)
            map64_remove(&f->orders, o.tag);
        mirror_remove(f->book, o.id, f->message.time);
    }
}

// Shares of an order leave the book: of the one named, or of those without names at its price.
static status take(lobster_feed *f) {
    const lobster_message *m = &f->message;
    book_order_id id = 0;
    map64_get(&f->orders, m->order, &id);
    uint64_t name = id ? m->order : 0;
    book_order o = {0};
    if (!id && book_level_orders(f->book, m->side, m->price, &o, 1) && o.tag == 0)
        id = o.id;
    if (id && book_find(f->book, id, &o) && (o.price != m->price || o.side != m->side))
        id = 0;
    int64_t left = MIRROR_REFUSED;
    if (id && m->type == LOBSTER_EXECUTE)
        left = mirror_fill(f->book, id, m->quantity, 0, 0, m->time);
    else if (id && !(m->type == LOBSTER_DELETE && name && m->quantity != o.quantity))
        left = mirror_reduce(f->book, id, m->quantity, m->time);
    if (left == MIRROR_REFUSED)
        return impossible(f, "shares leave an order that is not there, or not with so many");
    if (left == 0 && name)
        map64_remove(&f->orders, name);
    return STATUS_OK;
}

static status apply(lobster_feed *f) {
    static const book_state states[] = {STATE_HALTED, STATE_PRE_OPEN, STATE_CONTINUOUS};
    const lobster_message *m = &f->message;
    uint64_t there;
    switch (m->type) {
    case LOBSTER_ADD:
        if (map64_get(&f->orders, m->order, &there))
            return impossible(f, "an order comes that is there already");
        TRY(add(f, m->order, m->side, m->quantity, m->price));
        drop_behind(f, m->side, lobster_levels(f->reader));
        return STATUS_OK;
    case LOBSTER_CANCEL:
    case LOBSTER_DELETE:
    case LOBSTER_EXECUTE:
        return take(f);
    case LOBSTER_HIDDEN:
    case LOBSTER_CROSS:
        mirror_trade(f->book, m->side, m->quantity, m->price, m->type == LOBSTER_CROSS ? BOOK_AUCTION : 0, m->time);
        return STATUS_OK;
    case LOBSTER_HALT:
        mirror_set_state(f->book, states[m->price + 1], m->time);
    }
    return STATUS_OK;
}

// Takes the level behind the last one of a side from the row, when a full row shows one there. Only the edge can come
// into sight: the side lost a level, and the row has as many as it can.
static status reveal(lobster_feed *f, side s, bool *some) {
    size_t there = book_depth(f->book, s, f->levels, LOBSTER_LEVELS), n = f->row->n[s];
    if (n != there + 1 || n != lobster_levels(f->reader))
        return STATUS_OK;
    *some = true;
    f->counts.levels_revealed++;
    return add(f, 0, s, f->row->at[s][there].quantity, f->row->at[s][there].price);
}

static status compare(lobster_feed *f, side s) {
    size_t there = book_depth(f->book, s, f->levels, LOBSTER_LEVELS), n = f->row->n[s];
    size_t same = 0;
    while (same < there && same < n && f->levels[same].price == f->row->at[s][same].price &&
           f->levels[same].quantity == f->row->at[s][same].quantity)
        same++;
    if (same == there && same == n)
        return STATUS_OK;
    return status_fail(STATUS_INVALID,
                       "%s:%llu: the messages do not lead to this line's row of the orderbook file, whose level %zu of "
                       "the %s is another",
                       lobster_file(f->reader), (unsigned long long)lobster_line(f->reader), same + 1,
                       s == SIDE_BUY ? "bids" : "asks");
}

// The first row is the book that is there when the day's messages begin, with the first of them in it: of a trade all
// that is left to tell is that it was.
static status lay_out(lobster_feed *f) {
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        for (size_t i = 0; i < f->row->n[s]; i++)
            TRY(add(f, 0, s, f->row->at[s][i].quantity, f->row->at[s][i].price));
    const lobster_message *m = &f->message;
    if (m->type == LOBSTER_EXECUTE || m->type == LOBSTER_HIDDEN || m->type == LOBSTER_CROSS)
        mirror_trade(f->book, m->side, m->quantity, m->price, m->type == LOBSTER_CROSS ? BOOK_AUCTION : 0, m->time);
    f->begun = true;
    return STATUS_OK;
}

static status follow(lobster_feed *f) {
    if (!f->begun)
        return lay_out(f);
    TRY(apply(f));
    bool some = false;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        TRY(reveal(f, s, &some));
    f->counts.revealed += some;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        TRY(compare(f, s));
    return STATUS_OK;
}

status lobster_feed_next(lobster_feed *f, lobster_message *out) {
    TRY(told(f));
    *out = f->message;
    f->next = follow(f);
    if (f->next != STATUS_OK) {
        f->why = mem_string(status_message());
        return f->next;
    }
    f->counts.rows++;
    read_ahead(f);
    return STATUS_OK;
}
