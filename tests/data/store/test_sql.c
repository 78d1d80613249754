#include "data/store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/store/connection.h"
#include "data/store/settings.h"
#include "src/base/clock.h"
#include "tests/data/support_workspace.h"

static table *ask(workspace *w, const char *sql) {
    table *t = NULL;
    bool cut;
    assert_ok(sql_query(w->store, sql, NULL, &t, &cut));
    assert_false(cut);
    return t;
}

static void test_sql_types_columns_by_their_values(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    table *t = ask(&w, "SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, 7 AS e, x'00ff' AS f "
                       "UNION ALL SELECT 2, 3, 'y,z', NULL, 0.125, NULL");
    static const column_type types[] = {COLUMN_INT, COLUMN_NUMBER, COLUMN_TEXT, COLUMN_INT, COLUMN_NUMBER, COLUMN_TEXT};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(table_column(t, i)->type, types[i]);
    text out = {0};
    table_print(t, FORMAT_CSV, false, NULL, &out);
    assert_string_equal(out.at, "a,b,c,d,e,f\n1,2.5,x,,7,x'00ff'\n2,3,\"y,z\",,0.125,\n");
    text_free(&out);
    table_free(t);
    workspace_remove(&w);
}

static void test_sql_keeps_columns_of_the_same_name_apart(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    table *t = ask(&w, "SELECT 1 AS a, 2 AS A, 3 AS a");
    assert_string_equal(table_column(t, 0)->key, "a");
    assert_string_equal(table_column(t, 1)->key, "A_2");
    assert_string_equal(table_column(t, 2)->key, "a_3");
    table_free(t);
    workspace_remove(&w);
}

