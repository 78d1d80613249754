// The desk's state as a fold over its journal: orders, positions, cash, limits and the breaker. ledger_apply is the
// only way in, the same rows give the same state, and nothing here reads a clock or the market. Owned by the desk's
// thread; pointers into it are good until the next ledger_apply.
#pragma once

#include "data/store/journal.h"
#include "engine/trade/limits.h"
#include "engine/trade/position.h"

typedef enum {
    STATE_WORKING, // accepted, nothing filled
    STATE_PARTIAL,
    STATE_FILLED,
    STATE_CANCELLED,
    STATE_REJECTED,
    STATE_EXPIRED,
} order_state;

typedef struct {
    int64_t id;    // dense from 1, rejected ones included
    int64_t time;  // session clock
    int64_t ended; // session clock; 0 while it works
    int32_t sid;
    side side;
    order_type type; // what it is now: a stop that was triggered is a market or limit order
    time_in_force tif;
    int traits;      // ORDER_POST_ONLY, ORDER_ALL_OR_NONE
    self_trade self; // what becomes of it, or of the other, when it would trade with one of the desk's own
    order_state state;
    int64_t quantity, filled, open; // open: still in the market
    int64_t price;                  // limit; of market orders and stops the worst price, 0 for any
    int64_t stop;                   // of stops, triggered ones too: the last stop price; otherwise 0
    int64_t trail;                  // of trailing stops
    int64_t display;                // of icebergs, otherwise 0
    instant expires;                // TIF_GTD, session clock; otherwise 0
    int64_t other;                  // of its pair; 0: none, or it was cancelled and left this one alone
    int64_t beaten_by;              // the other of its pair that filled or was triggered: its end follows; 0: none
    int64_t cost;                   // sum of fill price × quantity
    struct {
        order_type type;
        int64_t quantity, price, stop, other;
    } asked; // as it was sent, before any replacement, trigger or trailing
    char client[40];
    char reason[96]; // of a rejection or a cancel
} order;

typedef enum { BREAKER_STATE_TRADING, BREAKER_STATE_TRIPPED, BREAKER_STATE_QUIET } breaker_state;

typedef struct {
    instant time;      // wall
    instant desk_time; // session clock
    breaker_state state;
    int64_t quiet_minutes; // of QUIET, as the limit was then; 0 in rows of old, which do not say it
    char user[32], cause[96];
} breaker_change;

typedef struct ledger ledger;

ledger *ledger_new(void);
void ledger_free(ledger *l);

// STATUS_CORRUPT when the row can't follow the state (an unknown order, a gap in the numbers): the journal is damaged.
status ledger_apply(ledger *l, const journal_row *row);

int64_t ledger_sequence(const ledger *l);    // of the last row applied
int64_t ledger_desk_time(const ledger *l);   // session clock of the last row
date ledger_session(const ledger *l);        // DATE_NONE before the first
int64_t ledger_session_row(const ledger *l); // the row that last began it, or began it anew with a portfolio; 0: none
int64_t ledger_next_order(const ledger *l);  // number for the next order

const order *ledger_order(const ledger *l, int64_t id);                   // NULL when unknown
const order *ledger_order_by_client(const ledger *l, const char *client); // NULL when unknown
size_t ledger_orders(const ledger *l);                                    // how many; ids 1 … n
size_t ledger_filled(const ledger *l);                                    // how many of them are filled whole
const int64_t *ledger_working(const ledger *l, size_t *n);                // ids, oldest first
bool order_is_working(const order *o);
bool order_is_stop(const order *o);    // one that waits: not triggered
int64_t order_average(const order *o); // price of its fills, rounded half up; 0 before the first

const position *ledger_position(const ledger *l, int32_t sid); // NULL when never held
const position *ledger_positions(const ledger *l, size_t *n);  // in order of first trade; flat ones included
int64_t ledger_cash(const ledger *l);
int64_t ledger_by_hand(const ledger *l); // what positions and cash set by hand in this session added to the equity
int64_t ledger_open_quantity(const ledger *l, int32_t sid,
                             side s); // sum over working orders; a pair on one side counts
                                      // as the larger of the two
// What an order of `quantity` in a pair with `other` (0: none) adds to that sum.
int64_t ledger_counts(const ledger *l, int32_t sid, side s, int64_t quantity, int64_t other);
// Shares by which working orders could take the position further from zero, on either side.
int64_t ledger_open_adding(const ledger *l, int32_t sid);
const int32_t *ledger_ordered(const ledger *l, size_t *n); // securities that ever had an order, in order of the first

// How many of `quantity` shares bought or sold open a position rather than close the one that is held.
int64_t adding_shares(int64_t held, side s, int64_t quantity);

breaker_state ledger_breaker(const ledger *l);
const breaker_change *ledger_breaker_history(const ledger *l, size_t *n); // oldest first
int64_t ledger_limit(const ledger *l, limit_name name);                   // as it was set
int64_t ledger_limit_now(const ledger *l,
                         limit_name name); // in force: those of orders and positions are halved in QUIET

// A hash of the whole state: equal journals give equal hashes.
uint64_t ledger_fingerprint(const ledger *l);
