// The program's faces that go on: the workstation, the desk without a screen, the shell; and the screenshot.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/host.h"
#include "src/app/program.h"
#include "src/app/seat.h"
#include "src/app/shell.h"
#include "src/base/log.h"
#include "ui/workstation.h"

static void say_failure(void) { fprintf(stderr, "plimsoll: %s\n", status_message()); }

static bool is_attached(const void *context) { return seat_attached(context); }

static int screens_of(const void *context) { return seat_screens(context); }

static status seat_host(const program *p, seat *s, host **out) {
    host_config face = {.run = seat_run,
                        .view = seat_view,
                        .symbols = seat_symbols,
                        .attached = is_attached,
                        .screens = screens_of,
                        .context = s,
                        .commands = p->commands,
                        .user = p->user,
                        .config_directory = p->config.directory,
                        .state_directory = p->home};
    return host_new(&face, out);
}

static ui_options screen_options_of(const program *p, const char *workspace_name) {
    return (ui_options){.theme = p->config.value[CONFIG_THEME],
                        .workspace = workspace_name,
                        .ascii = config_yes(&p->config, CONFIG_ASCII),
                        .colours = config_yes(&p->config, CONFIG_COLOR) ? 0 : 2};
}

// ---- the desk without a screen ----

// A desk without a screen ends on SIGTERM or SIGINT. Handlers rather than sigwait: libraries have threads of their own,
// whose masks are not ours, and a signal may come to any of them.
static int end_pipe[2] = {-1, -1};

static void on_end(int number) {
    int saved = errno;
    char byte = (char)number;
    ssize_t written = write(end_pipe[1], &byte, 1);
    (void)written; // full: an end is on its way already
    errno = saved;
}

// SIGHUP is no end: it takes the terminal away, not the desk.
static status catch_ends(void) {
    if (pipe2(end_pipe, O_CLOEXEC) != 0)
        return status_fail(STATUS_IO, "pipe: %s", strerror(errno));
    struct sigaction end = {.sa_handler = on_end, .sa_flags = SA_RESTART}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGHUP, &ignore, NULL);
    return STATUS_OK;
}

static void run_on(void) {
    // A signal ends a poll, where a read would go on: a sanitizer runs handlers between two calls.
    struct pollfd end = {.fd = end_pipe[0], .events = POLLIN};
    while (poll(&end, 1, -1) <= 0)
        ;
    char number = 0;
    ssize_t ignored = read(end_pipe[0], &number, 1);
    (void)ignored;
    log_info("desk", "ends on signal %d", number);
}

// The terminal is gone: nothing may be read from it or written to it any more.
static void let_go_of_terminal(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= 2; fd++)
        if (isatty(fd) || fd == 0)
            dup2(null, fd);
    if (null > 2)
        close(null);
}

int mode_desk(program *p) {
    seat *s = NULL;
    status result = catch_ends();
    if (result == STATUS_OK)
        result = seat_take(p, SEAT_DESK, &s);
    if (result != STATUS_OK) {
        say_failure();
        return status_exit_code(result);
    }
    bool own = !seat_attached(s);
    if (own) {
        char state[8];
        app_state(&seat_own(s)->app, state);
        printf("the desk runs on %s (%s); Ctrl-C or SIGTERM ends it\n", p->home, state);
        fflush(stdout);
        run_on();
    } else {
        fprintf(stderr, "plimsoll: a desk runs on %s already; plimsoll attaches to it\n", p->home);
    }
    seat_leave(s);
    return own ? 0 : 1;
}

// ---- the workstation ----

static void tell_screen(void *context, bool trouble, const char *sentence) { host_say(context, trouble, sentence); }

static status show(const program *p, seat *s, const char *workspace_name, const char *first, ui_end *end) {
    host *h;
    TRY(seat_host(p, s, &h));
    ui_options options = screen_options_of(p, workspace_name);
    options.first = first;
    status result = seat_follow(s, tell_screen, h);
    if (result == STATUS_OK)
        result = workstation_run(host_face(h), &options, end);
    seat_stop_following(s);
    if (*end == UI_LOST_TERMINAL)
        let_go_of_terminal();
    host_free(h);
    return result;
}

