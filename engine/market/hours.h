// Which state the market of one security is in, and when the next one begins: pre-open, opening auction, continuous
// trading, halts, closing auction, closed. Plain data, owned by whoever declares it; knows no book.
//
// Times are ns since the open (09:30). The session is collected from hours_config.pre_open on (a time below 0; 0: the
// opening auction is held at once), trades from 0, collects for the closing auction from DAYPATH_END (daypath.h) and
// closes at RHYTHM_DAY (rhythm.h).
//
// Halts are of two kinds. A move of more than 5 % (20 % below three dollars; twice that in the first 15 and the last 25
// minutes) against a price of the last five minutes halts trading for five: the figures of the limit up-limit down plan
// of the US markets, without its bands. And news halts a security for ten minutes, with a small chance a day, at a time
// drawn from the seed. Either reopens by an auction that collects in the halt's last minute.
#pragma once

#include <stdbool.h>

#include "engine/market/book.h"

#define HOURS_HALT INT64_C(300000000000)
#define HOURS_NEWS_HALT INT64_C(600000000000)
#define HOURS_REOPENING INT64_C(60000000000) // of them

enum { HOURS_SLOTS = 10 }; // of half a minute

typedef struct {
    uint64_t seed, stream;
    double halts;     // chance of a halt for news in a session
    int64_t pre_open; // when the session begins, 0 or before
} hours_config;

typedef struct {
    book_state state;
    int64_t next;               // when the next state begins, INT64_MAX when closed
    int64_t news;               // when news halts trading, INT64_MAX for never
    int64_t reopening;          // of a halt: when the auction begins, and
    int64_t reopens;            // when it is held
    int64_t slot;               // of the newest price below
    int64_t price[HOURS_SLOTS]; // at the beginning of each half minute, 0 for none
    int64_t last;               // trade, 0 before the first
} hours;

// The state that holds at `now`; a session that is entered later than it began has had its auction.
void hours_start(hours *h, const hours_config *c, int64_t now);
// The next state begins: it is told, and when the one after it does.
book_state hours_change(hours *h);
// A trade in continuous trading: true when it halts the market from now on (state and next tell).
bool hours_trade(hours *h, int64_t price, int64_t now);