static void test_sql_reads_tables_of_all_three_databases(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const char *const queries[] = {
        "SELECT * FROM settings, securities, runs",
        "SELECT * FROM desk.journal, warehouse.bars, results.risk_days",
        "SELECT * FROM fills",
        "SELECT * FROM orders",
        "SELECT * FROM positions",
        "SELECT * FROM prices",
        "SELECT * FROM universe",
        "SELECT * FROM quarantine",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n;  -- fifteen",
        "VALUES (1, 2)",
        "EXPLAIN QUERY PLAN SELECT * FROM bars WHERE sid = 1",
        "PRAGMA table_info(bars)",
        "SELECT name FROM desk.sqlite_schema",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        table_free(ask(&w, queries[i]));
    workspace_remove(&w);
}

static void test_sql_refuses_whatever_is_not_reading(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_ok(settings_set(w.store, "a", "b"));
    static const char *const queries[] = {
        "DELETE FROM settings",
        "UPDATE settings SET value = 'c'",
        "INSERT INTO settings VALUES ('x', 'y')",
        "INSERT INTO settings VALUES ('x', 'y') RETURNING name",
        "WITH x AS (SELECT 1) DELETE FROM settings",
        "DROP TABLE settings",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "DROP VIEW temp.fills",
        "ATTACH '/tmp/plimsoll-test-attached.db' AS x",
        "DETACH results",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT a",
        "VACUUM",
        "VACUUM INTO '/tmp/plimsoll-test-copy.db'",
        "REINDEX",
        "ANALYZE",
        "PRAGMA user_version = 7",
        "PRAGMA writable_schema = 1",
        "PRAGMA query_only = 0",
        "PRAGMA journal_mode = DELETE",
        "SELECT load_extension('x')",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        table *t;
        bool cut;
        status s = sql_query(w.store, queries[i], NULL, &t, &cut);
        if (s != STATUS_REFUSED)
            fail_msg("%s: %s", queries[i], status_name(s));
    }
    char value[8];
    assert_ok(settings_get(w.store, "a", value, sizeof value));
    assert_string_equal(value, "b");
    workspace_remove(&w);
}

static void test_sql_hides_secret_tables(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    store_connection *c;
    assert_ok(connection_open(workspace_path(&w, "home/desk.db"), SQLITE_OPEN_READWRITE, &c));
    assert_ok(connection_exec(c, "CREATE TABLE secret_words (word TEXT); INSERT INTO secret_words VALUES ('sesame')"));
    connection_close(c);
    workspace_again(&w);
    static const char *const queries[] = {"SELECT * FROM secret_words", "SELECT count(*) FROM secret_words",
                                          "SELECT (SELECT word FROM desk.SECRET_WORDS)"};
    for (size_t i = 0; i < 3; i++) {
        table *t;
        bool cut;
        assert_status(sql_query(w.store, queries[i], NULL, &t, &cut), STATUS_REFUSED);
        assert_said("nobody may read");
    }
    workspace_remove(&w);
}

static void test_sql_explains_what_it_does_not_understand(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const struct {
        const char *sql, *said;
    } cases[] = {{"SELEC 1", "syntax error"},
                 {"SELECT colour FROM bars", "no such column"},
                 {"SELECT \"text\" AS x", "no such column"},
                 {"", "no statement"},
                 {" ; -- only a comment", "no statement"},
                 {"SELECT 1; SELECT 2", "one statement"},
                 {"SELECT 1; nonsense", "one statement"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        table *t;
        bool cut;
        assert_status(sql_query(w.store, cases[i].sql, NULL, &t, &cut), STATUS_USAGE);
        assert_said(cases[i].said);
    }
    workspace_remove(&w);
}

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

static void test_sql_cuts_at_the_row_limit(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    table *t;
    bool cut = false;
    sql_limits ten = {.max_rows = 10};
    assert_ok(sql_query(w.store, endless, &ten, &t, &cut));
    assert_true(cut);
    assert_int_equal(table_rows(t), 10);
    table_free(t);
    assert_ok(sql_query(w.store, "SELECT 1 UNION ALL SELECT 2", &(sql_limits){.max_rows = 2}, &t, &cut));
    assert_false(cut);
    table_free(t);
    workspace_remove(&w);
}

static void test_sql_stops_in_time_and_when_cancelled(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const char counting[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    table *t;
    bool cut;
    int64_t start = clock_mono();
    assert_status(sql_query(w.store, counting, &(sql_limits){.max_ns = 20 * NS_PER_MS}, &t, &cut), STATUS_CANCELLED);
    assert_said("longer than it may");
    assert_true(clock_mono() - start < 5 * NS_PER_S);
    volatile int cancelled = 1;
    assert_status(sql_query(w.store, counting, &(sql_limits){.cancelled = &cancelled}, &t, &cut), STATUS_CANCELLED);
    assert_said("cancelled");
    workspace_remove(&w);
}

// It runs inside the desk, which must outlive any question.
static void test_sql_refuses_results_that_would_fill_the_memory(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const char wide[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) "
                               "SELECT i, hex(zeroblob(1000000)) FROM n";
    table *t;
    bool cut;
    assert_status(sql_query(w.store, wide, NULL, &t, &cut), STATUS_INVALID);
    assert_said("64 MiB");
    workspace_remove(&w);
}

static void test_sql_reads_prices_in_currency_and_dates(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    bar b = {
        .day = date_make(2018, 2, 7), .open = 1000000, .high = 1020000, .low = 990000, .close = 1015000, .volume = 12};
    workspace_bars(&w, "ABC", "stock", "raw", &b, 1);
    table *t = ask(&w, "SELECT * FROM prices WHERE symbol = 'ABC'");
    text out = {0};
    table_print(t, FORMAT_CSV, false, NULL, &out);
    assert_string_equal(out.at, "symbol,date,open,high,low,close,volume\nABC,2018-02-07,100,102,99,101.5,12\n");
    text_free(&out);
    table_free(t);
    workspace_remove(&w);
}

static void test_sql_lists_what_can_be_asked(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    table *t = ask(&w, "SELECT database, type FROM tables WHERE name IN ('journal', 'prices', 'runs') ORDER BY name");
    text out = {0};
    table_print(t, FORMAT_CSV, false, NULL, &out);
    assert_string_equal(out.at, "database,type\ndesk,table\nwarehouse,view\nresults,table\n");
    text_free(&out);
    table_free(t);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sql_types_columns_by_their_values),
        cmocka_unit_test(test_sql_keeps_columns_of_the_same_name_apart),
        cmocka_unit_test(test_sql_reads_tables_of_all_three_databases),
        cmocka_unit_test(test_sql_refuses_whatever_is_not_reading),
        cmocka_unit_test(test_sql_hides_secret_tables),
        cmocka_unit_test(test_sql_explains_what_it_does_not_understand),
        cmocka_unit_test(test_sql_cuts_at_the_row_limit),
        cmocka_unit_test(test_sql_stops_in_time_and_when_cancelled),
        cmocka_unit_test(test_sql_refuses_results_that_would_fill_the_memory),
        cmocka_unit_test(test_sql_reads_prices_in_currency_and_dates),
        cmocka_unit_test(test_sql_lists_what_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
