#include "data/store/sql.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/store/connection.h"
#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/map.h"
#include "src/base/vec.h"

typedef struct {
    int type; // SQLite's storage class; blobs become text
    union {
        int64_t integer;
        double real;
        size_t at; // in the text of the result
    };
} cell;

typedef struct {
    const sql_limits *limits;
    int64_t deadline;
    bool timed_out;
    char refusal[160];
    int columns;
    VEC(cell) cells;
    text strings; // every text value with its closing zero
} query;

// People expect to see symbols; names in the temporary schema come first, so these stand before the desk's own views.
// And they expect one list of all there is to ask.
static const char views[] =
    "CREATE TEMP VIEW tables AS SELECT * FROM ("
    "SELECT 'desk' AS database, type, name FROM desk.sqlite_schema UNION ALL "
    "SELECT 'warehouse', type, name FROM warehouse.sqlite_schema UNION ALL "
    "SELECT 'results', type, name FROM results.sqlite_schema) "
    "WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'secret!_%' ESCAPE '!';"
    // Times of the market are the session clock's, as the commands print them.
    "CREATE TEMP VIEW fills AS SELECT f.sequence, f.desk_time AS time, f.time AS wall_time, f.order_id, s.symbol, "
    "f.sid, f.side, f.quantity, f.price, f.fee, f.portfolio, f.strategy, f.user FROM desk.fills f "
    "LEFT JOIN warehouse.securities s ON s.sid = f.sid;"
    "CREATE TEMP VIEW orders AS SELECT o.order_id, "
    "strftime('%Y-%m-%dT%H:%M:%fZ', j.desk_time / 1e9, 'unixepoch') AS time, o.time AS wall_time, s.symbol, o.sid, "
    "o.side, o.type, o.tif, o.state, o.quantity, o.filled, o.price, o.average_price, o.fees, o.reason, o.client, "
    "o.portfolio, o.strategy, o.user, o.stop, o.trail, o.triggered, o.display, o.until, o.post_only, o.all_or_none, "
    "o.pair, o.self_trade FROM desk.orders o "
    "JOIN desk.journal j ON j.order_id = o.order_id AND j.order_id <> 0 AND j.kind IN (2, 3) "
    "LEFT JOIN warehouse.securities s ON s.sid = o.sid;"
    // What was set by hand last (a load, an adjustment) and what was traded since; fees as position list has them.
    "CREATE TEMP VIEW positions AS SELECT s.symbol, p.sid, p.quantity, p.start_quantity AS set_quantity, "
    "p.start_cost AS set_cost, p.bought AS bought_since, p.sold AS sold_since, coalesce(f.fees, 0.0) AS fees "
    "FROM desk.positions p LEFT JOIN (SELECT sid, sum(fee) AS fees FROM desk.fills GROUP BY sid) f ON f.sid = p.sid "
    "LEFT JOIN warehouse.securities s ON s.sid = p.sid;";

static int refuse(query *q, const char *what, const char *name) {
    if (!q->refusal[0])
        snprintf(q->refusal, sizeof q->refusal, "%s%s%s", what, name ? " " : "", name ? name : "");
    return SQLITE_DENY;
}

static bool pragma_reads(const char *name) {
    static const char *const harmless[] = {"table_info",    "table_xinfo", "table_list",     "index_list",
                                           "index_info",    "index_xinfo", "database_list",  "foreign_key_list",
                                           "function_list", "pragma_list", "compile_options"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (strcasecmp(name, harmless[i]) == 0)
            return true;
    return false;
}

static int authorize(void *context, int action, const char *a, const char *b, const char *schema, const char *view) {
    query *q = context;
    (void)schema;
    (void)view;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return strncasecmp(a, "secret_", 7) == 0 ? refuse(q, "nobody may read the table", a) : SQLITE_OK;
    case SQLITE_FUNCTION:
        return strcasecmp(b, "load_extension") == 0 ? refuse(q, "nobody may call", b) : SQLITE_OK;
    case SQLITE_PRAGMA:
        return pragma_reads(a) ? SQLITE_OK : refuse(q, "this prompt may not use the pragma", a);
    default:
        return refuse(q, "this prompt only reads: give a SELECT", NULL);
    }
}

