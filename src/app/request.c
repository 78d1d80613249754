#include "src/app/request.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/app/ask.h"
#include "src/base/mem.h"

void reply_free(reply *r) {
    text_free(&r->sentence);
    text_free(&r->phrase);
}

bool request_cancelled(const request *r) { return r->cancelled && __atomic_load_n(r->cancelled, __ATOMIC_RELAXED); }

// ---- output ----

enum {
    PIECE = 4096,  // a pipe that polls as writable takes this much without blocking (PIPE_BUF)
    WAIT_MS = 100, // between looks at whether the caller has given up
};

static status write_descriptor(const request *r, int descriptor, const char *bytes, size_t n) {
    while (n > 0) {
        struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
        int count = poll(&ready, 1, WAIT_MS);
        if (count == 0 && request_cancelled(r))
            return STATUS_CANCELLED;
        if (count <= 0)
            continue;
        ssize_t written = write(descriptor, bytes, n < PIECE ? n : PIECE);
        if (written >= 0) {
            bytes += written;
            n -= (size_t)written;
        } else if (errno == EPIPE) {
            return STATUS_END;
        } else if (errno != EAGAIN && errno != EINTR) {
            return status_fail(STATUS_IO, "the output can't be written: %s", strerror(errno));
        }
    }
    return STATUS_OK;
}

status request_write(const request *r, bool error, const char *bytes, size_t n) {
    if (n == 0)
        return STATUS_OK;
    if (r->out >= 0)
        return write_descriptor(r, error ? r->err : r->out, bytes, n);
    return !r->write || r->write(r->context, error, bytes, n) ? STATUS_OK : STATUS_END;
}

static void complain(const request *r, const char *sentence) {
    text line = {0};
    text_printf(&line, "plimsoll: %s\n", sentence);
    request_write(r, true, line.at, line.n); // nobody is left to tell when this fails
    text_free(&line);
}

// ---- progress ----

typedef struct {
    const request *request;
    bool shown;
} progress_line;

static const char erase_line[] = "\r\x1b[K";

static void show_progress(void *context, const char *line) {
    progress_line *p = context;
    text bytes = {0};
    text_printf(&bytes, "%s%s", erase_line, line);
    request_write(p->request, true, bytes.at, bytes.n);
    text_free(&bytes);
    p->shown = true;
}

static void hide_progress(const progress_line *p) {
    if (p->shown)
        request_write(p->request, true, erase_line, sizeof erase_line - 1);
}

// ---- running ----

static void prepare(const request_host *host, const request *r, call *c, progress_line *progress) {
    c->services = host->services;
    c->face = r->face;
    c->directory = r->directory;
    c->width = r->width;
    c->cancelled = r->cancelled;
    if (r->progress) {
        c->progress = show_progress;
        c->progress_context = progress;
    }
}

static status run_call(const request_host *host, const request *r, call *c, reply *out) {
    gate g = {.user = r->user,
              .role = host->role ? host->role(host->role_context, r->user) : ROLE_ADMIN,
              .audit = host->audit,
              .audit_context = host->audit_context};
    if (c->command->place == COMMAND_SCREEN)
        return status_fail(STATUS_UNAVAILABLE,
                           "\"%s\" changes the screen it is given on; it works inside the workstation",
                           c->command->name);
    out->confirm = c->command->confirm;
    return gate_run_asking(&g, c, r->ask, r->context, &out->sentence, &out->phrase, &out->needs_confirm);
}

static status print_help(const request_host *host, const request *r, const call *c) {
    text help = {0};
    if (c->command)
        command_help(c->command, &help);
    else
        command_overview(host->commands, r->n > 0 && r->words[0][0] != '-' ? r->words[0] : NULL, &help);
    status result = request_write(r, false, text_string(&help), help.n);
    text_free(&help);
    return result;
}

static status flush(const request *r, const call *c) {
    status result = request_write(r, false, text_string(&c->out), c->out.n);
    status second = request_write(r, true, text_string(&c->err), c->err.n);
    return result != STATUS_OK ? result : second;
}

static status finish(const request *r, const call *c, const progress_line *progress, status result) {
    hide_progress(progress);
    char *sentence = mem_string(status_message()); // writing may fail in its own way
    status written = flush(r, c);
    if (result != STATUS_OK)
        complain(r, sentence);
    else if (written == STATUS_IO)
        complain(r, status_message());
    free(sentence);
    return result == STATUS_OK && written == STATUS_IO ? STATUS_IO : result;
}

void request_run(const request_host *host, const request *r, reply *out) {
    call c;
    bool help = false;
    memset(out, 0, sizeof *out);
    out->result = command_parse(host->commands, r->words, r->n, &c, &help);
    if (out->result != STATUS_OK) {
        complain(r, status_message());
    } else if (help) {
        status written = print_help(host, r, &c);
        out->result = written == STATUS_IO ? written : STATUS_OK;
        call_free(&c);
    } else {
        progress_line progress = {.request = r};
        prepare(host, r, &c, &progress);
        status result = run_call(host, r, &c, out);
        out->result = finish(r, &c, &progress, result);
        call_free(&c);
    }
    out->exit_code = status_exit_code(out->result);
}

// The command that the words name, NULL when it can't be run or is asked for its help alone.
static const command *command_of(const command_table *commands, const request *r) {
    call c;
    bool help = false;
    if (command_parse(commands, r->words, r->n, &c, &help) != STATUS_OK)
        return NULL;
    const command *found = help ? NULL : c.command;
    call_free(&c);
    return found;
}

bool request_is_local(const command_table *commands, const request *r) {
    const command *found = command_of(commands, r);
    return !found || found->place == COMMAND_LOCAL;
}

bool request_begins(const command_table *commands, const request *r) {
    const command *found = command_of(commands, r);
    return found && found->begins;
}

int request_at_terminal(request r, void (*run)(void *context, const request *r, reply *out), void *context) {
    struct winsize size;
    char *directory = getcwd(NULL, 0);
    r.directory = directory;
    r.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    r.progress = isatty(STDERR_FILENO);
    r.out = STDOUT_FILENO;
    r.err = STDERR_FILENO;
    r.ask = ask_possible() ? ask_terminal : NULL;
    reply out = {0};
    run(context, &r, &out);
    reply_free(&out);
    free(directory);
    return out.exit_code;
}
