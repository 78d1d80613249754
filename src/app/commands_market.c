// record export: a recorded session as an ITCH file.
#include <inttypes.h>
#include <stdlib.h>

#include "engine/market/recording_export.h"
#include "src/app/commands.h"

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

void commands_add_market(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