static int watch(void *context) {
    query *q = context;
    q->timed_out = clock_mono() > q->deadline;
    return q->timed_out || (q->limits->cancelled && __atomic_load_n(q->limits->cancelled, __ATOMIC_RELAXED));
}

static status prepare(query *q, sqlite3 *db, const char *statement, sqlite3_stmt **out) {
    const char *tail;
    int code = sqlite3_prepare_v2(db, statement, -1, out, &tail);
    if (code != SQLITE_OK && q->refusal[0])
        return status_fail(STATUS_REFUSED, "%s", q->refusal);
    if (code != SQLITE_OK)
        return status_fail(STATUS_USAGE, "%s", sqlite3_errmsg(db));
    if (!*out)
        return status_fail(STATUS_USAGE, "there is no statement to run");
    sqlite3_stmt *second = NULL;
    bool more = sqlite3_prepare_v2(db, tail, -1, &second, NULL) != SQLITE_OK || second;
    sqlite3_finalize(second);
    if (more)
        return status_fail(STATUS_USAGE, "one statement at a time");
    if (!sqlite3_stmt_readonly(*out) || sqlite3_column_count(*out) == 0)
        return status_fail(STATUS_REFUSED, "this prompt only reads: give a SELECT");
    return STATUS_OK;
}

static void keep_text(query *q, const char *bytes, size_t n) {
    text_put_n(&q->strings, bytes, strnlen(bytes, n));
    text_put_n(&q->strings, "", 1);
}

static void keep_blob(query *q, const unsigned char *bytes, int n) {
    text_put(&q->strings, "x'");
    for (int i = 0; i < n; i++)
        text_printf(&q->strings, "%02x", bytes[i]);
    text_put_n(&q->strings, "'", 2);
}

static void keep_row(query *q, sqlite3_stmt *s) {
    for (int i = 0; i < q->columns; i++) {
        cell c = {.type = sqlite3_column_type(s, i)};
        if (c.type == SQLITE_INTEGER) {
            c.integer = sqlite3_column_int64(s, i);
        } else if (c.type == SQLITE_FLOAT) {
            c.real = sqlite3_column_double(s, i);
        } else if (c.type == SQLITE_TEXT) {
            c.at = q->strings.n;
            const char *bytes = (const char *)sqlite3_column_text(s, i);
            keep_text(q, bytes, (size_t)sqlite3_column_bytes(s, i));
        } else if (c.type == SQLITE_BLOB) {
            c.type = SQLITE_TEXT;
            c.at = q->strings.n;
            const unsigned char *bytes = sqlite3_column_blob(s, i);
            keep_blob(q, bytes, sqlite3_column_bytes(s, i));
        }
        vec_push(&q->cells, c);
    }
}

// Those of a result that a person or a script can still use. The query runs in the process that trades.
#define RESULT_BYTES ((size_t)64 << 20)

static status step_all(query *q, store_connection *c, sqlite3_stmt *s, bool *cut) {
    size_t max = q->limits->max_rows ? q->limits->max_rows : 100000, rows = 0;
    *cut = false;
    int code;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        if (rows++ == max) {
            *cut = true;
            return STATUS_OK;
        }
        keep_row(q, s);
        if (q->strings.n + q->cells.n * sizeof *q->cells.at > RESULT_BYTES)
            return status_fail(STATUS_INVALID, "the result is larger than 64 MiB; ask for fewer rows or columns");
    }
    if (code == SQLITE_DONE)
        return STATUS_OK;
    if ((code & 0xff) == SQLITE_INTERRUPT)
        return q->timed_out ? status_fail(STATUS_CANCELLED, "the query took longer than it may and was stopped")
                            : status_fail(STATUS_CANCELLED, "the query was cancelled");
    if ((code & 0xff) == SQLITE_ERROR) // of the statement's own: a sum that overflows, say
        return status_fail(STATUS_INVALID, "%s", sqlite3_errmsg(c->db));
    return connection_error(c, code);
}

// Tables borrow the names of their columns, so those of queries are kept for the life of the program, each once.
static const char *kept_name(const char *name) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static map names;
    uint64_t value;
    pthread_mutex_lock(&mutex);
    if (!map_get(&names, name, &value)) {
        value = (uint64_t)(uintptr_t)mem_string(name);
        map_put(&names, name, value);
    }
    pthread_mutex_unlock(&mutex);
    return (const char *)(uintptr_t)value;
}

