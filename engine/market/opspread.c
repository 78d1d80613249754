#include "engine/market/opspread.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/market/oprun.h"
#include "src/base/mem.h"
#include "src/base/rng.h"

// What the part does when it is played alone, and how many ids it uses (they are dense, in order of first use).
static status play_alone(op_stream *part) {
    op_result alone;
    part->ids = 0;
    for (uint64_t i = 0; i < part->setup + part->timed; i++)
        if (part->at[i].id > part->ids)
            part->ids = part->at[i].id;
    TRY(op_run(part, OP_THROUGHPUT, &alone));
    part->expected = alone.totals;
    return STATUS_OK;
}

static op of_copy(const op_stream *part, uint64_t record, uint32_t copy) {
    op o = part->at[record];
    o.symbol = (uint16_t)(o.symbol + copy * part->symbols);
    o.id += copy * part->ids;
    return o;
}

// turns: whose turn it is, room for copies * timed.
static void deal(const op_stream *part, uint16_t *turns, uint64_t *next, op_stream *out) {
    op *to = out->at;
    uint64_t n = 0;
    rng r = rng_seed(1);
    for (uint32_t copy = 0; copy < out->copies; copy++) {
        for (uint64_t i = 0; i < part->setup; i++)
            *to++ = of_copy(part, i, copy);
        for (uint64_t i = 0; i < part->timed; i++)
            turns[n++] = (uint16_t)copy;
        next[copy] = part->setup;
    }
    for (; n > 0; n--) { // a shuffle (Fisher and Yates), each turn dealt as it is drawn
        uint64_t drawn = rng_below(&r, n);
        uint16_t copy = turns[drawn];
        turns[drawn] = turns[n - 1];
        *to++ = of_copy(part, next[copy]++, copy);
    }
}

static status make(const op_stream *part, op_stream *out) {
    uint64_t *next = mem_try(out->copies, sizeof *next);
    uint16_t *turns = mem_try(out->timed, sizeof *turns);
    out->at = mem_try(out->setup + out->timed, sizeof *out->at);
    bool room = next && turns && out->at;
    if (room)
        deal(part, turns, next, out);
    free(next);
    free(turns);
    if (room)
        return STATUS_OK;
    op_stream_close(out);
    return status_fail(STATUS_FULL, "no memory for %" PRIu64 " records", out->setup + out->timed);
}

status op_stream_spread(const op_stream *in, uint32_t books, op_stream *out) {
    uint32_t copies = books / in->symbols;
    if (!copies || books % in->symbols || books > 65536 || copies > in->timed)
        return status_fail(
            STATUS_INVALID,
            "%u books: the stream has %u, so a multiple of that up to 65,536 and to its timed records can "
            "play it",
            books, in->symbols);
    op_stream part = *in;
    part.timed = in->timed / copies;
    TRY(play_alone(&part));
    *out = (op_stream){.setup = part.setup * copies,
                       .timed = part.timed * copies,
                       .symbols = books,
                       .depth = in->depth,
                       .copies = copies,
                       .most_live = in->most_live * copies,
                       .ids = part.ids * copies,
                       .expected = part.expected};
    return make(&part, out);
}
