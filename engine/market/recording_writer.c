#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/market/recording_block.h"
#include "engine/market/recording_pack.h"
#include "src/base/mem.h"

enum { BLOCK = 1 << 14 }; // bytes from which on a block is written, at the end of a command

struct recording_writer {
    char *path;
    int file;
    status failed;
    char *why;
    pack_model model;
    VEC(uint8_t) block;        // its front, then content
    VEC(book_level) levels[2]; // of the book that is added, and the orders of one of them
    VEC(book_order) orders;
    uint32_t book;            // of the last event
    uint64_t events, written; // bytes
};

// ---- the file ----

// The first failure is the one that is told from then on.
static status fail(recording_writer *w) {
    w->failed = STATUS_IO;
    w->why = mem_string(status_message());
    return w->failed;
}

static status told(const recording_writer *w) { return w->why ? status_fail(w->failed, "%s", w->why) : w->failed; }

static status refused(const recording_writer *w) {
    return status_fail(STATUS_IO, "%s: the recording cannot be written: %s", w->path, strerror(errno));
}

static void write_bytes(recording_writer *w, const uint8_t *bytes, size_t n) {
    while (n && w->failed == STATUS_OK) {
        ssize_t wrote = write(w->file, bytes, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            refused(w);
            fail(w);
            return;
        }
        bytes += wrote;
        n -= (size_t)wrote;
    }
}

static size_t kept(const recording_writer *w) { return w->block.n - BLOCK_FRONT; }

static void write_block(recording_writer *w) {
    uint8_t head[BLOCK_HEAD];
    size_t n = kept(w);
    if (!n)
        return;
    assert(n <= UINT32_MAX);
    block_seal(w->block.at, n, head);
    write_bytes(w, head, sizeof head);
    write_bytes(w, w->block.at + BLOCK_FRONT, n);
    w->written += sizeof head + n;
    w->block.n = BLOCK_FRONT;
}

static status begin(recording_writer *w, const recording_head *head) {
    uint8_t bytes[RECORDING_HEAD];
    w->file = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (w->file < 0 && errno == EEXIST)
        return status_fail(STATUS_EXISTS, "%s is there already; recordings replace nothing", w->path);
    if (w->file < 0)
        return status_fail(STATUS_IO, "%s: cannot be made: %s", w->path, strerror(errno));
    recording_head_write(head, bytes);
    vec_reserve(&w->block, BLOCK + 2 * PACK_MOST);
    memcpy(w->block.at, bytes + RECORDING_HEAD - RECORDING_SUM, RECORDING_SUM);
    w->block.n = BLOCK_FRONT;
    write_bytes(w, bytes, sizeof bytes);
    w->written = sizeof bytes;
    return told(w);
}

static void drop(recording_writer *w) {
    if (w->file >= 0)
        close(w->file);
    pack_free(&w->model);
    vec_free(&w->block);
    vec_free(&w->levels[SIDE_BUY]);
    vec_free(&w->levels[SIDE_SELL]);
    vec_free(&w->orders);
    free(w->path);
    free(w->why);
    free(w);
}

status recording_new(const char *path, const recording_head *head, recording_writer **out) {
    recording_writer *w = mem_new(1, sizeof *w);
    w->path = mem_string(path);
    status s = begin(w, head);
    *out = s == STATUS_OK ? w : NULL;
    if (s == STATUS_OK)
        return s;
    if (w->file >= 0)
        unlink(path); // so that it is not in the way of the next try
    drop(w);
    return s;
}

// ---- what is recorded ----

// Room for one more entry; the caller sets its end.
static inline uint8_t *entry(recording_writer *w) {
    vec_reserve(&w->block, w->block.n + PACK_MOST);
    return w->block.at + w->block.n;
}

static inline void entry_end(recording_writer *w, const uint8_t *end) { w->block.n = (size_t)(end - w->block.at); }

// All levels of a side; how many orders stand at them.
static size_t look_up(recording_writer *w, const book *b, side s) {
    size_t orders = 0, n;
    vec_reserve(&w->levels[s], 64);
    while ((n = book_depth(b, s, w->levels[s].at, w->levels[s].cap)) == w->levels[s].cap)
        vec_reserve(&w->levels[s], n + 1);
    w->levels[s].n = n;
    for (size_t i = 0; i < n; i++)
        orders += w->levels[s].at[i].orders;
    return orders;
}

static void add_level(recording_writer *w, const book *b, side s, const book_level *l) {
    vec_reserve(&w->orders, l->orders);
    size_t n = book_level_orders(b, s, l->price, w->orders.at, l->orders);
    for (size_t i = 0; i < n; i++)
        entry_end(w, pack_shown(&w->model, &w->orders.at[i], entry(w)));
}

void recording_add(recording_writer *w, const char *symbol, const book *b) {
    recording_book begun = {.config = book_config_of(b), .state = book_state_of(b), .last = book_last(b)};
    mem_copy_string(begun.symbol, sizeof begun.symbol, symbol);
    if (w->failed != STATUS_OK)
        return;
    size_t orders = look_up(w, b, SIDE_BUY) + look_up(w, b, SIDE_SELL);
    entry_end(w, pack_book_begin(&w->model, &begun, orders, entry(w)));
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        for (size_t i = 0; i < w->levels[s].n; i++)
            add_level(w, b, s, &w->levels[s].at[i]);
}

void recording_take(recording_writer *w, const book_event *events, size_t n) {
    for (size_t i = 0; i < n && w->failed == STATUS_OK; i++) {
        const book_event *e = &events[i];
        if (kept(w) >= BLOCK && !pack_goes_on(w->book, w->model.time, e))
            write_block(w);
        uint8_t *from = entry(w), *to = pack_event(&w->model, e, from);
        if (to == from)
            continue;
        entry_end(w, to);
        w->book = e->book;
        w->events++;
    }
}

status recording_flush(recording_writer *w) {
    if (w->failed == STATUS_OK)
        write_block(w);
    return told(w);
}

uint64_t recording_events(const recording_writer *w) { return w->events; }
uint64_t recording_bytes(const recording_writer *w) { return w->written + (kept(w) ? BLOCK_HEAD + kept(w) : 0); }

// The folder's entry for the file is made durable with it.
static bool make_durable(const recording_writer *w) {
    char *folder = mem_string(w->path), *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    int at = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fsync(w->file) == 0 && at >= 0 && fsync(at) == 0;
    if (at >= 0)
        close(at);
    free(folder);
    return good;
}

status recording_close(recording_writer *w) {
    if (w->failed == STATUS_OK) {
        entry_end(w, pack_end(w->events, entry(w)));
        write_block(w);
    }
    if (w->failed == STATUS_OK && !make_durable(w)) {
        refused(w);
        fail(w);
    }
    status s = told(w);
    drop(w);
    return s;
}