// A second column of the same name would hide the first from whoever reads JSON: it becomes name_2.
static const char *unique_name(sqlite3_stmt *s, int i) {
    const char *name = sqlite3_column_name(s, i);
    int same = 1;
    for (int k = 0; k < i; k++)
        same += strcasecmp(sqlite3_column_name(s, k), name) == 0;
    if (same == 1)
        return kept_name(name);
    char longer[256];
    snprintf(longer, sizeof longer, "%.240s_%d", name, same);
    return kept_name(longer);
}

// The fewest decimals, 1 to 6, that show the value as it is.
static int decimals_of(double value) {
    double scale = 1;
    for (int d = 1; d < 6; d++) {
        scale *= 10;
        double scaled = value * scale;
        if (fabs(scaled - nearbyint(scaled)) <= 1e-9 * fabs(scaled))
            return d;
    }
    return 6;
}

static void choose_types(const query *q, column *columns) {
    for (size_t i = 0; i < q->cells.n; i++) {
        const cell *c = &q->cells.at[i];
        column *k = &columns[i % (size_t)q->columns];
        if (c->type == SQLITE_TEXT) {
            k->type = COLUMN_TEXT;
        } else if (c->type == SQLITE_FLOAT && k->type != COLUMN_TEXT) {
            int d = decimals_of(c->real);
            k->type = COLUMN_NUMBER;
            k->decimals = d > k->decimals ? d : k->decimals;
        }
    }
}

static void put_cell(table *t, const query *q, const cell *c, column_type type) {
    char number[32];
    if (c->type == SQLITE_NULL)
        table_null(t);
    else if (c->type == SQLITE_TEXT)
        table_text(t, q->strings.at + c->at);
    else if (type == COLUMN_INT)
        table_int(t, c->integer);
    else if (type == COLUMN_NUMBER)
        table_number(t, c->type == SQLITE_INTEGER ? (double)c->integer : c->real);
    else {
        if (c->type == SQLITE_INTEGER)
            snprintf(number, sizeof number, "%lld", (long long)c->integer);
        else
            double_text(c->real, number);
        table_text(t, number);
    }
}

static table *make_table(const query *q, sqlite3_stmt *s) {
    column *columns = mem_new((size_t)q->columns, sizeof *columns);
    for (int i = 0; i < q->columns; i++) {
        const char *name = unique_name(s, i);
        columns[i] = (column){.key = name, .title = name, .type = COLUMN_INT};
    }
    choose_types(q, columns);
    table *t = table_new(columns, (size_t)q->columns);
    for (size_t i = 0; i < q->cells.n; i++)
        put_cell(t, q, &q->cells.at[i], columns[i % (size_t)q->columns].type);
    free(columns);
    return t;
}

static status run(query *q, store_connection *c, const char *statement, table **out, bool *cut) {
    // What is sorted or collected on the way goes to a file when it grows: memory belongs to the desk.
    TRY(connection_exec(c, "PRAGMA temp_store=FILE"));
    TRY(connection_exec(c, views));
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL); // "x" is a name, never a text
    sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, 16 << 20);
    sqlite3_set_authorizer(c->db, authorize, q);
    sqlite3_progress_handler(c->db, 2000, watch, q);
    sqlite3_stmt *s = NULL;
    status result = prepare(q, c->db, statement, &s);
    if (result == STATUS_OK) {
        q->columns = sqlite3_column_count(s);
        result = step_all(q, c, s, cut);
    }
    if (result == STATUS_OK)
        *out = make_table(q, s);
    sqlite3_finalize(s);
    return result;
}

status sql_query(store *s, const char *statement, const sql_limits *limits, table **out, bool *cut) {
    static const sql_limits usual;
    limits = limits ? limits : &usual;
    query q = {.limits = limits, .deadline = clock_mono() + (limits->max_ns ? limits->max_ns : 30 * NS_PER_S)};
    store_connection *c;
    TRY(store_connect_all(s, &c));
    status result = run(&q, c, statement, out, cut);
    connection_close(c);
    vec_free(&q.cells);
    text_free(&q.strings);
    return result;
}
