// demo …, data …, db …, sql: what the warehouse holds.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/sql.h"
#include "src/app/commands.h"
#include "src/app/station.h"

static status run_demo(call *c) {
    app *a = c->services;
    demo_options options = demo_default();
    int64_t stocks, years, seed;
    TRY(call_range(c, "--stocks", 5, 5000, options.stocks, &stocks));
    TRY(call_range(c, "--years", 1, 40, options.years, &years));
    TRY(call_range(c, "--seed", 0, INT64_MAX, (int64_t)options.seed, &seed));
    options.stocks = (int)stocks;
    options.years = (int)years;
    options.seed = (uint64_t)seed;
    TRY(station_make_demo(a, c->user, &options, c->progress, c->progress_context, c->cancelled));
    call_say(c,
             CALL_FIELDS(call_field_int("stocks", options.stocks), call_field_int("years", options.years),
                         call_field_int("seed", seed)),
             "the demo universe is made: %d stocks", options.stocks);
    return STATUS_OK;
}

static status run_list(call *c) {
    static const column columns[] = {{"sid", "SID", COLUMN_INT, 0},       {"symbol", "SYMBOL", COLUMN_TEXT, 0},
                                     {"name", "NAME", COLUMN_TEXT, 0},    {"sector", "SECTOR", COLUMN_TEXT, 0},
                                     {"kind", "KIND", COLUMN_TEXT, 0},    {"first", "FIRST", COLUMN_TEXT, 0},
                                     {"last", "LAST", COLUMN_TEXT, 0},    {"shares", "SHARES", COLUMN_INT, 0},
                                     {"active", "ACTIVE", COLUMN_BOOL, 0}};
    app *a = c->services;
    securities list = {0};
    TRY(securities_load(a->store, &list));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    char day[DATE_TEXT];
    for (size_t i = 0; i < list.n; i++) {
        const security *s = &list.at[i];
        table_int(t, s->sid);
        table_text(t, s->symbol);
        table_text(t, s->name);
        table_text(t, s->sector);
        table_text(t, s->kind);
        table_text(t, s->first == DATE_NONE ? NULL : date_text(s->first, day));
        table_text(t, s->last == DATE_NONE ? NULL : date_text(s->last, day));
        table_int(t, s->shares);
        table_bool(t, s->active);
    }
    call_print(c, t, false, "no securities yet; try: import yahoo FILE, or demo create");
    table_free(t);
    securities_free(&list);
    return STATUS_OK;
}

static status run_sql(call *c) {
    app *a = c->services;
    int64_t limit;
    TRY(call_range(c, "--limit", 1, COMMAND_ROWS, 0, &limit));
    sql_limits limits = {.max_rows = (size_t)limit, .cancelled = c->cancelled};
    table *t = NULL;
    bool cut = false;
    TRY(sql_query(a->store, call_text(c, "statement"), &limits, &t, &cut));
    call_print(c, t, false, "no rows");
    if (cut)
        text_printf(&c->err, "only the first %zu rows; --limit N gives more\n", table_rows(t));
    table_free(t);
    return STATUS_OK;
}

static status run_check(call *c) {
    app *a = c->services;
    TRY(store_check(a->store));
    call_say(c, CALL_FIELDS(call_field_int("databases", STORE_DATABASES), call_field_bool("whole", true)),
             "the databases are whole");
    return STATUS_OK;
}

static status run_status(call *c) {
    static const column columns[] = {{"database", "DATABASE", COLUMN_TEXT, 0}, {"schema", "SCHEMA", COLUMN_INT, 0}};
    static const char *const names[STORE_DATABASES] = {"desk.db", "warehouse.db", "results.db"};
    app *a = c->services;
    table *t = table_new(columns, 2);
    for (int i = 0; i < STORE_DATABASES; i++) {
        table_text(t, names[i]);
        table_int(t, store_schema_version(a->store, (store_database)i));
    }
    call_print(c, t, false, NULL);
    table_free(t);
    if (c->format == FORMAT_HUMAN)
        text_printf(&c->out, "%" PRId64 " MB free on the file system of %s\n", store_free_bytes(a->store) / 1000000,
                    store_home(a->store));
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "demo create",
     .help = "make the synthetic demo universe and its starting portfolio in an empty workspace",
     .more = "demo create --stocks 500 --years 10 --seed 1",
     .role = ROLE_RESEARCHER,
     .args = {{"--stocks", ARG_INT, .help = "how many, 5 to 5000 (500)"},
              {"--years", ARG_INT, .help = "of daily bars, 1 to 40 (10)"},
              {"--seed", ARG_INT, .help = "the same seed makes the same universe (1)"}},
     .run = run_demo,
     .audited = true,
     .begins = true},
    {.name = "data list", .help = "the securities, with first and last bar", .role = ROLE_VIEWER, .run = run_list},
    {.name = "sql",
     .help = "one SELECT on the workspace's databases; nothing can be changed with it",
     .more = "sql \"SELECT symbol, last FROM securities LIMIT 5\"\n"
             "sql \"SELECT * FROM fills\" --format csv\nwhat there is: sql \"SELECT * FROM tables\"",
     .role = ROLE_VIEWER,
     .args = {{"statement", ARG_TEXT, .help = "SQLite's SQL, in quotes"},
              {"--limit", ARG_INT, .help = "rows at the most (100000)"}},
     .run = run_sql},
    {.name = "db check", .help = "check every page of the databases", .role = ROLE_VIEWER, .run = run_check},
    {.name = "db status", .help = "schema versions and free space", .role = ROLE_VIEWER, .run = run_status},
};

void commands_add_data(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
