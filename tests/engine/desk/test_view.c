// The view: readers get one moment of a section, never half of two, and never nothing where something was published.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/desk/view.h"
#include "src/base/clock.h"
#include "src/base/mem.h"

enum { READERS = 2 };

typedef struct {
    view *view;
    int stop;     // atomic
    int64_t gap;  // ns between two publications
    int32_t rows; // at most, and half of them at least
} writing;

typedef struct {
    writing *writing;
    view *view;
    int64_t reads, torn, backwards;
} reading;

static bool is_over(const writing *w) { return __atomic_load_n(&w->stop, __ATOMIC_RELAXED); }

static void nap(int64_t ns) { nanosleep(&(struct timespec){ns / NS_PER_S, ns % NS_PER_S}, NULL); }

// Every number of the section says which publication it is of.
static void fill(view_positions *v, int64_t number, int32_t rows) {
    v->n = rows;
    v->hidden = (int32_t)(number & 0x7fffffff);
    v->cash = v->equity = v->day_pnl = number;
    for (int32_t i = 0; i < v->n; i++) {
        v->rows[i].quantity = v->rows[i].last = v->rows[i].fees = number;
        v->rows[i].weight = (double)number;
    }
}

static size_t bytes_of(const view_positions *v) {
    return offsetof(view_positions, rows) + (size_t)v->n * sizeof *v->rows;
}

static bool is_whole(const view_positions *v) {
    int64_t number = v->cash;
    bool whole = v->hidden == (int32_t)(number & 0x7fffffff) && v->equity == number && v->day_pnl == number;
    for (int32_t i = 0; whole && i < v->n; i++)
        whole = v->rows[i].quantity == number && v->rows[i].last == number && v->rows[i].fees == number &&
                v->rows[i].weight == (double)number;
    return whole;
}

static void *publish_patterns(void *context) {
    writing *w = context;
    view_positions *v = mem_new(1, sizeof *v);
    for (int64_t number = 2; !is_over(w); number++) {
        fill(v, number, w->rows - (int32_t)(number % (w->rows / 2)));
        view_publish(w->view, SECTION_POSITIONS, v, bytes_of(v));
        nap(w->gap);
    }
    free(v);
    return NULL;
}

static void *read_patterns(void *context) {
    reading *r = context;
    view_positions *v = mem_new(1, sizeof *v);
    uint64_t seen = 0;
    int64_t last = 0;
    while (!is_over(r->writing)) {
        if (!view_read(r->view, SECTION_POSITIONS, v, &seen))
            continue;
        r->reads++;
        r->torn += !is_whole(v);
        r->backwards += v->cash <= last;
        last = v->cash;
    }
    free(v);
    return NULL;
}

// A view with a first publication of so many rows, and a gap between the next ones into which a copy fits, however slow
// this build is.
static void prepare(writing *w, int32_t rows, int64_t copies) {
    view_positions *v = mem_new(1, sizeof *v);
    *w = (writing){.rows = rows};
    assert_int_equal(view_create(&w->view), STATUS_OK);
    fill(v, 1, rows);
    view_publish(w->view, SECTION_POSITIONS, v, bytes_of(v));
    uint64_t seen = 0;
    int64_t began = clock_mono();
    assert_true(view_read(w->view, SECTION_POSITIONS, v, &seen));
    w->gap = copies * (clock_mono() - began);
    free(v);
}

static void test_no_reader_sees_a_torn_copy(void **state) {
    (void)state;
    writing w;
    view *attached;
    prepare(&w, 300, 2);
    assert_int_equal(view_attach(dup(view_descriptor(w.view)), &attached), STATUS_OK);
    reading readers[READERS] = {{.writing = &w, .view = w.view}, {.writing = &w, .view = attached}};
    pthread_t writer, threads[READERS];
    pthread_create(&writer, NULL, publish_patterns, &w);
    for (int i = 0; i < READERS; i++)
        pthread_create(&threads[i], NULL, read_patterns, &readers[i]);
    nap(600 * NS_PER_MS);
    __atomic_store_n(&w.stop, 1, __ATOMIC_RELAXED);
    pthread_join(writer, NULL);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    view_release(attached);
    view_release(w.view);
    for (int i = 0; i < READERS; i++) {
        assert_true(readers[i].reads > 20);
        assert_int_equal(readers[i].torn, 0);
        assert_int_equal(readers[i].backwards, 0);
    }
}

