// libFuzzer's door to the book: bytes are commands, mostly sensible ones on few prices and accounts, so that they meet.
// After each the book must hold together.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/market/book.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { ORDERS = 64, TICKS = 200 };

typedef struct {
    const uint8_t *at, *end;
    book_order_id ids[ORDERS];
    uint32_t issued;
    int64_t time;
} script;

static uint8_t next(script *s) { return s->at < s->end ? *s->at++ : 0; }

// Mostly a number from 1 to `most`; the highest bytes give what a careless client might send.
static int64_t number(script *s, int64_t most) {
    static const int64_t odd[] = {0, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 32, 101};
    uint8_t x = next(s);
    return x >= 250 ? odd[x - 250] : 1 + x % most;
}

static book_order_id any_order(script *s) {
    uint8_t x = next(s);
    return x == 255 ? UINT64_MAX - next(s) : s->ids[x % ORDERS];
}

static void submit(script *s, book *b) {
    uint8_t kind = next(s), rule = next(s);
    book_request r = {.tag = s->issued,
                      .owner = rule & 3,
                      .side = (side)(kind & 1),
                      .type = kind >> 1 & 7,
                      .tif = kind >> 4 & 7,
                      .self = rule >> 2 & 3,
                      .traits = rule >> 4,
                      .quantity = number(s, 30),
                      .price = number(s, TICKS),
                      .time = s->time};
    if (r.type == ORDER_MARKET && rule & 4)
        r.price = 0;
    if (r.type >= ORDER_STOP) {
        r.stop = number(s, TICKS);
        r.trail = number(s, 20);
    }
    r.display = number(s, 10);
    r.expires = s->time + next(s) - 10;
    r.other = any_order(s);
    book_order_id id = book_submit(b, &r);
    if (id)
        s->ids[s->issued++ % ORDERS] = id;
}

static void command(script *s, book *b) {
    uint8_t kind = next(s);
    s->time += kind >> 5;
    switch (kind & 31) {
    case 0:
    case 1:
    case 2:
        book_cancel(b, any_order(s), s->time);
        break;
    case 3:
    case 4:
    case 5:
    case 6: {
        book_order_id id = any_order(s);
        int64_t quantity = number(s, 30);
        book_replace(b, id, quantity, number(s, TICKS), s->time);
        break;
    }
    case 7: {
        uint8_t x = next(s);
        book_cancel_all(b, &(book_filter){x & 1, x & 2, x & 4, x >> 4 & 3}, s->time);
        break;
    }
    case 8:
        book_set_state(b, (book_state)(next(s) % 6), s->time);
        break;
    case 9: {
        int64_t low = next(s) & 1 ? number(s, TICKS) : 0;
        book_set_collar(b, low, next(s) & 1 ? number(s, TICKS) : 0);
        break;
    }
    case 10:
        book_expire(b, s->time += next(s));
        break;
    case 11: // orders need a market that takes them
        book_set_state(b, STATE_CONTINUOUS, s->time);
        break;
    default:
        submit(s, b);
    }
}

static void look(const book *b) {
    book_level levels[ORDERS];
    book_order orders[ORDERS];
    book_indicative at;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (book_depth(b, s, levels, ORDERS))
            book_level_orders(b, s, levels[0].price, orders, ORDERS);
    book_auction(b, &at);
    book_check(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    const book_config config = {
        .tick = 1, .lot = 1, .max_quantity = 100000, .max_price = TICKS, .max_orders = ORDERS - 8, .window = 256};
    script s = {.at = bytes, .end = bytes + n};
    book_stream *out = book_stream_new(NULL, NULL);
    book *b;
    if (book_new(&config, out, &b) != STATUS_OK)
        __builtin_trap();
    while (s.at < s.end) {
        command(&s, b);
        look(b);
    }
    book_free(b);
    book_stream_free(out);
    return 0;
}
