// Signals while the workstation has the terminal: they are only noted here, and the descriptor wakes whoever polls.
// Crashes give the terminal back first, with prepared bytes and nothing but write() and tcsetattr().
// One owner at a time: the screen.
#pragma once

#include <stddef.h>
#include <termios.h>

enum {
    SIGNAL_RESIZE = 1,    // SIGWINCH
    SIGNAL_HANGUP = 2,    // SIGHUP: the terminal is gone
    SIGNAL_TERMINATE = 4, // SIGTERM, SIGINT from outside
    SIGNAL_STOP = 8,      // SIGTSTP; lost when it comes while ncurses sends a frame, which ignores it meanwhile
    SIGNAL_CONTINUE = 16, // SIGCONT
};

void signals_take(void);        // installs the handlers
void signals_release(void);     // puts back what was there, but SIGINT and SIGTERM are ignored from now on
int signals_descriptor(void);   // readable when something is pending
unsigned signals_pending(void); // what came since the last call

// What a dying process writes to `descriptor` to give the terminal back, and the line settings to return to. Kept until
// signals_no_rescue. Also used on exit() and when memory runs out.
void signals_rescue(int descriptor, const char *bytes, size_t n, const struct termios *lines);
void signals_no_rescue(void);

// Stops this process as ^Z does from a shell, after the caller has given the terminal back.
void signals_stop_here(void);
