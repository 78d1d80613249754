// audit …: what was done, by whom.
#include <inttypes.h>
#include <stdlib.h>

#include "data/store/audit.h"
#include "src/app/app.h"
#include "src/app/commands.h"

enum { HASH = 7 }; // the last column, for machines

static void add_audit(void *context, const audit_row *row) {
    table *t = context;
    char when[INSTANT_TEXT];
    table_int(t, row->id);
    table_text(t, instant_text(row->time, when));
    table_text(t, row->user);
    table_text(t, row->face);
    table_text(t, row->command);
    table_text(t, row->reason);
    table_text(t, row->result);
    if (table_columns(t) > HASH)
        table_text(t, row->hash);
}

static status run_audit_list(call *c) {
    static const column columns[] = {{"id", "ID", COLUMN_INT, 0},
                                     {"time", "TIME", COLUMN_TEXT, 0},
                                     {"user", "USER", COLUMN_TEXT, 0},
                                     {"face", "FACE", COLUMN_TEXT, 0},
                                     {"command", "COMMAND", COLUMN_TEXT, 0},
                                     {"reason", "REASON", COLUMN_TEXT, 0},
                                     {"result", "RESULT", COLUMN_TEXT, 0},
                                     {"hash", "HASH", COLUMN_TEXT, 0}};
    app *a = c->services;
    int64_t limit;
    TRY(call_range(c, "--limit", 0, COMMAND_ROWS, 100, &limit));
    table *t = table_new(columns, c->format == FORMAT_HUMAN ? HASH : HASH + 1);
    status s = audit_list(a->store, (size_t)limit, add_audit, t);
    if (s == STATUS_OK)
        call_print(c, t, false, "nothing was done yet");
    table_free(t);
    return s;
}

static status run_audit_verify(call *c) {
    app *a = c->services;
    int64_t rows;
    TRY(audit_verify(a->store, &rows));
    call_say(c, CALL_FIELDS(call_field_int("rows", rows), call_field_bool("whole", true)),
             "the chain of %" PRId64 " rows is whole", rows);
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "audit list",
     .help = "who did what, newest first",
     .more = "times are the wall clock's, in UTC: an audit is about people, not about the session",
     .role = ROLE_VIEWER,
     .args = {{"--limit", ARG_INT, .help = "rows (100; 0: all)"}},
     .run = run_audit_list},
    {.name = "audit verify",
     .help = "check the chain of hashes over all rows",
     .role = ROLE_VIEWER,
     .run = run_audit_verify},
};

void commands_add_audit(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
