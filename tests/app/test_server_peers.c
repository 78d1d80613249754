// The workspace's socket, and peers that misbehave, die or are somebody else.
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/channel.h"
#include "src/base/rng.h"
#include "tests/app/support_server.h"
#include "tests/base/support_numbers.h"

// ---- peers that misbehave ----

static channel *raw_peer(const served_desk *f) {
    int socket = -1;
    assert_int_equal(channel_connect(f->desk.home, &socket), STATUS_OK);
    return channel_new(socket);
}

static void greet(channel *peer, const char *version) {
    text hello = {0};
    wire_put_hello(&hello, &(wire_hello){.version = version});
    assert_int_equal(channel_send(peer, &hello, NULL, 0), STATUS_OK);
    text_free(&hello);
}

// The server closes the connection, whatever it says before.
static void assert_closed(channel *peer) {
    wire_frame f;
    status result;
    while ((result = channel_receive(peer, 10000, &f)) == STATUS_OK)
        ;
    assert_int_equal(result, STATUS_END);
    channel_free(peer);
}

static void test_server_refuses_another_version_with_a_sentence(void **state) {
    served_desk *f = *state;
    channel *peer = raw_peer(f);
    wire_frame frame;
    wire_refusal refusal;
    greet(peer, "9.9.9");
    assert_int_equal(channel_receive(peer, 10000, &frame), STATUS_OK);
    assert_int_equal(wire_get_refusal(&frame, &refusal), STATUS_OK);
    assert_int_equal(refusal.code, STATUS_VERSION);
    assert_non_null(strstr(refusal.sentence, "is plimsoll " PLIMSOLL_VERSION " and this is plimsoll 9.9.9"));
    assert_closed(peer);
}

static void put_run(text *out, bool descriptors) {
    wire_run m = {.words = {"count"}, .n = 1, .face = "shell", .directory = "/", .descriptors = descriptors};
    assert_int_equal(wire_put_run(out, &m), STATUS_OK);
}

static void assert_frame_is_refused(const served_desk *f, const text *bytes, const int *descriptors, size_t n) {
    channel *peer = raw_peer(f);
    greet(peer, PLIMSOLL_VERSION);
    assert_int_equal(channel_send(peer, bytes, descriptors, n), STATUS_OK);
    assert_closed(peer);
}

static void test_server_closes_on_frames_that_make_no_sense(void **state) {
    served_desk *f = *state;
    text bytes = {0};
    int two[] = {0, 1};
    put_run(&bytes, true); // two descriptors announced, none sent
    assert_frame_is_refused(f, &bytes, NULL, 0);
    text_clear(&bytes);
    put_run(&bytes, false); // none announced, two sent
    assert_frame_is_refused(f, &bytes, two, 2);
    text_clear(&bytes);
    wire_put_empty(&bytes, WIRE_PONG);
    assert_frame_is_refused(f, &bytes, NULL, 0);
    text_clear(&bytes);
    wire_put_output(&bytes, false, "x", 1);
    assert_frame_is_refused(f, &bytes, NULL, 0);
    text_free(&bytes);
}

static void test_server_closes_when_a_second_command_comes_while_one_runs(void **state) {
    served_desk *f = *state;
    text bytes = {0};
    wire_run m = {.words = {"wait"}, .n = 1, .face = "shell", .directory = "/"};
    assert_int_equal(wire_put_run(&bytes, &m), STATUS_OK);
    put_run(&bytes, false);
    assert_frame_is_refused(f, &bytes, NULL, 0);
    support_wait_for(&f->desk.waiting, 0);
    assert_int_equal(support_count(&f->desk.count), 0);
    text_free(&bytes);
}

