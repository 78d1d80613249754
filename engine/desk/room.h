// Inside the desk's room: the state that its thread owns, shared by the files of engine/desk/ alone.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "data/store/bars.h"
#include "data/store/securities.h"
#include "engine/desk/desk.h"
#include "engine/desk/session.h"
#include "engine/market/recording.h"
#include "engine/market/replay.h"
#include "engine/market/venue.h"
#include "src/base/map.h"
#include "src/base/queue.h"
#include "src/base/vec.h"

// A request runs on the desk's thread and is answered when its outcome is on disk. `finished`, when there is one, is
// asked after every turn until it says yes; `undo` takes back what `run` left in the desk besides rows and steps, when
// the rest of it did not come about.
typedef struct request {
    status (*run)(desk *d, struct request *r);
    bool (*finished)(desk *d, struct request *r);
    void (*undo)(desk *d, struct request *r);
    void *context;
    const char *user;
    bool reads_only; // allowed while the journal can't be written
    size_t effects;  // how many of its steps the market carried out, but:
    size_t sent;     // orders of its that reached the market
    int64_t since;   // mono: when it began to wait for its end
    status result;
    char message[512];
    bool done;
} request;

typedef struct {
    int64_t price;    // last trade, last close before the first; 0 when unknown
    int64_t previous; // close before the session
    int64_t fair;     // what a book of this session was laid around when it was last looked at, 0: none was
    instant time;     // of that trade, session clock; 0: nothing has traded in this session
    date day;         // whose price it is: of a session of this desk, or of a stored bar
    date stored;      // of the security's last bar before the session; DATE_NONE: there is none
} mark;

// What is to be done in the market once the inputs are on disk. Nothing else touches the market while requests run:
// what happens there are outcomes, and they can't be taken back when the inputs can't be written.
typedef struct {
    enum { TO_OPEN, TO_SUBMIT, TO_CANCEL, TO_REPLACE, TO_SESSION } kind;
    int32_t sid; // TO_OPEN
    date day;    // TO_SESSION
    int64_t order;
    int64_t quantity, price; // TO_REPLACE
    char cause[96];          // TO_CANCEL
    request *asker;          // hears of effects and failures; NULL: nobody
} market_step;

typedef struct {
    int32_t sid;
    int64_t asked;   // count of watches; the slot asked longest ago is given up first
    size_t place;    // in the replay
    size_t searched; // it is none of the replay's first so many securities
    bool dirty;
    view_book view;
} watch_slot;

typedef struct {
    int32_t sid;
    VEC(request *) waiting; // for it; its orders and cancels count as the first one's
    int64_t filled;
    int64_t next_try;  // venue time
    int64_t last_fill; // venue time of the last progress
    bool done;
    char note[96]; // why it could not go on
    char user[32];
} flatten_task;

// A day from a file in the market's place; without one `replay` is NULL.
typedef struct {
    replay *replay;
    int64_t number; // of this one, from 1
    char file[160], symbol[16];
    date day;         // DATE_NONE when the file does not say
    instant midnight; // of that day, or of the session's
    bool more;        // it has something to play at once
    bool moved;       // since it was published
    int64_t mono;     // of its last turn
    int64_t rate_mono;
    uint64_t rate_messages;
    double rate;
} playing;

// A recording under way; without one `writer` is NULL.
typedef struct {
    recording_writer *writer;
    char file[160], message[200]; // message: why the last one ended by itself
    instant since;                // wall
    int32_t books;
    int64_t next_flush; // mono
    bool moved;         // since it was published
} recorder;

// What is written beside the journal now and then.
typedef struct {
    bool moved;   // since it was written
    bool unread;  // it could not be read, and is left as it is
    int64_t next; // mono
} kept_setting;

struct desk {
    store *store;
    view *view;
    char state[8], user[32];
    bool live;

    pthread_t thread;
    queue *requests;
    pthread_mutex_t lock; // guards `done` of requests, and:
    int inside;           // threads in desk_do
    pthread_cond_t changed;
    atomic_bool stopping;
    VEC(request *) pending; // waiting for `finished`

    ledger *ledger;
    venue *venue;
    uint64_t seed;
    venue_terms terms;
    int64_t venue_time; // ns since the session opened
    int64_t clock_mono; // mono time at which venue_time was taken
    double pace;
    bool running; // the venue's clock runs
    instant open; // of the session

    securities securities;
    mark *marks;            // [securities.n + 1], by sid
    map64 venue_orders;     // desk order number → venue order id
    map64 under_way;        // desk order number → 1: sent, and not in the book yet
    VEC(int32_t) live_sids; // securities with an open book
    int32_t walked;         // securities up to this one have a price in the venue
    int64_t next_mark;      // venue time: when those without a book are marked again
    size_t entered;         // working orders that the steps under way have entered anew
    bool outside;           // some could not be entered yet
    int64_t mover;          // of our orders the last that came, moved or was triggered: it meets others
    int64_t peak; // the highest P&L since the row of the journal that began the session or loaded its portfolio:
    int64_t peak_row;

    VEC(journal_row) staged; // applied to the ledger, not yet on disk
    VEC(market_step) steps;
    VEC(market_step) deferred; // cancels of orders that are under way: done when those have arrived
    const char *cause;         // of the cancels that a step is making; NULL or "" outside
    bool journal_failing;      // outcomes could not be written, or:
    bool unread;               // the ledger could not be folded anew
    status journal_status;
    char journal_trouble[256];
    int64_t next_retry; // mono

    playing played;
    recorder recorder;
    VEC(flatten_task) flattening;

