// record …: days of the market, kept; and as ITCH files.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/desk/session.h"
#include "engine/market/recording_export.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

// WORKSPACE/recordings/2026-11-23-093107.rec: the session's date and clock; the next at the same moment ends in -2.rec.
static status default_path(const app *a, text *out) {
    view_status *v = app_section(a, SECTION_STATUS, sizeof *v);
    char day[DATE_TEXT], clock[INSTANT_TEXT];
    date_text(v->session, day);
    int64_t since_open = v->desk_time - session_open(v->session);
    time_of_day_text(since_open + INT64_C(34200) * NS_PER_S, clock);
    text_printf(out, "%s/recordings", v->workspace);
    free(v);
    if (mkdir(text_string(out), 0700) != 0 && errno != EEXIST)
        return status_fail(STATUS_IO, "%s: %s", text_string(out), strerror(errno));
    text_printf(out, "/%s-%.2s%.2s%.2s", day, clock, clock + 3, clock + 6);
    size_t stem = out->n;
    text_put(out, ".rec");
    for (int n = 2; access(text_string(out), F_OK) == 0; n++) {
        out->n = stem;
        text_printf(out, "-%d.rec", n);
    }
    return STATUS_OK;
}

static status run_record_start(call *c) {
    app *a = c->services;
    text path = {0};
    status s = STATUS_OK;
    if (call_text(c, "file")) {
        char *given = call_path(c, call_text(c, "file"));
        text_put(&path, given);
        free(given);
    } else {
        s = default_path(a, &path);
    }
    if (s == STATUS_OK)
        s = desk_record(a->desk, text_string(&path));
    if (s == STATUS_OK)
        call_say(c, CALL_FIELDS(call_field_text("file", text_string(&path))), "the market is recorded to %s",
                 text_string(&path));
    text_free(&path);
    return s;
}

static status run_record_stop(call *c) {
    app *a = c->services;
    record_done done;
    TRY(desk_record_end(a->desk, &done));
    char events[DECIMAL_TEXT], bytes[DECIMAL_TEXT];
    call_say(c,
             CALL_FIELDS(call_field_text("file", done.file), call_field_int("events", (int64_t)done.events),
                         call_field_int("bytes", (int64_t)done.bytes)),
             "%s: %s events in %s bytes", done.file, integer_text((int64_t)done.events, events),
             integer_text((int64_t)done.bytes, bytes));
    return STATUS_OK;
}

static bool is_cancelled(void *context) { return call_cancelled(context); }

static void put_exported(call *c, const recording_exported *e) {
    call_say(c,
             CALL_FIELDS(call_field_int("securities", (int64_t)e->securities),
                         call_field_int("events", (int64_t)e->events), call_field_int("messages", (int64_t)e->messages),
                         call_field_int("bytes", (int64_t)e->bytes), call_field_bool("whole", e->whole)),
             "%" PRIu64 " securities, %" PRIu64 " events, %" PRIu64 " messages, %" PRIu64 " bytes%s", e->securities,
             e->events, e->messages, e->bytes,
             e->whole ? "" : "; the recording was cut short, and what it holds was written");
}

static status run_export(call *c) {
    char *from = call_path(c, call_text(c, "recording")), *to = call_path(c, call_text(c, "itch"));
    recording_exported exported;
    status s = recording_export(from, to, is_cancelled, c, &exported);
    if (s == STATUS_OK)
        put_exported(c, &exported);
    free(from);
    free(to);
    return s;
}

static const command commands[] = {
    {.name = "record start",
     .help = "record everything that happens in the market's books",
     .more = "record start\nrecord start day.rec\n"
             "Until record stop, or the end of the session. replay FILE plays it again; record export makes it ITCH.",
     .role = ROLE_OPERATOR,
     .args = {{"file", ARG_FILE, .optional = true, .help = "default: recordings/DATE-TIME.rec in the workspace"}},
     .run = run_record_start,
     .audited = true},
    {.name = "record stop",
     .help = "end the recording",
     .role = ROLE_OPERATOR,
     .run = run_record_stop,
     .audited = true},
    {.name = "record export",
     .help = "write a recording as an ITCH 5.0 file",
     .more =
         "record export monday.rec monday.itch\n"
         "What the recorded books showed, queue order included, and what traded. Tags, accounts, hidden quantities\n"
         "and waiting stops have no message in ITCH. A file that is there already is not replaced.",
     .place = COMMAND_LOCAL,
     .args = {{"recording", ARG_FILE, .help = "the recording"}, {"itch", ARG_FILE, .help = "the file to write"}},
     .run = run_export},
};

void commands_add_record(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
