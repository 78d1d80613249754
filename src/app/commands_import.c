// import …, report …, quarantine …: vendors' files in, and what was turned away.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/providers/demo.h"
#include "data/providers/yahoo.h"
#include "data/quality/checks.h"
#include "data/store/imports.h"
#include "data/store/settings.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

static void tell(void *context, const import_progress *p) {
    enum { WIDTH = 24 };
    const call *c = context;
    if (!c->progress || p->total <= 0)
        return;
    double done = (double)p->bytes / (double)p->total;
    char strip[WIDTH + 1], rows[DECIMAL_TEXT], line[160];
    for (int i = 0; i < WIDTH; i++)
        strip[i] = i < done * WIDTH ? '#' : '.';
    strip[WIDTH] = 0;
    snprintf(line, sizeof line, "import [%s] %3.0f %%  %s rows  %.0f MB/s  %.0f s left", strip, done * 100,
             integer_text(p->rows, rows), p->rate / 1e6, p->left);
    c->progress(c->progress_context, line);
}

static const column report_columns[] = {
    {"id", "report", COLUMN_INT, 0},
    {"time", "time", COLUMN_TEXT, 0},
    {"provider", "provider", COLUMN_TEXT, 0},
    {"source", "source", COLUMN_TEXT, 0},
    {"basis", "prices", COLUMN_TEXT, 0},
    {"result", "result", COLUMN_TEXT, 0},
    {"message", "message", COLUMN_TEXT, 0},
    {"read", "rows read", COLUMN_INT, 0},
    {"good", "good", COLUMN_INT, 0},
    {"new", "  new", COLUMN_INT, 0},
    {"changed", "  changed", COLUMN_INT, 0},
    {"unchanged", "  unchanged", COLUMN_INT, 0},
    {"rejected", "rejected", COLUMN_INT, 0},
    {"symbols", "symbols", COLUMN_INT, 0},
    {"described", "named or put in a sector", COLUMN_INT, 0},
    {"first", "first day", COLUMN_TEXT, 0},
    {"last", "last day", COLUMN_TEXT, 0},
    {"seconds", "seconds", COLUMN_NUMBER, 2},
    {"hash", "content hash", COLUMN_TEXT, 0},
};

static void add_report(table *t, const report_row *r) {
    char when[INSTANT_TEXT], day[DATE_TEXT];
    table_int(t, r->id);
    table_text(t, instant_text(r->time, when));
    table_text(t, r->provider);
    table_text(t, r->source);
    table_text(t, r->basis);
    table_text(t, r->result);
    table_text(t, r->message);
    const int64_t counts[] = {r->read,      r->good,     r->added,   r->changed,
                              r->unchanged, r->rejected, r->symbols, r->described};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        table_int(t, counts[i]);
    table_text(t, r->first == DATE_NONE ? NULL : date_text(r->first, day));
    table_text(t, r->last == DATE_NONE ? NULL : date_text(r->last, day));
    table_number(t, r->seconds);
    table_text(t, r->hash);
}

static void print_report(call *c, const report_row *row) {
    table *t = table_new(report_columns, sizeof report_columns / sizeof *report_columns);
    add_report(t, row);
    call_print(c, t, true, NULL);
    table_free(t);
}

// The program that imported may have known other checks: then their name must do.
static const char *check_sentence(const char *name) {
    for (int i = 0; i < CHECK_COUNT; i++)
        if (strcmp(quality_name((quality_check)i), name) == 0)
            return quality_sentence((quality_check)i);
    return name;
}

// What the checks found, for people: one line a check, then the first examples.
static status print_findings(call *c, app *a, int64_t report) {
    report_check *checks = NULL;
    report_example *examples = NULL;
    size_t n = 0, m = 0;
    TRY(report_checks(a->store, report, &checks, &n));
    status s = report_examples(a->store, report, &examples, &m);
    for (size_t i = 0; s == STATUS_OK && i < n; i++) {
        text_printf(&c->out, "\n%" PRId64 " row%s %s: %s\n", checks[i].rows, checks[i].rows == 1 ? "" : "s",
                    strcmp(checks[i].action, "reject") == 0 ? "rejected" : "with a warning",
                    check_sentence(checks[i].name));
        for (size_t k = 0; k < m; k++)
            if (strcmp(examples[k].name, checks[i].name) == 0)
                text_printf(&c->out, "  %s:%" PRId64 ": %s\n", examples[k].file, examples[k].line, examples[k].detail);
    }
    if (s == STATUS_OK && n)
        text_printf(&c->out, "\nrejected rows stand in: quarantine list --report %" PRId64 "\n", report);
    free(checks);
    free(examples);
    return s;
}

static status import(call *c, app *a, const char *path, const char *sectors, import_report *report) {
    import_options options = {.progress = tell, .context = c, .cancelled = c->cancelled};
    status s = yahoo_import(a->store, path, sectors, &options, report);
    if (s != STATUS_OK && report->row.id) {
        char message[512];
        mem_copy_string(message, sizeof message, status_message());
        return status_fail(s, "%s (report show %" PRId64 " tells more)", message, report->row.id);
    }
    TRY(s);
    TRY(app_reload(a));
    print_report(c, &report->row);
    return c->format == FORMAT_HUMAN && report->row.id ? print_findings(c, a, report->row.id) : STATUS_OK;
}

