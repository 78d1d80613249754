#include "src/app/server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/app/channel.h"
#include "src/app/connection.h"
#include "src/base/log.h"
#include "src/base/mem.h"

#define ROOM "socket"

enum { SLOT_FREE, SLOT_OPEN, SLOT_ENDED }; // ended: its thread is to be joined

typedef struct {
    atomic_bool attached;
    atomic_int state; // opened and freed by the accepting thread, ended by the connection's own
    pthread_t thread;
    connection connection;
} slot;

struct server {
    server_config config;
    char *home;
    int listener, stop;
    pthread_t acceptor;
    slot slots[SERVER_CONNECTIONS];
};

// ---- connections ----

static void *serve_slot(void *context) {
    slot *s = context;
    connection_serve(&s->connection);
    // The peer sees the end now, not when the slot is used again.
    channel_free(s->connection.channel);
    atomic_store(&s->state, SLOT_ENDED);
    return NULL;
}

static slot *free_slot(server *s) {
    slot *found = NULL;
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
        slot *at = &s->slots[i];
        if (atomic_load(&at->state) == SLOT_ENDED) {
            pthread_join(at->thread, NULL);
            atomic_store(&at->state, SLOT_FREE);
        }
        if (!found && atomic_load(&at->state) == SLOT_FREE)
            found = at;
    }
    return found;
}

static void name_user(uid_t uid, char *out, size_t size) {
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) == 0 && found)
        mem_copy_string(out, size, entry.pw_name);
    else
        snprintf(out, size, "uid %u", (unsigned)uid);
}

// Says no to a peer and closes. It is a courtesy: a peer that does not read loses it.
static void turn_away(channel *c, status code, const char *sentence) {
    text frame = {0};
    wire_put_refusal(&frame, &(wire_refusal){.code = code, .sentence = sentence});
    send(channel_socket(c), frame.at, frame.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    text_free(&frame);
    channel_free(c);
}

static void welcome(server *s, int socket) {
    uid_t uid;
    pid_t pid;
    channel *c = channel_new(socket);
    if (channel_peer(socket, &uid, &pid) != STATUS_OK || (uid != geteuid() && uid != 0)) {
        log_warn(ROOM, "turned away a connection of another user");
        turn_away(c, STATUS_REFUSED, "this desk belongs to another user");
        return;
    }
    slot *free = free_slot(s);
    if (!free) {
        log_warn(ROOM, "turned away pid %d: %d connections are open", (int)pid, (int)SERVER_CONNECTIONS);
        turn_away(c, STATUS_BUSY, "the desk has as many connections as it takes; close one");
        return;
    }
    free->connection =
        (connection){.config = &s->config, .channel = c, .stop = s->stop, .peer = pid, .attached = &free->attached};
    atomic_store(&free->attached, false);
    name_user(uid, free->connection.user, sizeof free->connection.user);
    atomic_store(&free->state, SLOT_OPEN);
    if (pthread_create(&free->thread, NULL, serve_slot, free) != 0) {
        atomic_store(&free->state, SLOT_FREE);
        turn_away(c, STATUS_FULL, "the desk has no threads left");
    }
}

static void *accept_all(void *context) {
    server *s = context;
    int pause_ms = -1; // after a failure (no descriptors left, say) the listener is left alone for a moment
    for (;;) {
        struct pollfd ready[] = {{.fd = s->stop, .events = POLLIN},
                                 {.fd = pause_ms < 0 ? s->listener : -1, .events = POLLIN}};
        int count = poll(ready, 2, pause_ms);
        pause_ms = -1;
        if (ready[0].revents)
            return NULL;
        if (count <= 0 || !ready[1].revents)
            continue;
        int socket = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket >= 0) {
            welcome(s, socket);
        } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            log_error(ROOM, "no connection can be accepted: %s", strerror(errno));
            pause_ms = 200;
        }
    }
}

// ---- start and stop ----

static void destroy(server *s) {
    if (s->listener >= 0)
        close(s->listener);
    if (s->stop >= 0)
        close(s->stop);
    free(s->home);
    free(s);
}

// Threads of the server, and those that they start, take no signals (they are the main thread's) and no SIGPIPE.
static int start_acceptor(server *s) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&s->acceptor, NULL, accept_all, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

status server_start(const server_config *config, server **out) {
    server *s = mem_new(1, sizeof *s);
    s->home = mem_string(config->home);
    s->config = *config;
    s->config.home = s->home;
    s->listener = -1;
    s->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    status result = s->stop < 0 ? status_fail(STATUS_IO, "no descriptors are left: %s", strerror(errno))
                                : channel_listen(s->home, &s->listener);
    if (result == STATUS_OK) {
        int failed = start_acceptor(s);
        if (failed) {
            channel_remove(s->home, s->listener);
            result = status_fail(STATUS_FULL, "a thread can't be started: %s", strerror(failed));
        }
    }
    if (result != STATUS_OK) {
        destroy(s);
        return result;
    }
    *out = s;
    return STATUS_OK;
}

void server_stop(server *s) {
    if (!s)
        return;
    uint64_t one = 1;
    ssize_t written = write(s->stop, &one, sizeof one); // readable from now on: nobody ever reads it
    (void)written;
    channel_remove(s->home, s->listener);
    pthread_join(s->acceptor, NULL);
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
        if (atomic_load(&s->slots[i].state) != SLOT_FREE)
            pthread_join(s->slots[i].thread, NULL);
    destroy(s);
}

size_t server_connections(server *s) {
    size_t n = 0;
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
        n += atomic_load(&s->slots[i].state) == SLOT_OPEN;
    return n;
}

size_t server_screens(server *s) {
    size_t n = 0;
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
        n += atomic_load(&s->slots[i].state) == SLOT_OPEN && atomic_load(&s->slots[i].attached);
    return n;
}