    watch_slot slots[VIEW_BOOKS];
    int64_t watches;
    bool dirty; // something of the desk's own changed
    bool market_moved;
    int64_t next_publish, next_pnl, next_market; // mono
    bool listed_late;                            // the market has moved since its list was published
    instant kept_clock;                          // as it was written last
    kept_setting kept_session, kept_curve;
    view_status status;
    view_positions *positions;
    view_orders *orders;
    date counted; // the session in which orders->filled_earlier was counted
    view_fills fills;
    view_breaker breaker;
    view_market *market;
    view_pnl pnl;
    char data_version[17];
    date data_date;
};

// desk.c
status desk_do(desk *d, request *r);     // from any thread: runs it and waits
void request_fail(request *r, status s); // with this thread's sentence
instant desk_now(const desk *d);         // session clock
void note(desk *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
const security *security_of(const desk *d, int32_t sid); // NULL when unknown

// record.c: the ledger and its journal
status stage(desk *d, journal_row row);               // numbers, applies and keeps a row for the next commit
status commit_inputs(desk *d, size_t steps);          // writes what is staged, or takes it and the steps from here back
status commit_outcomes(desk *d);                      // writes what is staged, or goes on trying (journal_failing)
void record_retry(desk *d);                           // when it is time for that
void take_back(desk *d, size_t staged, size_t steps); // forgets rows and steps from these on
status record_fold(const desk *d, ledger **out);      // the ledger as the disk has it, and what is staged

// market.c: marks and books
status market_start(desk *d);
void market_stop(desk *d);
int64_t market_begins(const desk *d); // venue time at which a session does: 0, or before it with a pre-open
status market_load_securities(desk *d, date before, bool keep_marks); // closes before a day; keep: what the desk made
bool market_open(desk *d, int32_t sid);                               // makes the book live; false when it can't be
void market_open_wanted(desk *d);                                     // books that must be alive
void step_open(desk *d, int32_t sid);                                 // to be opened with the next steps
void market_steps(desk *d);                                           // does what was to be done
void market_end_deferred(desk *d); // the books go: ends what was to be cancelled and has not come to them
void market_advance(desk *d, int64_t venue_time);
void market_on_event(void *context, int32_t sid, const book_event *event);
void market_enter_working(desk *d, int32_t sid); // what works and is in no book
venue_security market_listing(const desk *d, int32_t sid);
const mark *mark_of(const desk *d, int32_t sid); // all zero for a security that is not known here
int64_t market_price(const desk *d, int32_t sid);
book_state market_state(const desk *d, int32_t sid); // of its book; continuous when it has none
int64_t equity(const desk *d);
int64_t gross(const desk *d);
int64_t day_pnl(const desk *d);
int64_t gross_with_working(const desk *d); // with what working orders could add

// outcome.c: what the market does with our orders, as rows
void outcome(desk *d, int32_t sid, const book_event *event);
// The order ends without having come to the market.
void outcome_unsent(desk *d, int64_t number, const char *format, ...) __attribute__((format(printf, 3, 4)));
void outcome_pair_cause(const desk *d, const order *o, char out[96]); // the other of its pair, as the reason of its end

// walk.c: prices of securities without a book
void walk_start(desk *d);
void walk_turn(desk *d);

// keep.c: what a session keeps beside the journal
void keep(desk *d, bool now); // writes what moved since it was written, each when its time has come, or now
void keep_load(desk *d);      // what was kept of the session, if it is still that one

// orders.c
status order_stage(desk *d, const char *user, const order_intent *intent, int64_t *id);
size_t cancel_scope(desk *d, request *asker, int32_t sid, const char *cause);         // all of a security, or all
bool cancel_waiting(desk *d, request *asker, int32_t sid, side s, const char *cause); // those off the display; any?
void cancel_side(desk *d, request *asker, int32_t sid, side s, const char *cause);

// flatten.c
void flatten_step(desk *d);
void flatten_hold(desk *d);                                // what it asked for could not be written
void flatten_fill(desk *d, int32_t sid, int64_t quantity); // something of the position was traded

// guard.c: breaker and sessions
void guard_watch(desk *d);
int64_t start_equity(const desk *d); // that the session began with
int64_t capital(const desk *d); // what a percentage of the day is of: that, or gross for a book that finances itself
instant guard_quiet_until(const desk *d); // wall: when the limits that a reset halved are in full again
status session_begin(desk *d, date day);
void session_move(desk *d, date day); // to another day, its market and all

// replay.c
void replay_turn(desk *d);
void replay_drop(desk *d);
status replay_forbids(const desk *d); // to send orders: STATUS_REFUSED while one plays
instant replay_now(const desk *d);
bool replay_seeks(const desk *d); // on the way to a time: the books are of none that was asked for
// The place of a security, looked for at *place first. False (NO_PLACE, all zero) when none plays, or it has not told
// of such a security.
#define NO_PLACE SIZE_MAX
bool replay_find(const desk *d, const char *symbol, size_t *place, replay_security *out);
int32_t replay_sid(const desk *d, size_t place, const char *symbol);

// recorder.c
void recorder_add(desk *d, int32_t sid); // a book that has opened
void recorder_take(desk *d, const book_event *event);
void recorder_turn(desk *d);
void recorder_publish(desk *d);
void recorder_end(desk *d); // by itself, if there is one

// publish_market.c: the list of what has a book, and the replay
void publish_market(desk *d);

// publish_book.c
void publish_books(desk *d);                       // of the slots, those that changed
void publish_slot_anew(desk *d, watch_slot *slot); // another market stands behind it
void publish_no_slot(desk *d, int slot);           // it is free
void publish_print(desk *d, int32_t sid, const book_event *event);
void publish_closes(desk *d, watch_slot *slot); // reads the daily closes of a watched security

// publish.c
void publish(desk *d, bool now);
void publish_fill(desk *d, const journal_row *row);
void publish_start(desk *d);
