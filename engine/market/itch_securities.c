#include "engine/market/itch_inside.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/market/mirror.h"
#include "src/base/mem.h"

// Most of a market's thousands of books are small. One that is not gets wide windows.
enum { TICK = 100, FIRST_ORDERS = 64, FIRST_WINDOW = 256, MANY_ORDERS = 1024, WIDE_WINDOW = 4096 };

status itch_feed_new(itch_reader *reader, const itch_feed_config *config, itch_feed **out) {
    itch_feed *f = mem_new(1, sizeof *f);
    f->reader = reader;
    f->stream = config->stream;
    f->midnight = config->midnight;
    f->partial = config->partial;
    f->at = mem_new(ITCH_LOCATES, sizeof *f->at); // 1.5 MB, of which most is never touched
    status made = STATUS_OK;
    if (config->symbol) {
        char stock[9];
        if (strlen(config->symbol) > 8 || !*config->symbol)
            made = status_fail(STATUS_INVALID, "'%s' is no symbol of ITCH, which have 1 to 8 letters", config->symbol);
        snprintf(stock, sizeof stock, "%-8s", config->symbol);
        f->alone = true;
        f->wanted = itch_letters(stock);
    }
    *out = made == STATUS_OK ? f : NULL;
    if (made != STATUS_OK)
        itch_feed_free(f);
    return made;
}

void itch_feed_free(itch_feed *f) {
    if (!f)
        return;
    for (size_t i = 0; i < f->known.n; i++)
        book_free(f->at[f->known.at[i]].book);
    vec_free(&f->known);
    refs_free(&f->orders);
    itch_close(f->reader);
    free(f->at);
    free(f->why);
    free(f);
}

status itch_refuse(const itch_feed *f, const itch_message *m, const char *format, ...) {
    char what[160];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return status_fail(STATUS_INVALID, "%s: byte %" PRIu64 ": %s", itch_file(f->reader), itch_byte(f->reader, m), what);
}

// The letters as a string, to be printed.
static const char *name_of(uint64_t stock, char out[9]) {
    memcpy(out, &stock, 8);
    out[8] = 0;
    for (size_t i = 8; i > 0 && out[i - 1] == ' '; i--)
        out[i - 1] = 0;
    for (char *c = out; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return out;
}

status itch_meet(itch_feed *f, const itch_message *m, const char stock[8]) {
    uint16_t locate = itch_get16(m->locate);
    itch_entry *s = &f->at[locate];
    uint64_t letters = itch_letters(stock);
    char was[9], is[9];
    if (locate == 0)
        return itch_refuse(f, m, "a message of type %c about no security (its locate code is 0)", m->type);
    if (letters == 0)
        return itch_refuse(f, m, "a security without letters");
    if (s->stock)
        return itch_refuse(f, m, "security %u is %s here, and was %s before", locate, name_of(letters, is),
                           name_of(s->stock, was));
    s->stock = letters;
    s->ignored = f->alone && letters != f->wanted;
    if (s->ignored)
        return STATUS_OK;
    vec_push(&f->known, locate);
    f->highest = locate > f->highest ? locate : f->highest;
    return STATUS_OK;
}

static status open_book(itch_feed *f, itch_entry *s) {
    const book_config config = {.tick = TICK,
                                .lot = 1,
                                .max_quantity = ITCH_MOST_SHARES,
                                .max_price = ITCH_MAX_PRICE,
                                .max_orders = FIRST_ORDERS,
                                .window = FIRST_WINDOW,
                                .number = (uint32_t)(s - f->at),
                                .state = (book_state)s->state};
    TRY(book_new(&config, f->stream, &s->book));
    f->books++;
    return STATUS_OK;
}

status itch_need_book(itch_feed *f, const itch_message *m, const char stock[8]) {
    TRY(itch_named(f, m, stock));
    itch_entry *s = itch_about(f, m);
    return s->ignored || s->book ? STATUS_OK : open_book(f, s);
}

void itch_set_state(itch_feed *f, itch_entry *s, book_state state, const itch_message *m) {
    s->state = (uint8_t)state;
    if (s->book)
        mirror_set_state(s->book, state, itch_time(f, m));
}

status itch_make_room(itch_feed *f, itch_entry *s, const itch_message *m, int64_t shares, int64_t price) {
    if (price <= 0 || price > ITCH_MAX_PRICE)
        return itch_refuse(f, m, "a price of %" PRId64 ", where 1 to 2,000,000,000 (in 1e-4 dollars) is good", price);
    if (shares <= 0 || shares > ITCH_MOST_SHARES)
        return itch_refuse(f, m, "an order of %" PRId64 " shares, where a book takes 1 to 16,777,215", shares);
    if (price % mirror_tick(s->book))
        return mirror_refine(s->book, 1);
    uint32_t most = mirror_max_orders(s->book);
    if (most == BOOK_MAX_ORDERS)
        return itch_refuse(f, m, "more orders in one book than it takes (1,048,575)");
    uint32_t more = most > BOOK_MAX_ORDERS / 2 ? BOOK_MAX_ORDERS : 2 * most;
    if (more == MANY_ORDERS)
        TRY(mirror_widen(s->book, WIDE_WINDOW));
    return mirror_grow(s->book, more);
}

// ---- views ----

size_t itch_feed_securities(const itch_feed *f) { return f->known.n; }

itch_security itch_feed_security(const itch_feed *f, size_t i) {
    uint16_t locate = f->known.at[i];
    itch_security out = {.locate = locate, .book = f->at[locate].book};
    name_of(f->at[locate].stock, out.symbol);
    return out;
}

const book *itch_feed_book(const itch_feed *f, const char *symbol) {
    char stock[9];
    if (snprintf(stock, sizeof stock, "%-8s", symbol) != 8)
        return NULL;
    for (size_t i = 0; i < f->known.n; i++)
        if (f->at[f->known.at[i]].stock == itch_letters(stock))
            return f->at[f->known.at[i]].book;
    return NULL;
}

itch_counts itch_feed_counts(const itch_feed *f) {
    const uint64_t start = UINT64_C(14695981039346656037), prime = UINT64_C(1099511628211);
    itch_counts c = {
        .messages = f->messages, .books = f->books, .live = f->live, .unknown = f->unknown, .touch = start};
    c.memory = refs_memory(&f->orders) + ITCH_LOCATES * sizeof *f->at;
    for (size_t i = 0; i <= f->highest; i++) {
        const book *b = f->at[i].book;
        if (!b)
            continue;
        uint64_t bid = (uint64_t)(book_best_bid(b) / mirror_tick(b)),
                 ask = (uint64_t)(book_best_ask(b) / mirror_tick(b));
        c.touch = (c.touch ^ (bid | ask << 32)) * prime;
        c.memory += book_memory(b);
    }
    return c;
}
