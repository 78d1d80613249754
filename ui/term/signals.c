#include "ui/term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"

static const struct {
    int number;
    unsigned bit;
} noted[] = {
    {SIGWINCH, SIGNAL_RESIZE},  {SIGHUP, SIGNAL_HANGUP}, {SIGTERM, SIGNAL_TERMINATE},
    {SIGINT, SIGNAL_TERMINATE}, {SIGTSTP, SIGNAL_STOP},  {SIGCONT, SIGNAL_CONTINUE},
};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS, SIGXCPU, SIGXFSZ};
enum { NOTED = sizeof noted / sizeof *noted, FATAL = sizeof fatal / sizeof *fatal, RESCUE_BYTES = 512 };

static struct sigaction noted_before[NOTED], fatal_before[FATAL];
static atomic_uint pending;
static int wake[2] = {-1, -1};

static char rescue_bytes[RESCUE_BYTES];
static size_t rescue_n;
static struct termios rescue_lines;
static atomic_int rescue_descriptor = -1; // published last: set means the rest is whole

static void on_noted(int number) {
    int saved = errno;
    for (int i = 0; i < NOTED; i++)
        if (noted[i].number == number)
            atomic_fetch_or(&pending, noted[i].bit);
    ssize_t ignored = write(wake[1], "", 1); // full is fine: it wakes already
    (void)ignored;
    errno = saved;
}

static void give_back(void) {
    int descriptor = atomic_exchange(&rescue_descriptor, -1);
    if (descriptor < 0)
        return;
    ssize_t ignored = write(descriptor, rescue_bytes, rescue_n);
    (void)ignored;
    tcsetattr(descriptor, TCSANOW, &rescue_lines);
}

// Whoever handled the signal before (a sanitizer, or the system with a core file) gets it again on return.
static void on_fatal(int number) {
    give_back();
    for (int i = 0; i < FATAL; i++)
        if (fatal[i] == number)
            sigaction(number, &fatal_before[i], NULL);
    raise(number);
}

static void make_pipe(void) {
    if (wake[0] >= 0)
        return;
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        wake[0] = wake[1] = -1; // signals are then noticed at the next turn of the loop
}

void signals_take(void) {
    static char stack[1 << 16];
    static bool hooked;
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    make_pipe();
    atomic_store(&pending, 0);
    sigaltstack(&alternate, NULL);
    struct sigaction note = {.sa_handler = on_noted, .sa_flags = SA_RESTART};
    struct sigaction die = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};
    for (int i = 0; i < NOTED; i++)
        sigaction(noted[i].number, &note, &noted_before[i]);
    for (int i = 0; i < FATAL; i++)
        sigaction(fatal[i], &die, &fatal_before[i]);
    if (!hooked) {
        atexit(give_back);
        mem_on_exhaustion(give_back);
    }
    hooked = true;
}

// What stood there for SIGINT and SIGTERM is ncurses' handler, which ends the process on the spot; but whoever gives
// the terminal back is about to put a desk in order.
static bool ends(int number) { return number == SIGINT || number == SIGTERM; }

void signals_release(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (int i = 0; i < NOTED; i++)
        sigaction(noted[i].number, ends(noted[i].number) ? &ignore : &noted_before[i], NULL);
    for (int i = 0; i < FATAL; i++)
        sigaction(fatal[i], &fatal_before[i], NULL);
}

int signals_descriptor(void) { return wake[0]; }

unsigned signals_pending(void) {
    char drain[64];
    while (wake[0] >= 0 && read(wake[0], drain, sizeof drain) > 0)
        ;
    return atomic_exchange(&pending, 0);
}

void signals_rescue(int descriptor, const char *bytes, size_t n, const struct termios *lines) {
    atomic_store(&rescue_descriptor, -1);
    rescue_n = n < sizeof rescue_bytes ? n : sizeof rescue_bytes;
    memcpy(rescue_bytes, bytes, rescue_n);
    rescue_lines = *lines;
    atomic_store(&rescue_descriptor, descriptor);
}

void signals_no_rescue(void) { atomic_store(&rescue_descriptor, -1); }

void signals_stop_here(void) {
    struct sigaction before, standard = {.sa_handler = SIG_DFL};
    sigaction(SIGTSTP, &standard, &before);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}
