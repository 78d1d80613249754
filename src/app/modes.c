// The program's faces that go on: the workstation, the desk without a screen, the shell; and the screenshot.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/app/client.h"
#include "src/app/host.h"
#include "src/app/program.h"
#include "src/app/shell.h"
#include "src/base/log.h"
#include "ui/workstation.h"

#define HELD_WAIT (3 * NS_PER_S)
#define HELD_PAUSE (30 * NS_PER_MS)

// A desk to look at: our own, or one that another process holds.
typedef struct {
    program *program;
    station *own;        // NULL when attached
    view *attached_view; // NULL when it is our own
    bool screen;         // it is looked at all the time, not for one answer
} seat;

static void say_failure(void) { fprintf(stderr, "plimsoll: %s\n", status_message()); }

static status attach(seat *s, const program *p) {
    client *c;
    TRY(client_connect(p->home, &c));
    int descriptor;
    status result = client_attach(c, &descriptor);
    client_close(c);
    TRY(result);
    return view_attach(descriptor, &s->attached_view);
}

// Attaches to the desk that runs, or opens the workspace. Another command may hold it for a moment.
static status sit_down(seat *s, program *p, bool live) {
    *s = (seat){.program = p};
    station_options options = {.home = p->home, .user = p->user, .live = live, .progress = program_show_progress};
    int64_t until = clock_mono() + HELD_WAIT;
    for (;;) {
        status result = attach(s, p);
        if (result != STATUS_UNAVAILABLE)
            return result;
        result = station_open(&options, p->commands, &s->own);
        program_end_progress();
        if (result != STATUS_BUSY || clock_mono() > until)
            return result;
        struct timespec pause = {0, HELD_PAUSE};
        nanosleep(&pause, NULL);
    }
}

static void stand_up(seat *s) {
    station_close(s->own);
    view_release(s->attached_view);
}

static const view *seat_view(void *context) {
    const seat *s = context;
    return s->own ? s->own->app.view : s->attached_view;
}

static void seat_run(void *context, const request *r, reply *out) {
    seat *s = context;
    if (s->own && !request_is_local(s->program->commands, r))
        program_run_here(s->own, r, out);
    else if (s->attached_view && s->screen)
        program_run_attached(s->program, r, out);
    else
        program_run(s->program, r, out);
}

// Tickers for completion; an attached workstation knows those that the view shows.
static void seat_symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    seat *s = context;
    if (s->own) {
        app_symbols(&s->own->app, prefix, add, to);
        return;
    }
    view_positions *v = mem_new(1, sizeof *v);
    uint64_t seen = 0;
    view_read(s->attached_view, SECTION_POSITIONS, v, &seen);
    for (int32_t i = 0; i < v->n; i++)
        if (strncasecmp(v->rows[i].symbol, prefix, strlen(prefix)) == 0)
            add(to, v->rows[i].symbol);
    free(v);
}

static status seat_host(seat *s, host **out) {
    host_config face = {.run = seat_run,
                        .view = seat_view,
                        .symbols = seat_symbols,
                        .context = s,
                        .commands = s->program->commands,
                        .user = s->program->user,
                        .attached = !s->own,
                        .config_directory = s->program->config.directory,
                        .state_directory = s->program->home};
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
    seat s;
    status result = catch_ends();
    if (result == STATUS_OK)
        result = sit_down(&s, p, true);
    if (result != STATUS_OK) {
        say_failure();
        return status_exit_code(result);
    }
    if (!s.own) {
        stand_up(&s);
        fprintf(stderr, "plimsoll: a desk runs on %s already; plimsoll attaches to it\n", p->home);
        return 1;
    }
    printf("the desk runs on %s (%s); Ctrl-C or SIGTERM ends it\n", p->home, s.own->app.state);
    fflush(stdout);
    run_on();
    stand_up(&s);
    return 0;
}

// ---- the workstation ----

int mode_workstation(program *p, const char *workspace_name) {
    status able = workstation_check();
    if (able != STATUS_OK) {
        say_failure();
        return status_exit_code(able);
    }
    // From the start: the terminal may go while there is no screen on it yet, or no more.
    signal(SIGHUP, SIG_IGN);
    seat s;
    host *h;
    status result = sit_down(&s, p, true);
    s.screen = true;
    if (result == STATUS_OK && (result = seat_host(&s, &h)) != STATUS_OK)
        stand_up(&s);
    if (result != STATUS_OK) {
        say_failure();
        return status_exit_code(result);
    }
    ui_options options = screen_options_of(p, workspace_name);
    ui_end end = UI_QUIT;
    result = workstation_run(host_face(h), &options, &end);
    if (result != STATUS_OK)
        say_failure();
    if (result == STATUS_OK && end == UI_LOST_TERMINAL && s.own) {
        // The screen is dropped, not the desk: it runs on, and the next workstation attaches.
        let_go_of_terminal();
        log_info("desk", "the terminal is gone; the desk runs on without a screen");
        host_free(h);
        if (catch_ends() == STATUS_OK)
            run_on();
    } else {
        host_free(h);
    }
    stand_up(&s);
    return status_exit_code(result);
}

// ---- the shell ----

int mode_shell(program *p) {
    seat s;
    status result = sit_down(&s, p, true);
    if (result != STATUS_OK) {
        say_failure();
        return status_exit_code(result);
    }
    shell_host prompt = {.commands = p->commands,
                         .run = seat_run,
                         .context = &s,
                         .symbols = seat_symbols,
                         .symbols_context = &s,
                         .user = p->user,
                         .state_directory = p->home};
    int code = shell_run(&prompt);
    stand_up(&s);
    return code;
}

// ---- the screenshot ----

static bool keep_complaint(void *context, bool error, const char *bytes, size_t n) {
    if (error)
        text_put_n(context, bytes, n);
    return true;
}

static status watch_quietly(seat *s, const char *symbol) {
    const char *words[] = {"watch", symbol};
    text complaint = {0};
    request r = {.words = words,
                 .n = 2,
                 .user = s->program->user,
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
static status settle(seat *s, const char *symbol, char chosen[SYMBOL_SIZE]) {
    view_positions *v = mem_new(1, sizeof *v);
    uint64_t seen = 0;
    view_read(seat_view(s), SECTION_POSITIONS, v, &seen);
    mem_copy_string(chosen, SYMBOL_SIZE, symbol ? symbol : v->n ? v->rows[0].symbol : "");
    free(v);
    if (symbol)
        TRY(watch_quietly(s, symbol));
    else if (chosen[0] && watch_quietly(s, chosen) != STATUS_OK)
        log_info("screenshot", "without a book: %s", status_message());
    if (s->own && analytics_wait(s->own->app.analytics, NULL) != STATUS_OK)
        log_info("screenshot", "without risk: %s", status_message());
    return STATUS_OK;
}

status mode_screenshot(program *p, const char *workspace_name, int columns, int rows, bool ansi, const char *symbol,
                       text *out) {
    seat s;
    host *h;
    TRY(sit_down(&s, p, false));
    status result = seat_host(&s, &h);
    if (result == STATUS_OK) {
        char chosen[SYMBOL_SIZE];
        result = settle(&s, symbol, chosen);
        ui_options options = screen_options_of(p, workspace_name);
        options.symbol = chosen[0] ? chosen : NULL;
        if (result == STATUS_OK)
            result = workstation_screenshot(host_face(h), &options, columns, rows, ansi, out);
        host_free(h);
    }
    stand_up(&s);
    return result;
}