static void test_server_drops_cancels_and_answers_that_come_late(void **state) {
    served_desk *f = *state;
    channel *peer = raw_peer(f);
    text bytes = {0};
    wire_frame frame;
    wire_done done;
    greet(peer, PLIMSOLL_VERSION);
    wire_put_empty(&bytes, WIRE_CANCEL);
    wire_put_answer(&bytes, &(wire_answer){.given = true, .line = "y"});
    put_run(&bytes, false);
    assert_int_equal(channel_send(peer, &bytes, NULL, 0), STATUS_OK);
    do
        assert_int_equal(channel_receive(peer, 10000, &frame), STATUS_OK);
    while (frame.type != WIRE_DONE);
    assert_int_equal(wire_get_done(&frame, &done), STATUS_OK);
    assert_int_equal(done.exit_code, 0);
    text_free(&bytes);
    channel_free(peer);
}

static void test_server_survives_garbage(void **state) {
    served_desk *f = *state;
    rng r = rng_seed(support_seed(99));
    for (int round = 0; round < 200; round++) {
        channel *peer = raw_peer(f);
        text bytes = {0};
        if (rng_below(&r, 2))
            wire_put_hello(&bytes, &(wire_hello){.version = PLIMSOLL_VERSION});
        if (rng_below(&r, 2))
            put_run(&bytes, false);
        for (size_t i = 0, n = rng_below(&r, 300); i < n; i++)
            text_char(&bytes, (char)rng_below(&r, rng_below(&r, 2) ? 256 : 16));
        if (bytes.n > 8 && rng_below(&r, 2))
            bytes.at[rng_below(&r, bytes.n)] ^= (char)(1 << rng_below(&r, 8));
        channel_send(peer, &bytes, NULL, 0); // the server may have hung up already
        text_free(&bytes);
        channel_free(peer);
    }
    client *c = support_connect_soon(f);
    support_assert_counts(c);
    client_close(c);
}

static void test_server_takes_no_more_connections_than_it_has_room_for(void **state) {
    served_desk *f = *state;
    client *clients[SERVER_CONNECTIONS], *more = NULL;
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
        clients[i] = support_connect(f);
    assert_int_equal(client_connect(f->desk.home, &more), STATUS_BUSY);
    client_close(clients[0]);
    clients[0] = support_connect_soon(f);
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
        support_assert_counts(clients[i]);
        client_close(clients[i]);
    }
}

static void test_client_refuses_a_command_too_large_to_travel(void **state) {
    served_desk *f = *state;
    client *c = support_connect(f);
    text word = {0};
    reply r;
    text_repeat(&word, "x", WIRE_BODY_MAX);
    const char *words[] = {"say", word.at};
    request q = {.words = words, .n = 2, .out = -1, .err = -1};
    assert_int_equal(client_run(c, &q, &r), STATUS_INVALID);
    support_assert_counts(c);
    text_free(&word);
    client_close(c);
}

// ---- other processes ----

static pid_t start_process(void (*body)(const served_desk *f, int ready), const served_desk *f, int *ready) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        body(f, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    *ready = ends[0];
    return child;
}

