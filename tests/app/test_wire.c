// Frames and messages: what is put reads back, and whatever else comes is refused without harm.
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/wire.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static wire_frame whole_frame(const text *bytes) {
    wire_frame f;
    size_t used;
    assert_int_equal(wire_frame_read(bytes->at, bytes->n, &f, &used), STATUS_OK);
    assert_int_equal(used, bytes->n);
    return f;
}

static void put_sample_run(text *out) {
    wire_run m = {.words = {"order", "buy", "", "a b\xff"},
                  .n = 4,
                  .face = "shell",
                  .directory = "/somewhere else",
                  .width = 120,
                  .person = true,
                  .descriptors = true};
    assert_int_equal(wire_put_run(out, &m), STATUS_OK);
}

static void test_wire_run_reads_back(void **state) {
    (void)state;
    text bytes = {0};
    wire_run m;
    put_sample_run(&bytes);
    wire_frame f = whole_frame(&bytes);
    assert_int_equal(wire_get_run(&f, &m), STATUS_OK);
    assert_int_equal(m.n, 4);
    assert_string_equal(m.words[0], "order");
    assert_string_equal(m.words[2], "");
    assert_string_equal(m.words[3], "a b\xff");
    assert_string_equal(m.face, "shell");
    assert_string_equal(m.directory, "/somewhere else");
    assert_int_equal(m.width, 120);
    assert_true(m.person && m.descriptors && !m.progress);
    text_free(&bytes);
}

static void test_wire_other_messages_read_back(void **state) {
    (void)state;
    text bytes = {0};
    wire_hello hello;
    wire_welcome welcome;
    wire_refusal refusal;
    wire_answer answer;
    wire_done done;
    const char *question;
    wire_put_hello(&bytes, &(wire_hello){.version = "0.1.0"});
    wire_frame f = whole_frame(&bytes);
    assert_int_equal(wire_get_hello(&f, &hello), STATUS_OK);
    assert_string_equal(hello.version, "0.1.0");
    text_clear(&bytes);
    wire_put_welcome(&bytes, &(wire_welcome){.version = "0.1.0", .home = "/h", .pid = INT64_C(0x1234567890)});
    f = whole_frame(&bytes);
    assert_int_equal(wire_get_welcome(&f, &welcome), STATUS_OK);
    assert_true(welcome.pid == INT64_C(0x1234567890));
    text_clear(&bytes);
    wire_put_refusal(&bytes, &(wire_refusal){.code = STATUS_VERSION, .sentence = "other"});
    f = whole_frame(&bytes);
    assert_int_equal(wire_get_refusal(&f, &refusal), STATUS_OK);
    assert_int_equal(refusal.code, STATUS_VERSION);
    text_clear(&bytes);
    wire_put_answer(&bytes, &(wire_answer){.given = true, .line = "yes"});
    f = whole_frame(&bytes);
    assert_int_equal(wire_get_answer(&f, &answer), STATUS_OK);
    assert_true(answer.given);
    assert_string_equal(answer.line, "yes");
    text_clear(&bytes);
    wire_put_ask(&bytes, "sure?");
    f = whole_frame(&bytes);
    assert_int_equal(wire_get_ask(&f, &question), STATUS_OK);
    assert_string_equal(question, "sure?");
    text_clear(&bytes);
    wire_put_done(&bytes, &(wire_done){.exit_code = 2,
                                       .result = STATUS_USAGE,
                                       .needs_confirm = true,
                                       .confirm = CONFIRM_PHRASE,
                                       .sentence = "s",
                                       .phrase = "p"});
    f = whole_frame(&bytes);
    assert_int_equal(wire_get_done(&f, &done), STATUS_OK);
    assert_true(done.exit_code == 2 && done.needs_confirm && done.confirm == CONFIRM_PHRASE);
    assert_string_equal(done.phrase, "p");
    assert_int_equal(wire_get_answer(&f, &answer), STATUS_CORRUPT);
    text_free(&bytes);
}

static void test_wire_waits_for_the_rest_of_a_frame(void **state) {
    (void)state;
    text bytes = {0};
    wire_frame f;
    size_t used;
    put_sample_run(&bytes);
    for (size_t n = 0; n < bytes.n; n++)
        assert_int_equal(wire_frame_read(bytes.at, n, &f, &used), STATUS_END);
    text_free(&bytes);
}

static void test_wire_refuses_impossible_headers(void **state) {
    (void)state;
    static const unsigned char huge[8] = {0xff, 0xff, 0xff, 0xff, 4}, zero[8] = {0}, unknown[8] = {0, 0, 0, 0, 99},
                               high[8] = {0, 0, 0, 0, 4, 1};
    wire_frame f;
    size_t used;
    assert_int_equal(wire_frame_read(huge, 8, &f, &used), STATUS_CORRUPT);
    assert_non_null(strstr(status_message(), "a frame of 4294967295 bytes"));
    assert_int_equal(wire_frame_read(zero, 8, &f, &used), STATUS_CORRUPT);
    assert_int_equal(wire_frame_read(unknown, 8, &f, &used), STATUS_CORRUPT);
    assert_int_equal(wire_frame_read(high, 8, &f, &used), STATUS_CORRUPT);
}

