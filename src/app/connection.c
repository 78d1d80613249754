// A connection is served by one thread, which reads; a command that came in runs on a second one, so that the first
// still hears the peer cancel, answer or hang up. Only one of the two sends at a time: the runner while the command
// runs, the reader before and after.
#include "src/app/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/log.h"
#include "src/base/mem.h"

enum { HANDSHAKE_MS = 5000 };

#define ROOM "socket"

// A command under way.
typedef struct {
    const connection *connection;
    request request;
    reply reply;
    int finished;  // eventfd, written by the runner at its end
    int cancelled; // atomic
    pthread_mutex_t lock;
    pthread_cond_t changed;
    // Under the lock:
    bool asking, answered;
    char *answer; // NULL: no answer was given
} job;

// ---- the runner's side ----

static bool send_output(void *context, bool error, const char *bytes, size_t n) {
    job *j = context;
    status sent = STATUS_OK;
    text frame = {0};
    while (n > 0 && sent == STATUS_OK && !__atomic_load_n(&j->cancelled, __ATOMIC_RELAXED)) {
        size_t piece = n < WIRE_OUTPUT_MAX ? n : WIRE_OUTPUT_MAX;
        text_clear(&frame);
        wire_put_output(&frame, error, bytes, piece);
        sent = channel_send(j->connection->channel, &frame, NULL, 0);
        bytes += piece;
        n -= piece;
    }
    text_free(&frame);
    return n == 0 && sent == STATUS_OK;
}

static char *ask_peer(void *context, const char *question) {
    job *j = context;
    text frame = {0};
    char *answer = NULL;
    pthread_mutex_lock(&j->lock);
    j->asking = true;
    j->answered = false;
    pthread_mutex_unlock(&j->lock);
    wire_put_ask(&frame, question);
    status sent = channel_send(j->connection->channel, &frame, NULL, 0);
    text_free(&frame);
    pthread_mutex_lock(&j->lock);
    while (sent == STATUS_OK && !j->answered && !__atomic_load_n(&j->cancelled, __ATOMIC_RELAXED))
        pthread_cond_wait(&j->changed, &j->lock);
    if (j->answered) {
        answer = j->answer;
        j->answer = NULL;
    }
    j->asking = false;
    pthread_mutex_unlock(&j->lock);
    return answer;
}

static void *run_job(void *context) {
    job *j = context;
    j->connection->config->run(j->connection->config->context, &j->request, &j->reply);
    uint64_t one = 1;
    ssize_t written = write(j->finished, &one, sizeof one); // can't fail: the counter is far from full
    (void)written;
    return NULL;
}

// ---- the reader's side ----

static void cancel(job *j) {
    pthread_mutex_lock(&j->lock);
    __atomic_store_n(&j->cancelled, 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
}

static status take_answer(job *j, const wire_frame *f) {
    wire_answer answer;
    TRY(wire_get_answer(f, &answer));
    pthread_mutex_lock(&j->lock);
    if (j->asking && !j->answered) {
        j->answered = true;
        j->answer = answer.given ? mem_string(answer.line) : NULL;
        pthread_cond_broadcast(&j->changed);
    }
    pthread_mutex_unlock(&j->lock);
    return STATUS_OK;
}

static status check_empty(const wire_frame *f) {
    return f->n == 0 ? STATUS_OK : status_fail(STATUS_CORRUPT, "a frame of type %d has a body", (int)f->type);
}

// What the peer may say while its command runs; some of it may have come with the command.
static status hear(const connection *c, job *j) {
    wire_frame f;
    status next;
    while ((next = channel_next(c->channel, &f)) == STATUS_OK) {
        if (f.type == WIRE_CANCEL) {
            TRY(check_empty(&f));
            cancel(j);
        } else if (f.type == WIRE_ANSWER) {
            TRY(take_answer(j, &f));
        } else {
            return status_fail(STATUS_CORRUPT, "a frame of type %d came while a command runs", (int)f.type);
        }
    }
    return next == STATUS_END ? STATUS_OK : next;
}

// Waits for the command to end. A status other than OK says that the peer is to be left.
static status attend(const connection *c, job *j) {
    status peer = hear(c, j);
    bool stopping = false;
    for (;;) {
        if (peer != STATUS_OK || stopping)
            cancel(j);
        struct pollfd ready[] = {
            {.fd = j->finished, .events = POLLIN},
            {.fd = peer == STATUS_OK ? channel_socket(c->channel) : -1, .events = POLLIN},
            {.fd = stopping ? -1 : c->stop, .events = POLLIN},
        };
        if (poll(ready, 3, -1) < 0)
            continue;
        if (ready[0].revents)
            return peer;
        if (ready[1].revents) {
            peer = channel_fill(c->channel);
            if (peer == STATUS_OK)
                peer = hear(c, j);
        }
        stopping |= ready[2].revents != 0;
    }
}

// Makes writing to a pipe or terminal of the peer's non-blocking without touching the peer's own end of it: a new open
// file description. Others (files, sockets) are used as they are.
static int reopen(int descriptor) {
    struct stat about;
    char path[40];
    if (fstat(descriptor, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode)))
        return descriptor;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0)
        return descriptor;
    close(descriptor);
    return own;
}

