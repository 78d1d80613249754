#include "src/base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static void test_json_looks_after_commas_and_nesting(void **state) {
    (void)state;
    text out = {0};
    json_writer w = json_to(&out);
    json_object(&w);
    json_key(&w, "empty");
    json_array(&w);
    json_end_array(&w);
    json_key(&w, "list");
    json_array(&w);
    json_int(&w, -5);
    json_object(&w);
    json_key(&w, "a");
    json_bool(&w, true);
    json_key(&w, "b");
    json_null(&w);
    json_end_object(&w);
    json_string(&w, "x");
    json_raw(&w, "[1]");
    json_end_array(&w);
    json_key(&w, "last");
    json_double(&w, 0.5);
    json_end_object(&w);
    assert_string_equal(text_string(&out),
                        "{\"empty\":[],\"list\":[-5,{\"a\":true,\"b\":null},\"x\",[1]],\"last\":0.5}");
    assert_int_equal(w.depth, 0);
    text_free(&out);
}

static void assert_written(const char *value, const char *expected) {
    text out = {0};
    json_writer w = json_to(&out);
    json_string(&w, value);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void test_json_escapes_strings(void **state) {
    (void)state;
    assert_written("", "\"\"");
    assert_written("say \"hi\" \\", "\"say \\\"hi\\\" \\\\\"");
    assert_written("\b\t\n\f\r\x01\x1f\x7f", "\"\\b\\t\\n\\f\\r\\u0001\\u001f\\u007f\"");
    assert_written("Zürich \U0001F4C8", "\"Zürich \U0001F4C8\"");
    assert_written("a\xFF\xC3z", "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
    assert_written("\xEF\xBF\xBD", "\"\xEF\xBF\xBD\"");
    assert_written(NULL, "null");
}

static void test_json_has_no_nan_and_no_infinity(void **state) {
    (void)state;
    text out = {0};
    json_writer w = json_to(&out);
    json_array(&w);
    json_double(&w, NAN);
    json_double(&w, INFINITY);
    json_double(&w, -INFINITY);
    json_end_array(&w);
    assert_string_equal(text_string(&out), "[null,null,null]");
    text_free(&out);
}

static void test_double_text_reads_back_as_the_same_double(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(40));
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = rng_u64(&r);
        double x, back;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x))
            continue;
        char out[32];
        back = strtod(double_text(x, out), NULL);
        assert_memory_equal(&back, &x, sizeof x);
    }
}

static void test_double_text_is_short_where_it_can_be(void **state) {
    (void)state;
    char out[32];
    assert_string_equal(double_text(0.1, out), "0.1");
    assert_string_equal(double_text(121.07, out), "121.07");
    assert_string_equal(double_text(-3, out), "-3");
    assert_string_equal(double_text(0, out), "0");
    assert_string_equal(double_text(1.0 / 3, out), "0.3333333333333333");
    assert_string_equal(double_text(1e300, out), "1e+300");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_looks_after_commas_and_nesting),
        cmocka_unit_test(test_json_escapes_strings),
        cmocka_unit_test(test_json_has_no_nan_and_no_infinity),
        cmocka_unit_test(test_double_text_reads_back_as_the_same_double),
        cmocka_unit_test(test_double_text_is_short_where_it_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
