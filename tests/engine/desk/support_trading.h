// A desk to trade at in tests: a small demo universe in a directory of its own, a store, a view and the desk's thread.
#pragma once

#include "data/store/journal.h"
#include "data/store/securities.h"
#include "engine/desk/desk.h"
#include "src/base/vec.h"

typedef struct {
    char home[64];
    store *store;
    view *view;
    desk *desk; // NULL while it is stopped
    desk_config config;
    int32_t stocks[16]; // the tradable ones, by symbol number
    size_t n;
} trading;

// A desk whose time stands still (live false) or runs by the wall clock. Cash is 0 and nothing is held.
void trading_open(trading *t, bool live);
void trading_close(trading *t); // and removes the directory
void trading_stop(trading *t);  // desk, view and store
void trading_start(trading *t);
void trading_restart(trading *t);

// Steps of the above, for tests that live in two processes.
void trading_make(trading *t, bool live);       // the directory and the universe; nothing is open afterwards
void trading_make_empty(trading *t, bool live); // the directory alone
void trading_universe(trading *t);              // into an open store
void trading_remove(trading *t);

const char *trading_symbol(const trading *t, int32_t sid, char out[SYMBOL_SIZE]); // "" when it is none; returns out
int64_t trading_last(trading *t, int32_t sid); // the price a buy or sell is judged by
uint64_t trading_fingerprint(trading *t);

// Sends an order that must be accepted; a price of 0 is a market order (immediate or cancel).
order trading_send(trading *t, side s, int32_t sid, int64_t quantity, int64_t price);
// The same, whatever becomes of it.
status trading_try(trading *t, const order_intent *intent, order *out);
// A limit order far from the market, that rests.
order trading_rest(trading *t, side s, int32_t sid, int64_t quantity);
// Stores a day's bar of a security, all of whose prices are `close`.
void trading_bar(trading *t, int32_t sid, date day, int64_t close);
void trading_hold(trading *t, int32_t sid, int64_t quantity); // by adjustment, at the last price

// Copies of the view as it is now, good until the next call for the same section.
const view_positions *trading_positions(trading *t);
const view_position *trading_position(trading *t, int32_t sid); // NULL when there is no row
const view_orders *trading_orders(trading *t);
const view_order *trading_order(trading *t, int64_t id); // NULL when there is no row
const view_fills *trading_fills(trading *t);
const view_breaker *trading_breaker(trading *t);
const view_status *trading_status(trading *t);
const view_book *trading_book(trading *t, int32_t sid); // watched first; NULL when it has no slot
int64_t trading_quantity(trading *t, int32_t sid);

typedef VEC(journal_row) journal_rows;
void trading_journal(trading *t, journal_rows *out); // everything, from the disk
size_t trading_count(trading *t, journal_kind kind);
// Fails the test unless the positions in the view are what the journal's adjustments and fills sum to.
void trading_check_sums(trading *t);