static status take_descriptors(const connection *c, const wire_run *m, request *r) {
    r->out = r->err = -1;
    size_t wanted = m->descriptors ? WIRE_DESCRIPTORS : 0;
    if (channel_descriptors(c->channel) != wanted)
        return status_fail(STATUS_CORRUPT, "a command came with %zu descriptors instead of %zu",
                           channel_descriptors(c->channel), wanted);
    if (m->descriptors) {
        r->out = reopen(channel_take_descriptor(c->channel));
        r->err = reopen(channel_take_descriptor(c->channel));
    }
    return STATUS_OK;
}

static status send_done(const connection *c, const reply *r) {
    wire_done done = {.exit_code = r->exit_code,
                      .result = r->result,
                      .needs_confirm = r->needs_confirm,
                      .confirm = r->confirm,
                      .sentence = text_string(&r->sentence),
                      .phrase = text_string(&r->phrase)};
    text frame = {0};
    wire_put_done(&frame, &done);
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    return sent;
}

static status send_refusal(const connection *c, status code, const char *sentence) {
    text frame = {0};
    wire_put_refusal(&frame, &(wire_refusal){.code = code, .sentence = sentence});
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    return sent;
}

static status start_and_attend(const connection *c, job *j) {
    pthread_t runner;
    j->finished = eventfd(0, EFD_CLOEXEC);
    if (j->finished < 0)
        return send_refusal(c, STATUS_FULL, "the desk has no descriptors left");
    if (pthread_create(&runner, NULL, run_job, j) != 0) {
        close(j->finished);
        return send_refusal(c, STATUS_FULL, "the desk has no threads left");
    }
    status result = attend(c, j);
    pthread_join(runner, NULL);
    close(j->finished);
    if (result == STATUS_OK)
        result = send_done(c, &j->reply);
    reply_free(&j->reply);
    return result;
}

static status serve_run(const connection *c, const wire_frame *f) {
    // What comes in while the command runs overwrites the channel's bytes: the message moves out.
    unsigned char *body = mem_new(f->n, 1);
    memcpy(body, f->body, f->n);
    wire_run m;
    job j = {.connection = c, .finished = -1};
    status result = wire_get_run(&(wire_frame){.type = f->type, .body = body, .n = f->n}, &m);
    if (result == STATUS_OK)
        result = take_descriptors(c, &m, &j.request);
    if (result == STATUS_OK) {
        pthread_mutex_init(&j.lock, NULL);
        pthread_cond_init(&j.changed, NULL);
        j.request = (request){.words = m.words,
                              .n = m.n,
                              .user = c->user,
                              .face = m.face,
                              .directory = m.directory,
                              .width = m.width,
                              .progress = m.progress,
                              .out = j.request.out,
                              .err = j.request.err,
                              .write = send_output,
                              .ask = m.person ? ask_peer : NULL,
                              .context = &j,
                              .cancelled = &j.cancelled};
        result = start_and_attend(c, &j);
        free(j.answer);
        pthread_cond_destroy(&j.changed);
        pthread_mutex_destroy(&j.lock);
        if (j.request.out >= 0) {
            close(j.request.out);
            close(j.request.err);
        }
    }
    free(body);
    return result;
}

