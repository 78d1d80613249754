#include "data/store/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/store/connection.h"
#include "data/store/sql.h"
#include "src/base/mem.h"
#include "src/base/vec.h"
#include "tests/data/support_workspace.h"

typedef VEC(journal_row) rows;

static status collect(void *context, const journal_row *row) {
    rows *list = context;
    vec_push(list, *row);
    return STATUS_OK;
}

static journal_row full_row(int64_t sequence) {
    journal_row r = {.sequence = sequence,
                     .time = 1700000000123456789,
                     .desk_time = INT64_MIN,
                     .kind = JOURNAL_ORDER,
                     .sid = 7,
                     .order = INT64_MAX,
                     .side = 1,
                     .type = 1,
                     .tif = 2,
                     .quantity = -5,
                     .price = 1210700,
                     .fee = -1,
                     .traits = 3,
                     .self = 2,
                     .stop = 1220000,
                     .trail = 5000,
                     .display = 100,
                     .expires = INT64_MAX - 1,
                     .other = 41};
    memset(r.client, 'c', sizeof r.client - 1);
    mem_copy_string(r.portfolio, sizeof r.portfolio, "größte Mappe");
    mem_copy_string(r.user, sizeof r.user, "o'neill \"x\"; --");
    mem_copy_string(r.text, sizeof r.text, "two\nlines");
    return r;
}

static void assert_same_row(const journal_row *a, const journal_row *b) {
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->desk_time, b->desk_time);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->sid, b->sid);
    assert_int_equal(a->order, b->order);
    assert_int_equal(a->side, b->side);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->tif, b->tif);
    assert_int_equal(a->quantity, b->quantity);
    assert_int_equal(a->price, b->price);
    assert_int_equal(a->fee, b->fee);
    assert_int_equal(a->traits, b->traits);
    assert_int_equal(a->self, b->self);
    assert_int_equal(a->stop, b->stop);
    assert_int_equal(a->trail, b->trail);
    assert_int_equal(a->display, b->display);
    assert_int_equal(a->expires, b->expires);
    assert_int_equal(a->other, b->other);
    assert_string_equal(a->client, b->client);
    assert_string_equal(a->portfolio, b->portfolio);
    assert_string_equal(a->strategy, b->strategy);
    assert_string_equal(a->user, b->user);
    assert_string_equal(a->text, b->text);
}

static void test_journal_gives_back_every_field(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    journal_row in[2] = {full_row(1), {.sequence = 2, .kind = JOURNAL_EXPIRE}};
    assert_ok(journal_append(w.store, in, 2));
    rows out = {0};
    assert_ok(journal_read(w.store, 0, collect, &out));
    assert_int_equal(out.n, 2);
    assert_same_row(&out.at[0], &in[0]);
    assert_same_row(&out.at[1], &in[1]);
    vec_free(&out);
    workspace_remove(&w);
}

static void test_journal_reads_on_from_where_it_was(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    for (int64_t i = 1; i <= 10; i++) {
        journal_row r = {.sequence = i, .kind = JOURNAL_CASH};
        assert_ok(journal_append(w.store, &r, 1));
    }
    rows out = {0};
    assert_ok(journal_read(w.store, 7, collect, &out));
    assert_int_equal(out.n, 3);
    assert_int_equal(out.at[0].sequence, 8);
    vec_free(&out);
    workspace_remove(&w);
}

static void test_journal_refuses_a_gap_and_appends_nothing_of_the_batch(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    journal_row gap[3] = {{.sequence = 1}, {.sequence = 2}, {.sequence = 4}}, again[1] = {{.sequence = 1}};
    int64_t last = -1;
    assert_status(journal_append(w.store, gap, 3), STATUS_CORRUPT);
    assert_ok(journal_last(w.store, &last));
    assert_int_equal(last, 0);
    assert_ok(journal_append(w.store, again, 1));
    assert_status(journal_append(w.store, again, 1), STATUS_CORRUPT);
    workspace_remove(&w);
}

static status stop_at_second(void *context, const journal_row *row) {
    ++*(int *)context;
    return row->sequence == 2 ? status_fail(STATUS_CANCELLED, "enough") : STATUS_OK;
}

static void test_journal_stops_when_its_reader_does(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    journal_row in[3] = {{.sequence = 1}, {.sequence = 2}, {.sequence = 3}};
    assert_ok(journal_append(w.store, in, 3));
    int n = 0;
    assert_status(journal_read(w.store, 0, stop_at_second, &n), STATUS_CANCELLED);
    assert_said("enough");
    assert_int_equal(n, 2);
    workspace_remove(&w);
}

// ---- behind the program's back ----

