// The workspace's socket: commands over real sockets.
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/app/support_server.h"

static void test_server_runs_commands_one_after_the_other(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    gathered g = {0};
    reply r;
    assert_int_equal(support_run_line(c, "say one 'two three'", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_non_null(strstr(g.out.at, " workstation /somewhere 80: one two three\n"));
    assert_string_equal(g.err.at, "noted\n");
    reply_free(&r);
    assert_int_equal(support_run_line(c, "sya", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 2);
    assert_int_equal(r.result, STATUS_USAGE);
    assert_non_null(strstr(g.err.at, "plimsoll: \"sya\" is no command; did you mean \"say\"?\n"));
    reply_free(&r);
    support_assert_counts(c);
    assert_int_equal(client_ping(c), STATUS_OK);
    assert_int_equal(client_pid(c), getpid());
    assert_string_equal(client_home(c), f->desk.home);
    client_close(c);
    support_free_gathered(&g);
}

static void test_server_sends_more_output_than_a_frame_holds(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    gathered g = {0};
    reply r;
    assert_int_equal(support_run_line(c, "big 3000001", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(g.out.n, 3000001);
    reply_free(&r);
    client_close(c);
    support_free_gathered(&g);
}

static void test_server_returns_the_confirmation_when_nobody_can_be_asked(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    gathered g = {0};
    reply r;
    assert_int_equal(support_run_line(c, "flatten", &g, &r), STATUS_OK);
    assert_true(r.needs_confirm);
    assert_int_equal(r.exit_code, 2);
    assert_int_equal(r.confirm, CONFIRM_PHRASE);
    assert_string_equal(r.sentence.at, "flatten 3 things");
    assert_string_equal(r.phrase.at, "flatten 3");
    assert_int_equal(f->desk.count, 0);
    reply_free(&r);
    assert_int_equal(support_run_line(c, "flatten --confirm 'flatten 3'", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(support_count(&f->desk.count), 1);
    reply_free(&r);
    client_close(c);
    support_free_gathered(&g);
}

static void test_server_asks_across_the_socket(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    gathered g = {.answer = "n"};
    reply r;
    assert_int_equal(support_run_line(c, "cancel", &g, &r), STATUS_OK);
    assert_int_equal(r.result, STATUS_CANCELLED);
    assert_string_equal(g.question, "cancel 3 things? [y/N] ");
    assert_int_equal(support_count(&f->desk.count), 0);
    reply_free(&r);
    g.answer = "y";
    assert_int_equal(support_run_line(c, "cancel", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(support_count(&f->desk.count), 1);
    reply_free(&r);
    g.answer = "a fat finger";
    assert_int_equal(support_run_line(c, "explain", &g, &r), STATUS_OK);
    assert_non_null(strstr(g.out.at, "because a fat finger\n"));
    reply_free(&r);
    client_close(c);
    support_free_gathered(&g);
}

static void test_server_hands_out_the_view(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    int view = -1;
    assert_int_equal(client_attach(c, &view), STATUS_UNAVAILABLE);
    f->view = memfd_create("view", MFD_CLOEXEC);
    assert_int_equal(ftruncate(f->view, 12345), 0);
    assert_int_equal(client_attach(c, &view), STATUS_OK);
    struct stat about;
    assert_int_equal(fstat(view, &about), 0);
    assert_int_equal(about.st_size, 12345);
    assert_true(fcntl(view, F_GETFD) & FD_CLOEXEC);
    close(view);
    support_assert_counts(c);
    client_close(c);
}

// ---- descriptors ----

static void read_all(int descriptor, text *out) {
    char bytes[4096];
    ssize_t n;
    while ((n = read(descriptor, bytes, sizeof bytes)) > 0)
        text_put_n(out, bytes, (size_t)n);
}

static void test_server_writes_to_the_callers_descriptors(void **state) {
    served_desk *f = *state;
    int out[2], err[2];
    char directory[4096];
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    client *c = support_connect(f);
    const char *words[] = {"say", "hello"};
    request q = {.words = words, .n = 2, .face = "shell", .width = 132, .out = out[1], .err = err[1]};
    reply r;
    assert_int_equal(client_run(c, &q, &r), STATUS_OK);
    close(out[1]);
    close(err[1]);
    text printed = {0}, noted = {0};
    read_all(out[0], &printed);
    read_all(err[0], &noted);
    assert_non_null(getcwd(directory, sizeof directory));
    char expected[5000];
    snprintf(expected, sizeof expected, " shell %s 132: hello\n", directory);
    assert_non_null(strstr(printed.at, expected));
    assert_string_equal(noted.at, "noted\n");
    close(out[0]);
    close(err[0]);
    text_free(&printed);
    text_free(&noted);
    reply_free(&r);
    client_close(c);
}

static void test_server_waits_for_a_slow_reader(void **state) {
    served_desk *f = *state;
    int out[2];
    pthread_t thread;
    assert_int_equal(pipe(out), 0);
    remote m = {.client = support_connect(f), .word = "big", .out = out[1]};
    assert_int_equal(pthread_create(&thread, NULL, support_run_remote, &m), 0);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); // the pipe fills meanwhile
    text printed = {0};
    while (printed.n < 100000) {
        char bytes[1000];
        ssize_t n = read(out[0], bytes, sizeof bytes);
        assert_true(n > 0);
        text_put_n(&printed, bytes, (size_t)n);
    }
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.exit_code, 0);
    assert_int_equal(fcntl(out[1], F_GETFL) & O_NONBLOCK, 0); // our end is as it was
    text_free(&printed);
    reply_free(&m.reply);
    close(out[0]);
    close(out[1]);
    client_close(m.client);
}

static void test_server_gives_up_on_a_stuck_reader_when_cancelled(void **state) {
    served_desk *f = *state;
    int out[2];
    pthread_t thread;
    assert_int_equal(pipe(out), 0);
    remote m = {.client = support_connect(f), .word = "big", .out = out[1]};
    assert_int_equal(pthread_create(&thread, NULL, support_run_remote, &m), 0);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    __atomic_store_n(&m.cancelled, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    reply_free(&m.reply);
    close(out[0]);
    close(out[1]);
    support_assert_counts(m.client);
    client_close(m.client);
}

static void test_server_survives_a_reader_that_goes_away(void **state) {
    served_desk *f = *state;
    int out[2];
    assert_int_equal(pipe(out), 0);
    close(out[0]);
    remote m = {.client = support_connect(f), .word = "big", .out = out[1]};
    support_run_remote(&m);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.exit_code, 0);
    reply_free(&m.reply);
    close(out[1]);
    support_assert_counts(m.client);
    client_close(m.client);
}

static void test_server_says_when_the_output_can_not_be_written(void **state) {
    served_desk *f = *state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    remote m = {.client = support_connect(f), .word = "big", .out = full};
    support_run_remote(&m);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.exit_code, 1);
    assert_int_equal(m.reply.result, STATUS_IO);
    reply_free(&m.reply);
    close(full);
    client_close(m.client);
}

// ---- cancelling ----

static void test_server_cancels_when_the_caller_does(void **state) {
    served_desk *f = *state;
    pthread_t thread;
    remote m = {.client = support_connect(f), .word = "wait", .out = -1};
    m.out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pthread_create(&thread, NULL, support_run_remote, &m), 0);
    support_wait_for(&f->desk.waiting, 1);
    __atomic_store_n(&m.cancelled, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.result, STATUS_CANCELLED);
    assert_int_equal(m.reply.exit_code, 1);
    reply_free(&m.reply);
    close(m.out);
    support_assert_counts(m.client);
    client_close(m.client);
}

static void test_server_stop_cancels_and_answers_what_runs(void **state) {
    served_desk *f = *state;
    pthread_t thread;
    remote m = {.client = support_connect(f), .word = "wait", .out = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    assert_int_equal(pthread_create(&thread, NULL, support_run_remote, &m), 0);
    support_wait_for(&f->desk.waiting, 1);
    server_stop(f->server);
    f->server = NULL;
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.result, STATUS_CANCELLED);
    reply_free(&m.reply);
    close(m.out);
    client_close(m.client);
    char path[4200];
    snprintf(path, sizeof path, "%s/desk.sock", f->desk.home);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_server_lets_several_work_at_once(void **state) {
    served_desk *f = *state;
    enum { SEVERAL = 8 };
    pthread_t threads[SEVERAL];
    remote m[SEVERAL];
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (int i = 0; i < SEVERAL; i++) {
        m[i] = (remote){.client = support_connect(f), .word = "wait", .out = null};
        assert_int_equal(pthread_create(&threads[i], NULL, support_run_remote, &m[i]), 0);
    }
    support_wait_for(&f->desk.waiting, SEVERAL);
    client *emergency = support_connect(f);
    support_assert_counts(emergency);
    assert_int_equal(server_connections(f->server), SEVERAL + 1);
    client_close(emergency);
    for (int i = 0; i < SEVERAL; i++)
        __atomic_store_n(&m[i].cancelled, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < SEVERAL; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(m[i].reply.result, STATUS_CANCELLED);
        reply_free(&m[i].reply);
        client_close(m[i].client);
    }
    close(null);
}

// ---- the file ----

static void test_server_socket_is_for_its_user_alone(void **state) {
    served_desk *f = *state;
    char path[4200];
    struct stat about;
    snprintf(path, sizeof path, "%s/desk.sock", f->desk.home);
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISSOCK(about.st_mode));
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void test_server_refuses_to_start_beside_a_living_one(void **state) {
    served_desk *f = *state;
    server *second = NULL;
    server_config config = support_desk_config(&f->desk);
    assert_int_equal(server_start(&config, &second), STATUS_BUSY);
    client *c = support_connect(f);
    support_assert_counts(c);
    client_close(c);
}

static void test_server_works_under_a_path_too_long_for_a_socket(void **state) {
    (void)state;
    served_desk f = {.view = -1};
    support_desk_open(&f.desk);
    support_desk_deepen(&f.desk);
    assert_true(strlen(f.desk.home) > 200);
    server_config config = support_desk_config(&f.desk);
    assert_int_equal(server_start(&config, &f.server), STATUS_OK);
    client *c = support_connect(&f);
    support_assert_counts(c);
    client_close(c);
    server_stop(f.server);
    support_desk_close(&f.desk);
}

static void test_server_does_not_take_away_what_is_no_socket(void **state) {
    (void)state;
    support_desk desk;
    server *s = NULL;
    support_desk_open(&desk);
    char path[4200];
    snprintf(path, sizeof path, "%s/desk.sock", desk.home);
    fclose(fopen(path, "w"));
    server_config config = support_desk_config(&desk);
    assert_int_equal(server_start(&config, &s), STATUS_IO);
    assert_non_null(strstr(status_message(), "desk.sock is not a socket"));
    assert_int_equal(access(path, F_OK), 0);
    support_desk_close(&desk);
}

static void test_client_says_when_nobody_is_home(void **state) {
    (void)state;
    support_desk desk;
    client *c = NULL;
    support_desk_open(&desk);
    assert_int_equal(client_connect(desk.home, &c), STATUS_UNAVAILABLE);
    assert_int_equal(client_connect("/nowhere/at/all", &c), STATUS_UNAVAILABLE);
    support_desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_server_runs_commands_one_after_the_other),
        WITH_SERVER(test_server_sends_more_output_than_a_frame_holds),
        WITH_SERVER(test_server_returns_the_confirmation_when_nobody_can_be_asked),
        WITH_SERVER(test_server_asks_across_the_socket),
        WITH_SERVER(test_server_hands_out_the_view),
        WITH_SERVER(test_server_writes_to_the_callers_descriptors),
        WITH_SERVER(test_server_waits_for_a_slow_reader),
        WITH_SERVER(test_server_gives_up_on_a_stuck_reader_when_cancelled),
        WITH_SERVER(test_server_survives_a_reader_that_goes_away),
        WITH_SERVER(test_server_says_when_the_output_can_not_be_written),
        WITH_SERVER(test_server_cancels_when_the_caller_does),
        WITH_SERVER(test_server_stop_cancels_and_answers_what_runs),
        WITH_SERVER(test_server_lets_several_work_at_once),
        WITH_SERVER(test_server_socket_is_for_its_user_alone),
        WITH_SERVER(test_server_refuses_to_start_beside_a_living_one),
        cmocka_unit_test(test_server_works_under_a_path_too_long_for_a_socket),
        cmocka_unit_test(test_server_does_not_take_away_what_is_no_socket),
        cmocka_unit_test(test_client_says_when_nobody_is_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
