#include "data/store/results.h"

#include <stdlib.h>
#include <string.h>

#include "data/store/connection.h"
#include "src/base/vec.h"

#define RUN_COLUMNS                                                                                                    \
    "run_id, strategy, parameters, data_hash, program, \"from\", \"to\", days, total_return, annual_return, "          \
    "volatility, sharpe, sortino, calmar, max_drawdown, turnover, hit_rate, costs, trades, drawdown_from, "            \
    "drawdown_to, created, seconds, user"

static void bind_run(sqlite3_stmt *s, const run_row *r) {
    bind_text(s, 1, r->run_id);
    bind_text(s, 2, r->strategy);
    bind_text(s, 3, r->parameters);
    bind_text(s, 4, r->data_hash);
    bind_text(s, 5, r->program);
    sqlite3_bind_int(s, 6, r->from);
    sqlite3_bind_int(s, 7, r->to);
    sqlite3_bind_int(s, 8, r->days);
    const double figures[] = {r->total_return, r->annual_return, r->volatility, r->sharpe,   r->sortino,
                              r->calmar,       r->max_drawdown,  r->turnover,   r->hit_rate, r->costs};
    for (int i = 0; i < 10; i++)
        sqlite3_bind_double(s, 9 + i, figures[i]);
    sqlite3_bind_int64(s, 19, r->trades);
    sqlite3_bind_int(s, 20, r->drawdown_from);
    sqlite3_bind_int(s, 21, r->drawdown_to);
    sqlite3_bind_int64(s, 22, r->created);
    sqlite3_bind_double(s, 23, r->seconds);
    bind_text(s, 24, r->user);
}

static void read_run(sqlite3_stmt *s, run_row *r) {
    column_text(s, 0, r->run_id, sizeof r->run_id);
    column_text(s, 1, r->strategy, sizeof r->strategy);
    column_text(s, 2, r->parameters, sizeof r->parameters);
    column_text(s, 3, r->data_hash, sizeof r->data_hash);
    column_text(s, 4, r->program, sizeof r->program);
    r->from = sqlite3_column_int(s, 5);
    r->to = sqlite3_column_int(s, 6);
    r->days = sqlite3_column_int(s, 7);
    double *figures[] = {&r->total_return, &r->annual_return, &r->volatility, &r->sharpe,   &r->sortino,
                         &r->calmar,       &r->max_drawdown,  &r->turnover,   &r->hit_rate, &r->costs};
    for (int i = 0; i < 10; i++)
        *figures[i] = column_number(s, 8 + i);
    r->trades = sqlite3_column_int64(s, 18);
    r->drawdown_from = sqlite3_column_int(s, 19);
    r->drawdown_to = sqlite3_column_int(s, 20);
    r->created = sqlite3_column_int64(s, 21);
    r->seconds = column_number(s, 22);
    column_text(s, 23, r->user, sizeof r->user);
}

typedef struct {
    const run_row *run;
    const run_point *points;
    const run_trade *trades;
    size_t n, m;
} saving;

static status save_points(store_connection *c, const saving *v, int64_t id) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(c, "INSERT INTO run_points VALUES (?1, ?2, ?3, ?4, ?5)", &insert));
    for (size_t i = 0; i < v->n; i++) {
        sqlite3_bind_int64(insert, 1, id);
        sqlite3_bind_int(insert, 2, v->points[i].day);
        sqlite3_bind_double(insert, 3, v->points[i].equity);
        sqlite3_bind_double(insert, 4, v->points[i].ret);
        sqlite3_bind_double(insert, 5, v->points[i].turnover);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

static status save_trades(store_connection *c, const saving *v, int64_t id) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(c, "INSERT INTO run_trades VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &insert));
    for (size_t i = 0; i < v->m; i++) {
        sqlite3_bind_int64(insert, 1, id);
        sqlite3_bind_int64(insert, 2, (int64_t)i + 1);
        sqlite3_bind_int(insert, 3, v->trades[i].day);
        bind_text(insert, 4, v->trades[i].symbol);
        sqlite3_bind_int64(insert, 5, v->trades[i].quantity);
        sqlite3_bind_double(insert, 6, v->trades[i].price);
        sqlite3_bind_double(insert, 7, v->trades[i].cost);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

static bool same_number(double a, double b) { return !(a < b) && !(a > b) && (a == a) == (b == b); }

// STATUS_END when the run is not stored yet.
static status compare_stored(store_connection *c, const run_row *run) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT total_return, turnover, trades FROM runs WHERE run_id = ?1", &select));
    bind_text(select, 1, run->run_id);
    status s = connection_step(c, select);
    if (s != STATUS_OK)
        return s;
    bool same = same_number(column_number(select, 0), run->total_return) &&
                same_number(column_number(select, 1), run->turnover) && sqlite3_column_int64(select, 2) == run->trades;
    sqlite3_reset(select);
    return same ? STATUS_OK
                : status_fail(STATUS_CORRUPT,
                              "run %s is stored with other figures: its id does not hold all it was made from",
                              run->run_id);
}

static status save_run(store_connection *c, void *context) {
    const saving *v = context;
    status stored = compare_stored(c, v->run);
    if (stored != STATUS_END)
        return stored;
    sqlite3_stmt *insert;
    TRY(connection_prepare(c,
                           "INSERT INTO runs (" RUN_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                           "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
                           &insert));
    bind_run(insert, v->run);
    TRY(connection_run(c, insert));
    int64_t id = sqlite3_last_insert_rowid(c->db);
    TRY(save_points(c, v, id));
    return save_trades(c, v, id);
}

status run_save(store *s, const run_row *run, const run_point *points, size_t n, const run_trade *trades, size_t m) {
    saving v = {run, points, trades, n, m};
    return store_write(s, STORE_RESULTS, save_run, &v);
}

typedef struct {
    const char *id;
    size_t limit;
    void *out;
    size_t n;
} reading;

static status find_run(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT " RUN_COLUMNS " FROM runs WHERE substr(run_id, 1, length(?1)) = ?1 "
                           "ORDER BY run_id LIMIT 2",
                           &select));
    bind_text(select, 1, r->id);
    status s = r->id[0] ? connection_step(c, select) : STATUS_END;
    if (s == STATUS_END)
        return status_fail(STATUS_NOT_FOUND, "there is no run %s", r->id);
    if (s != STATUS_OK)
        return s;
    run_row *out = r->out;
    read_run(select, out);
    s = connection_step(c, select);
    if (s == STATUS_OK)
        return status_fail(STATUS_INVALID, "several runs begin with %s: give more of the id", r->id);
    return s == STATUS_END ? STATUS_OK : s;
}

