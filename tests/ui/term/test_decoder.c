// What a terminal sends, cut at every byte and with every pause, on a clock of the test's own.
#include "ui/term/decoder.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/text.h"

enum { UP = 1, F1 = 2, CONTROL_UP = 3, PASTE = 4 };
#define MS NS_PER_MS

static decoder *taught(void) {
    decoder *d = decoder_new();
    decoder_teach(d, "\033OA", UP);
    decoder_teach(d, "\033[[A", F1);
    decoder_teach(d, "\033[1;5A", CONTROL_UP);
    decoder_teach(d, "\033[200~", PASTE);
    return d;
}

static void put(const decoded *t, text *out) {
    char utf8[5];
    if (t->kind == DECODED_KEY)
        text_printf(out, "{%d}", t->key);
    else if (t->kind == DECODED_MOUSE)
        text_printf(out, "<%d %d %d%s>", t->button, t->x, t->y, t->pressed ? "" : " up");
    else if (t->code_point < ' ')
        text_printf(out, "%s^%c", t->alt ? "M-" : "", (int)t->code_point + '@');
    else {
        text_encode(t->code_point, utf8);
        text_printf(out, "%s%s", t->alt ? "M-" : "", utf8);
    }
}

static void read_all(decoder *d, int64_t now, text *out) {
    decoded t;
    while (decoder_next(d, now, &t))
        put(&t, out);
}

// Feeds the bytes with a pause before those at `cut`, then lets all time pass.
static void expect_cut(const char *bytes, size_t n, size_t cut, int64_t pause, const char *wanted) {
    decoder *d = taught();
    text said = {0};
    int64_t now = 5 * NS_PER_S;
    decoder_feed(d, bytes, cut, now);
    read_all(d, now, &said);
    now += pause;
    read_all(d, now - 1, &said);
    decoder_feed(d, bytes + cut, n - cut, now);
    read_all(d, now, &said);
    read_all(d, now + 60 * NS_PER_S, &said);
    if (strcmp(text_string(&said), wanted) != 0)
        fail_msg("byte %zu after %lld ms: \"%s\", wanted \"%s\"", cut, (long long)(pause / MS), text_string(&said),
                 wanted);
    assert_true(decoder_deadline(d) == INT64_MAX);
    text_free(&said);
    decoder_free(d);
}

static void expect(const char *bytes, const char *wanted) {
    expect_cut(bytes, strlen(bytes), strlen(bytes), 0, wanted);
}

static const char *const unknown[] = {
    "\033[1;9F",
    "\033[?1;2c",
    "\033[24;8~",
    "\033[I",
    "\033[27;5;13~",
    "\033[13;5u",
    "\033[[Z",
    "\033Ox",
    "\033O5P",
    "\033]11;rgb:0000/0000/0000\a",
    "\033]11;rgb:0000/0000/0000\033\\",
    "\033P1$r0m\033\\",
    "\033_Gi=31;OK\033\\",
    "\033^private\033\\",
    "\033Xstring\033\\",
};

static void test_decoder_swallows_unknown_sequences_cut_at_every_byte(void **state) {
    (void)state;
    static const int64_t pauses[] = {0, 10 * MS, 24 * MS, 400 * MS};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char bytes[64];
        int n = snprintf(bytes, sizeof bytes, "a%sb", unknown[i]);
        for (size_t cut = 0; cut <= (size_t)n; cut++)
            for (size_t p = 0; p < sizeof pauses / sizeof *pauses; p++) {
                bool esc = cut == 2 && pauses[p] > 25 * MS; // ESC alone has become the key, the rest comes late
                expect_cut(bytes, (size_t)n, cut, pauses[p], esc ? "a^[b" : "ab");
            }
    }
}

static void test_decoder_swallows_sequences_that_come_byte_by_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        decoder *d = taught();
        text said = {0};
        int64_t now = NS_PER_S;
        for (const char *byte = unknown[i]; *byte; byte++, now += 20 * MS) {
            decoder_feed(d, byte, 1, now);
            read_all(d, now, &said);
        }
        decoder_feed(d, "b", 1, now);
        read_all(d, now, &said);
        assert_string_equal(text_string(&said), "b");
        text_free(&said);
        decoder_free(d);
    }
}

static void test_decoder_knows_taught_keys_cut_at_every_byte(void **state) {
    (void)state;
    static const char bytes[] = "\033OA\033[[A\033[1;5Ax";
    for (size_t cut = 0; cut < sizeof bytes; cut++)
        expect_cut(bytes, sizeof bytes - 1, cut, 20 * MS, "{1}{2}{3}x");
    expect_cut("\033[1;5A", 6, 1, 300 * MS, "^[{3}");
}

