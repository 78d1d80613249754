#include "engine/market/itch_flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/market/book.h"
#include "engine/market/itch_writer.h"
#include "src/base/clock.h"
#include "src/base/map.h"
#include "src/base/mem.h"

enum { TICK = 100 };
static const int64_t OPENS = INT64_C(34200) * NS_PER_S, CLOSES = INT64_C(57600) * NS_PER_S;

struct itch_flow {
    itch_writer *writer;
    book_stream *stream;
    uint32_t symbols;
    book **books;
    map64 ids; // of the stream's ids
    uint64_t records, taken;
};

static void listen(void *context, const book_event *events, size_t n) {
    itch_flow *f = context;
    itch_writer_take(f->writer, events, n);
    for (const book_event *e = events; e < events + n; e++)
        if (e->kind == BOOK_FILL && e->maker_leaves == 0)
            map64_remove(&f->ids, e->maker_tag);
}

static status make_books(itch_flow *f, uint32_t depth) {
    uint64_t room = 4 * (uint64_t)depth + 1024;
    room = room < BOOK_MAX_ORDERS ? room : BOOK_MAX_ORDERS;
    for (uint32_t i = 0; i < f->symbols; i++) {
        char name[16];
        const book_config config = {.tick = TICK,
                                    .lot = 1,
                                    .max_quantity = (INT64_C(1) << 44) / BOOK_MAX_ORDERS - 1,
                                    .max_price = INT64_C(1000000) * TICK,
                                    .max_orders = (uint32_t)room,
                                    .number = i};
        TRY(book_new(&config, f->stream, &f->books[i]));
        snprintf(name, sizeof name, "S%u", i);
        itch_writer_security(f->writer, i, (uint16_t)(i + 1), name, STATE_CONTINUOUS, OPENS);
    }
    return STATUS_OK;
}

status itch_flow_new(const char *path, uint32_t symbols, uint32_t depth, uint64_t records, itch_flow **out) {
    *out = NULL;
    if (symbols < 1 || symbols > 65535)
        return status_fail(STATUS_INVALID, "an ITCH file has 1 to 65,535 securities, not %u", symbols);
    itch_flow *f = mem_new(1, sizeof *f);
    f->symbols = symbols;
    f->records = records;
    f->books = mem_new(symbols, sizeof *f->books);
    status made = itch_writer_new(path, 0, &f->writer);
    if (made == STATUS_OK) {
        f->stream = book_stream_new(listen, f);
        itch_writer_system(f->writer, 'O', OPENS);
        made = make_books(f, depth);
    }
    if (made == STATUS_OK)
        itch_writer_system(f->writer, 'Q', OPENS);
    else
        itch_flow_drop(f);
    *out = made == STATUS_OK ? f : NULL;
    return made;
}

void itch_flow_drop(itch_flow *f) {
    if (!f)
        return;
    for (uint32_t i = 0; i < f->symbols; i++)
        book_free(f->books[i]);
    free(f->books);
    book_stream_free(f->stream);
    itch_writer_drop(f->writer);
    map64_free(&f->ids);
    free(f);
}

static bool submit(itch_flow *f, book *b, const op *o, int64_t time) {
    const book_request q = {.tag = o->id,
                            .side = (side)o->side,
                            .type = o->type == OP_MARKET ? ORDER_MARKET : ORDER_LIMIT,
                            .tif = o->type == OP_IOC ? TIF_IOC : TIF_DAY,
                            .quantity = o->quantity,
                            .price = (int64_t)o->price * TICK,
                            .time = time};
    book_order_id id = book_submit(b, &q);
    if (id && o->type == OP_ADD)
        map64_put(&f->ids, o->id, id);
    return id;
}

status itch_flow_take(itch_flow *f, const op *o) {
    int64_t time = OPENS + (int64_t)((double)(CLOSES - OPENS) * ((double)f->taken / (double)f->records));
    book *b = o->symbol < f->symbols ? f->books[o->symbol] : NULL;
    book_order_id id = 0;
    map64_get(&f->ids, o->id, &id);
    bool done = false;
    if (b && o->type == OP_CANCEL) {
        done = id && book_cancel(b, id, time);
        if (done)
            map64_remove(&f->ids, o->id);
    } else if (b && o->type == OP_REPLACE) {
        done = id && book_replace(b, id, o->quantity, (int64_t)o->price * TICK, time);
    } else if (b && !id) {
        done = submit(f, b, o, time);
        book_stream_flush(f->stream);
    }
    f->taken++;
    if (!done)
        return status_fail(STATUS_INVALID, "record %" PRIu64 " of the stream is none that its books take", f->taken);
    return STATUS_OK;
}

status itch_flow_close(itch_flow *f, uint64_t *messages, uint64_t *bytes) {
    itch_writer *w = f->writer;
    book_stream_flush(f->stream);
    itch_writer_system(w, 'M', CLOSES);
    itch_writer_system(w, 'E', CLOSES);
    itch_writer_system(w, 'C', CLOSES);
    if (messages)
        *messages = itch_writer_messages(w);
    if (bytes)
        *bytes = itch_writer_bytes(w);
    f->writer = NULL;
    status s = itch_writer_close(w);
    itch_flow_drop(f);
    return s;
}