static status execute(workspace *w, const char *sql) {
    workspace_shut(w);
    store_connection *c;
    assert_ok(connection_open(workspace_path(w, "home/desk.db"), SQLITE_OPEN_READWRITE, &c));
    status s = connection_exec(c, sql);
    connection_close(c);
    workspace_again(w);
    return s;
}

// Rows of a program that knew no stops and no pairs are orders without them, that met none of the desk's own.
static void test_journal_of_an_older_program_is_read_on(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_ok(execute(&w, "DROP VIEW orders;"
                          "ALTER TABLE journal DROP COLUMN traits; ALTER TABLE journal DROP COLUMN self;"
                          "ALTER TABLE journal DROP COLUMN stop; ALTER TABLE journal DROP COLUMN trail;"
                          "ALTER TABLE journal DROP COLUMN display; ALTER TABLE journal DROP COLUMN expires;"
                          "ALTER TABLE journal DROP COLUMN other_id;"
                          "CREATE VIEW orders AS SELECT order_id FROM journal;"
                          "INSERT INTO journal VALUES (1, 5, 6, 2, 7, 1, 1, 0, 0, 100, 1210000, 0, NULL, 'main', "
                          "'manual', 'ada', NULL);"
                          "PRAGMA user_version = 1;"));
    rows out = {0};
    assert_ok(journal_read(w.store, 0, collect, &out));
    assert_int_equal(out.n, 1);
    journal_row old = {
        .sequence = 1, .time = 5, .desk_time = 6, .kind = JOURNAL_ORDER, .sid = 7, .order = 1, .side = 1};
    old.quantity = 100;
    old.price = 1210000;
    old.self = 1;
    mem_copy_string(old.portfolio, sizeof old.portfolio, "main");
    mem_copy_string(old.strategy, sizeof old.strategy, "manual");
    mem_copy_string(old.user, sizeof old.user, "ada");
    assert_same_row(&out.at[0], &old);
    journal_row next = full_row(2);
    assert_ok(journal_append(w.store, &next, 1));
    vec_free(&out);
    workspace_remove(&w);
}

static void test_journal_and_audit_can_not_be_rewritten_by_sql(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    journal_row r = {.sequence = 1};
    audit_row a = {.user = "ann"};
    assert_ok(journal_append(w.store, &r, 1));
    assert_ok(audit_append(w.store, &a));
    assert_status(execute(&w, "UPDATE journal SET price = 1"), STATUS_INVALID);
    assert_said("append-only");
    assert_status(execute(&w, "DELETE FROM journal"), STATUS_INVALID);
    assert_status(execute(&w, "UPDATE audit SET user = 'bob'"), STATUS_INVALID);
    assert_status(execute(&w, "DELETE FROM audit"), STATUS_INVALID);
    workspace_remove(&w);
}

static void test_journal_with_a_row_taken_out_is_corrupt(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    journal_row in[3] = {{.sequence = 1}, {.sequence = 2}, {.sequence = 3}};
    assert_ok(journal_append(w.store, in, 3));
    assert_ok(execute(&w, "DROP TRIGGER journal_is_kept_from_delete; DELETE FROM journal WHERE sequence = 2"));
    rows out = {0};
    assert_status(journal_read(w.store, 0, collect, &out), STATUS_CORRUPT);
    assert_said("no row 2");
    vec_free(&out);
    workspace_remove(&w);
}

static void append_audit(store *s, int n) {
    for (int i = 1; i <= n; i++) {
        audit_row row = {.time = i, .user = "ann", .face = "shell", .result = "ok"};
        snprintf(row.command, sizeof row.command, "order buy X %d", i);
        assert_ok(audit_append(s, &row));
        assert_int_equal(row.id, i);
        assert_int_equal(strlen(row.hash), 64);
    }
}

static void collect_ids(void *context, const audit_row *row) {
    char *out = context;
    snprintf(out + strlen(out), 64 - strlen(out), "%d:%s ", (int)row->id, row->command + 12);
}

static void test_audit_lists_the_newest_first(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    append_audit(w.store, 4);
    char ids[64] = "";
    assert_ok(audit_list(w.store, 3, collect_ids, ids));
    assert_string_equal(ids, "4:4 3:3 2:2 ");
    workspace_remove(&w);
}

