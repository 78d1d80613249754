#include "ui/term/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/mem.h"

void outlet_open(outlet *o, int front) {
    *o = (outlet){.front = front, .terminal = fcntl(front, F_DUPFD_CLOEXEC, 3), .memory = -1};
    if (o->terminal >= 0)
        o->memory = memfd_create("plimsoll-frame", MFD_CLOEXEC);
}

void outlet_close(outlet *o) {
    if (o->terminal >= 0)
        close(o->terminal);
    if (o->memory >= 0)
        close(o->memory);
    *o = (outlet){.front = o->front, .terminal = -1, .memory = -1};
}

int outlet_terminal(const outlet *o) { return o->terminal >= 0 ? o->terminal : o->front; }

void outlet_gather(outlet *o) {
    if (o->memory >= 0)
        dup3(o->memory, o->front, O_CLOEXEC);
}

static void send_all(int terminal, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t done = write(terminal, bytes, n);
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        } else if (done < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = terminal, .events = POLLOUT}, 1, -1);
        } else if (done == 0 || errno != EINTR) {
            return;
        }
    }
}

// ncurses writes where the last piece ended, so the place in the file is its length.
void outlet_send(outlet *o) {
    if (o->memory < 0)
        return;
    dup3(o->terminal, o->front, O_CLOEXEC);
    off_t n = lseek(o->memory, 0, SEEK_CUR);
    if (n <= 0)
        return;
    char *bytes = mem_new((size_t)n, 1);
    ssize_t got = pread(o->memory, bytes, (size_t)n, 0);
    lseek(o->memory, 0, SEEK_SET);
    if (got > 0)
        send_all(o->terminal, bytes, (size_t)got);
    free(bytes);
}

void outlet_lose(outlet *o, int nowhere) {
    dup3(nowhere, o->front, O_CLOEXEC);
    if (o->terminal >= 0)
        dup3(nowhere, o->terminal, O_CLOEXEC);
}
