#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/itch_feed.h"
#include "engine/market/itch_flow.h"
#include "engine/market/opgen.h"
#include "engine/market/oprun.h"
#include "src/base/text.h"

static const op_plan ONE = {.symbols = 1, .depth = 200, .operations = 20000, .distance = 20, .seed = 7};
static const op_plan THREE = {.symbols = 3, .depth = 150, .operations = 20000, .distance = 250, .seed = 8};

// The stream as a file has it.
static void make(const op_plan *plan, text *out) {
    op_maker *m;
    op o;
    unsigned char header[OP_HEADER] = {0};
    assert_int_equal(op_maker_new(plan, &m), STATUS_OK);
    text_put_n(out, (const char *)header, sizeof header);
    while (op_maker_next(m, &o))
        text_put_n(out, (const char *)&o, sizeof o);
    op_maker_header(m, header);
    memcpy(out->at, header, sizeof header);
    op_maker_free(m);
}

static uint64_t sum(const text *t) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < t->n; i++)
        h = (h ^ (unsigned char)t->at[i]) * UINT64_C(1099511628211);
    return h;
}

// FNV-1a of the files that the generator documented beside the format writes for these plans.
static void test_makers_agree_on_every_byte(void **state) {
    (void)state;
    text one = {0}, three = {0};
    make(&ONE, &one);
    make(&THREE, &three);
    assert_int_equal(sum(&one), UINT64_C(0xf0994c21d4852cc0));
    assert_int_equal(sum(&three), UINT64_C(0x1bf4509009680ba1));
    text_free(&one);
    text_free(&three);
}

static void test_books_do_what_the_header_says(void **state) {
    (void)state;
    char path[] = "/tmp/plimsoll-ops-XXXXXX";
    text bytes = {0};
    make(&THREE, &bytes);
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, bytes.at, bytes.n) == (ssize_t)bytes.n);
    close(file);
    op_stream s;
    op_result r;
    assert_int_equal(op_stream_open(path, &s), STATUS_OK);
    assert_int_equal(op_run(&s, OP_THROUGHPUT, &r), STATUS_OK);
    assert_null(op_totals_differ(&r.totals, &s.expected));
    assert_int_equal(r.rejects, 0);
    op_stream_close(&s);
    unlink(path);
    text_free(&bytes);
}

static void expect_refused(op_plan plan, const char *says) {
    op_maker *m;
    assert_int_equal(op_maker_new(&plan, &m), STATUS_INVALID);
    assert_null(m);
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
}

static void test_plans_out_of_range_are_refused(void **state) {
    (void)state;
    op_plan plan = ONE;
    plan.symbols = 0;
    expect_refused(plan, "1 to 1,000 symbols");
    plan = ONE;
    plan.depth = 99;
    expect_refused(plan, "100 to 1,000,000 resting orders");
    plan = ONE;
    plan.operations = 0;
    expect_refused(plan, "1,000,000,000 operations");
    plan = ONE;
    plan.distance = 2001;
    expect_refused(plan, "1 to 2,000 ticks");
}

static void write_flow(const op_plan *plan, const char *path, op_totals *totals) {
    op_maker *m;
    itch_flow *f;
    op o;
    assert_int_equal(op_maker_new(plan, &m), STATUS_OK);
    assert_int_equal(
        itch_flow_new(path, plan->symbols, plan->depth, plan->operations + plan->symbols * plan->depth, &f), STATUS_OK);
    while (op_maker_next(m, &o))
        assert_int_equal(itch_flow_take(f, &o), STATUS_OK);
    uint64_t bytes;
    assert_int_equal(itch_flow_close(f, NULL, &bytes), STATUS_OK);
    assert_true(bytes > 500000);
    *totals = op_maker_totals(m);
    op_maker_free(m);
}

typedef struct {
    uint64_t fills, shares;
} heard;

static void listen(void *context, const book_event *events, size_t n) {
    heard *h = context;
    for (const book_event *e = events; e < events + n; e++) {
        h->fills += e->kind == BOOK_FILL;
        h->shares += e->kind == BOOK_FILL ? e->quantity : 0;
    }
}

static void expect_alike(const op_plan *plan) {
    char path[] = "/tmp/plimsoll-itch-XXXXXX";
    op_totals totals;
    heard h = {0};
    itch_reader *r;
    itch_feed *f;
    uint64_t n;
    close(mkstemp(path));
    write_flow(plan, path, &totals);
    book_stream *stream = book_stream_new(listen, &h);
    const itch_feed_config config = {.stream = stream};
    assert_int_equal(itch_open(path, &r), STATUS_OK);
    assert_int_equal(itch_feed_new(r, &config, &f), STATUS_OK);
    assert_int_equal(itch_feed_run(f, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    itch_counts c = itch_feed_counts(f);
    assert_int_equal(c.live, totals.resting);
    assert_int_equal(c.touch, totals.top_hash);
    assert_int_equal(c.books, plan->symbols);
    assert_int_equal(h.fills, totals.fills);
    assert_int_equal(h.shares, totals.shares);
    itch_feed_free(f);
    book_stream_free(stream);
    unlink(path);
}

static void test_flows_written_as_itch_end_alike(void **state) {
    (void)state;
    expect_alike(&THREE);
}

// So many orders live that the feed looks ahead for what its messages touch.
static void test_flows_of_many_orders_end_alike(void **state) {
    (void)state;
    expect_alike(&(op_plan){.symbols = 40, .depth = 600, .operations = 60000, .distance = 250, .seed = 9});
}

static void test_flows_refuse_records_that_name_no_order(void **state) {
    (void)state;
    char path[] = "/tmp/plimsoll-itch-XXXXXX";
    itch_flow *f;
    close(mkstemp(path));
    assert_int_equal(itch_flow_new(path, 1, 100, 10, &f), STATUS_OK);
    assert_int_equal(itch_flow_take(f, &(op){.id = 1, .quantity = 5, .price = 100}), STATUS_OK);
    assert_int_equal(itch_flow_take(f, &(op){.id = 2, .type = OP_CANCEL}), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "record 2 of the stream"));
    assert_int_equal(itch_flow_take(f, &(op){.id = 3, .symbol = 1, .quantity = 5, .price = 100}), STATUS_INVALID);
    itch_flow_drop(f);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makers_agree_on_every_byte),
        cmocka_unit_test(test_books_do_what_the_header_says),
        cmocka_unit_test(test_plans_out_of_range_are_refused),
        cmocka_unit_test(test_flows_written_as_itch_end_alike),
        cmocka_unit_test(test_flows_of_many_orders_end_alike),
        cmocka_unit_test(test_flows_refuse_records_that_name_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