static int end_of(pid_t child) {
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

// Holds the workspace until killed.
static void hold(const served_desk *f, int ready) {
    server *s = NULL;
    server_config config = support_desk_config((support_desk *)(uintptr_t)&f->desk);
    char up = server_start(&config, &s) == STATUS_OK;
    if (write(ready, &up, 1) != 1)
        _exit(1);
    pause();
}

static void wait_for_ready(int ready) {
    char up = 0;
    assert_int_equal(read(ready, &up, 1), 1);
    assert_int_equal(up, 1);
    close(ready);
}

static void test_client_reaches_another_process_and_sees_it_die(void **state) {
    (void)state;
    served_desk f = {.view = -1};
    int ready;
    pthread_t thread;
    support_desk_open(&f.desk);
    pid_t holder = start_process(hold, &f, &ready);
    wait_for_ready(ready);
    client *c = support_connect(&f);
    assert_int_equal(client_pid(c), holder);
    support_assert_counts(c);
    remote m = {.client = c, .word = "wait", .out = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    assert_int_equal(pthread_create(&thread, NULL, support_run_remote, &m), 0);
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
    kill(holder, SIGKILL);
    pthread_join(thread, NULL);
    assert_int_equal(end_of(holder), -SIGKILL);
    assert_int_equal(m.result, STATUS_UNAVAILABLE);
    close(m.out);
    client_close(c);

    // The file it left is in nobody's way.
    assert_int_equal(client_connect(f.desk.home, &c), STATUS_UNAVAILABLE);
    server_config config = support_desk_config(&f.desk);
    assert_int_equal(server_start(&config, &f.server), STATUS_OK);
    c = support_connect(&f);
    support_assert_counts(c);
    client_close(c);
    server_stop(f.server);
    support_desk_close(&f.desk);
}

// Runs `wait` over the socket until killed.
static void call_wait(const served_desk *f, int ready) {
    remote m = {.client = NULL, .word = "wait", .out = ready};
    if (client_connect(f->desk.home, &m.client) == STATUS_OK)
        support_run_remote(&m);
}

static void test_server_cancels_the_command_of_a_caller_that_dies(void **state) {
    served_desk *f = *state;
    int ready;
    pid_t caller = start_process(call_wait, f, &ready);
    support_wait_for(&f->desk.waiting, 1);
    kill(caller, SIGKILL);
    assert_int_equal(end_of(caller), -SIGKILL);
    support_wait_for(&f->desk.waiting, 0);
    close(ready);
}

enum { NOBODY = 65534 };

static void call_as_nobody(const served_desk *f, int ready) {
    client *c = NULL;
    char result = 1;
    if (setgid(NOBODY) == 0 && setuid(NOBODY) == 0)
        result = (char)client_connect(f->desk.home, &c);
    if (write(ready, &result, 1) != 1)
        _exit(1);
}

static void test_server_turns_away_another_user(void **state) {
    served_desk *f = *state;
    char path[4200], result;
    int ready;
    if (geteuid() != 0) {
        print_message("SKIP: only root can become another user\n");
        skip();
    }
    // Even where the file would let them in.
    snprintf(path, sizeof path, "%s/desk.sock", f->desk.home);
    assert_int_equal(chmod(f->desk.home, 0755), 0);
    assert_int_equal(chmod(path, 0666), 0);
    pid_t child = start_process(call_as_nobody, f, &ready);
    assert_int_equal(read(ready, &result, 1), 1);
    assert_int_equal(result, STATUS_REFUSED);
    assert_int_equal(end_of(child), 0);
    close(ready);
}

static void test_server_stands_still_when_descriptors_run_out(void **state) {
    served_desk *f = *state;
    struct rlimit before, tight;
    int probe = dup(0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = before;
    // Room for the client's directory and its end of the socket, none for the server's.
    tight.rlim_cur = (rlim_t)probe + 2;
    close(probe);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    int socket = -1;
    status connected = channel_connect(f->desk.home, &socket);
    int filler = dup(0);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (filler >= 0)
        close(filler);
    if (connected == STATUS_OK)
        close(socket);
    client *c = support_connect(f);
    support_assert_counts(c);
    client_close(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_server_refuses_another_version_with_a_sentence),
        WITH_SERVER(test_server_closes_on_frames_that_make_no_sense),
        WITH_SERVER(test_server_closes_when_a_second_command_comes_while_one_runs),
        WITH_SERVER(test_server_drops_cancels_and_answers_that_come_late),
        WITH_SERVER(test_server_survives_garbage),
        WITH_SERVER(test_server_takes_no_more_connections_than_it_has_room_for),
        WITH_SERVER(test_client_refuses_a_command_too_large_to_travel),
        cmocka_unit_test(test_client_reaches_another_process_and_sees_it_die),
        WITH_SERVER(test_server_cancels_the_command_of_a_caller_that_dies),
        WITH_SERVER(test_server_turns_away_another_user),
        WITH_SERVER(test_server_stands_still_when_descriptors_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
