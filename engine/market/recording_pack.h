// How the content of a block of a recording is packed: a row of entries, each a book, an order that it showed, an
// event, or the end. Writer and reader keep the same model of the market and foretell with it what comes; of an event
// only what was foretold wrongly is written. How, is said in recording_pack.c.
#pragma once

#include "engine/market/recording_model.h"

typedef enum { ENTRY_EVENT, ENTRY_BOOK, ENTRY_ORDER, ENTRY_END } entry_kind;

enum { PACK_MOST = 256 }; // bytes that no entry is longer than

// Each returns the end of what it wrote, at most PACK_MOST bytes.
// An event of a book that was not packed is left out: `to` comes back.
uint8_t *pack_event(pack_model *m, const book_event *e, uint8_t *to);
// n: how many orders follow.
uint8_t *pack_book_begin(pack_model *m, const recording_book *b, size_t n, uint8_t *to);
uint8_t *pack_shown(pack_model *m, const book_order *o, uint8_t *to); // of the book that began last
uint8_t *pack_end(uint64_t events, uint8_t *to);

// What an entry says. Orders of a book follow it, and nothing else before they are all there.
typedef struct {
    entry_kind kind;
    uint32_t orders; // of ENTRY_BOOK: how many follow
    uint64_t events; // of ENTRY_END: how many were written
    recording_book book;
    book_order order;
} pack_entry;

// The next entry of an event goes to *event, of another kind to *entry, whose kind is always set. Behind the content
// PACK_MOST bytes can be read. Returns the entry's end, NULL when there is no such entry.
const uint8_t *unpack(pack_model *m, const uint8_t *from, book_event *event, pack_entry *entry);

// Does an event belong to the same command as the one before it, which was of this book and time? Then the books stand
// only behind it as they did for whoever looked at them.
static inline bool pack_goes_on(uint32_t number, int64_t time, const book_event *e) {
    if (e->book != number || e->time != time)
        return false;
    switch ((book_event_kind)e->kind) {
    case BOOK_FILL:
        return e->order != 0; // a mirrored book's stands alone
    case BOOK_CANCELLED:
        return e->reason != WHY_ASKED;
    case BOOK_SHOWN:
    case BOOK_TRIGGERED:
    case BOOK_TRAILED:
        return true;
    case BOOK_ACCEPTED:
    case BOOK_REJECTED:
    case BOOK_REPLACED:
    case BOOK_EXPIRED:
    case BOOK_STATE:
        return false;
    }
    return false;
}
