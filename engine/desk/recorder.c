// A recording of the market: the events of every book that is open, or opens, from its start on.
#include <stdio.h>
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/log.h"

#define FLUSH_EVERY (1000 * NS_PER_MS) // what a kill may cost of a recording
#define OPEN_OF_DAY (INT64_C(34200) * NS_PER_S)

void recorder_add(desk *d, int32_t sid) {
    recorder *r = &d->recorder;
    const book *b = venue_book(d->venue, sid);
    const security *s = security_of(d, sid);
    if (!r->writer || !b || !s)
        return;
    recording_add(r->writer, s->symbol, b);
    r->books++;
}

void recorder_take(desk *d, const book_event *event) {
    if (d->recorder.writer)
        recording_take(d->recorder.writer, event, 1);
}

// The end of a recording, and what became of it. A failure stays on the screens until another one begins.
static status finish(desk *d, record_done *out) {
    recorder *r = &d->recorder, ended = {.moved = true};
    *out = (record_done){.events = recording_events(r->writer)};
    mem_copy_string(out->file, sizeof out->file, r->file);
    recording_flush(r->writer); // what fails here fails again at the end
    out->bytes = recording_bytes(r->writer);
    status s = recording_close(r->writer);
    if (s != STATUS_OK) {
        mem_copy_string(ended.message, sizeof ended.message, status_message());
        mem_copy_string(ended.file, sizeof ended.file, r->file);
    }
    *r = ended;
    d->dirty = true;
    return s;
}

void recorder_end(desk *d) {
    record_done done;
    if (!d->recorder.writer)
        return;
    if (finish(d, &done) == STATUS_OK) {
        note(d, "the recording has ended: %s", done.file);
        return;
    }
    log_error("desk", "%s", status_message());
    note(d, "RECORDING ENDED: %s", status_message());
}

void recorder_turn(desk *d) {
    recorder *r = &d->recorder;
    int64_t mono = clock_mono();
    if (!r->writer || mono < r->next_flush)
        return;
    r->next_flush = mono + FLUSH_EVERY;
    r->moved = true;
    if (recording_flush(r->writer) != STATUS_OK)
        recorder_end(d);
}

void recorder_publish(desk *d) {
    const recorder *r = &d->recorder;
    view_record v = {0};
    if (r->writer)
        v = (view_record){.since = r->since,
                          .events = recording_events(r->writer),
                          .bytes = recording_bytes(r->writer),
                          .books = r->books};
    mem_copy_string(v.file, sizeof v.file, r->file);
    mem_copy_string(v.message, sizeof v.message, r->message);
    view_publish(d->view, SECTION_RECORD, &v, sizeof v);
    d->recorder.moved = false;
}

// ---- requests ----

static status run_begin(desk *d, request *q) {
    const char *path = q->context;
    recorder *r = &d->recorder;
    if (!d->live)
        return status_fail(STATUS_UNAVAILABLE, "a desk that runs is recorded: plimsoll, or plimsoll desk");
    if (r->writer)
        return status_fail(STATUS_EXISTS, "%s is being recorded already; record stop ends it", r->file);
    TRY(replay_forbids(d));
    recording_head head = {.day = ledger_session(d->ledger), .origin = OPEN_OF_DAY};
    recording_writer *w;
    TRY(recording_new(path, &head, &w));
    *r = (recorder){.writer = w, .since = clock_wall(), .next_flush = clock_mono() + FLUSH_EVERY, .moved = true};
    mem_copy_string(r->file, sizeof r->file, path);
    for (size_t i = 0; i < d->live_sids.n; i++)
        recorder_add(d, d->live_sids.at[i]);
    d->dirty = true;
    return STATUS_OK;
}

status desk_record(desk *d, const char *path) {
    request r = {.run = run_begin, .context = (void *)path, .reads_only = true};
    return desk_do(d, &r);
}

static status run_end(desk *d, request *q) {
    if (!d->recorder.writer)
        return status_fail(STATUS_NOT_FOUND, "nothing is being recorded; record start begins it");
    return finish(d, q->context);
}

status desk_record_end(desk *d, record_done *out) {
    request r = {.run = run_end, .context = out, .reads_only = true};
    return desk_do(d, &r);
}
