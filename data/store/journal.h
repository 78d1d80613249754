// The desk's journal: every input and outcome of the desk, in order. The desk's state is a fold over it.
#pragma once

#include "data/store/audit.h"
#include "data/store/store.h"
#include "src/base/clock.h"

// Kinds are numbered for ever: they stand in files.
typedef enum {
    JOURNAL_SESSION = 1,  // a session begins: sid 0, text = state (DEMO…), quantity = session date
    JOURNAL_ORDER = 2,    // an order was accepted: all order fields
    JOURNAL_REJECT = 3,   // an order was refused: all order fields, text = reason
    JOURNAL_FILL = 4,     // order, quantity, price, fee
    JOURNAL_CANCEL = 5,   // the order ends: quantity = taken off, text = cause
    JOURNAL_REPLACE = 6,  // order, new open quantity and price (of a waiting stop its stop price)
    JOURNAL_ADJUST = 7,   // a position is set: sid, quantity (signed, new total), price (average cost); text = cause
    JOURNAL_CASH = 8,     // cash changes by price (1e-4 units); text = cause
    JOURNAL_BREAKER = 9,  // quantity = new state, price = minutes of QUIET, text = cause, user
    JOURNAL_LIMIT = 10,   // text = name, price = value (1e-4 units or count)
    JOURNAL_MARK = 11,    // start-of-day mark of a position: sid, price
    JOURNAL_EXPIRE = 12,  // the order's time, or its session, is over
    JOURNAL_TRIGGER = 13, // a stop is now the order it stands for
    JOURNAL_TRAIL = 14,   // order, price = new stop price of a trailing stop
    JOURNAL_REDUCE = 15,  // order, quantity = taken off one that lives on, text = cause
} journal_kind;

typedef struct {
    int64_t sequence;  // 1, 2, 3 … without gaps
    instant time;      // wall clock, ns
    int64_t desk_time; // session clock, ns since 1970 of the session's own date
    journal_kind kind;
    int32_t sid;
    int64_t order;                         // the desk's order number
    int32_t side, type, tif, traits, self; // as engine/market/book.h
    int64_t quantity, price, fee;
    int64_t stop, trail, display; // 0: none
    instant expires;              // session clock; 0: it does not by itself
    int64_t other;                // the other order of the pair; 0: none
    char client[40];              // client order id, "" when none
    char portfolio[24], strategy[24];
    char user[32];
    char text[96];
} journal_row;

// Appends rows in one transaction; when it returns OK they are on disk. Sequence numbers are the caller's and must
// continue the journal (STATUS_CORRUPT otherwise, and nothing is appended). Text is UTF-8.
//
// desk.db has views over the journal for people's SQL: orders, fills, positions, breaker_history, limits. They take the
// security, side and portfolio of a fill from its order, so an outcome's row needs only what is said of it above.
status journal_append(store *s, const journal_row *rows, size_t n);

// Calls visit for each row after `after`, in order, on the caller's thread; a status other than OK stops the reading
// and is given back. The row is good until visit returns. STATUS_CORRUPT where a row is missing.
typedef status (*journal_visit)(void *context, const journal_row *row);
status journal_read(store *s, int64_t after, journal_visit visit, void *context);
status journal_last(store *s, int64_t *sequence); // 0 when empty
