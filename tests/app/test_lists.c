// Lists of what a view has no room for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/commands.h"
#include "src/app/station.h"
#include "tests/engine/desk/support_trading.h"

typedef struct {
    command_table *commands;
    station *station;
    text out, err;
} face;

static bool gather(void *context, bool error, const char *bytes, size_t n) {
    face *f = context;
    text_put_n(error ? &f->err : &f->out, bytes, n);
    return true;
}

static void ask(face *f, const char *const *words, size_t n) {
    text_clear(&f->out);
    text_clear(&f->err);
    request r = {
        .words = words, .n = n, .user = "ada", .face = "shell", .out = -1, .err = -1, .write = gather, .context = f};
    reply answer = {0};
    request_run(&f->station->host, &r, &answer);
    assert_int_equal(answer.exit_code, 0);
    reply_free(&answer);
}

// More orders than a view holds; the newest of them in another stock.
static void write_orders(trading *t, size_t n) {
    trading_start(t);
    trading_stop(t);
    int64_t last;
    journal_row *rows = mem_new(n, sizeof *rows);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    for (size_t i = 0; i < n; i++)
        rows[i] = (journal_row){.sequence = last + 1 + (int64_t)i,
                                .kind = JOURNAL_ORDER,
                                .order = (int64_t)i + 1,
                                .sid = t->stocks[i + 1 == n],
                                .quantity = 10,
                                .price = 10000};
    assert_int_equal(journal_append(t->store, rows, n), STATUS_OK);
    store_close(t->store);
    free(rows);
}

static void test_note_counts_what_was_listed(void **state) {
    (void)state;
    trading t;
    face f = {.commands = command_table_new()};
    trading_make(&t, false);
    write_orders(&t, VIEW_ORDERS_MAX + 76);
    commands_add_all(f.commands);
    station_options options = {.home = t.home, .user = "ada"};
    assert_int_equal(station_open(&options, f.commands, &f.station), STATUS_OK);
    security s;
    assert_true(app_security(&f.station->app, t.stocks[1], &s));
    ask(&f, (const char *const[]){"order", "list"}, 2);
    assert_string_equal(text_string(&f.err), "showing 1,024 of 1,100; sql \"SELECT * FROM orders\" has all\n");
    ask(&f, (const char *const[]){"order", "list", "--symbol", s.symbol}, 4);
    assert_string_equal(
        text_string(&f.err),
        "showing 1 of the 1,024 that were looked through, of 1,100; sql \"SELECT * FROM orders\" has all\n");
    station_close(f.station);
    command_table_free(f.commands);
    text_free(&f.out);
    text_free(&f.err);
    trading_remove(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_note_counts_what_was_listed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
