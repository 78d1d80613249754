// Tables: one content, three renderings.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/csv.h"
#include "src/base/table.h"

static const column columns[] = {
    {"symbol", "SYMBOL", COLUMN_TEXT, 0},    {"qty", "QTY", COLUMN_INT, 0},
    {"price", "PRICE", COLUMN_MONEY, 2},     {"sharpe", "SHARPE", COLUMN_NUMBER, 2},
    {"weight", "WEIGHT", COLUMN_PERCENT, 2}, {"live", "LIVE", COLUMN_BOOL, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static table *two_rows(void) {
    table *t = table_new(columns, COLUMNS);
    table_text(t, "NVDA");
    table_int(t, 1234567);
    table_money(t, 1210700);
    table_number(t, 1.0 / 3);
    table_number(t, -0.1234);
    table_bool(t, true);
    table_text(t, "Müller, \"x\"");
    table_int(t, -100);
    table_money(t, -12345678901);
    table_number(t, NAN);
    table_null(t);
    table_bool(t, false);
    return t;
}

static void assert_prints(const table *t, table_format format, bool record, const char *empty, const char *expected) {
    text out = {0};
    table_print(t, format, record, empty, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void test_table_aligns_and_groups_for_people(void **state) {
    (void)state;
    table *t = two_rows();
    assert_prints(t, FORMAT_HUMAN, false, NULL,
                  "SYMBOL             QTY          PRICE  SHARPE    WEIGHT  LIVE\n"
                  "-----------  ---------  -------------  ------  --------  ----\n"
                  "NVDA         1,234,567         121.07    0.33  -12.34 %  yes\n"
                  "Müller, \"x\"       -100  -1,234,567.89                    no\n");
    table_free(t);
}

static void test_table_leaves_out_for_people_what_is_empty_in_all_rows(void **state) {
    (void)state;
    static const column three[] = {
        {"stop", "STOP", COLUMN_MONEY, 2}, {"order", "ORDER", COLUMN_INT, 0}, {"reason", "REASON", COLUMN_TEXT, 0}};
    table *t = table_new(three, 3);
    for (int i = 1; i <= 2; i++) {
        table_null(t);
        table_int(t, i);
        table_text(t, i == 2 ? "late" : NULL);
    }
    assert_prints(t, FORMAT_HUMAN, false, NULL,
                  "ORDER  REASON\n"
                  "-----  ------\n"
                  "    1\n"
                  "    2  late\n");
    assert_prints(t, FORMAT_CSV, false, NULL, "stop,order,reason\n,1,\n,2,late\n");
    table_free(t);
}

static void test_table_keeps_full_precision_in_json(void **state) {
    (void)state;
    table *t = two_rows();
    assert_prints(t, FORMAT_JSON, false, NULL,
                  "[{\"symbol\":\"NVDA\",\"qty\":1234567,\"price\":121.07,\"sharpe\":0.3333333333333333,"
                  "\"weight\":-0.1234,\"live\":true},"
                  "{\"symbol\":\"Müller, \\\"x\\\"\",\"qty\":-100,\"price\":-1234567.8901,\"sharpe\":null,"
                  "\"weight\":null,\"live\":false}]\n");
    table_free(t);
}

static void test_table_writes_plain_numbers_in_csv(void **state) {
    (void)state;
    table *t = two_rows();
    assert_prints(t, FORMAT_CSV, false, NULL,
                  "symbol,qty,price,sharpe,weight,live\n"
                  "NVDA,1234567,121.07,0.3333333333333333,-0.1234,true\n"
                  "\"Müller, \"\"x\"\"\",-100,-1234567.8901,,,false\n");
    table_free(t);
}

static void test_table_prints_a_record_as_lines_or_one_object(void **state) {
    (void)state;
    table *t = table_new(columns, 2);
    table_text(t, "NVDA");
    table_int(t, 5000);
    assert_prints(t, FORMAT_HUMAN, true, NULL, "SYMBOL  NVDA\nQTY     5,000\n");
    assert_prints(t, FORMAT_JSON, true, NULL, "{\"symbol\":\"NVDA\",\"qty\":5000}\n");
    assert_prints(t, FORMAT_CSV, true, NULL, "symbol,qty\nNVDA,5000\n");
    table_free(t);
}

static void test_table_without_rows_says_so_to_people_alone(void **state) {
    (void)state;
    table *t = table_new(columns, 2);
    assert_prints(t, FORMAT_HUMAN, false, "no positions", "no positions\n");
    assert_prints(t, FORMAT_HUMAN, false, NULL, "SYMBOL  QTY\n------  ---\n");
    assert_prints(t, FORMAT_JSON, false, "no positions", "[]\n");
    assert_prints(t, FORMAT_CSV, false, "no positions", "symbol,qty\n");
    table_free(t);
}

static void test_table_aligns_by_width_on_the_terminal(void **state) {
    (void)state;
    static const column two[] = {{"a", "A", COLUMN_TEXT, 0}, {"b", "B", COLUMN_TEXT, 0}};
    table *t = table_new(two, 2);
    table_text(t, "日本");
    table_text(t, "x");
    table_text(t, "abcd");
    table_text(t, "y");
    assert_prints(t, FORMAT_HUMAN, false, NULL, "A     B\n----  -\n日本  x\nabcd  y\n");
    table_free(t);
}

static void test_table_lets_no_control_character_reach_people(void **state) {
    (void)state;
    static const column one[] = {{"a", "A", COLUMN_TEXT, 0}};
    table *t = table_new(one, 1);
    table_text(t, "a\x1b[2Jb\nc\xc2\x9b"
                  "d\xc2\xa0");
    assert_string_equal(table_cell(t, 0, 0), "a [2Jb c d\xc2\xa0");
    text out = {0};
    table_print(t, FORMAT_CSV, false, NULL, &out);
    assert_non_null(strstr(out.at, "\x1b[2Jb\nc"));
    text_free(&out);
    table_free(t);
}

static void test_table_shows_extreme_numbers(void **state) {
    (void)state;
    static const column one[] = {{"x", "X", COLUMN_NUMBER, 1}};
    table *t = table_new(one, 1);
    table_number(t, -0.01);
    table_number(t, 123456.78);
    table_number(t, -999.96);
    table_number(t, 1e300);
    table_number(t, INFINITY);
    assert_string_equal(table_cell(t, 0, 0), "0.0");
    assert_string_equal(table_cell(t, 1, 0), "123,456.8");
    assert_string_equal(table_cell(t, 2, 0), "-1,000.0");
    assert_string_equal(table_cell(t, 3, 0), "1.0e+300");
    assert_string_equal(table_cell(t, 4, 0), "inf");
    table_free(t);
}

static void test_table_csv_reads_back_with_every_row(void **state) {
    (void)state;
    static const column one[] = {{"x", "X", COLUMN_TEXT, 0}};
    table *t = table_new(one, 1);
    table_null(t);
    table_text(t, "a\nb");
    text out = {0};
    table_print(t, FORMAT_CSV, false, NULL, &out);
    csv_reader *r = csv_from_memory("table", out.at, out.n);
    const slice *fields;
    size_t n, rows = 0;
    while (csv_next(r, &fields, &n) == STATUS_OK)
        rows++;
    assert_int_equal(rows, 3);
    csv_close(r);
    text_free(&out);
    table_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_aligns_and_groups_for_people),
        cmocka_unit_test(test_table_leaves_out_for_people_what_is_empty_in_all_rows),
        cmocka_unit_test(test_table_keeps_full_precision_in_json),
        cmocka_unit_test(test_table_writes_plain_numbers_in_csv),
        cmocka_unit_test(test_table_prints_a_record_as_lines_or_one_object),
        cmocka_unit_test(test_table_without_rows_says_so_to_people_alone),
        cmocka_unit_test(test_table_aligns_by_width_on_the_terminal),
        cmocka_unit_test(test_table_lets_no_control_character_reach_people),
        cmocka_unit_test(test_table_shows_extreme_numbers),
        cmocka_unit_test(test_table_csv_reads_back_with_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
