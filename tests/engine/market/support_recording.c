#include "tests/engine/market/support_recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// ---- what a book shows ----

void shown_take(shown *s, const book *b) {
    *s = (shown){.sequence = book_sequence(b),
                 .state = book_state_of(b),
                 .last = book_last(b),
                 .bid = book_best_bid(b),
                 .ask = book_best_ask(b)};
    VEC(book_level) levels = {0};
    vec_reserve(&levels, BOOK_MAX_ORDERS / 256);
    for (side way = SIDE_BUY; way <= SIDE_SELL; way++) {
        levels.n = book_depth(b, way, levels.at, levels.cap);
        for (size_t i = 0; i < levels.n; i++) {
            vec_reserve(&s->orders, s->orders.n + levels.at[i].orders);
            s->orders.n +=
                book_level_orders(b, way, levels.at[i].price, s->orders.at + s->orders.n, levels.at[i].orders);
        }
    }
    vec_free(&levels);
}

void shown_expect(const shown *s, const book *b) {
    shown is;
    shown_take(&is, b);
    assert_int_equal(is.state, s->state);
    assert_int_equal(is.last, s->last);
    assert_int_equal(is.bid, s->bid);
    assert_int_equal(is.ask, s->ask);
    assert_int_equal(is.orders.n, s->orders.n);
    for (size_t i = 0; i < is.orders.n; i++) {
        const book_order *x = &is.orders.at[i], *y = &s->orders.at[i];
        assert_int_equal(x->id, y->id);
        assert_int_equal(x->tag, y->tag);
        assert_int_equal(x->owner, y->owner);
        assert_int_equal(x->side, y->side);
        assert_int_equal(x->price, y->price);
        assert_int_equal(x->shown, y->shown);
    }
    shown_free(&is);
}

void shown_free(shown *s) { vec_free(&s->orders); }

// ---- the market ----

static void listen(void *context, const book_event *events, size_t n) {
    recorded_market *m = context;
    for (size_t i = 0; i < n; i++)
        vec_push(&m->told, events[i]);
}

void recorded_market_start(recorded_market *m, const market *how, uint64_t seed, uint64_t stream) {
    *m = (recorded_market){.market = *how};
    m->source = command_source_start(&m->market, seed, stream);
    m->reference = reference_new(&how->book);
    m->stream = book_stream_new(listen, m);
    assert_int_equal(book_new(&how->book, m->stream, &m->book), STATUS_OK);
}

static uint64_t id_of(const recorded_market *m, int where, uint32_t number) {
    return number < m->ids[where].n ? m->ids[where].at[number] : 0;
}

static void do_command(recorded_market *m) {
    const command c = command_draw(&m->source, m->reference);
    uint32_t names = command_names(&c);
    uint64_t named = c.stray ? UINT64_MAX : id_of(m, 0, names), order = id_of(m, 1, names) ^ c.stray;
    uint64_t came[2] = {command_to_reference(&c, m->reference, named), command_to_book(&c, m->book, order)};
    for (int where = 0; where < 2; where++) {
        while (m->ids[where].n <= c.number)
            vec_push(&m->ids[where], 0);
        m->ids[where].at[c.number] = c.kind == DO_SUBMIT ? came[where] : 0;
    }
}

static void record(recorded_market *m) {
    book_stream_flush(m->stream);
    if (m->writer)
        recording_take(m->writer, m->told.at + m->recorded, m->told.n - m->recorded);
    m->recorded = m->told.n;
}

void recorded_market_run(recorded_market *m, uint32_t commands) {
    for (uint32_t i = 0; i < commands; i++) {
        do_command(m);
        if (i % 7 == 0 || i + 1 == commands)
            record(m);
        if (m->writer && i % 1000 == 999)
            assert_int_equal(recording_flush(m->writer), STATUS_OK);
        if (i % 13 == 0 || i + 1 == commands) {
            shown moment;
            shown_take(&moment, m->book);
            vec_push(&m->moments, moment);
        }
    }
}

void recorded_market_record(recorded_market *m, const char *path, const recording_head *head) {
    record(m);
    assert_int_equal(recording_new(path, head, &m->writer), STATUS_OK);
    recording_add(m->writer, "SEVENTYSEVEN", m->book);
}

void recorded_market_forget(recorded_market *m) {
    for (size_t i = 0; i < m->moments.n; i++)
        shown_free(&m->moments.at[i]);
    m->moments.n = m->told.n = m->recorded = 0;
}

void recorded_market_end(recorded_market *m) {
    book_free(m->book);
    book_stream_free(m->stream);
    reference_free(m->reference);
    recorded_market_forget(m);
    vec_free(&m->moments);
    vec_free(&m->ids[0]);
    vec_free(&m->ids[1]);
    vec_free(&m->told);
}

// ---- comparing ----

book_event event_plain(const book_event *e) {
    book_event plain = *e;
    if (e->kind != BOOK_REJECTED)
        plain.asked = 0;
    if (e->kind != BOOK_FILL) {
        plain.maker = plain.maker_tag = 0;
        plain.maker_owner = plain.maker_leaves = 0;
    }
    return plain;
}

void expect_same_events(const book_event *is, const book_event *expected, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const book_event e = event_plain(&expected[i]);
        if (memcmp(&is[i], &e, sizeof e) != 0)
            fail_msg("event %zu of kind %u, sequence %llu, is another", i, e.kind, (unsigned long long)e.sequence);
    }
}

void expect_same_config(book_config is, book_config expected) {
    assert_int_equal(is.tick, expected.tick);
    assert_int_equal(is.lot, expected.lot);
    assert_int_equal(is.max_quantity, expected.max_quantity);
    assert_int_equal(is.max_price, expected.max_price);
    assert_int_equal(is.reference, expected.reference);
    assert_int_equal(is.max_orders, expected.max_orders);
    assert_int_equal(is.window, expected.window);
    assert_int_equal(is.number, expected.number);
    assert_int_equal(is.state, expected.state);
}

const char *fresh_path(char path[FILE_NAME]) {
    strcpy(path, "/tmp/plimsoll-recording-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    return path;
}
