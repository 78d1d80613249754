// Random commands for a book: a market says what is drawn and how often, and the reference what there is to draw from.
// A command names orders by the number of the command that submitted them, so that a list of commands still makes sense
// when some are left out.
#pragma once

#include "src/base/rng.h"
#include "tests/engine/market/support_reference.h"

// Shares are percent, weights compare with each other (all zero: the first), rates are in ten thousand commands.
typedef struct {
    book_config book;
    uint32_t resting; // orders the stream steers for
    uint32_t owners;
    int64_t centre; // price around which orders come in, ticks
    uint32_t near;  // usual distance from it, ticks
    uint32_t far;   // and now and then
    unsigned far_share, wander_share, garbage_share;
    uint32_t stride;                                // the most that the centre moves at once, ticks
    unsigned type[5], tif[5], self[4];              // weights
    unsigned post_only, all_or_none, iceberg, pair; // shares of the orders that may have them
    unsigned cancel_all, expire, state, collar;     // rates
    unsigned jump;                                  // share of commands before which time jumps
    int64_t leap;                                   // by up to this; orders good till a date live about as long
    uint32_t lots;                                  // most in an order that does not sweep, 0 for 40
    bool auctions;                                  // few enough ticks for the reference to try them all
} market;

market market_small(void); // of few ticks, so that the reference can try all prices of an auction; plain orders alone
market market_mixed(void); // the same with as much of everything as there is

typedef enum { DO_SUBMIT, DO_CANCEL, DO_REPLACE, DO_CANCEL_ALL, DO_EXPIRE, DO_STATE, DO_COLLAR } command_kind;

typedef struct {
    command_kind kind;
    uint32_t number;      // 1, 2, 3 …; the low half of a request's tag
    book_request request; // of DO_SUBMIT; its `other` is the number of a command
    uint32_t order;       // of DO_CANCEL and DO_REPLACE: number of a command
    uint64_t stray;       // bits to flip in the id that it has in the book, so that it names no order
    int64_t quantity, price;
    int64_t low, high;
    book_filter filter;
    book_state state;
    int64_t time;
} command;

typedef struct {
    const market *market;
    rng rng;
    int64_t centre, time;
    uint32_t drawn;
} command_source;

command_source command_source_start(const market *m, uint64_t seed, uint64_t stream);
command command_draw(command_source *s, const reference *r);
// Number of the command that submitted the order which this one names, 0 for none.
uint32_t command_names(const command *c);
// Gives a command to the reference, with the id there of the order it names; the id of a submitted order, otherwise
// what the reference returns.
uint64_t command_to_reference(const command *c, reference *r, uint64_t named);
// The same to a book.
uint64_t command_to_book(const command *c, book *b, book_order_id named);
void command_print(const command *c);
