// Random markets with every kind of order, recorded and lived through again: the events are read back as they were, and
// the book of the recording is the live one at every moment that was noted, queue order included.
// PLIMSOLL_SEED=n repeats a run.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/recording_feed.h"
#include "tests/engine/market/support_property.h"
#include "tests/engine/market/support_recording.h"

enum { COMMANDS_BEFORE = 1500, COMMANDS_RECORDED = 12000 };
static const int64_t NINE = INT64_C(9) * 3600 * NS_PER_S;

static uint64_t seed;

// A market that runs, is recorded from then on, and runs on.
static void record(recorded_market *m, uint64_t stream, uint32_t before, char path[FILE_NAME]) {
    const market how = market_mixed();
    const recording_head head = {.day = date_make(2026, 11, 20), .origin = NINE};
    recorded_market_start(m, &how, seed, stream);
    recorded_market_run(m, before);
    recorded_market_record(m, fresh_path(path), &head);
    recorded_market_forget(m);
    recorded_market_run(m, COMMANDS_RECORDED);
    assert_int_equal(recording_events(m->writer), m->told.n);
    assert_int_equal(recording_close(m->writer), STATUS_OK);
}

static void expect_read_back(const recorded_market *m, const char *path, const shown *at_first) {
    recording_reader *r;
    recording_part part;
    size_t read = 0;
    assert_int_equal(recording_open(path, &r), STATUS_OK);
    assert_int_equal(recording_head_of(r).day, date_make(2026, 11, 20));
    assert_int_equal(recording_head_of(r).origin, NINE);
    assert_int_equal(recording_read(r, &part), STATUS_OK);
    assert_string_equal(part.book->symbol, "SEVENTYSEVEN");
    expect_same_config(part.book->config, m->market.book);
    assert_int_equal(part.book->n, at_first->orders.n);
    for (size_t i = 0; i < part.book->n; i++)
        assert_int_equal(part.book->orders[i].id, at_first->orders.at[i].id);
    while (recording_read(r, &part) == STATUS_OK) {
        assert_true(read + part.n <= m->told.n);
        expect_same_events(part.events, m->told.at + read, part.n);
        read += part.n;
    }
    assert_int_equal(read, m->told.n);
    assert_true(recording_is_whole(r));
    recording_free(r);
}

typedef struct {
    VEC(book_event) told;
} ear;

static void listen(void *context, const book_event *events, size_t n) {
    ear *e = context;
    for (size_t i = 0; i < n; i++)
        vec_push(&e->told, events[i]);
}

// The events of the recording alone, at their own times and numbers.
static void expect_told(const recorded_market *m, ear *heard) {
    size_t first = heard->told.n - m->told.n;
    for (size_t i = 0; i < m->told.n; i++) {
        heard->told.at[first + i].time -= NINE;
        heard->told.at[first + i].sequence = m->told.at[i].sequence;
    }
    expect_same_events(heard->told.at + first, m->told.at, m->told.n);
}

static void expect_lives_again(const recorded_market *m, const char *path) {
    recording_reader *r;
    ear heard = {0};
    uint64_t n, first;
    assert_int_equal(recording_open(path, &r), STATUS_OK);
    book_stream *stream = book_stream_new(listen, &heard);
    recording_feed *f = recording_feed_new(r, &(recording_feed_config){.stream = stream});
    assert_int_equal(recording_feed_run(f, INT64_MIN, 1, &n), STATUS_OK); // the book begins, nothing else
    assert_int_equal(n, 0);
    const book *b = recording_feed_security(f, 0).book;
    expect_same_config(book_config_of(b), m->market.book);
    first = heard.told.n;
    for (size_t i = 0; i < m->moments.n; i++) {
        const shown *moment = &m->moments.at[i];
        uint64_t upto = moment->sequence + 1 - m->told.at[0].sequence;
        while (heard.told.n - first < upto)
            assert_int_equal(recording_feed_run(f, INT64_MAX, 1, &n), STATUS_OK);
        assert_int_equal(heard.told.n - first, upto); // a message never goes beyond a command
        shown_expect(moment, b);
        book_check(b);
    }
    assert_int_equal(recording_feed_run(f, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(heard.told.n - first, m->told.n);
    expect_told(m, &heard);
    recording_feed_free(f);
    book_stream_free(stream);
    vec_free(&heard.told);
}

static void check_market(uint64_t stream, uint32_t before) {
    recorded_market m;
    shown at_first;
    char path[FILE_NAME];
    const market how = market_mixed();
    recorded_market_start(&m, &how, seed, stream);
    recorded_market_run(&m, before);
    shown_take(&at_first, m.book);
    recorded_market_end(&m);
    record(&m, stream, before, path);
    expect_read_back(&m, path, &at_first);
    expect_lives_again(&m, path);
    shown_free(&at_first);
    recorded_market_end(&m);
    unlink(path);
}

static void test_a_market_recorded_from_its_beginning_lives_again(void **state) {
    (void)state;
    for (uint64_t stream = 0; stream < 3; stream++)
        check_market(stream, 0);
}

static void test_a_market_recorded_from_its_middle_lives_again(void **state) {
    (void)state;
    for (uint64_t stream = 10; stream < 13; stream++)
        check_market(stream, COMMANDS_BEFORE);
}

int main(void) {
    seed = property_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_market_recorded_from_its_beginning_lives_again),
        cmocka_unit_test(test_a_market_recorded_from_its_middle_lives_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
