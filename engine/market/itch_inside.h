// The inside of an ITCH feed, shared by the files that make it: itch_feed (messages, and the batches they come in) and
// itch_securities (what is known of securities, their books, views).
#pragma once

#include <stdbool.h>
#include <string.h>

#include "engine/market/itch_feed.h"
#include "engine/market/refs.h"

enum { ITCH_BATCH = 256, ITCH_LOCATES = 1 << 16, ITCH_MOST_SHARES = (1 << 24) - 1 };

typedef struct {
    book *book;     // NULL while it has no orders, and for one that is not followed
    uint64_t stock; // the eight letters, 0 while it is not known
    bool ignored;
    uint8_t state; // of the book, or what it begins with
} itch_entry;

struct itch_feed {
    itch_reader *reader;
    book_stream *stream;
    int64_t midnight;
    bool alone, partial;
    uint64_t wanted; // when alone
    itch_entry *at;  // by locate code
    VEC(uint16_t) known;
    uint16_t highest; // of those known
    refs orders;
    uint64_t live, messages, books, unknown;
    status ended;
    char *why;
    size_t n, next; // of the batch: its messages, those applied
    const itch_message *batch[ITCH_BATCH];
    uint32_t expected[ITCH_BATCH]; // of each message: the slot or level that it was seen to touch
};

static inline uint64_t itch_letters(const char stock[8]) {
    uint64_t letters;
    memcpy(&letters, stock, sizeof letters);
    return letters;
}

static inline int64_t itch_time(const itch_feed *f, const itch_message *m) {
    return f->midnight + (int64_t)itch_get48(m->time);
}

static inline itch_entry *itch_about(itch_feed *f, const itch_message *m) { return &f->at[itch_get16(m->locate)]; }

// STATUS_INVALID: the message can't be, because …
status itch_refuse(const itch_feed *f, const itch_message *m, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Makes the security of a message known by its letters. STATUS_INVALID when it has others.
status itch_meet(itch_feed *f, const itch_message *m, const char stock[8]);

// Sees to it that the security of a message has the letters that the message gives.
static inline status itch_named(itch_feed *f, const itch_message *m, const char stock[8]) {
    const itch_entry *s = itch_about(f, m);
    return __builtin_expect(s->stock == itch_letters(stock) && s->stock, 1) ? STATUS_OK : itch_meet(f, m, stock);
}

// The same, and it has a book unless it is not followed.
status itch_need_book(itch_feed *f, const itch_message *m, const char stock[8]);

void itch_set_state(itch_feed *f, itch_entry *s, book_state state, const itch_message *m);

// After a book has refused an order, or its new price: makes it take it, or tells why it can't.
status itch_make_room(itch_feed *f, itch_entry *s, const itch_message *m, int64_t shares, int64_t price);
