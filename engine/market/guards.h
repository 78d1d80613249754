// What a book lets in: quantities that are multiples of the lot, prices that are multiples of the tick, both within the
// book's limits, kinds of orders that make sense.
#pragma once

#include "engine/market/book.h"

// Divides by a fixed step and finds out at once whether it divides evenly. With step = 2^shift * odd and `inverse` the
// inverse of odd modulo 2^64, rotating x * inverse right by `shift` gives x / step when step divides x, and otherwise a
// number above (2^64 - 1) / step (Granlund and Montgomery 1994, "Division by invariant integers using multiplication",
// section 9). So one comparison with a limit below that bound checks evenness and size together.
typedef struct {
    uint64_t inverse;
    unsigned shift;
    uint64_t most; // largest quotient that is good
} divider;

divider divider_make(int64_t step, int64_t limit);

// x / step when x is a multiple of step between step and the limit, otherwise 0.
static inline uint32_t divider_divide(const divider *d, int64_t x) {
    uint64_t product = (uint64_t)x * d->inverse;
    uint64_t quotient = product >> d->shift | product << (-d->shift & 63);
    return quotient <= d->most ? (uint32_t)quotient : 0;
}

status guards_check_config(const book_config *c);

// Prices of a request in ticks, 0 = none.
typedef struct {
    uint32_t price, stop, trail;
} guarded;

// Judges a new order up to REJECT_PAIR: all that does not depend on who rests on the other side, nor on room.
book_reject guards_judge(const book *b, const book_request *r, guarded *out);

book_reject guards_judge_quantity(const book *b, int64_t quantity);
// *ticks is the price in ticks when it is good.
book_reject guards_judge_price(const book *b, int64_t price, uint32_t *ticks);
book_reject guards_judge_collar(const book *b, uint32_t ticks);

static inline bool kind_rests(const book_request *r) {
    return r->type == ORDER_LIMIT && r->tif != TIF_IOC && r->tif != TIF_FOK;
}

static inline bool kind_is_stop(const book_request *r) { return r->type >= ORDER_STOP; }

static inline bool state_collects(book_state s) { return s >= STATE_PRE_OPEN && s <= STATE_CLOSING_AUCTION; }