static void test_audit_chain_notices_tampering(void **state) {
    (void)state;
    static const struct {
        const char *sql, *said;
    } cases[] = {
        {"DROP TRIGGER audit_is_kept_from_update; UPDATE audit SET command = 'order buy X 9' WHERE id = 3",
         "row 3 of the audit trail was changed"},
        {"DROP TRIGGER audit_is_kept_from_update; UPDATE audit SET time = time + 1 WHERE id = 1", "row 1"},
        {"DROP TRIGGER audit_is_kept_from_delete; DELETE FROM audit WHERE id = 2", "no row 2"},
        {"DROP TRIGGER audit_is_kept_from_delete; DELETE FROM audit WHERE id = 5", "ends at row 4, 5 were written"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        workspace w;
        workspace_make(&w);
        append_audit(w.store, 5);
        int64_t n = 0;
        assert_ok(audit_verify(w.store, &n));
        assert_int_equal(n, 5);
        assert_ok(execute(&w, cases[i].sql));
        assert_status(audit_verify(w.store, &n), STATUS_CORRUPT);
        assert_said(cases[i].said);
        workspace_remove(&w);
    }
}

// ---- views over the journal ----

static const char *answer(workspace *w, const char *sql) {
    static char out[512];
    table *t;
    bool cut;
    assert_ok(sql_query(w->store, sql, NULL, &t, &cut));
    out[0] = 0;
    for (size_t r = 0; r < table_rows(t); r++)
        for (size_t c = 0; c < table_columns(t); c++)
            snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", table_cell(t, r, c),
                     c + 1 < table_columns(t) ? " " : "; ");
    table_free(t);
    return out;
}

static void append_story(workspace *w) {
    bar b = {.day = 17000, .open = 10000, .high = 10000, .low = 10000, .close = 10000, .volume = 1};
    int32_t sid = workspace_bars(w, "ABC", "stock", "raw", &b, 1);
    const journal_row story[] = {
        {.kind = JOURNAL_ADJUST, .sid = sid, .quantity = 1000, .price = 500000, .text = "portfolio load"},
        {.kind = JOURNAL_ORDER, .sid = sid, .order = 1, .quantity = 300, .price = 510000, .user = "ann"},
        {.kind = JOURNAL_FILL, .order = 1, .quantity = 100, .price = 509900, .fee = 3500},
        {.kind = JOURNAL_REPLACE, .order = 1, .quantity = 150, .price = 520000},
        {.kind = JOURNAL_FILL, .order = 1, .quantity = 150, .price = 519900, .fee = 5000},
        {.kind = JOURNAL_ORDER, .sid = sid, .order = 2, .side = 1, .type = 1, .tif = 1, .quantity = 400},
        {.kind = JOURNAL_FILL, .order = 2, .quantity = 50, .price = 500000},
        {.kind = JOURNAL_CANCEL, .order = 2, .quantity = 350, .text = "no liquidity"},
        {.kind = JOURNAL_REJECT, .sid = sid, .order = 3, .quantity = 10, .price = 1, .text = "breaker tripped"},
        {.kind = JOURNAL_ORDER, .sid = sid, .order = 4, .quantity = 20, .price = 400000},
        {.kind = JOURNAL_EXPIRE, .order = 4},
        {.kind = JOURNAL_ORDER, .sid = sid, .order = 5, .quantity = 30, .price = 400000},
        {.kind = JOURNAL_BREAKER, .quantity = 1, .text = "loss", .user = "rita"},
        {.kind = JOURNAL_LIMIT, .text = "gross", .price = 5},
        {.kind = JOURNAL_LIMIT, .text = "gross", .price = 6},
    };
    int64_t n = 0;
    for (size_t i = 0; i < sizeof story / sizeof *story; i++) {
        journal_row row = story[i];
        row.sequence = ++n;
        row.time = 2 * n * NS_PER_S;
        row.desk_time = (INT64_C(1518100200) + n) * NS_PER_S; // 2018-02-08 14:30
        assert_ok(journal_append(w->store, &row, 1));
    }
}

