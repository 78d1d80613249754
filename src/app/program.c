#include "src/app/program.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "src/app/ask.h"
#include "src/app/client.h"
#include "src/base/mem.h"

#define HELD_WAIT (10 * NS_PER_S)
#define HELD_PAUSE (30 * NS_PER_MS)

// ---- where things are ----

// $variable/plimsoll, or ~/fallback/plimsoll.
static char *xdg(const char *variable, const char *fallback) {
    const char *base = getenv(variable), *home = getenv("HOME");
    text t = {0};
    if (base && base[0] == '/')
        text_printf(&t, "%s/plimsoll", base);
    else
        text_printf(&t, "%s/%s/plimsoll", home && home[0] ? home : "/tmp", fallback);
    return t.at;
}

static char *absolute(const char *path) {
    char *directory = path[0] == '/' ? NULL : getcwd(NULL, 0);
    text t = {0};
    if (directory)
        text_printf(&t, "%s/%s", directory, path);
    else
        text_put(&t, path);
    free(directory);
    return t.at;
}

static void name_user(char *out, size_t size) {
    const struct passwd *entry = getpwuid(getuid());
    char number[24];
    snprintf(number, sizeof number, "uid %u", (unsigned)getuid());
    mem_copy_string(out, size, entry ? entry->pw_name : number);
}

static status read_option(program *p, int argc, char **argv, int *i) {
    const char *word = argv[*i], *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    bool takes = (n == 6 && strncmp(word, "--home", n) == 0) || (n == 7 && strncmp(word, "--theme", n) == 0);
    if (strcmp(word, "--ascii") == 0)
        p->ascii = true;
    else if (strcmp(word, "--no-color") == 0)
        p->no_colour = true;
    else if (!takes)
        return STATUS_END; // the command begins here, or is wrong by itself
    if (!takes)
        return STATUS_OK;
    const char *value = equals ? equals + 1 : *i + 1 < argc ? argv[++*i] : NULL;
    if (!value || !value[0])
        return status_fail(STATUS_USAGE, "%.*s needs a value: %s", (int)n, word, n == 6 ? "a directory" : "a theme");
    char **to = n == 6 ? &p->home : &p->theme;
    free(*to);
    *to = n == 6 ? absolute(value) : mem_string(value);
    return STATUS_OK;
}

status program_start(program *p, const command_table *commands, int argc, char **argv, int *used) {
    *p = (program){.commands = commands};
    name_user(p->user, sizeof p->user);
    p->config_directory = xdg("XDG_CONFIG_HOME", ".config");
    const char *no_colour = getenv("NO_COLOR"), *home = getenv("PLIMSOLL_HOME"), *theme = getenv("PLIMSOLL_THEME");
    p->no_colour = no_colour && no_colour[0];
    if (theme && theme[0])
        p->theme = mem_string(theme);
    if (home && home[0])
        p->home = absolute(home);
    int i = 1;
    status s = STATUS_OK;
    for (; i < argc && s == STATUS_OK; i++)
        s = read_option(p, argc, argv, &i);
    if (s == STATUS_END)
        i--;
    else if (s != STATUS_OK)
        return s;
    if (!p->home)
        p->home = xdg("XDG_DATA_HOME", ".local/share");
    *used = i;
    return STATUS_OK;
}

void program_end(program *p) {
    free(p->home);
    free(p->config_directory);
    free(p->theme);
}

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

static void fail(const request *r, status s, reply *out) {
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

static status run_in_own(const program *p, const request *r, reply *out) {
    station_options options = {.home = p->home, .user = p->user};
    station *w;
    TRY(station_open(&options, p->commands, &w));
    program_run_here(w, r, out);
    station_close(w);
    return STATUS_OK;
}

void program_run(void *context, const request *r, reply *out) {
    program *p = context;
    if (request_is_local(p->commands, r)) {
        request_host host = {.commands = p->commands, .services = p};
        request_run(&host, r, out);
        return;
    }
    // Another command may hold the workspace for a moment without listening yet, or any more.
    int64_t until = clock_mono() + HELD_WAIT;
    for (;;) {
        status s = run_there(p, r, out);
        if (s == STATUS_UNAVAILABLE)
            s = run_in_own(p, r, out);
        if (s == STATUS_OK)
            return;
        if (s != STATUS_BUSY || clock_mono() > until || request_cancelled(r)) {
            fail(r, s, out);
            return;
        }
        struct timespec pause = {0, HELD_PAUSE};
        nanosleep(&pause, NULL);
    }
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
    struct winsize size;
    char *directory = getcwd(NULL, 0);
    request r = {.words = words,
                 .n = n,
                 .user = p->user,
                 .face = "shell",
                 .directory = directory,
                 .width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0,
                 .progress = isatty(STDERR_FILENO),
                 .out = STDOUT_FILENO,
                 .err = STDERR_FILENO,
                 .ask = ask_possible() ? ask_terminal : NULL,
                 .cancelled = &interrupted};
    reply out = {0};
    program_run(p, &r, &out);
    int code = out.exit_code;
    reply_free(&out);
    free(directory);
    return code;
}