static void test_wire_refuses_a_command_too_large_to_travel(void **state) {
    (void)state;
    text bytes = {0}, word = {0};
    wire_run m = {.n = WIRE_WORDS + 1, .face = "", .directory = "/"};
    assert_int_equal(wire_put_run(&bytes, &m), STATUS_INVALID);
    text_repeat(&word, "x", WIRE_BODY_MAX);
    m.n = 1;
    m.words[0] = word.at;
    assert_int_equal(wire_put_run(&bytes, &m), STATUS_INVALID);
    assert_int_equal(bytes.n, 0);
    text_free(&word);
}

static void test_wire_keeps_the_width_in_its_range(void **state) {
    (void)state;
    static const int widths[][2] = {{-5, 0}, {INT32_MAX, 65535}, {80, 80}};
    for (size_t i = 0; i < 3; i++) {
        text bytes = {0};
        wire_run m = {.face = "", .directory = "/", .width = widths[i][0]};
        assert_int_equal(wire_put_run(&bytes, &m), STATUS_OK);
        wire_frame f = whole_frame(&bytes);
        assert_int_equal(wire_get_run(&f, &m), STATUS_OK);
        assert_int_equal(m.width, widths[i][1]);
        text_free(&bytes);
    }
}

// Decodes everything that n bytes hold, with every decoder; touches every string.
static size_t decode_all(const unsigned char *bytes, size_t n) {
    size_t touched = 0, used;
    wire_frame f;
    while (wire_frame_read(bytes, n, &f, &used) == STATUS_OK) {
        wire_run run;
        wire_hello hello;
        wire_welcome welcome;
        wire_refusal refusal;
        wire_answer answer;
        wire_done done;
        const char *question;
        if (wire_get_run(&f, &run) == STATUS_OK)
            for (size_t i = 0; i < run.n; i++)
                touched += strlen(run.words[i]);
        if (wire_get_hello(&f, &hello) == STATUS_OK)
            touched += strlen(hello.version);
        if (wire_get_welcome(&f, &welcome) == STATUS_OK)
            touched += strlen(welcome.home);
        if (wire_get_refusal(&f, &refusal) == STATUS_OK)
            touched += strlen(refusal.sentence);
        if (wire_get_answer(&f, &answer) == STATUS_OK)
            touched += strlen(answer.line);
        if (wire_get_done(&f, &done) == STATUS_OK)
            touched += strlen(done.phrase);
        if (wire_get_ask(&f, &question) == STATUS_OK)
            touched += strlen(question);
        assert_true(used <= n);
        bytes += used;
        n -= used;
    }
    return touched;
}

static void put_all(text *out) {
    put_sample_run(out);
    wire_put_hello(out, &(wire_hello){.version = "0.1.0"});
    wire_put_welcome(out, &(wire_welcome){.version = "0.1.0", .home = "/h", .pid = 7});
    wire_put_refusal(out, &(wire_refusal){.code = STATUS_BUSY, .sentence = "busy"});
    wire_put_answer(out, &(wire_answer){.given = true, .line = "yes"});
    wire_put_done(out, &(wire_done){.sentence = "s", .phrase = "p"});
    wire_put_ask(out, "sure?");
    wire_put_output(out, true, "bytes", 5);
    wire_put_empty(out, WIRE_PING);
}

static void test_wire_survives_random_and_damaged_bytes(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(42));
    text sound = {0};
    put_all(&sound);
    assert_int_equal(decode_all((const unsigned char *)sound.at, sound.n), 32);
    for (int round = 0; round < 20000; round++) {
        // An allocation of the exact size lets the address sanitizer see a read behind the end.
        bool damage = round % 4 != 0;
        size_t n = damage ? 1 + rng_below(&r, sound.n) : rng_below(&r, 64);
        unsigned char *bytes = mem_new(n, 1);
        if (damage)
            memcpy(bytes, sound.at, n);
        for (size_t i = 0, hits = damage ? rng_below(&r, 6) : n; i < hits; i++)
            bytes[damage ? rng_below(&r, n) : i] = (unsigned char)rng_below(&r, rng_below(&r, 2) ? 256 : 16);
        decode_all(bytes, n);
        free(bytes);
    }
    text_free(&sound);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wire_run_reads_back),
        cmocka_unit_test(test_wire_other_messages_read_back),
        cmocka_unit_test(test_wire_waits_for_the_rest_of_a_frame),
        cmocka_unit_test(test_wire_refuses_impossible_headers),
        cmocka_unit_test(test_wire_refuses_a_command_too_large_to_travel),
        cmocka_unit_test(test_wire_keeps_the_width_in_its_range),
        cmocka_unit_test(test_wire_survives_random_and_damaged_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