static void test_views_tell_the_story_of_the_journal(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    append_story(&w);
    assert_string_equal(answer(&w, "SELECT order_id, symbol, side, quantity, price, fee FROM fills ORDER BY sequence"),
                        "1 ABC buy 100 50.99 0.35; 1 ABC buy 150 51.99 0.50; 2 ABC sell 50 50.00 0.00; ");
    assert_string_equal(answer(&w, "SELECT order_id, state, quantity, filled, type, tif FROM orders ORDER BY order_id"),
                        "1 filled 250 250 limit day; 2 cancelled 400 50 market ioc; 3 rejected 10 0 limit day; "
                        "4 expired 20 0 limit day; 5 working 30 0 limit day; ");
    assert_string_equal(answer(&w, "SELECT price, average_price, symbol, user FROM orders WHERE order_id = 1"),
                        "52.0 51.59 ABC ann; ");
    assert_string_equal(answer(&w, "SELECT reason FROM orders WHERE order_id IN (2, 3) ORDER BY order_id"),
                        "no liquidity; breaker tripped; ");
    assert_string_equal(answer(&w, "SELECT symbol, quantity, bought_since, sold_since, set_quantity FROM positions"),
                        "ABC 1,200 250 50 1,000; ");
    assert_string_equal(answer(&w, "SELECT time, wall_time FROM orders WHERE order_id = 2"),
                        "2018-02-08T14:30:06.000Z 1970-01-01T00:00:12.000Z; ");
    assert_string_equal(answer(&w, "SELECT time, wall_time FROM fills WHERE order_id = 2"),
                        "2018-02-08T14:30:07.000Z 1970-01-01T00:00:14.000Z; ");
    assert_string_equal(answer(&w, "SELECT state, cause, user FROM breaker_history"), "tripped loss rita; ");
    assert_string_equal(answer(&w, "SELECT name, value FROM limits"), "gross 6; ");
    workspace_remove(&w);
}

static void test_view_of_orders_tells_what_became_of_stops(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    const journal_row story[] = {
        {.kind = JOURNAL_ORDER, .order = 1, .type = 3, .tif = 3, .quantity = 50, .price = 90000, .stop = 100000},
        {.kind = JOURNAL_REPLACE, .order = 1, .quantity = 40, .price = 110000}, // while it waits: the stop price
        {.kind = JOURNAL_TRIGGER, .order = 1},
        {.kind = JOURNAL_REPLACE, .order = 1, .quantity = 30, .price = 80000}, // and now the limit
        {.kind = JOURNAL_REDUCE, .order = 1, .quantity = 10},
        {.kind = JOURNAL_FILL, .order = 1, .quantity = 20, .price = 80000},
        {.kind = JOURNAL_ORDER, .order = 2, .type = 4, .self = 3, .quantity = 50, .stop = 100000, .trail = 5000},
        {.kind = JOURNAL_TRAIL, .order = 2, .price = 101000},
        {.kind = JOURNAL_ORDER,
         .order = 3,
         .tif = 4,
         .traits = 1,
         .self = 1,
         .quantity = 9,
         .price = 1,
         .display = 3,
         .expires = NS_PER_S,
         .other = 2},
    };
    for (size_t i = 0; i < sizeof story / sizeof *story; i++) {
        journal_row row = story[i];
        row.sequence = (int64_t)i + 1;
        assert_ok(journal_append(w.store, &row, 1));
    }
    assert_string_equal(answer(&w, "SELECT order_id, type, state, quantity, filled, price, stop, triggered FROM orders "
                                   "WHERE order_id < 3 ORDER BY order_id"),
                        "1 stop-limit filled 20 20 8.0 11.0 1; 2 trailing-stop working 50 0  10.1 0; ");
    assert_string_equal(answer(&w, "SELECT tif, display, until, post_only, all_or_none, pair, self_trade FROM orders "
                                   "WHERE order_id = 3"),
                        "gtd 3 1970-01-01T00:00:01.000Z 1 0 2 newest; ");
    workspace_remove(&w);
}

static void test_a_position_set_anew_forgets_earlier_fills(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    append_story(&w);
    journal_row zero = {.sequence = 16, .kind = JOURNAL_ADJUST, .sid = 1, .quantity = 0};
    assert_ok(journal_append(w.store, &zero, 1));
    assert_string_equal(answer(&w, "SELECT count(*) FROM positions"), "0; ");
    zero.sequence++;
    zero.quantity = 7;
    assert_ok(journal_append(w.store, &zero, 1));
    assert_string_equal(answer(&w, "SELECT quantity, set_quantity, bought_since, fees FROM positions"), "7 7 0 0.85; ");
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_gives_back_every_field),
        cmocka_unit_test(test_journal_of_an_older_program_is_read_on),
        cmocka_unit_test(test_journal_reads_on_from_where_it_was),
        cmocka_unit_test(test_journal_refuses_a_gap_and_appends_nothing_of_the_batch),
        cmocka_unit_test(test_journal_stops_when_its_reader_does),
        cmocka_unit_test(test_journal_and_audit_can_not_be_rewritten_by_sql),
        cmocka_unit_test(test_journal_with_a_row_taken_out_is_corrupt),
        cmocka_unit_test(test_audit_lists_the_newest_first),
        cmocka_unit_test(test_audit_chain_notices_tampering),
        cmocka_unit_test(test_views_tell_the_story_of_the_journal),
        cmocka_unit_test(test_view_of_orders_tells_what_became_of_stops),
        cmocka_unit_test(test_a_position_set_anew_forgets_earlier_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
