#include "src/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/vec.h"

static void test_mem_try_is_zeroed_and_aligned(void **state) {
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        unsigned char *p = mem_try(n, 3);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n * 3; i++)
            assert_int_equal(p[i], 0);
        free(p);
    }
}

static void test_mem_try_gives_null_for_what_cannot_be(void **state) {
    (void)state;
    volatile size_t huge = SIZE_MAX / 2; // volatile, or the compiler warns of the size
    assert_null(mem_try(huge, 8));
    assert_null(mem_try(huge, 2));
}

static void say_goodbye(void) {
    ssize_t written = write(STDOUT_FILENO, "hook\n", 5);
    (void)written;
}

// In a child: the hook speaks, then the sentence comes and the exit code is 1.
static void test_mem_resize_ends_the_program_when_there_is_no_memory(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        mem_on_exhaustion(say_goodbye);
        volatile size_t huge = SIZE_MAX / 2;
        free(mem_resize(NULL, huge, 4));
        _exit(0);
    }
    close(ends[1]);
    char said[200] = {0};
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], said + n, sizeof said - 1 - n)) > 0;)
        n += (size_t)got;
    close(ends[0]);
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 1);
    assert_string_equal(said, "hook\nplimsoll: out of memory; nothing acknowledged is lost\n");
}

static void test_mem_copy_string_says_when_it_cuts(void **state) {
    (void)state;
    char out[4];
    assert_true(mem_copy_string(out, sizeof out, "abc"));
    assert_string_equal(out, "abc");
    assert_false(mem_copy_string(out, sizeof out, "abcd"));
    assert_string_equal(out, "abc");
}

static void test_mem_string_copies(void **state) {
    (void)state;
    char *whole = mem_string("desk"), *part = mem_string_n("desk", 2);
    assert_string_equal(whole, "desk");
    assert_string_equal(part, "de");
    free(whole);
    free(part);
}

static void test_vec_grows_and_removes(void **state) {
    (void)state;
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        vec_push(&v, i);
    vec_remove(&v, 0);
    vec_remove(&v, 500);
    vec_remove(&v, v.n - 1);
    assert_int_equal(v.n, 997);
    assert_int_equal(v.at[0], 1);
    assert_int_equal(v.at[499], 500);
    assert_int_equal(v.at[500], 502);
    assert_int_equal(v.at[996], 998);
    vec_free(&v);
    assert_null(v.at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mem_try_is_zeroed_and_aligned),
        cmocka_unit_test(test_mem_try_gives_null_for_what_cannot_be),
        cmocka_unit_test(test_mem_resize_ends_the_program_when_there_is_no_memory),
        cmocka_unit_test(test_mem_copy_string_says_when_it_cuts),
        cmocka_unit_test(test_mem_string_copies),
        cmocka_unit_test(test_vec_grows_and_removes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
