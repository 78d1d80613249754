#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/market/recording_block.h"
#include "engine/market/recording_pack.h"
#include "src/base/mem.h"

enum { EVENTS = 256 };

struct recording_reader {
    char *name;
    int file;              // -1: from memory
    const uint8_t *memory; // `size` bytes
    uint64_t size, at;     // of the file; what was read of it
    recording_head head;
    status ended;
    char *why;
    bool whole;
    VEC(uint8_t) block;        // its front, then content, then PACK_MOST bytes
    const uint8_t *next, *end; // of the content; NULL before the first block
    uint64_t origin;           // of the content in the file
    pack_model model;
    pack_entry entry;
    const uint8_t *held; // where an entry began that was met behind events, and is told by the next call; or NULL
    VEC(book_order) orders;
    uint64_t events_read;
    book_event events[EVENTS];
    uint64_t bytes[EVENTS];
};

// ---- the file ----

// Reads n bytes, or as many as there are.
static status fetch(recording_reader *r, uint8_t *to, size_t n, size_t *got) {
    *got = 0;
    if (r->file < 0) {
        *got = r->size - r->at < n ? (size_t)(r->size - r->at) : n;
        if (*got)
            memcpy(to, r->memory + r->at, *got);
    }
    while (r->file >= 0 && *got < n) {
        ssize_t some = read(r->file, to + *got, n - *got);
        if (some < 0 && errno == EINTR)
            continue;
        if (some < 0)
            return status_fail(STATUS_IO, "%s: cannot be read: %s", r->name, strerror(errno));
        if (!some)
            break;
        *got += (size_t)some;
    }
    r->at += *got;
    return STATUS_OK;
}

static status begin(recording_reader *r) {
    uint8_t bytes[RECORDING_HEAD];
    size_t got;
    TRY(fetch(r, bytes, sizeof bytes, &got));
    TRY(recording_head_read(r->name, bytes, got, &r->head));
    vec_reserve(&r->block, BLOCK_FRONT + PACK_MOST);
    memcpy(r->block.at, bytes + RECORDING_HEAD - RECORDING_SUM, RECORDING_SUM);
    return STATUS_OK;
}

static status reader_new(const char *name, int file, const void *memory, uint64_t size, recording_reader **out) {
    recording_reader *r = mem_new(1, sizeof *r);
    r->name = mem_string(name);
    r->file = file;
    r->memory = memory;
    r->size = size;
    status s = begin(r);
    *out = s == STATUS_OK ? r : NULL;
    if (s != STATUS_OK)
        recording_free(r);
    return s;
}

status recording_open(const char *path, recording_reader **out) {
    struct stat about;
    *out = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path, strerror(errno));
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode))
        return reader_new(path, file, NULL, (uint64_t)about.st_size, out);
    close(file);
    return status_fail(STATUS_IO, "%s: not a file that can be read as a recording", path);
}

status recording_from_memory(const char *name, const void *bytes, size_t n, recording_reader **out) {
    return reader_new(name, -1, bytes, n, out);
}

void recording_free(recording_reader *r) {
    if (!r)
        return;
    if (r->file >= 0)
        close(r->file);
    pack_free(&r->model);
    vec_free(&r->block);
    vec_free(&r->orders);
    free(r->name);
    free(r->why);
    free(r);
}

const char *recording_file(const recording_reader *r) { return r->name; }
recording_head recording_head_of(const recording_reader *r) { return r->head; }
bool recording_is_whole(const recording_reader *r) { return r->whole; }
uint64_t recording_byte(const recording_reader *r, size_t i) { return r->bytes[i]; }

// ---- blocks ----

static status corrupt(const recording_reader *r, uint64_t byte, const char *what) {
    return status_fail(STATUS_CORRUPT, "%s: byte %" PRIu64 ": %s is not as it was written", r->name, byte, what);
}