static status run_yahoo(call *c) {
    app *a = c->services;
    if (demo_is(a->store))
        return status_fail(
            STATUS_REFUSED,
            "this workspace holds the demo universe, and real prices don't mix with made-up ones: import "
            "into another (plimsoll --home DIR import …)");
    // Whatever becomes of it: a workspace that was meant for real prices is not filled with made-up ones.
    if (!app_wants_real(a))
        TRY(settings_set(a->store, "data.real", "yes"));
    char *path = call_path(c, call_text(c, "path"));
    char *sectors = call_text(c, "--sectors") ? call_path(c, call_text(c, "--sectors")) : NULL;
    import_report report = {0};
    status s = import(c, a, path, sectors, &report);
    report_free(&report);
    free(path);
    free(sectors);
    return s;
}

// Reports in lines that people can read; report show tells the rest.
static table *short_list(const report_row *rows, size_t n) {
    static const column columns[] = {{"id", "REPORT", COLUMN_INT, 0},        {"time", "TIME", COLUMN_TEXT, 0},
                                     {"source", "SOURCE", COLUMN_TEXT, 0},   {"result", "RESULT", COLUMN_TEXT, 0},
                                     {"good", "GOOD", COLUMN_INT, 0},        {"new", "NEW", COLUMN_INT, 0},
                                     {"rejected", "REJECTED", COLUMN_INT, 0}};
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    char when[INSTANT_TEXT];
    for (size_t i = 0; i < n; i++) {
        const report_row *r = &rows[i];
        const char *slash = strrchr(r->source, '/');
        table_int(t, r->id);
        table_text(t, instant_text(r->time, when));
        table_text(t, slash && slash[1] ? slash + 1 : r->source);
        table_text(t, r->result);
        table_int(t, r->good);
        table_int(t, r->added);
        table_int(t, r->rejected);
    }
    return t;
}

static table *full_list(const report_row *rows, size_t n) {
    table *t = table_new(report_columns, sizeof report_columns / sizeof *report_columns);
    for (size_t i = 0; i < n; i++)
        add_report(t, &rows[i]);
    return t;
}

static status run_report_list(call *c) {
    app *a = c->services;
    report_row *rows;
    size_t n;
    int64_t limit;
    TRY(call_range(c, "--limit", 0, COMMAND_ROWS, 20, &limit));
    TRY(report_list(a->store, (size_t)limit, &rows, &n));
    table *t = c->format == FORMAT_HUMAN ? short_list(rows, n) : full_list(rows, n);
    call_print(c, t, false, "no imports yet; try: import yahoo FILE");
    table_free(t);
    free(rows);
    return STATUS_OK;
}

static status find_report(app *a, int64_t id, report_row *out) {
    report_row *rows;
    size_t n;
    bool found = false;
    TRY(report_list(a->store, 0, &rows, &n));
    for (size_t i = 0; i < n && !found; i++) {
        found = rows[i].id == id;
        if (found)
            *out = rows[i];
    }
    free(rows);
    return found ? STATUS_OK
                 : status_fail(STATUS_NOT_FOUND, "there is no report %" PRId64 "; report list shows them", id);
}

static status run_report_show(call *c) {
    app *a = c->services;
    int64_t id = call_int(c, "report", 0);
    report_row row;
    TRY(find_report(a, id, &row));
    print_report(c, &row);
    return c->format == FORMAT_HUMAN ? print_findings(c, a, id) : STATUS_OK;
}

static status run_quarantine(call *c) {
    static const column columns[] = {{"report", "REPORT", COLUMN_INT, 0},  {"file", "FILE", COLUMN_TEXT, 0},
                                     {"line", "LINE", COLUMN_INT, 0},      {"stage", "STAGE", COLUMN_TEXT, 0},
                                     {"reason", "REASON", COLUMN_TEXT, 0}, {"raw", "ROW", COLUMN_TEXT, 0}};
    app *a = c->services;
    quarantine_row *rows;
    size_t n;
    int64_t limit;
    TRY(call_range(c, "--limit", 0, COMMAND_ROWS, 100, &limit));
    int64_t report = call_int(c, "--report", 0);
    report_row known;
    if (call_text(c, "--report"))
        TRY(find_report(a, report, &known));
    TRY(quarantine_list(a->store, report, (size_t)limit, &rows, &n));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        table_int(t, rows[i].report);
        table_text(t, rows[i].file);
        table_int(t, rows[i].line);
        table_text(t, rows[i].stage);
        table_text(t, rows[i].reason);
        table_text(t, rows[i].raw);
    }
    call_print(c, t, false, "the quarantine is empty");
    table_free(t);
    free(rows);
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "import yahoo",
     .help = "import daily bars from Yahoo-style CSV: one long file, or a folder with a file a symbol",
     .more =
         "import yahoo all_stocks.csv --sectors sectors.csv\n"
         "columns date,open,high,low,close,volume,Name in any order; bad rows go to the quarantine with file and line",
     .role = ROLE_RESEARCHER,
     .args = {{"path", ARG_FILE, .help = "file or folder"},
              {"--sectors", ARG_FILE, .help = "CSV with the columns Symbol, Name, Sector"}},
     .run = run_yahoo,
     .audited = true,
     .begins = true},
    {.name = "report list",
     .help = "imports, newest first",
     .role = ROLE_VIEWER,
     .args = {{"--limit", ARG_INT, .help = "rows (20; 0: all)"}},
     .run = run_report_list},
    {.name = "report show",
     .help = "one import: counts, findings, examples with file and line",
     .role = ROLE_VIEWER,
     .args = {{"report", ARG_INT, .help = "its number"}},
     .run = run_report_show},
    {.name = "quarantine list",
     .help = "rows that were rejected, with file, line and reason",
     .role = ROLE_VIEWER,
     .args = {{"--report", ARG_INT, .help = "of one import"}, {"--limit", ARG_INT, .help = "rows (100; 0: all)"}},
     .run = run_quarantine},
};

void commands_add_import(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
