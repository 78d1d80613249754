#include "src/app/client.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/channel.h"
#include "src/base/mem.h"

enum {
    ANSWER_MS = 5000,
    CANCEL_MS = 100, // between looks at whether the caller has given up
};

struct client {
    channel *channel;
    char *home;
    int64_t pid;
};

// ---- connecting ----

static status check_peer(const client *c) {
    uid_t uid;
    pid_t pid;
    TRY(channel_peer(channel_socket(c->channel), &uid, &pid));
    if (uid == geteuid() || uid == 0 || geteuid() == 0)
        return STATUS_OK;
    return status_fail(STATUS_REFUSED, "the workspace's socket is served by another user (uid %u)", (unsigned)uid);
}

static status refused(const wire_frame *f) {
    wire_refusal refusal;
    TRY(wire_get_refusal(f, &refusal));
    return status_fail(refusal.code, "%s", refusal.sentence);
}

static status gone(const client *c) {
    return status_fail(STATUS_UNAVAILABLE,
                       "the desk (pid %lld) went away before it answered; "
                       "what it had acknowledged is kept, so look before doing it again",
                       (long long)c->pid);
}

static status receive(const client *c, wire_frame *f) {
    status result = channel_receive(c->channel, ANSWER_MS, f);
    if (result == STATUS_END)
        return gone(c);
    if (result != STATUS_UNAVAILABLE)
        return result;
    // Its process lives, or nothing would have taken the connection: so it is not a desk that is not there.
    return status_fail(STATUS_IO,
                       "the desk doesn't answer: process %lld holds the workspace, but it is stopped, or its disk "
                       "hangs. Let it go on (kill -CONT %lld) or end it (kill -9 %lld), and repeat the command: what "
                       "the desk has acknowledged is kept",
                       (long long)c->pid, (long long)c->pid, (long long)c->pid);
}

static status greet(client *c) {
    wire_frame f;
    wire_welcome welcome;
    text frame = {0};
    wire_put_hello(&frame, &(wire_hello){.version = PLIMSOLL_VERSION});
    // A server that turns us away may have closed already; what it said is still to be read.
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    if (sent != STATUS_OK && sent != STATUS_END)
        return sent;
    TRY(receive(c, &f));
    if (f.type == WIRE_REFUSED)
        return refused(&f);
    TRY(wire_get_welcome(&f, &welcome));
    c->pid = welcome.pid;
    c->home = mem_string(welcome.home);
    return STATUS_OK;
}

status client_connect(const char *home, client **out) {
    int socket = -1;
    uid_t uid;
    pid_t pid;
    TRY(channel_connect(home, &socket));
    client *c = mem_new(1, sizeof *c);
    c->channel = channel_new(socket);
    if (channel_peer(socket, &uid, &pid) == STATUS_OK)
        c->pid = pid;
    status result = check_peer(c);
    if (result == STATUS_OK)
        result = greet(c);
    if (result != STATUS_OK) {
        client_close(c);
        return result;
    }
    *out = c;
    return STATUS_OK;
}

void client_close(client *c) {
    if (!c)
        return;
    channel_free(c->channel);
    free(c->home);
    free(c);
}

int64_t client_pid(const client *c) { return c->pid; }

const char *client_home(const client *c) { return c->home; }

// ---- running a command ----

static status send_run(client *c, const request *r) {
    char *own = r->directory ? NULL : getcwd(NULL, 0);
    wire_run m = {.n = r->n,
                  .face = r->face ? r->face : "shell",
                  .directory = r->directory ? r->directory
                               : own        ? own
                                            : "/",
                  .width = r->width,
                  .person = r->ask != NULL,
                  .progress = r->progress,
                  .descriptors = r->out >= 0};
    for (size_t i = 0; i < r->n && i < WIRE_WORDS; i++)
        m.words[i] = r->words[i];
    text frame = {0};
    status result = wire_put_run(&frame, &m);
    if (result == STATUS_OK) {
        int descriptors[WIRE_DESCRIPTORS] = {r->out, r->err};
        result = channel_send(c->channel, &frame, descriptors, r->out >= 0 ? WIRE_DESCRIPTORS : 0);
    }
    text_free(&frame);
    free(own);
    return result == STATUS_END ? gone(c) : result;
}