int mode_workstation(program *p, const char *workspace_name, const char *first) {
    status able = workstation_check();
    if (able != STATUS_OK) {
        say_failure();
        return status_exit_code(able);
    }
    // From the start: the terminal may go while there is no screen on it yet, or no more.
    signal(SIGHUP, SIG_IGN);
    seat *s = NULL;
    ui_end end = UI_QUIT;
    status result = seat_take(p, SEAT_SCREEN, &s);
    if (result == STATUS_OK)
        result = show(p, s, workspace_name, first, &end);
    if (result != STATUS_OK)
        say_failure();
    if (result == STATUS_OK && end == UI_LOST_TERMINAL && seat_own(s)) {
        // The screen is dropped, not the desk: it runs on, and the next workstation attaches.
        log_info("desk", "the terminal is gone; the desk runs on without a screen");
        if (catch_ends() == STATUS_OK)
            run_on();
    }
    seat_leave(s);
    return status_exit_code(result);
}

// ---- the shell ----

int mode_shell(program *p) {
    seat *s = NULL;
    status result = seat_take(p, SEAT_SHELL, &s);
    if (result != STATUS_OK) {
        say_failure();
        return status_exit_code(result);
    }
    shell_host prompt = {.commands = p->commands,
                         .run = seat_run,
                         .context = s,
                         .symbols = seat_symbols,
                         .symbols_context = s,
                         .user = p->user,
                         .state_directory = p->home};
    int code = shell_run(&prompt);
    seat_leave(s);
    return code;
}

// ---- the screenshot ----

static bool keep_complaint(void *context, bool error, const char *bytes, size_t n) {
    if (error)
        text_put_n(context, bytes, n);
    return true;
}

static status watch_quietly(seat *s, const char *user, const char *symbol) {
    const char *words[] = {"watch", symbol};
    text complaint = {0};
    request r = {.words = words,
                 .n = 2,
                 .user = user,
                 .face = "screenshot",
                 .out = -1,
                 .err = -1,
                 .write = keep_complaint,
                 .context = &complaint};
    reply out = {0};
    seat_run(s, &r, &out);
    status result = out.result;
    if (result != STATUS_OK) {
        static const char name[] = "plimsoll: ";
        const char *sentence = text_string(&complaint);
        if (strncmp(sentence, name, sizeof name - 1) == 0)
            sentence += sizeof name - 1;
        result = status_fail(result, "%.*s", (int)strcspn(sentence, "\n"), sentence);
    }
    reply_free(&out);
    text_free(&complaint);
    return result;
}

// A picture of a workspace that was opened for it waits until there is something to see: the book of the security asked
// for, or of the largest position, and the risk. Fails when the security asked for can't be watched.
static status settle(seat *s, const char *user, const char *symbol, char chosen[SYMBOL_SIZE]) {
    view_positions *v = mem_new(1, sizeof *v);
    uint64_t seen = 0;
    view_read(seat_view(s), SECTION_POSITIONS, v, &seen);
    mem_copy_string(chosen, SYMBOL_SIZE, symbol ? symbol : v->n ? v->rows[0].symbol : "");
    free(v);
    if (symbol)
        TRY(watch_quietly(s, user, symbol));
    else if (chosen[0] && watch_quietly(s, user, chosen) != STATUS_OK)
        log_info("screenshot", "without a book: %s", status_message());
    if (seat_own(s) && analytics_wait(seat_own(s)->app.analytics, NULL) != STATUS_OK)
        log_info("screenshot", "without risk: %s", status_message());
    return STATUS_OK;
}

status mode_screenshot(program *p, const char *workspace_name, int columns, int rows, bool ansi, const char *symbol,
                       text *out) {
    seat *s;
    host *h;
    TRY(seat_take(p, SEAT_PICTURE, &s));
    status result = seat_host(p, s, &h);
    if (result == STATUS_OK) {
        char chosen[SYMBOL_SIZE];
        result = settle(s, p->user, symbol, chosen);
        ui_options options = screen_options_of(p, workspace_name);
        options.symbol = chosen[0] ? chosen : NULL;
        if (result == STATUS_OK)
            result = workstation_screenshot(host_face(h), &options, columns, rows, ansi, out);
        host_free(h);
    }
    seat_leave(s);
    return result;
}
