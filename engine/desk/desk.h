// The desk: one thread that alone changes market, orders, positions and breaker. Everybody else sends it requests
// (the functions below, from any thread) and reads the published view. A request returns when its outcome is on disk,
// or with the sentence of why not; then nothing of it happened, unless the sentence says so.
// The desk owns its venue and its ledger; store and view are borrowed and outlive it.
#pragma once

#include "data/store/store.h"
#include "engine/desk/view.h"
#include "engine/market/replay.h"
#include "engine/market/terms.h"
#include "engine/trade/checks.h"

typedef struct desk desk;

typedef struct {
    store *store;
    view *view;
    const char *state; // "DEMO", "PAPER"
    const char *user;  // who started it
    bool live;         // the venue runs by the wall clock; otherwise time stands still but for what a request needs
    double pace;       // session seconds a wall second, 1 by default (0)
    uint64_t seed;     // of the venue
    const venue_terms *terms; // of trading there, copied; NULL: the default ones
} desk_config;

// Folds the journal, begins a session when there is none, starts the thread.
status desk_start(const desk_config *config, desk **out);
void desk_stop(desk *d); // after the last turn; working orders stay in the journal

// What became of an order: a copy.
status desk_order(desk *d, const char *user, const order_intent *intent,
                  order *out); // STATUS_REFUSED: refused by a check; *out tells
status desk_check(desk *d, const order_intent *intent, check_result out[CHECKS_MAX], size_t *n);
// Cancels by number, or (id 0) all of a security, or (sid 0 too) all. *n = how many were taken off.
// STATUS_NOT_FOUND when there is nothing to cancel.
status desk_cancel(desk *d, const char *user, const char *cause, int64_t id, int32_t sid, size_t *n);
status desk_replace(desk *d, const char *user, int64_t id, int64_t quantity, int64_t price, order *out);

typedef struct {
    int32_t sid;
    int64_t before, after; // shares
    int64_t filled;
    char note[96]; // why something is left, "" when flat
} flatten_row;

typedef struct {
    size_t cancelled, sent; // orders; of two flattens that work the same position each counts for one of them
} flatten_done;

// Cancels the scope's working orders, then sends reducing market orders until it is flat, the market has nothing left
// for ten seconds of the session, or the caller gives up. sid 0: everything. Rows are freed by the caller; safe to
// repeat. `done` may be NULL; it says what was done for a flatten that failed on its way, too.
status desk_flatten(desk *d, const char *user, const char *cause, int32_t sid, const volatile int *cancelled,
                    flatten_row **rows, size_t *n, flatten_done *done);

status desk_trip(desk *d, const char *user, const char *cause);
status desk_reset(desk *d, const char *user, const char *cause); // refused while the cause persists, or within a minute
status desk_limit(desk *d, const char *user, limit_name name, int64_t value);
status desk_limit_value(desk *d, limit_name name, int64_t *value);

typedef struct {
    int32_t sid;
    int64_t quantity; // signed
} holding;

// Sets the positions to `holdings` (others to zero) at the last price, and the cash to `cash` when it is not INT64_MIN.
// The day's P&L, its peak and its measure go on: only a day without trades and P&L begins anew with the portfolio.
// Refused while orders are working or the breaker is tripped.
status desk_load(desk *d, const char *user, const char *cause, const holding *holdings, size_t n, int64_t cash);
// What a load would bring in at the last prices (counts and values are positive), refused as the load itself would be.
typedef struct {
    int64_t long_shares, long_value, short_shares, short_value;
} holdings_worth;
status desk_load_check(desk *d, const holding *holdings, size_t n, int64_t cash, holdings_worth *out);
status desk_adjust(desk *d, const char *user, const char *cause, int32_t sid, int64_t quantity, int64_t price);

// Gives the security a book slot in the view: one of the store's, or of the replay.
status desk_watch(desk *d, const char *symbol, int32_t *sid);
status desk_venue(desk *d, bool running, double pace); // pace 0: as it was
status desk_reload(desk *d, const char *state);        // securities or bars changed
status desk_note(desk *d, const char *text);           // a line for every screen

// Plays a day from a file in the market's place (engine/market/replay.h): the screens show its books. The venue stands
// still until the replay is stopped: new orders and replacements are refused, cancels and flattens go to the venue. It
// replaces one that plays. Errors as replay_open; STATUS_UNAVAILABLE on a desk that isn't live.
status desk_replay(desk *d, const replay_config *config);

typedef enum {
    DESK_REPLAY_PAUSE,
    DESK_REPLAY_RESUME,
    DESK_REPLAY_TOGGLE,
    DESK_REPLAY_STEP,  // amount: messages
    DESK_REPLAY_SEEK,  // amount: ns since midnight
    DESK_REPLAY_SKIP,  // amount: ns from where it is
    DESK_REPLAY_SPEED, // speed, 0: as fast as it can
    DESK_REPLAY_PACE,  // amount: steps faster, or slower when negative
    DESK_REPLAY_STOP,
} desk_replay_act;

// STATUS_NOT_FOUND when none plays; otherwise as replay_seek.
status desk_replay_do(desk *d, desk_replay_act what, int64_t amount, double speed);

// Records everything that happens in the venue's books (engine/market/recording.h), until it is ended or the session is
// over. STATUS_EXISTS when that is done already, or the file is there; STATUS_UNAVAILABLE on a desk that isn't live.
status desk_record(desk *d, const char *path);
typedef struct {
    char file[160];
    uint64_t events, bytes;
} record_done;
status desk_record_end(desk *d, record_done *out); // STATUS_NOT_FOUND, STATUS_IO

// Settles the fingerprint of the state, for tests of recovery.
status desk_fingerprint(desk *d, uint64_t *out);
