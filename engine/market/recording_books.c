#include "engine/market/recording_books.h"

#include <string.h>

#include "engine/market/events.h"
#include "engine/market/following.h"

void recorded_free(recorded_books *r) {
    for (size_t i = 0; i < r->at.n; i++)
        book_free(r->at.at[i].book);
    vec_free(&r->at);
    map64_free(&r->index);
}

static inline status follow(recorded_books *r, book *b, const book_event *e, int64_t time) {
    const char *why = following_apply(b, e);
    if (__builtin_expect(why != NULL, 0))
        return status_fail(STATUS_INVALID, "%s", why);
    book_event *told = stream_next(r->stream);
    *told = *e;
    told->time = time;
    stream_tell(r->stream, told);
    return STATUS_OK;
}

static recorded_book *find(recorded_books *r, uint32_t number) {
    uint64_t i;
    if (r->last < r->at.n && r->at.at[r->last].told.number == number)
        return &r->at.at[r->last];
    if (!map64_get(&r->index, number, &i))
        return NULL;
    r->last = (size_t)i;
    return &r->at.at[i];
}

status recorded_apply(recorded_books *r, const book_event *e, int64_t time) {
    const recorded_book *of = find(r, e->book);
    return of ? follow(r, of->book, e, time)
              : status_fail(STATUS_INVALID, "an event of book %u, which never began", e->book);
}

// ---- a book begins ----

static status tell_order(recorded_books *r, book *b, uint32_t number, const book_order *o, int64_t time) {
    book_event e = {.kind = BOOK_ACCEPTED,
                    .order = o->id,
                    .tag = o->tag,
                    .owner = o->owner,
                    .side = (uint8_t)o->side,
                    .price = o->price,
                    .quantity = (uint32_t)o->quantity,
                    .leaves = (uint32_t)o->quantity,
                    .shown = o->shown == o->quantity ? (uint32_t)o->shown : 0,
                    .book = number};
    if (o->shown <= 0 || o->shown > o->quantity)
        return status_fail(STATUS_INVALID, "an order on display that shows nothing, or more than it has");
    TRY(follow(r, b, &e, time));
    if (e.shown)
        return STATUS_OK;
    e.kind = BOOK_SHOWN; // a part of an iceberg
    e.shown = (uint32_t)o->shown;
    return follow(r, b, &e, time);
}

static status take_off(recorded_books *r, book *b, uint32_t number, const book_order *o, int64_t time) {
    const book_event e = {.kind = BOOK_CANCELLED,
                          .order = o->id,
                          .tag = o->tag,
                          .owner = o->owner,
                          .side = (uint8_t)o->side,
                          .price = o->price,
                          .quantity = (uint32_t)o->shown,
                          .book = number};
    return follow(r, b, &e, time);
}

// A book begins again: what it still shows goes, and the state is told that it begins in.
static status end_book(recorded_books *r, recorded_book *of, book_state state, int64_t time) {
    uint32_t number = of->told.number;
    const book_event changed = {.kind = BOOK_STATE, .reason = (uint8_t)state, .book = number};
    book_level l;
    book_order o;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        while (book_depth(of->book, s, &l, 1) && book_level_orders(of->book, s, l.price, &o, 1))
            TRY(take_off(r, of->book, number, &o, time));
    return book_state_of(of->book) == state ? STATUS_OK : follow(r, of->book, &changed, time);
}

static status replace_book(recorded_books *r, recorded_book *of, const recording_book *b, book *fresh, int64_t time) {
    if (strcmp(of->told.symbol, b->symbol) != 0)
        return status_fail(STATUS_INVALID, "book %u begins as that of %s, and was that of %s", b->config.number,
                           b->symbol, of->told.symbol);
    TRY(end_book(r, of, b->state, time));
    r->memory -= book_memory(of->book);
    book_free(of->book);
    of->book = fresh;
    return STATUS_OK;
}

static void add_book(recorded_books *r, const recording_book *b, book *fresh) {
    recorded_book of = {.told = {.number = b->config.number, .state = b->state}, .book = fresh};
    memcpy(of.told.symbol, b->symbol, sizeof of.told.symbol);
    map64_put(&r->index, b->config.number, r->at.n);
    vec_push(&r->at, of);
}

static status make_book(recorded_books *r, const recording_book *b, int64_t time, book **out) {
    if (following_memory(&b->config) > r->most - r->memory)
        return status_fail(STATUS_INVALID, "larger books than a recording may have (%zu MB in all)", r->most >> 20);
    TRY(book_new(&b->config, r->stream, out));
    following_begin(*out, b->state, b->last);
    recorded_book *of = find(r, b->config.number);
    status s = of ? replace_book(r, of, b, *out, time) : STATUS_OK;
    if (s != STATUS_OK) {
        book_free(*out);
        return s;
    }
    if (!of)
        add_book(r, b, *out);
    r->memory += book_memory(*out);
    return STATUS_OK;
}

status recorded_begin(recorded_books *r, const recording_book *b, int64_t time) {
    book *fresh;
    TRY(make_book(r, b, time, &fresh));
    for (size_t i = 0; i < b->n; i++)
        TRY(tell_order(r, fresh, b->config.number, &b->orders[i], time));
    return STATUS_OK;
}