// STATUS_END, and r->whole as it is, when the file ends before the block does.
static status read_block(recording_reader *r) {
    uint8_t head[BLOCK_HEAD];
    uint64_t from = r->at;
    uint32_t n;
    size_t got;
    TRY(fetch(r, head, sizeof head, &got));
    if (r->whole && got)
        return corrupt(r, from, "the recording, which goes on behind its end,");
    if (got < sizeof head)
        return STATUS_END;
    if (!block_length(r->block.at, head, &n))
        return corrupt(r, from, "the length of a block");
    if (r->at > r->size || n > r->size - r->at)
        return STATUS_END;
    vec_reserve(&r->block, (size_t)BLOCK_FRONT + n + PACK_MOST);
    uint8_t *content = r->block.at + BLOCK_FRONT;
    TRY(fetch(r, content, n, &got));
    if (got < n)
        return STATUS_END;
    if (!block_verify(r->block.at, n, head))
        return corrupt(r, from, "a block");
    memset(content + n, 0, PACK_MOST);
    r->next = content;
    r->end = content + n;
    r->origin = from + BLOCK_HEAD;
    return STATUS_OK;
}

static uint64_t byte_of(const recording_reader *r, const uint8_t *p) {
    return r->origin + (uint64_t)(p - (r->block.at + BLOCK_FRONT));
}

// ---- entries ----

static status refuse(const recording_reader *r, const uint8_t *at, const char *what) {
    return status_fail(STATUS_INVALID, "%s: byte %" PRIu64 ": %s", r->name, byte_of(r, at), what);
}

static status next_entry(recording_reader *r, book_event *event) {
    const uint8_t *end = unpack(&r->model, r->next, event, &r->entry);
    if (!end || end > r->end)
        return refuse(r, r->next, "no entry of a recording");
    r->next = end;
    return STATUS_OK;
}

// The orders that a book showed, all of them in its block.
static status read_orders(recording_reader *r, uint32_t n) {
    book_event unused;
    r->orders.n = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *from = r->next;
        if (r->next == r->end)
            return refuse(r, from, "a book's orders are missing");
        TRY(next_entry(r, &unused));
        if (r->entry.kind != ENTRY_ORDER)
            return refuse(r, from, "a book's orders are missing");
        vec_push(&r->orders, r->entry.order);
    }
    return STATUS_OK;
}

static status read_end(recording_reader *r, const uint8_t *from) {
    if (r->entry.events != r->events_read)
        return refuse(r, from, "another number of events than were read");
    if (r->next != r->end)
        return refuse(r, r->next, "a recording that goes on behind its end");
    r->whole = true;
    return STATUS_OK;
}

// The entry of another kind than an event that was just read, from `from` on.
static status take_entry(recording_reader *r, const uint8_t *from, recording_part *out) {
    r->bytes[0] = byte_of(r, from);
    if (r->entry.kind == ENTRY_END)
        return read_end(r, from);
    if (r->entry.kind == ENTRY_ORDER)
        return refuse(r, from, "an order that belongs to no book");
    recording_book *b = &r->entry.book;
    TRY(read_orders(r, r->entry.orders));
    b->orders = r->orders.at;
    b->n = r->orders.n;
    out->book = b;
    return STATUS_OK;
}

static status end_with(recording_reader *r, status s) {
    r->ended = s;
    if (s != STATUS_END)
        r->why = mem_string(status_message());
    return s;
}

// Events up to the end of the block, or to another entry or an error, which wait for the next call.
static status read_entries(recording_reader *r, recording_part *out) {
    const uint8_t *from = r->next;
    status s = STATUS_OK;
    r->entry.kind = ENTRY_EVENT;
    while (r->next < r->end && out->n < EVENTS) {
        from = r->next;
        s = next_entry(r, &r->events[out->n]);
        if (s != STATUS_OK || r->entry.kind != ENTRY_EVENT)
            break;
        r->bytes[out->n++] = byte_of(r, from);
    }
    r->events_read += out->n;
    out->events = r->events;
    if (s == STATUS_OK && r->entry.kind != ENTRY_EVENT) {
        if (!out->n)
            return take_entry(r, from, out);
        r->held = from;
    }
    if (s == STATUS_OK || !out->n)
        return s;
    end_with(r, s);
    return STATUS_OK;
}

static status read_part(recording_reader *r, recording_part *out) {
    const uint8_t *held = r->held;
    r->held = NULL;
    if (held)
        TRY(take_entry(r, held, out));
    while (!out->book && !out->n) {
        while (r->next == r->end)
            TRY(read_block(r));
        TRY(read_entries(r, out));
    }
    return STATUS_OK;
}

status recording_read(recording_reader *r, recording_part *out) {
    *out = (recording_part){0};
    if (r->ended != STATUS_OK)
        return r->why ? status_fail(r->ended, "%s", r->why) : r->ended;
    status s = read_part(r, out);
    return s == STATUS_OK ? s : end_with(r, s);
}
