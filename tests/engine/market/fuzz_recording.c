// Any bytes as a recording: as the file, as the content of blocks whose checksums are right, or as the choices of a
// writer of events that mostly fit each other. The reader stays inside them; what it reads is read again when it is
// packed again; books that live through it stay sound, and it makes no difference in which portions they do.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/recording_block.h"
#include "engine/market/recording_feed.h"
#include "engine/market/recording_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 1 << 22 }; // of a feed's books

static void expect(bool truth) {
    if (!truth)
        abort();
}

typedef VEC(uint8_t) byte_list;

static void add_bytes(byte_list *to, const void *bytes, size_t n) {
    vec_reserve(to, to->n + n);
    if (n)
        memcpy(to->at + to->n, bytes, n);
    to->n += n;
}

// ---- files ----

// A file of two blocks, parted at `cut`.
static byte_list seal(const uint8_t *content, size_t n, size_t cut) {
    byte_list file = {0}, block = {0};
    uint8_t head[RECORDING_HEAD], block_head[BLOCK_HEAD];
    recording_head_write(&(recording_head){.day = 1, .origin = 1000}, head);
    add_bytes(&file, head, sizeof head);
    add_bytes(&block, head + RECORDING_HEAD - RECORDING_SUM, RECORDING_SUM);
    for (int i = 0; i < 2; i++) {
        size_t from = i ? cut : 0, to = i ? n : cut;
        block.n = RECORDING_SUM;
        add_bytes(&block, "\0\0\0", 4);
        add_bytes(&block, content + from, to - from);
        block_seal(block.at, to - from, block_head);
        add_bytes(&file, block_head, sizeof block_head);
        add_bytes(&file, content + from, to - from);
    }
    vec_free(&block);
    return file;
}

// ---- what is read is packed again ----

typedef struct {
    pack_model to, from;
    uint8_t bytes[2 * PACK_MOST];
} again;

static void repeat_event(again *a, const book_event *e) {
    book_event read;
    pack_entry entry;
    const uint8_t *end = pack_event(&a->to, e, a->bytes);
    expect(end > a->bytes && end <= a->bytes + PACK_MOST);
    expect(unpack(&a->from, a->bytes, &read, &entry) == end);
    expect(entry.kind == ENTRY_EVENT && memcmp(&read, e, sizeof read) == 0);
}

static void repeat_book(again *a, const recording_book *b) {
    book_event unused;
    pack_entry entry;
    const uint8_t *end = pack_book_begin(&a->to, b, b->n, a->bytes);
    expect(unpack(&a->from, a->bytes, &unused, &entry) == end);
    expect(entry.kind == ENTRY_BOOK && entry.orders == b->n && strcmp(entry.book.symbol, b->symbol) == 0);
    for (size_t i = 0; i < b->n; i++) {
        end = pack_shown(&a->to, &b->orders[i], a->bytes);
        expect(unpack(&a->from, a->bytes, &unused, &entry) == end && entry.kind == ENTRY_ORDER);
        expect(entry.order.id == b->orders[i].id && entry.order.tag == b->orders[i].tag);
        expect(entry.order.price == b->orders[i].price && entry.order.shown == b->orders[i].shown);
    }
}

static void read_all(const byte_list *file) {
    recording_reader *r;
    recording_part part;
    again a = {0};
    status s = recording_from_memory("fuzz", file->at, file->n, &r);
    if (s != STATUS_OK)
        return;
    while ((s = recording_read(r, &part)) == STATUS_OK) {
        expect(!part.book == (part.n > 0));
        if (part.book)
            repeat_book(&a, part.book);
        for (size_t i = 0; i < part.n; i++)
            repeat_event(&a, &part.events[i]);
    }
    expect(s == STATUS_END || s == STATUS_INVALID || s == STATUS_CORRUPT);
    expect(recording_read(r, &part) == s);
    pack_free(&a.to);
    pack_free(&a.from);
    recording_free(r);
}

// ---- books that live through it ----

typedef struct {
    status ended;
    uint64_t sum, events, messages, live;
} outcome;

