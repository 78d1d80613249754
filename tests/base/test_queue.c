#include "src/base/queue.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/clock.h"

enum { PRODUCERS = 3, CONSUMERS = 3, EACH = 5000 };

static int numbers[PRODUCERS * EACH];

static void test_queue_hands_out_in_order(void **state) {
    (void)state;
    queue *q = queue_new(3);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 3; i++)
            assert_true(queue_put(q, &numbers[i]));
        assert_int_equal(queue_length(q), 3);
        for (int i = 0; i < 3; i++)
            assert_ptr_equal(queue_take(q, 0), &numbers[i]);
    }
    assert_null(queue_take(q, 0));
    queue_free(q);
}

static void test_queue_refuses_when_full(void **state) {
    (void)state;
    queue *q = queue_new(1);
    assert_true(queue_put(q, &numbers[0]));
    assert_false(queue_put(q, &numbers[1]));
    assert_ptr_equal(queue_take(q, -1), &numbers[0]);
    assert_true(queue_put(q, &numbers[1]));
    queue_free(q);
}

static void test_queue_waits_as_long_as_told(void **state) {
    (void)state;
    queue *q = queue_new(1);
    int64_t start = clock_mono();
    assert_null(queue_take(q, 20 * NS_PER_MS));
    assert_true(clock_mono() - start >= 20 * NS_PER_MS);
    queue_free(q);
}

static void test_queue_closed_gives_what_is_left_and_then_nothing(void **state) {
    (void)state;
    queue *q = queue_new(4);
    queue_put(q, &numbers[0]);
    queue_close(q);
    assert_false(queue_put(q, &numbers[1]));
    assert_ptr_equal(queue_take(q, -1), &numbers[0]);
    assert_null(queue_take(q, -1));
    assert_null(queue_take(q, INT64_MAX));
    queue_free(q);
}

static void *produce(void *context) {
    queue *q = ((void **)context)[0];
    int *first = ((void **)context)[1];
    for (int i = 0; i < EACH; i++)
        while (!queue_put(q, first + i))
            sched_yield();
    return NULL;
}

// Counts how often each number came; every number is touched by one consumer at a time only if it comes once.
static void *consume(void *context) {
    uintptr_t taken = 0;
    for (int *item; (item = queue_take(context, -1)); taken++)
        ++*item;
    return (void *)taken;
}

static void test_queue_loses_and_doubles_nothing_between_threads(void **state) {
    (void)state;
    queue *q = queue_new(16);
    pthread_t producers[PRODUCERS], consumers[CONSUMERS];
    void *contexts[PRODUCERS][2];
    for (int i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_create(&consumers[i], NULL, consume, q), 0);
    for (int i = 0; i < PRODUCERS; i++) {
        contexts[i][0] = q;
        contexts[i][1] = numbers + (ptrdiff_t)i * EACH;
        assert_int_equal(pthread_create(&producers[i], NULL, produce, contexts[i]), 0);
    }
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(producers[i], NULL);
    queue_close(q);
    uintptr_t taken = 0;
    for (int i = 0; i < CONSUMERS; i++) {
        void *n;
        pthread_join(consumers[i], &n);
        taken += (uintptr_t)n;
    }
    assert_int_equal(taken, PRODUCERS * EACH);
    for (int i = 0; i < PRODUCERS * EACH; i++)
        assert_int_equal(numbers[i], 1);
    queue_free(q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_hands_out_in_order),
        cmocka_unit_test(test_queue_refuses_when_full),
        cmocka_unit_test(test_queue_waits_as_long_as_told),
        cmocka_unit_test(test_queue_closed_gives_what_is_left_and_then_nothing),
        cmocka_unit_test(test_queue_loses_and_doubles_nothing_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
