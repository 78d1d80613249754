#include "engine/market/opstream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum { HEADER = OP_HEADER };

static status check_header(const char *path, const op_header *h, uint64_t bytes) {
    if (memcmp(h->magic, "OBSTRM01", 8) != 0)
        return status_fail(STATUS_INVALID, "%s: not a stream of order operations (OBSTRM01 is to stand at byte 0)",
                           path);
    if (h->version != 1 || h->record != sizeof(op))
        return status_fail(STATUS_VERSION, "%s: version %u with records of %u bytes at byte 8; version 1 has %zu", path,
                           h->version, h->record, sizeof(op));
    uint64_t records = (bytes - HEADER) / sizeof(op);
    if (h->setup > records || h->timed > records - h->setup)
        return status_fail(STATUS_INVALID,
                           "%s: %" PRIu64 " + %" PRIu64 " records are announced at byte 16, %" PRIu64 " are there",
                           path, h->setup, h->timed, records);
    // A book a symbol is made before the first record: what can't come up is not provided for.
    uint64_t used = h->setup + h->timed;
    if (!h->timed || !h->symbols || h->symbols > 65536 || h->symbols > used || h->ids > used || !h->most_live ||
        h->most_live > used)
        return status_fail(STATUS_INVALID,
                           "%s: the header needs timed records, and 1 to 65536 symbols, ids and live orders, none of "
                           "them more than records",
                           path);
    return STATUS_OK;
}

static status check_records(const char *path, const op_stream *s) {
    for (uint64_t i = 0; i < s->setup + s->timed; i++) {
        const op *o = &s->at[i];
        bool fine = o->id && o->id <= s->ids && o->symbol < s->symbols && o->type <= OP_IOC && o->side <= 1 &&
                    o->price >= 0 && (i >= s->setup || o->type == OP_ADD);
        if (!fine)
            return status_fail(STATUS_INVALID,
                               "%s: record %" PRIu64 " at byte %" PRIu64
                               " names no id, symbol, operation, side or price of this stream%s",
                               path, i + 1, HEADER + i * sizeof(op),
                               o->type == OP_EXECUTE ? " (executions stand in feeds, which trade nothing)" : "");
    }
    return STATUS_OK;
}

static status read_records(const char *path, FILE *f, op_stream *out) {
    uint64_t n = out->setup + out->timed;
    out->at = mem_try(n, sizeof *out->at);
    if (!out->at)
        return status_fail(STATUS_FULL, "%s: no memory for %" PRIu64 " records", path, n);
    if (fread(out->at, sizeof *out->at, n, f) != n)
        return status_fail(STATUS_IO, "%s: can't be read to its end: %s", path, strerror(errno));
    return check_records(path, out);
}

static status read_stream(const char *path, FILE *f, op_stream *out) {
    op_header h = {0};
    long bytes;
    if (fseek(f, 0, SEEK_END) != 0 || (bytes = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    if (bytes < HEADER || fread(&h, sizeof h, 1, f) != 1 || fseek(f, HEADER, SEEK_SET) != 0)
        return status_fail(STATUS_INVALID, "%s: ends within its header of %d bytes", path, HEADER);
    TRY(check_header(path, &h, (uint64_t)bytes));
    *out = (op_stream){.setup = h.setup,
                       .timed = h.timed,
                       .symbols = h.symbols,
                       .copies = 1,
                       .depth = h.depth,
                       .most_live = h.most_live,
                       .ids = h.ids,
                       .expected = h.expected};
    return read_records(path, f, out);
}

status op_stream_open(const char *path, op_stream *out) {
    *out = (op_stream){0};
    FILE *f = fopen(path, "rb");
    if (!f)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path, strerror(errno));
    status s = read_stream(path, f, out);
    fclose(f);
    if (s != STATUS_OK)
        op_stream_close(out);
    return s;
}

void op_stream_close(op_stream *s) {
    free(s->at);
    *s = (op_stream){0};
}

const char *op_totals_differ(const op_totals *is, const op_totals *expected) {
    if (is->fills != expected->fills)
        return "fills";
    if (is->shares != expected->shares)
        return "shares traded";
    if (is->fill_hash != expected->fill_hash)
        return "hash of the fills";
    if (is->resting != expected->resting)
        return "orders resting at the end";
    return is->top_hash != expected->top_hash ? "hash of the best prices" : NULL;
}