static void test_decoder_takes_esc_for_the_key_after_25_ms(void **state) {
    (void)state;
    decoder *d = taught();
    decoded t;
    int64_t now = NS_PER_S;
    decoder_feed(d, "\033", 1, now);
    assert_false(decoder_next(d, now + 24 * MS, &t));
    assert_true(decoder_deadline(d) == now + 25 * MS);
    assert_true(decoder_next(d, now + 25 * MS, &t));
    assert_int_equal(t.code_point, 27);
    assert_false(t.alt);
    decoder_free(d);
    expect_cut("\033b", 2, 1, 100 * MS, "^[b"); // Esc, then b
    expect_cut("\033O", 2, 1, 100 * MS, "^[O"); // a capital O is typed like any letter
    expect_cut("\033[", 2, 1, 100 * MS, "^[[");
    expect("\033\033", "^[^[");
}

static void test_decoder_reads_alt_and_a_key(void **state) {
    (void)state;
    expect("\033x", "M-x");
    expect("\033ä", "M-ä");
    expect("\033\r", "M-^M");
    for (const char *letter = "[]OP_^X"; *letter; letter++) {
        char bytes[3] = {27, *letter, 0}, wanted[4] = {'M', '-', *letter, 0};
        expect(bytes, wanted);
    }
}

static void test_decoder_reads_characters_in_pieces(void **state) {
    (void)state;
    for (size_t cut = 0; cut <= 5; cut++)
        expect_cut("ä▲", 5, cut, 10 * MS, "ä▲");
    expect("\xE2\x96", ""); // the end of it never comes
    expect_cut("\0a", 2, 0, 0, "^@a");
}

static void test_decoder_reads_reports_of_the_mouse_in_pieces(void **state) {
    (void)state;
    for (size_t cut = 0; cut <= 10; cut++) {
        expect_cut("\033[<0;12;8M", 10, cut, 20 * MS, "<0 11 7>");
        expect_cut("\033[<0;12;8m", 10, cut, 20 * MS, "<0 11 7 up>");
    }
    for (size_t cut = 0; cut <= 6; cut++)
        expect_cut("\033[M ,(", 6, cut, 20 * MS, "<0 11 7>");
    expect("\033[<12;8Mx", "x");
    expect("\033[<;;Mx", "x");
}

static void test_decoder_gives_up_sequences_that_end_in_silence(void **state) {
    (void)state;
    expect("\033[1;", "");
    expect("\033]11;rgb:", "");
    expect_cut("\033[1;b", 5, 4, 2 * NS_PER_S, "b");
    expect_cut("\033]11;b", 6, 5, 2 * NS_PER_S, "b");
}

static void test_decoder_ends_a_broken_sequence_where_it_breaks(void **state) {
    (void)state;
    expect("\033[1;\rb", "^Mb");
    expect("\033]11\033OA", "{1}");
    expect("\033]11\x18"
           "b",
           "b");
    expect("\033[1\033[1;5A", "{3}");
}

static void test_decoder_swallows_sequences_longer_than_its_buffer(void **state) {
    (void)state;
    static const char *const fronts[] = {"\033[", "\033]", "\033P"}, *const ends[] = {"mb", "\ab", "\033\\b"};
    for (size_t i = 0; i < 3; i++) {
        decoder *d = taught();
        text bytes = {0}, said = {0};
        text_put(&bytes, fronts[i]);
        text_repeat(&bytes, "1;", 2000);
        text_put(&bytes, ends[i]);
        for (size_t at = 0; at < bytes.n;) {
            size_t room = decoder_room(d), n = bytes.n - at < room ? bytes.n - at : room;
            assert_true(n > 0);
            decoder_feed(d, bytes.at + at, n, NS_PER_S);
            read_all(d, NS_PER_S, &said);
            at += n;
        }
        assert_string_equal(text_string(&said), "b");
        text_free(&bytes);
        text_free(&said);
        decoder_free(d);
    }
}

static void test_decoder_reads_sequences_that_begin_in_one_byte(void **state) {
    (void)state;
    expect("\x9B"
           "1;9Fb",
           "b");
    expect("\x9D"
           "11;x\ab",
           "b");
    expect("\x8F"
           "Ab",
           "{1}b");
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoder_swallows_unknown_sequences_cut_at_every_byte),
        cmocka_unit_test(test_decoder_swallows_sequences_that_come_byte_by_byte),
        cmocka_unit_test(test_decoder_knows_taught_keys_cut_at_every_byte),
        cmocka_unit_test(test_decoder_takes_esc_for_the_key_after_25_ms),
        cmocka_unit_test(test_decoder_reads_alt_and_a_key),
        cmocka_unit_test(test_decoder_reads_characters_in_pieces),
        cmocka_unit_test(test_decoder_reads_reports_of_the_mouse_in_pieces),
        cmocka_unit_test(test_decoder_gives_up_sequences_that_end_in_silence),
        cmocka_unit_test(test_decoder_ends_a_broken_sequence_where_it_breaks),
        cmocka_unit_test(test_decoder_swallows_sequences_longer_than_its_buffer),
        cmocka_unit_test(test_decoder_reads_sequences_that_begin_in_one_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
