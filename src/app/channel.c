#include "src/app/channel.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

enum {
    READ_SIZE = 1 << 16,
    KEPT_DESCRIPTORS = WIRE_DESCRIPTORS,
    CONTROL_DESCRIPTORS = 8, // taken from the kernel at once, so that too many are seen and closed
    SEND_MS = 5000,
};

struct channel {
    int socket;
    unsigned char *bytes; // [start, end) is what came and was not handed out
    size_t start, end, cap;
    int descriptors[KEPT_DESCRIPTORS];
    size_t descriptors_n;
};

channel *channel_new(int socket) {
    channel *c = mem_new(1, sizeof *c);
    c->socket = socket;
    int flags = fcntl(socket, F_GETFL);
    if (flags >= 0)
        fcntl(socket, F_SETFL, flags | O_NONBLOCK);
    return c;
}

void channel_free(channel *c) {
    if (!c)
        return;
    for (size_t i = 0; i < c->descriptors_n; i++)
        close(c->descriptors[i]);
    close(c->socket);
    free(c->bytes);
    free(c);
}

int channel_socket(const channel *c) { return c->socket; }

// ---- reading ----

static status keep_descriptors(channel *c, struct msghdr *message) {
    bool too_many = message->msg_flags & MSG_CTRUNC;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(part) + i * sizeof descriptor, sizeof descriptor);
            if (c->descriptors_n < KEPT_DESCRIPTORS) {
                c->descriptors[c->descriptors_n++] = descriptor;
            } else {
                close(descriptor);
                too_many = true;
            }
        }
    }
    return too_many ? status_fail(STATUS_CORRUPT, "more than %d descriptors came along", (int)KEPT_DESCRIPTORS)
                    : STATUS_OK;
}

static void make_room(channel *c) {
    if (c->start > 0) {
        memmove(c->bytes, c->bytes + c->start, c->end - c->start);
        c->end -= c->start;
        c->start = 0;
    }
    if (c->cap - c->end < READ_SIZE) {
        c->cap = c->end + READ_SIZE;
        c->bytes = mem_resize(c->bytes, c->cap, 1);
    }
}

status channel_fill(channel *c) {
    make_room(c);
    struct iovec space = {.iov_base = c->bytes + c->end, .iov_len = READ_SIZE};
    union {
        char bytes[CMSG_SPACE(CONTROL_DESCRIPTORS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &space, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(c->socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return STATUS_OK;
    if (n < 0 && errno == ECONNRESET)
        return STATUS_END;
    if (n < 0)
        return status_fail(STATUS_IO, "reading from the desk's socket: %s", strerror(errno));
    TRY(keep_descriptors(c, &message));
    c->end += (size_t)n;
    return n == 0 ? STATUS_END : STATUS_OK;
}

status channel_next(channel *c, wire_frame *out) {
    size_t used = 0;
    if (c->end == c->start)
        return STATUS_END;
    TRY(wire_frame_read(c->bytes + c->start, c->end - c->start, out, &used));
    c->start += used;
    return STATUS_OK;
}

status channel_receive(channel *c, int wait_ms, wire_frame *out) {
    int64_t deadline = clock_mono() + wait_ms * NS_PER_MS;
    for (;;) {
        status next = channel_next(c, out);
        if (next != STATUS_END)
            return next;
        int64_t left = deadline - clock_mono();
        if (left <= 0)
            return status_fail(STATUS_UNAVAILABLE, "no answer within %d ms", wait_ms);
        struct pollfd ready = {.fd = c->socket, .events = POLLIN};
        if (poll(&ready, 1, (int)(left / NS_PER_MS) + 1) > 0)
            TRY(channel_fill(c));
    }
}

size_t channel_descriptors(const channel *c) { return c->descriptors_n; }

int channel_take_descriptor(channel *c) {
    assert(c->descriptors_n > 0);
    int first = c->descriptors[0];
    c->descriptors_n--;
    memmove(c->descriptors, c->descriptors + 1, c->descriptors_n * sizeof *c->descriptors);
    return first;
}

// ---- sending ----

static ssize_t send_some(int socket, const char *bytes, size_t n, const int *descriptors, size_t descriptors_n) {
    struct iovec piece = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = n};
    union {
        char bytes[CMSG_SPACE(WIRE_DESCRIPTORS * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    assert(descriptors_n <= WIRE_DESCRIPTORS);
    if (descriptors_n > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(descriptors_n * sizeof(int));
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(descriptors_n * sizeof(int));
        memcpy(CMSG_DATA(part), descriptors, descriptors_n * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

status channel_send(channel *c, const text *frames, const int *descriptors, size_t n) {
    size_t sent = 0;
    int64_t deadline = clock_mono() + SEND_MS * NS_PER_MS;
    while (sent < frames->n) {
        ssize_t count = send_some(c->socket, frames->at + sent, frames->n - sent, descriptors, n);
        if (count >= 0) {
            sent += (size_t)count;
            n = 0;
            deadline = clock_mono() + SEND_MS * NS_PER_MS;
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return STATUS_END;
        } else if (errno != EAGAIN && errno != EINTR) {
            return status_fail(STATUS_IO, "writing to the desk's socket: %s", strerror(errno));
        } else if (clock_mono() > deadline) {
            return status_fail(STATUS_UNAVAILABLE, "the other end of the desk's socket has stopped reading");
        } else {
            struct pollfd ready = {.fd = c->socket, .events = POLLOUT};
            poll(&ready, 1, 100);
        }
    }
    return STATUS_OK;
}