static status send_answer(client *c, const request *r, const wire_frame *f) {
    const char *question;
    TRY(wire_get_ask(f, &question));
    char *line = r->ask ? r->ask(r->context, question) : NULL;
    text frame = {0};
    wire_put_answer(&frame, &(wire_answer){.given = line != NULL, .line = line ? line : ""});
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    free(line);
    return sent;
}

static status send_empty(client *c, wire_type type) {
    text frame = {0};
    wire_put_empty(&frame, type);
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    return sent;
}

static status take_done(const wire_frame *f, reply *out) {
    wire_done done;
    TRY(wire_get_done(f, &done));
    out->exit_code = done.exit_code;
    out->result = done.result;
    out->needs_confirm = done.needs_confirm;
    out->confirm = done.confirm;
    text_put(&out->sentence, done.sentence);
    text_put(&out->phrase, done.phrase);
    return STATUS_OK;
}

static status take_frame(client *c, const request *r, const wire_frame *f, reply *out, bool *done) {
    switch (f->type) {
    case WIRE_OUT:
    case WIRE_ERR:
        if (r->write)
            r->write(r->context, f->type == WIRE_ERR, (const char *)f->body, f->n);
        return STATUS_OK;
    case WIRE_ASK:
        return send_answer(c, r, f);
    case WIRE_DONE:
        *done = true;
        return take_done(f, out);
    case WIRE_REFUSED:
        *done = true;
        return refused(f);
    default:
        return status_fail(STATUS_CORRUPT, "a frame of type %d came from the desk while a command runs", (int)f->type);
    }
}

static status follow(client *c, const request *r, reply *out) {
    bool done = false, cancelled = false;
    while (!done) {
        wire_frame f;
        status next = channel_next(c->channel, &f);
        if (next == STATUS_OK) {
            TRY(take_frame(c, r, &f, out, &done));
            continue;
        }
        if (next != STATUS_END)
            return next;
        if (!cancelled && request_cancelled(r)) {
            cancelled = true;
            TRY(send_empty(c, WIRE_CANCEL));
        }
        struct pollfd ready = {.fd = channel_socket(c->channel), .events = POLLIN};
        if (poll(&ready, 1, r->cancelled && !cancelled ? CANCEL_MS : -1) > 0)
            TRY(channel_fill(c->channel));
    }
    return STATUS_OK;
}

status client_run(client *c, const request *r, reply *out) {
    memset(out, 0, sizeof *out);
    assert((r->out < 0) == (r->err < 0));
    TRY(send_run(c, r));
    status result = follow(c, r, out);
    return result == STATUS_END ? gone(c) : result;
}

// ---- the view ----

status client_attach(client *c, int *view) {
    wire_frame f;
    status sent = send_empty(c, WIRE_ATTACH);
    if (sent != STATUS_OK)
        return sent == STATUS_END ? gone(c) : sent;
    TRY(receive(c, &f));
    if (f.type == WIRE_REFUSED)
        return refused(&f);
    if (f.type != WIRE_VIEW || channel_descriptors(c->channel) != 1)
        return status_fail(STATUS_CORRUPT, "the desk answered with something else than its view");
    *view = channel_take_descriptor(c->channel);
    return STATUS_OK;
}

bool client_outlived(client *c, int stop) {
    for (;;) {
        struct pollfd ready[] = {{.fd = stop, .events = POLLIN}, {.fd = channel_socket(c->channel), .events = POLLIN}};
        if (poll(ready, 2, -1) <= 0)
            continue;
        if (ready[0].revents)
            return false;
        // A desk says nothing unasked: whatever comes, this is no desk to look at any more.
        wire_frame f;
        if (channel_fill(c->channel) != STATUS_OK || channel_next(c->channel, &f) != STATUS_END)
            return true;
    }
}

status client_ping(client *c) {
    wire_frame f;
    status sent = send_empty(c, WIRE_PING);
    if (sent != STATUS_OK)
        return sent == STATUS_END ? gone(c) : sent;
    TRY(receive(c, &f));
    return f.type == WIRE_PONG ? STATUS_OK
                               : status_fail(STATUS_CORRUPT, "the desk answered a ping with something else");
}
