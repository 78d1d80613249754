// The kinds of orders that a desk sends: what an order asks for, which of it goes together, and the words for it.
#pragma once

#include "engine/market/book.h"
#include "src/base/clock.h"

// Field by field as engine/market/book.h; of the traits, an iceberg is known by `display` and a pair by `other`.
typedef struct {
    int32_t sid;
    side side;
    order_type type;
    time_in_force tif;
    int traits; // ORDER_POST_ONLY, ORDER_ALL_OR_NONE
    self_trade self;
    int64_t quantity;
    int64_t price;   // limit; of market orders and stops the worst price, 0 for any
    int64_t stop;    // of stops; a trailing stop may have 0: it begins at its distance from the last price
    int64_t trail;   // of trailing stops
    int64_t display; // of icebergs
    instant expires; // TIF_GTD, session clock
    int64_t other;   // working order of the desk in the same security: one cancels the other
    char client[40];
    bool reduce_only; // must be reducing, or it is refused
    int64_t replaces; // working order whose open quantity this one takes the place of: it is not counted; 0: none
} order_intent;

enum { KIND_TRAITS = ORDER_POST_ONLY | ORDER_ALL_OR_NONE };

// Whether an order of this type waits for its stop price.
static inline bool kind_waits(order_type type) { return type >= ORDER_STOP && type <= ORDER_TRAILING_STOP; }
// Whether it has a limit, which it then must have.
static inline bool kind_is_limited(order_type type) { return type == ORDER_LIMIT || type == ORDER_STOP_LIMIT; }

// What does not go together in an order, as a sentence; NULL when it does. Numbers are not judged but against each
// other, and nothing is compared with the market.
const char *kind_wrong(const order_intent *intent);

// "stop-limit", "gtd", "newest"; "?" for a number that is none.
const char *kind_name(int type);
const char *kind_tif_name(int tif);
const char *kind_self_name(int self);
#define KIND_TIFS "day|ioc|fok|gtc|gtd"
#define KIND_SELVES "newest|oldest|both|off"
// The number of a word; `otherwise` for NULL. The word is one of the above.
time_in_force kind_tif(const char *word, time_in_force otherwise);
self_trade kind_self(const char *word, self_trade otherwise);
