// A market's day from a file (feed.h), at a pace: as fast as it happened, faster, or as fast as it can be read; with a
// window, pauses, single steps, and seeks to any time, forth and back. It knows no clock: whoever owns it tells it how
// much time has passed outside and how much it may do at a time, so that nobody waits for it. Deterministic: the books
// at a message are the same on whatever way it was reached.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"
#include "engine/market/course.h"
#include "engine/market/feed.h"
#include "src/base/status.h"

typedef struct replay replay;

typedef struct {
    const char *path;
    const char *symbol; // the one security to follow, or NULL for all
    double speed;       // session seconds a second; 0: as fast as it can
    int64_t from, to;   // ns since midnight: plays from the first message of this time, and ends before the first
                        // beyond `to`; INT64_MAX: to the file's end
} replay_config;

typedef enum {
    REPLAY_PLAYING,
    REPLAY_PAUSED,
    REPLAY_SEEKING, // on the way to a time that was asked for, as fast as it can; then as before
    REPLAY_ENDED,   // behind the last message, or at the end of the window
    REPLAY_FAILED,  // the file is damaged here: replay_status says how; what came before it stands
} replay_state;

// What has traded so far, prices in 1e-4 units; before the first trade all 0.
typedef struct {
    int64_t last, open, high, low, volume, trades;
    double value;      // traded, 1e-4 units
    int64_t last_time; // ns since midnight
} replay_trades;

enum { REPLAY_TAPE = 48 };

typedef struct {
    int64_t time, price; // ns since midnight
    uint32_t quantity;
    uint8_t aggressor; // side
} replay_print;

typedef struct {
    uint32_t n;                      // of all prints; the last of them stand in `print`
    replay_print print[REPLAY_TAPE]; // number i at i % REPLAY_TAPE
    course course;
} replay_history;

typedef struct {
    char symbol[16];
    const book *book; // NULL while it never had an order
    replay_trades trades;
    const replay_history *history; // NULL before the first trade
} replay_security;

// Paused on nothing: the first calls of replay_run play, from `from` on. Errors as feed_open.
status replay_open(const replay_config *config, replay **out);
void replay_free(replay *r); // NULL is good

// Plays what is due after `passed` ns more outside, at most `most` messages; true when more is due already. Time that a
// slow reader can't keep up with is not caught up: the replay goes on from where it is.
bool replay_run(replay *r, int64_t passed, uint64_t most);

void replay_pause(replay *r);
void replay_resume(replay *r); // at the end it stays there
void replay_set_speed(replay *r, double speed);
// The next so many messages that change a book, whatever the pace; replay_run plays them, and it stays paused.
void replay_step(replay *r, uint64_t messages);
bool replay_goes_on(const replay *r); // it plays, or will when it has arrived where it seeks
// To the state right before the first message later than `time`, or the first of all; replay_run goes there.
// STATUS_INVALID outside the window.
status replay_seek(replay *r, int64_t time);

// The same, so many ns from where it is, or is on the way to; never beyond the window.
status replay_skip(replay *r, int64_t by);

replay_state replay_state_of(const replay *r);
status replay_status(const replay *r); // STATUS_OK, or why it failed
const feed *replay_feed(const replay *r);
int64_t replay_time(const replay *r); // ns since midnight; of the last message, or where the pace has come since
int64_t replay_from(const replay *r); // of the window; the first message's time when none was given
int64_t replay_to(const replay *r);   // INT64_MAX: the file's end
double replay_speed(const replay *r);
uint64_t replay_messages(const replay *r); // played since the file's beginning

size_t replay_securities(const replay *r);
replay_security replay_security_at(const replay *r, size_t i);