status run_find(store *s, const char *run_id_prefix, run_row *out) {
    reading r = {.id = run_id_prefix, .out = out};
    return store_read(s, STORE_RESULTS, find_run, &r);
}

static status list_runs(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT " RUN_COLUMNS " FROM runs ORDER BY created DESC, id DESC", &select));
    VEC(run_row) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        vec_push(&rows, (run_row){0});
        read_run(select, &rows.at[rows.n - 1]);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_points(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT p.day, p.equity, p.return, p.turnover FROM run_points p JOIN runs r ON r.id = p.run "
                           "WHERE r.run_id = ?1 ORDER BY p.day",
                           &select));
    bind_text(select, 1, r->id);
    VEC(run_point) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK)
        vec_push(&rows, (run_point){sqlite3_column_int(select, 0), column_number(select, 1), column_number(select, 2),
                                    column_number(select, 3)});
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_trades(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT t.day, t.symbol, t.quantity, t.price, t.cost FROM run_trades t "
                           "JOIN runs r ON r.id = t.run WHERE r.run_id = ?1 ORDER BY t.number",
                           &select));
    bind_text(select, 1, r->id);
    VEC(run_trade) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        run_trade t = {.day = sqlite3_column_int(select, 0), .quantity = sqlite3_column_int64(select, 2)};
        column_text(select, 1, t.symbol, sizeof t.symbol);
        t.price = column_number(select, 3);
        t.cost = column_number(select, 4);
        vec_push(&rows, t);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_risk(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    // max() makes the other columns those of the newest row of the day.
    TRY(connection_prepare(c,
                           "SELECT * FROM (SELECT day, max(time), value, volatility, var95, var99, es95, es99, model "
                           "FROM risk_days GROUP BY day ORDER BY day DESC LIMIT ?1) ORDER BY day",
                           &select));
    sqlite3_bind_int64(select, 1, r->limit ? (int64_t)r->limit : -1);
    VEC(risk_row) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        risk_row row = {.day = sqlite3_column_int(select, 0), .time = sqlite3_column_int64(select, 1)};
        double *figures[] = {&row.value, &row.volatility, &row.var95, &row.var99, &row.es95, &row.es99};
        for (int i = 0; i < 6; i++)
            *figures[i] = column_number(select, 2 + i);
        column_text(select, 8, row.model, sizeof row.model);
        vec_push(&rows, row);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status read_rows(store *s, store_work work, reading r, void *out, size_t *n) {
    status result = store_read(s, STORE_RESULTS, work, &r);
    if (result != STATUS_OK) {
        free(r.out);
        return result;
    }
    memcpy(out, &r.out, sizeof r.out);
    *n = r.n;
    return STATUS_OK;
}

status run_list(store *s, run_row **out, size_t *n) { return read_rows(s, list_runs, (reading){0}, out, n); }

status run_points(store *s, const char *run_id, run_point **out, size_t *n) {
    return read_rows(s, list_points, (reading){.id = run_id}, out, n);
}

status run_trades(store *s, const char *run_id, run_trade **out, size_t *n) {
    return read_rows(s, list_trades, (reading){.id = run_id}, out, n);
}

status risk_history(store *s, size_t limit, risk_row **out, size_t *n) {
    return read_rows(s, list_risk, (reading){.limit = limit}, out, n);
}

static status save_risk(store_connection *c, void *context) {
    const risk_row *r = context;
    sqlite3_stmt *insert;
    TRY(connection_prepare(c,
                           "INSERT OR REPLACE INTO risk_days (day, time, value, volatility, var95, var99, es95, es99, "
                           "model) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                           &insert));
    sqlite3_bind_int(insert, 1, r->day);
    sqlite3_bind_int64(insert, 2, r->time);
    const double figures[] = {r->value, r->volatility, r->var95, r->var99, r->es95, r->es99};
    for (int i = 0; i < 6; i++)
        sqlite3_bind_double(insert, 3 + i, figures[i]);
    bind_text(insert, 9, r->model);
    return connection_run(c, insert);
}

status risk_save(store *s, const risk_row *row) {
    risk_row copy = *row;
    return store_write(s, STORE_RESULTS, save_risk, &copy);
}
