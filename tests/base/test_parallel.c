#include "src/base/parallel.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PARTS = 1000 };

static void count_part(void *context, size_t part) {
    atomic_uint *counts = context;
    atomic_fetch_add(&counts[part], 1);
}

static void test_parallel_runs_every_part_once_on_any_number_of_threads(void **state) {
    (void)state;
    for (unsigned threads = 0; threads < 9; threads++) {
        parallel *p = parallel_new(threads);
        for (size_t parts = 0; parts <= PARTS; parts += 250) {
            atomic_uint counts[PARTS] = {0};
            parallel_for(p, parts, count_part, counts);
            for (size_t i = 0; i < PARTS; i++)
                assert_int_equal(counts[i], i < parts);
        }
        parallel_free(p);
    }
}

static void note_order(void *context, size_t part) {
    size_t *order = context;
    order[++order[0]] = part;
}

static void test_parallel_without_a_pool_goes_in_order(void **state) {
    (void)state;
    size_t order[11] = {0};
    parallel_for(NULL, 10, note_order, order);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(order[i + 1], i);
}

typedef struct {
    parallel *pool;
    atomic_uint inner;
} nest;

static void add_one(void *context, size_t part) {
    (void)part;
    atomic_fetch_add(&((nest *)context)->inner, 1);
}

static void call_again(void *context, size_t part) {
    (void)part;
    nest *n = context;
    parallel_for(n->pool, 7, add_one, n);
}

static void test_parallel_call_from_inside_a_part_finishes(void **state) {
    (void)state;
    nest n = {.pool = parallel_new(3)};
    parallel_for(n.pool, 20, call_again, &n);
    assert_int_equal(n.inner, 140);
    parallel_free(n.pool);
}

typedef struct {
    parallel *pool;
    atomic_uint counts[PARTS];
} sharer;

static void *share_pool(void *argument) {
    sharer *s = argument;
    for (int i = 0; i < 20; i++)
        parallel_for(s->pool, PARTS, count_part, s->counts);
    return NULL;
}

static void test_parallel_pool_is_shared_by_two_callers(void **state) {
    (void)state;
    parallel *pool = parallel_new(2);
    static sharer one, two;
    one.pool = two.pool = pool;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, share_pool, &one), 0);
    share_pool(&two);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < PARTS; i++) {
        assert_int_equal(one.counts[i], 20);
        assert_int_equal(two.counts[i], 20);
    }
    parallel_free(pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parallel_runs_every_part_once_on_any_number_of_threads),
        cmocka_unit_test(test_parallel_without_a_pool_goes_in_order),
        cmocka_unit_test(test_parallel_call_from_inside_a_part_finishes),
        cmocka_unit_test(test_parallel_pool_is_shared_by_two_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