static void listen(void *context, const book_event *events, size_t n) {
    outcome *o = context;
    for (size_t i = 0; i < n; i++) {
        const uint64_t words[] = {events[i].order, (uint64_t)events[i].time, events[i].kind, events[i].shown};
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            o->sum = (o->sum ^ words[k]) * UINT64_C(1099511628211);
        o->events++;
    }
}

static outcome live(const byte_list *file, uint64_t portion) {
    recording_reader *r;
    outcome o = {0};
    uint64_t n;
    o.ended = recording_from_memory("fuzz", file->at, file->n, &r);
    if (o.ended != STATUS_OK)
        return o;
    book_stream *stream = book_stream_new(listen, &o);
    recording_feed *f = recording_feed_new(r, &(recording_feed_config){.stream = stream, .memory = MEMORY});
    while ((o.ended = recording_feed_run(f, INT64_MAX, portion, &n)) == STATUS_OK) {
        expect(n == portion);
        o.messages += n;
    }
    o.messages += n;
    for (size_t i = 0; i < recording_feed_securities(f); i++) {
        const book *b = recording_feed_security(f, i).book;
        book_check(b);
        o.live += book_live_orders(b);
    }
    recording_feed_free(f);
    book_stream_free(stream);
    return o;
}

static void try_file(byte_list file, uint64_t portion) {
    read_all(&file);
    outcome one = live(&file, UINT64_MAX), many = live(&file, portion);
    expect(one.ended == many.ended && one.sum == many.sum && one.events == many.events);
    expect(one.messages == many.messages && one.live == many.live);
    vec_free(&file);
}

// ---- choices ----

// Six bytes of choices make one event: kind, order, price, shares, what is odd about it, maker.
enum { CHOICES = 6 };

static book_event choose(const uint8_t *c, uint64_t sequence) {
    uint64_t generation = 1 + (c[4] & 2), maker = 1 + (c[5] & 2);
    return (book_event){.sequence = sequence,
                        .kind = c[0] % (BOOK_STATE + 1),
                        .flags = c[0] >> 5 & 3,
                        .order = generation << 32 | (1 + (c[1] & 7)),
                        .side = c[1] >> 3 & 1,
                        .price = 100 * (1 + c[2] % 20),
                        .quantity = c[3] & 15,
                        .leaves = c[3] & 15,
                        .shown = c[4] & 4 ? c[3] >> 4 : c[3] & 15,
                        .reason = c[4] & 1 ? c[4] >> 4 : 0,
                        .time = (int64_t)sequence / 2,
                        .maker = maker << 32 | (1 + (c[5] >> 2 & 7)),
                        .maker_leaves = c[5] >> 5,
                        .book = c[4] >> 7 ? 2 : 1};
}

static byte_list write_choices(const uint8_t *data, size_t size) {
    byte_list content = {0};
    pack_model m = {0};
    uint8_t bytes[PACK_MOST];
    for (uint32_t number = 1; number <= 2; number++) {
        const recording_book b = {.symbol = "F",
                                  .config = {.tick = 100,
                                             .lot = 1,
                                             .max_quantity = 14,
                                             .max_price = 1900,
                                             .max_orders = 7,
                                             .window = 256,
                                             .number = number}};
        const uint8_t *end = pack_book_begin(&m, &b, 0, bytes);
        add_bytes(&content, bytes, (size_t)(end - bytes));
    }
    for (size_t i = 0; i + CHOICES <= size; i += CHOICES) {
        const book_event e = choose(data + i, 1 + i / CHOICES);
        const uint8_t *end = pack_event(&m, &e, bytes);
        add_bytes(&content, bytes, (size_t)(end - bytes));
    }
    pack_free(&m);
    return content;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3)
        return 0;
    byte_list file = {0};
    uint64_t portion = 1 + data[1];
    size_t n = size - 3;
    switch (data[0] % 3) {
    case 0:
        add_bytes(&file, data + 3, n);
        break;
    case 1:
        file = seal(data + 3, n, n * data[2] / 256);
        break;
    default: {
        byte_list content = write_choices(data + 3, n);
        file = seal(content.at, content.n, content.n * data[2] / 256);
        vec_free(&content);
    }
    }
    try_file(file, portion);
    return 0;
}