// A command that asks what is held just while it is published may not hear "nothing".
static void test_reader_waits_for_a_publication_to_end(void **state) {
    (void)state;
    writing w;
    pthread_t writer;
    prepare(&w, VIEW_POSITIONS_MAX, 10);
    pthread_create(&writer, NULL, publish_patterns, &w);
    view_positions *v = mem_new(1, sizeof *v);
    int missed = 0;
    for (int64_t until = clock_mono() + 400 * NS_PER_MS; clock_mono() < until;) {
        uint64_t seen = 0;
        memset(v, 0, sizeof *v);
        missed += !view_read(w.view, SECTION_POSITIONS, v, &seen) || !is_whole(v);
    }
    __atomic_store_n(&w.stop, 1, __ATOMIC_RELAXED);
    pthread_join(writer, NULL);
    free(v);
    view_release(w.view);
    assert_int_equal(missed, 0);
}

static void test_section_is_read_once_until_it_changes(void **state) {
    (void)state;
    view *v;
    view_fills *fills = mem_new(1, sizeof *fills), *copy = mem_new(1, sizeof *copy);
    uint64_t seen = 0;
    assert_int_equal(view_create(&v), STATUS_OK);
    assert_false(view_read(v, SECTION_FILLS, copy, &seen)); // never published
    fills->n = 1;
    fills->rows[0].quantity = 77;
    uint64_t generation = view_generation(v);
    view_publish(v, SECTION_FILLS, fills, sizeof *fills);
    assert_true(view_generation(v) > generation);
    assert_true(view_read(v, SECTION_FILLS, copy, &seen));
    assert_int_equal(copy->rows[0].quantity, 77);
    assert_false(view_read(v, SECTION_FILLS, copy, &seen));
    view_publish(v, SECTION_FILLS, fills, sizeof *fills);
    assert_true(view_read(v, SECTION_FILLS, copy, &seen));
    free(fills);
    free(copy);
    view_release(v);
}

static void test_sections_do_not_touch_each_other(void **state) {
    (void)state;
    static char bytes[sizeof(view_risk)], copy[sizeof(view_risk)];
    static const size_t sizes[] = {
        [SECTION_STATUS] = sizeof(view_status),
        [SECTION_POSITIONS] = 0,
        [SECTION_ORDERS] = 0,
        [SECTION_FILLS] = sizeof(view_fills),
        [SECTION_BREAKER] = sizeof(view_breaker),
        [SECTION_RISK] = sizeof(view_risk),
    };
    view *v;
    assert_int_equal(view_create(&v), STATUS_OK);
    for (int s = 0; s <= SECTION_RISK; s++) {
        memset(bytes, s + 1, sizes[s]);
        if (sizes[s])
            view_publish(v, (view_section)s, bytes, sizes[s]);
    }
    for (int s = 0; s <= SECTION_RISK; s++) {
        uint64_t seen = 0;
        if (!sizes[s])
            continue;
        assert_true(view_read(v, (view_section)s, copy, &seen));
        for (size_t i = 0; i < sizes[s]; i++)
            assert_int_equal(copy[i], s + 1);
    }
    view_release(v);
}

static void test_reader_can_not_write_through_the_descriptor(void **state) {
    (void)state;
    view *v;
    assert_int_equal(view_create(&v), STATUS_OK);
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, view_descriptor(v), 0);
    assert_ptr_equal(p, MAP_FAILED);
    assert_true(ftruncate(view_descriptor(v), 0) != 0);
    view_release(v);
}

static void test_mapping_of_something_else_is_refused(void **state) {
    (void)state;
    view *v;
    int fd = memfd_create("something-else", MFD_CLOEXEC);
    assert_int_equal(ftruncate(fd, 4096), 0);
    assert_int_equal(view_attach(fd, &v), STATUS_VERSION);
    view *real;
    assert_int_equal(view_create(&real), STATUS_OK);
    off_t size = lseek(view_descriptor(real), 0, SEEK_END);
    view_release(real);
    fd = memfd_create("as-long", MFD_CLOEXEC);
    assert_int_equal(ftruncate(fd, size), 0);
    assert_int_equal(view_attach(fd, &v), STATUS_VERSION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_reader_sees_a_torn_copy),
        cmocka_unit_test(test_reader_waits_for_a_publication_to_end),
        cmocka_unit_test(test_section_is_read_once_until_it_changes),
        cmocka_unit_test(test_sections_do_not_touch_each_other),
        cmocka_unit_test(test_reader_can_not_write_through_the_descriptor),
        cmocka_unit_test(test_mapping_of_something_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
