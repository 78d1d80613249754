#include "src/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static void test_text_is_an_empty_string_before_anything_is_put(void **state) {
    (void)state;
    text t = {0};
    assert_string_equal(text_string(&t), "");
    text_put(&t, "");
    assert_string_equal(text_string(&t), "");
    text_free(&t);
}

static void test_text_keeps_everything_put_and_ends_with_zero(void **state) {
    (void)state;
    text t = {0};
    for (int i = 0; i < 1000; i++) {
        text_char(&t, 'a');
        text_put_n(&t, "bcd", 2);
        text_repeat(&t, "-=", 2);
        text_printf(&t, "%04d", i);
        assert_int_equal(t.n, strlen(t.at));
    }
    assert_int_equal(t.n, 11000);
    assert_memory_equal(t.at + 10989, "abc-=-=0999", 12);
    text_clear(&t);
    assert_string_equal(text_string(&t), "");
    text_free(&t);
}

static void test_text_printf_grows_for_output_of_any_length(void **state) {
    (void)state;
    text t = {0};
    for (int width = 0; width < 5000; width += 97) {
        text_clear(&t);
        text_printf(&t, "%*d!", width, 7);
        assert_int_equal(t.n, (width ? width : 1) + 1);
        assert_string_equal(t.at + t.n - 2, "7!");
    }
    text_free(&t);
}

static void test_text_every_code_point_survives_encoding(void **state) {
    (void)state;
    for (unsigned c = 1; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[5];
        unsigned back;
        size_t n = text_encode(c, bytes);
        if (text_decode(bytes, &back) != n || back != c || bytes[n] != 0)
            fail_msg("U+%04X came back as U+%04X", c, back);
    }
}

static void test_text_encode_replaces_what_is_no_character(void **state) {
    (void)state;
    char bytes[5];
    text_encode(0xD800, bytes);
    assert_string_equal(bytes, "\xEF\xBF\xBD");
    text_encode(0x110000, bytes);
    assert_string_equal(bytes, "\xEF\xBF\xBD");
}

static void test_text_decode_takes_one_byte_of_broken_sequences(void **state) {
    (void)state;
    static const char *const broken[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC3",
        "\xC3(",
        "\xE0\x80\x80",
        "\xE2\x82",
        "\xE2\x82(",
        "\xED\xA0\x80",
        "\xF0\x80\x80\x80",
        "\xF0\x9F",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        unsigned c;
        assert_int_equal(text_decode(broken[i], &c), 1);
        assert_int_equal(c, 0xFFFD);
    }
}

static void test_text_decode_finds_the_end(void **state) {
    (void)state;
    unsigned c = 7;
    assert_int_equal(text_decode("", &c), 0);
}

static void test_text_decode_never_runs_past_the_end_of_random_bytes(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(1));
    for (int round = 0; round < 20000; round++) {
        char bytes[17];
        for (size_t i = 0; i < 16; i++)
            bytes[i] = (char)(1 + rng_below(&r, 255));
        bytes[rng_below(&r, 17)] = 0;
        bytes[16] = 0;
        size_t used = 0, n;
        unsigned c;
        while ((n = text_decode(bytes + used, &c)) > 0)
            used += n;
        assert_int_equal(used, strlen(bytes));
    }
}

static void test_text_width_counts_columns(void **state) {
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("plain"), 5);
    assert_int_equal(text_width("Zürich"), 6);
    assert_int_equal(text_width("e\u0301"), 1);                  // combining acute
    assert_int_equal(text_width("\u5E02\u5834"), 4);             // two ideographs
    assert_int_equal(text_width("\uFF21"), 2);                   // fullwidth A
    assert_int_equal(text_width("\uD55C\u1112\u1161\u11AB"), 4); // a syllable, and the same from its parts
    assert_int_equal(text_width("\U0001F4C8"), 2);               // a chart
    assert_int_equal(text_width("a\u200Bb"), 2);                 // zero width space
    assert_int_equal(text_width("│─█░⣿▁▲▼…±−€"), 12);
    assert_int_equal(text_width("\xFFx\xC3"), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_an_empty_string_before_anything_is_put),
        cmocka_unit_test(test_text_keeps_everything_put_and_ends_with_zero),
        cmocka_unit_test(test_text_printf_grows_for_output_of_any_length),
        cmocka_unit_test(test_text_every_code_point_survives_encoding),
        cmocka_unit_test(test_text_encode_replaces_what_is_no_character),
        cmocka_unit_test(test_text_decode_takes_one_byte_of_broken_sequences),
        cmocka_unit_test(test_text_decode_finds_the_end),
        cmocka_unit_test(test_text_decode_never_runs_past_the_end_of_random_bytes),
        cmocka_unit_test(test_text_width_counts_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
