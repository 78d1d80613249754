#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/market/refs.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

// References of several kinds: rising, as markets issue them; back in old pages; anywhere in 64 bits.
static uint64_t any_reference(rng *r, uint64_t *rising) {
    uint64_t kind = rng_below(r, 100);
    if (kind < 80)
        return *rising += 1 + (rng_below(r, 10) == 0 ? rng_below(r, 3000) : 0);
    return kind < 95 ? rng_below(r, *rising + 1) : rng_u64(r) >> rng_below(r, 64);
}

static uint32_t value_of(uint64_t reference) { return (uint32_t)(reference * 7919) | 1; }

static void test_refs_answer_as_a_hash_map_does(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20261121));
    refs held = {0};
    map64 model = {0};
    VEC(uint64_t) live = {0};
    uint64_t rising = 0;
    for (int i = 0; i < 400000; i++) {
        uint64_t x = any_reference(&r, &rising), value = 0;
        map64_get(&model, x, &value);
        assert_int_equal(refs_get(&held, x), value);
        if (!value) {
            assert_true(refs_put(&held, x, value_of(x)));
            map64_put(&model, x, value_of(x));
            vec_push(&live, x);
        }
        while (live.n > 5000 || (live.n && rng_below(&r, 2))) {
            size_t gone = rng_below(&r, live.n);
            assert_int_equal(refs_get(&held, live.at[gone]), value_of(live.at[gone]));
            refs_remove(&held, live.at[gone]);
            map64_remove(&model, live.at[gone]);
            assert_int_equal(refs_get(&held, live.at[gone]), 0);
            live.at[gone] = live.at[--live.n];
        }
    }
    for (size_t i = 0; i < live.n; i++)
        assert_int_equal(refs_get(&held, live.at[i]), value_of(live.at[i]));
    vec_free(&live);
    map64_free(&model);
    refs_free(&held);
}

// Three million orders of which a thousand live at a time, and one in a thousand stays for good.
static void test_refs_keep_no_pages_for_orders_that_are_gone(void **state) {
    (void)state;
    refs held = {0};
    enum { ALL = 3000000, AT_ONCE = 1000 };
    for (uint64_t x = 1; x <= ALL; x++) {
        assert_true(refs_put(&held, x, 1));
        if (x > AT_ONCE && (x - AT_ONCE) % 1000)
            refs_remove(&held, x - AT_ONCE);
    }
    for (uint64_t x = 1000; x <= ALL; x += 1000)
        assert_int_equal(refs_get(&held, x), 1);
    assert_true(refs_memory(&held) < 1500000); // a plain array would take 12 MB
    refs_free(&held);
}

static void test_refs_bound_what_scattered_references_take(void **state) {
    (void)state;
    refs held = {0};
    enum { ALL = 100000 };
    for (uint64_t i = 0; i < ALL; i++)
        assert_true(refs_put(&held, i * 4096 % (UINT64_C(1) << 33) + i, (uint32_t)i + 1));
    for (uint64_t i = 0; i < ALL; i++)
        assert_int_equal(refs_get(&held, i * 4096 % (UINT64_C(1) << 33) + i), i + 1);
    printf("%zu bytes for %d scattered references\n", refs_memory(&held), ALL);
    assert_true(refs_memory(&held) < (size_t)ALL * 256);
    refs_free(&held);
}

// A file that begins within the day: its references go to the hash map at first, then to pages like others.
static void test_refs_may_begin_with_large_numbers(void **state) {
    (void)state;
    refs held = {0};
    enum { ALL = 400000, AT_ONCE = 1000 };
    const uint64_t first = 300000000;
    for (uint64_t i = 0; i < ALL; i++) {
        assert_true(refs_put(&held, first + i, value_of(i)));
        if (i < AT_ONCE)
            continue;
        assert_int_equal(refs_get(&held, first + i - AT_ONCE), value_of(i - AT_ONCE));
        refs_remove(&held, first + i - AT_ONCE);
        assert_int_equal(refs_get(&held, first + i - AT_ONCE), 0);
    }
    for (uint64_t i = ALL - AT_ONCE; i < ALL; i++)
        assert_int_equal(refs_get(&held, first + i), value_of(i));
    assert_true(held.made > 200); // of 390 pages
    refs_free(&held);
}

static void test_refs_spend_little_on_one_that_is_huge(void **state) {
    (void)state;
    refs held = {0};
    for (int bit = 10; bit < 64; bit++)
        assert_true(refs_put(&held, UINT64_C(1) << bit, (uint32_t)bit));
    for (int bit = 10; bit < 64; bit++)
        assert_int_equal(refs_get(&held, UINT64_C(1) << bit), bit);
    assert_true(refs_memory(&held) < 4000000);
    refs_free(&held);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refs_answer_as_a_hash_map_does),
        cmocka_unit_test(test_refs_keep_no_pages_for_orders_that_are_gone),
        cmocka_unit_test(test_refs_bound_what_scattered_references_take),
        cmocka_unit_test(test_refs_may_begin_with_large_numbers),
        cmocka_unit_test(test_refs_spend_little_on_one_that_is_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
