#include "src/base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

// The reference: one slot a possible key.
enum { KEYS = 700, STEPS = 200000 };

typedef struct {
    bool there[KEYS];
    uint64_t value[KEYS];
    size_t n;
} list;

static void list_put(list *l, size_t key, uint64_t value) {
    l->n += !l->there[key];
    l->there[key] = true;
    l->value[key] = value;
}

static bool list_remove(list *l, size_t key) {
    bool was = l->there[key];
    l->n -= was;
    l->there[key] = false;
    return was;
}

static const char *name_of(size_t key, char out[24]) {
    snprintf(out, 24, key % 3 ? "%zu" : "KEY.%zu", key);
    return out;
}

static void test_map_agrees_with_a_list_on_random_puts(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(2));
    map m = {0};
    list l = {0};
    char name[24];
    for (int step = 0; step < STEPS; step++) {
        size_t key = rng_below(&r, KEYS / 2); // half of those asked for are not there
        name_of(key, name);
        uint64_t value = rng_u64(&r);
        map_put(&m, name, value);
        list_put(&l, key, value);
        size_t asked = rng_below(&r, KEYS);
        bool there = map_get(&m, name_of(asked, name), &value);
        assert_int_equal(there, l.there[asked]);
        if (there)
            assert_int_equal(value, l.value[asked]);
        assert_int_equal(m.n, l.n);
    }
    map_free(&m);
}

// Keys grow in number and shrink again, so that the table is filled, emptied and filled anew.
static uint64_t puts_of_ten(int step) { return step / 20000 % 2 ? 3 : 7; }

static void test_map64_agrees_with_a_list_on_random_operations(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(3));
    map64 m = {0};
    list l = {0};
    for (int step = 0; step < STEPS; step++) {
        size_t key = rng_below(&r, KEYS);
        if (rng_below(&r, 10) < puts_of_ten(step)) {
            uint64_t value = rng_u64(&r);
            map64_put(&m, key, value);
            list_put(&l, key, value);
        } else {
            assert_int_equal(map64_remove(&m, key), list_remove(&l, key));
        }
        size_t asked = rng_below(&r, KEYS);
        uint64_t value = 0;
        bool there = map64_get(&m, asked, &value);
        assert_int_equal(there, l.there[asked]);
        if (there)
            assert_int_equal(value, l.value[asked]);
        assert_int_equal(m.n, l.n);
    }
    map64_free(&m);
}

static void test_map_copies_its_keys(void **state) {
    (void)state;
    map m = {0};
    char key[] = "AAPL";
    map_put(&m, key, 1);
    memcpy(key, "MSFT", 4);
    uint64_t value;
    assert_true(map_get(&m, "AAPL", &value));
    assert_false(map_get(&m, "MSFT", &value));
    map_free(&m);
}

static void test_map_takes_the_empty_string_and_map64_any_number(void **state) {
    (void)state;
    map m = {0};
    map64 n = {0};
    uint64_t value;
    map_put(&m, "", 5);
    assert_true(map_get(&m, "", &value));
    assert_int_equal(value, 5);
    const uint64_t keys[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63};
    for (size_t i = 0; i < 4; i++)
        map64_put(&n, keys[i], i);
    for (size_t i = 0; i < 4; i++) {
        assert_true(map64_get(&n, keys[i], &value));
        assert_int_equal(value, i);
    }
    map_free(&m);
    map64_free(&n);
}

static void test_map_knows_nothing_while_empty(void **state) {
    (void)state;
    map m = {0};
    map64 n = {0};
    uint64_t value;
    assert_false(map_get(&m, "x", &value));
    assert_false(map64_get(&n, 1, &value));
    assert_false(map64_remove(&n, 1));
    map_free(&m);
    map64_free(&n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_agrees_with_a_list_on_random_puts),
        cmocka_unit_test(test_map64_agrees_with_a_list_on_random_operations),
        cmocka_unit_test(test_map_copies_its_keys),
        cmocka_unit_test(test_map_takes_the_empty_string_and_map64_any_number),
        cmocka_unit_test(test_map_knows_nothing_while_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
