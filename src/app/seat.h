// A seat at a desk: at the one that this process holds, or at one that another process holds and that is looked at from
// here. A screen's seat follows its desk: when the process that holds it has ended, the seat takes the desk over, or
// sits down at that of whoever was faster. Functions are the main thread's unless they say otherwise.
#pragma once

#include "src/app/program.h"

typedef struct seat seat;

typedef enum {
    SEAT_PICTURE, // for one picture: a workspace opened for it does not go on
    SEAT_DESK,
    SEAT_SHELL,
    SEAT_SCREEN,
} seat_kind;

// Attaches to the desk that runs, or opens the workspace; another command may hold it for a moment.
status seat_take(program *p, seat_kind kind, seat **out);
void seat_leave(seat *s); // status_message() stays what it was; NULL is fine

station *seat_own(const seat *s); // NULL while the desk is another process's; any thread
bool seat_attached(const seat *s);
int seat_screens(const seat *s); // other processes' screens at our own desk

// Follows the desk on a thread of its own until the seat is left or following is stopped. `say` is called on that
// thread, with one sentence for the person: what became of the desk, or (trouble) why there is none now. Nothing is to
// be followed at our own desk, nor on a seat that is not a screen's.
typedef void (*seat_say)(void *context, bool trouble, const char *sentence);
status seat_follow(seat *s, seat_say say, void *context);
void seat_stop_following(seat *s);

// These four fit host_config and shell_host; context is the seat. A view is good until the one after the next: look at
// it from one thread alone.
const view *seat_view(void *context);
// Any thread. A screen's commands run at its desk and nowhere else: while there is none they are refused.
void seat_run(void *context, const request *r, reply *out);
// Tickers of the workspace that begin with `prefix`. Those of another process's desk come from a copy, so that a screen
// never waits for its store; where its data has changed, they are read anew behind the scenes for the next time.
void seat_symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to);