static status serve_attach(const connection *c) {
    int view = c->config->view ? c->config->view(c->config->context) : -1;
    if (view < 0)
        return send_refusal(c, STATUS_UNAVAILABLE, "this process shows no desk to attach to");
    text frame = {0};
    wire_put_empty(&frame, WIRE_VIEW);
    status sent = channel_send(c->channel, &frame, &view, 1);
    text_free(&frame);
    if (sent == STATUS_OK)
        atomic_store(c->attached, true);
    return sent;
}

static status serve_ping(const connection *c) {
    text frame = {0};
    wire_put_empty(&frame, WIRE_PONG);
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    return sent;
}

static status serve_frame(const connection *c, const wire_frame *f) {
    switch (f->type) {
    case WIRE_RUN:
        return serve_run(c, f);
    case WIRE_ATTACH:
        TRY(check_empty(f));
        return serve_attach(c);
    case WIRE_PING:
        TRY(check_empty(f));
        return serve_ping(c);
    case WIRE_CANCEL:
    case WIRE_ANSWER:
        return STATUS_OK; // crossed the end of the command on its way
    case WIRE_HELLO:
    case WIRE_WELCOME:
    case WIRE_REFUSED:
    case WIRE_OUT:
    case WIRE_ERR:
    case WIRE_ASK:
    case WIRE_DONE:
    case WIRE_VIEW:
    case WIRE_PONG:
        break;
    }
    return status_fail(STATUS_CORRUPT, "a frame of type %d came from a client", (int)f->type);
}

// The next frame. STATUS_CANCELLED when the server stops, STATUS_UNAVAILABLE when there is none before the deadline (0:
// none).
static status await_frame(const connection *c, int64_t deadline, wire_frame *out) {
    for (;;) {
        status next = channel_next(c->channel, out);
        if (next != STATUS_END)
            return next;
        struct pollfd ready[] = {{.fd = channel_socket(c->channel), .events = POLLIN},
                                 {.fd = c->stop, .events = POLLIN}};
        int64_t left = deadline ? deadline - clock_mono() : 0;
        if (left < 0)
            return status_fail(STATUS_UNAVAILABLE, "it did not say what it is within %d ms", (int)HANDSHAKE_MS);
        int count = poll(ready, 2, deadline ? (int)(left / NS_PER_MS) + 1 : -1);
        if (count > 0 && ready[1].revents)
            return STATUS_CANCELLED;
        if (count > 0)
            TRY(channel_fill(c->channel));
    }
}

static status greet(const connection *c) {
    wire_frame f;
    wire_hello hello;
    text frame = {0};
    TRY(await_frame(c, clock_mono() + HANDSHAKE_MS * NS_PER_MS, &f));
    TRY(wire_get_hello(&f, &hello));
    if (strcmp(hello.version, PLIMSOLL_VERSION) != 0) {
        text sentence = {0};
        text_printf(
            &sentence,
            "the desk (pid %d) is plimsoll %s and this is plimsoll %.40s; use the same version, or stop that desk",
            (int)getpid(), PLIMSOLL_VERSION, hello.version);
        send_refusal(c, STATUS_VERSION, sentence.at);
        status_fail(STATUS_VERSION, "%s", sentence.at);
        text_free(&sentence);
        return STATUS_VERSION;
    }
    wire_put_welcome(&frame, &(wire_welcome){.version = PLIMSOLL_VERSION, .home = c->config->home, .pid = getpid()});
    status sent = channel_send(c->channel, &frame, NULL, 0);
    text_free(&frame);
    return sent;
}

static status serve(const connection *c) {
    TRY(greet(c));
    for (;;) {
        wire_frame f;
        TRY(await_frame(c, 0, &f));
        TRY(serve_frame(c, &f));
    }
}

void connection_serve(const connection *c) {
    status end = serve(c);
    if (end != STATUS_END && end != STATUS_CANCELLED)
        log_warn(ROOM, "closed the connection of %s (pid %d): %s", c->user, (int)c->peer, status_message());
}
