#include "src/app/program.h"

#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/client.h"
#include "src/base/mem.h"

#define PATIENCE (10 * NS_PER_S) // of a script

static void name_user(char *out, size_t size) {
    const struct passwd *entry = getpwuid(getuid());
    char number[24];
    snprintf(number, sizeof number, "uid %u", (unsigned)getuid());
    mem_copy_string(out, size, entry ? entry->pw_name : number);
}

// STATUS_NOT_FOUND where the command's words begin.
static status read_option(config *c, int argc, char **argv, int *i) {
    char flag[16];
    const char *equals = strchr(argv[*i], '='), *value = equals ? equals + 1 : NULL;
    size_t n = equals ? (size_t)(equals - argv[*i]) : strlen(argv[*i]);
    if (n >= sizeof flag)
        return STATUS_NOT_FOUND;
    memcpy(flag, argv[*i], n);
    flag[n] = 0;
    if (!value && config_flag_takes_value(flag) && *i + 1 < argc)
        value = argv[++*i];
    return config_flag(c, flag, value);
}

status program_start(program *p, const command_table *commands, int argc, char **argv, int *used) {
    *p = (program){.commands = commands};
    name_user(p->user, sizeof p->user);
    TRY(config_read(&p->config));
    int i = 1;
    for (; i < argc; i++) {
        status s = read_option(&p->config, argc, argv, &i);
        if (s == STATUS_NOT_FOUND)
            break;
        TRY(s);
    }
    p->home = p->config.value[CONFIG_HOME];
    *used = i;
    return STATUS_OK;
}

void program_end(program *p) { config_free(&p->config); }

// ---- progress ----

static bool progress_shown;

void program_show_progress(void *context, const char *line) {
    (void)context;
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s\x1b[K", line);
    fflush(stderr);
    progress_shown = true;
}

void program_end_progress(void) {
    if (progress_shown)
        fputs("\r\x1b[K", stderr);
    progress_shown = false;
}

// ---- one command, wherever it runs ----

void program_run_here(void *context, const request *r, reply *out) {
    station *w = context;
    request_run(&w->host, r, out);
}

void program_fail(const request *r, status s, reply *out) {
    *out = (reply){.exit_code = status_exit_code(s), .result = s};
    text t = {0};
    text_printf(&t, "plimsoll: %s\n", status_message());
    status written = request_write(r, true, t.at, t.n);
    (void)written; // nobody reads any more: there is nobody to tell
    text_free(&t);
}

// STATUS_UNAVAILABLE when nobody is at home.
static status run_there(const program *p, const request *r, reply *out) {
    client *c;
    TRY(client_connect(p->home, &c));
    status s = client_run(c, r, out);
    client_close(c);
    return s == STATUS_UNAVAILABLE ? status_fail(STATUS_IO, "%s", status_message()) : s;
}

static void warn(void *context, const char *line) {
    text t = {0};
    text_printf(&t, "plimsoll: warning: %s\n", line);
    status written = request_write(context, true, t.at, t.n);
    (void)written; // nobody reads any more: there is nobody to tell
    text_free(&t);
}

static status run_in_own(const program *p, const request *r, reply *out) {
    request asker = *r;
    station_options options = {.home = p->home,
                               .user = p->user,
                               .terms = &p->config.terms,
                               .existing = !request_begins(p->commands, r),
                               .warn = warn,
                               .warn_context = &asker};
    station *w;
    TRY(station_open(&options, p->commands, &w));
    program_run_here(w, r, out);
    station_close(w);
    return STATUS_OK;
}

bool program_is_held(status result, int64_t since, int64_t patience) {
    return result == STATUS_BUSY && clock_mono() - since < patience;
}

void program_run(void *context, const request *r, reply *out) {
    program *p = context;
    if (request_is_local(p->commands, r)) {
        request_host host = {.commands = p->commands, .services = p};
        request_run(&host, r, out);
        return;
    }
    int64_t since = clock_mono();
    for (;;) {
        status s = run_there(p, r, out);
        if (s == STATUS_UNAVAILABLE)
            s = run_in_own(p, r, out);
        if (s == STATUS_OK)
            return;
        if (!program_is_held(s, since, PATIENCE) || request_cancelled(r)) {
            program_fail(r, s, out);
            return;
        }
        poll(NULL, 0, PROGRAM_HELD_PAUSE_MS);
    }
}

void program_run_attached(void *context, const request *r, reply *out) {
    program *p = context;
    if (request_is_local(p->commands, r)) {
        program_run(p, r, out);
        return;
    }
    status s = run_there(p, r, out);
    if (s == STATUS_UNAVAILABLE)
        s = status_fail(s, "the desk that this screen shows has ended, and nothing was done");
    if (s != STATUS_OK)
        program_fail(r, s, out);
}

bool program_nobody_home(const program *p) {
    client *c = NULL;
    status s = client_connect(p->home, &c);
    client_close(c);
    return s == STATUS_UNAVAILABLE;
}

static volatile int interrupted;

static void on_interrupt(int number) {
    (void)number;
    __atomic_store_n(&interrupted, 1, __ATOMIC_RELAXED);
}

int program_command(program *p, const char *const *words, size_t n) {
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    const request r = {.words = words, .n = n, .user = p->user, .face = "shell", .cancelled = &interrupted};
    return request_at_terminal(r, program_run, p);
}
