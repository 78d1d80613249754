// The workspace's socket, with real sockets and, where that is the point, real processes.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/channel.h"
#include "src/app/client.h"
#include "src/app/server.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/app/support_desk.h"
#include "tests/base/support_numbers.h"

// ---- a desk with its server in this process ----

typedef struct {
    support_desk desk;
    server *server;
    int view;
} fixture;

static int give_view(void *context) {
    // The desk is the first member of the fixture.
    return ((fixture *)context)->view;
}

static int set_up(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    support_desk_open(&f->desk);
    f->view = -1;
    server_config config = support_desk_config(&f->desk);
    config.view = give_view;
    assert_int_equal(server_start(&config, &f->server), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    server_stop(f->server);
    if (f->view >= 0)
        close(f->view);
    support_desk_close(&f->desk);
    free(f);
    return 0;
}

static client *connect_to(const fixture *f) {
    client *c = NULL;
    status result = client_connect(f->desk.home, &c);
    if (result != STATUS_OK)
        fail_msg("no connection: %s", status_message());
    return c;
}

// The same, where connections that were closed a moment ago may still fill the server.
static client *connect_soon(const fixture *f) {
    client *c = NULL;
    int64_t deadline = clock_mono() + 10 * NS_PER_S;
    while (client_connect(f->desk.home, &c) != STATUS_OK)
        assert_true(clock_mono() < deadline);
    return c;
}

// ---- requests whose output is gathered ----

typedef struct {
    text out, err;
    const char *answer;
    char question[200];
} gathered;

static bool gather(void *context, bool error, const char *bytes, size_t n) {
    gathered *g = context;
    text_put_n(error ? &g->err : &g->out, bytes, n);
    return true;
}

static char *answer(void *context, const char *question) {
    gathered *g = context;
    mem_copy_string(g->question, sizeof g->question, question);
    return g->answer ? mem_string(g->answer) : NULL;
}

static void free_gathered(gathered *g) {
    text_free(&g->out);
    text_free(&g->err);
}

enum { WORDS = 16 };

// Runs a line with gathered output.
static status run(client *c, const char *line, gathered *g, reply *r) {
    const char *words[WORDS];
    char *memory;
    size_t n;
    assert_int_equal(command_split(line, &memory, words, WORDS, &n), STATUS_OK);
    request q = {.words = words,
                 .n = n,
                 .face = "workstation",
                 .directory = "/somewhere",
                 .width = 80,
                 .out = -1,
                 .err = -1,
                 .write = gather,
                 .ask = g->answer ? answer : NULL,
                 .context = g};
    status result = client_run(c, &q, r);
    free(memory);
    return result;
}

static void assert_counts(client *c) {
    gathered g = {0};
    reply r;
    assert_int_equal(run(c, "count", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    reply_free(&r);
    free_gathered(&g);
}

static void test_server_runs_commands_one_after_the_other(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
    gathered g = {0};
    reply r;
    assert_int_equal(run(c, "say one 'two three'", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_non_null(strstr(g.out.at, " workstation /somewhere 80: one two three\n"));
    assert_string_equal(g.err.at, "noted\n");
    reply_free(&r);
    assert_int_equal(run(c, "sya", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 2);
    assert_int_equal(r.result, STATUS_USAGE);
    assert_non_null(strstr(g.err.at, "plimsoll: \"sya\" is no command; did you mean \"say\"?\n"));
    reply_free(&r);
    assert_counts(c);
    assert_int_equal(client_ping(c), STATUS_OK);
    assert_int_equal(client_pid(c), getpid());
    assert_string_equal(client_home(c), f->desk.home);
    client_close(c);
    free_gathered(&g);
}

static void test_server_sends_more_output_than_a_frame_holds(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
    gathered g = {0};
    reply r;
    assert_int_equal(run(c, "big 3000001", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(g.out.n, 3000001);
    reply_free(&r);
    client_close(c);
    free_gathered(&g);
}

static void test_server_returns_the_confirmation_when_nobody_can_be_asked(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
    gathered g = {0};
    reply r;
    assert_int_equal(run(c, "flatten", &g, &r), STATUS_OK);
    assert_true(r.needs_confirm);
    assert_int_equal(r.exit_code, 2);
    assert_int_equal(r.confirm, CONFIRM_PHRASE);
    assert_string_equal(r.sentence.at, "flatten 3 things");
    assert_string_equal(r.phrase.at, "flatten 3");
    assert_int_equal(f->desk.count, 0);
    reply_free(&r);
    assert_int_equal(run(c, "flatten --confirm 'flatten 3'", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(support_count(&f->desk.count), 1);
    reply_free(&r);
    client_close(c);
    free_gathered(&g);
}

static void test_server_asks_across_the_socket(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
    gathered g = {.answer = "n"};
    reply r;
    assert_int_equal(run(c, "cancel", &g, &r), STATUS_OK);
    assert_int_equal(r.result, STATUS_CANCELLED);
    assert_string_equal(g.question, "cancel 3 things? [y/N] ");
    assert_int_equal(support_count(&f->desk.count), 0);
    reply_free(&r);
    g.answer = "y";
    assert_int_equal(run(c, "cancel", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    assert_int_equal(support_count(&f->desk.count), 1);
    reply_free(&r);
    g.answer = "a fat finger";
    assert_int_equal(run(c, "explain", &g, &r), STATUS_OK);
    assert_non_null(strstr(g.out.at, "because a fat finger\n"));
    reply_free(&r);
    client_close(c);
    free_gathered(&g);
}

static void test_server_hands_out_the_view(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
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
    assert_counts(c);
    client_close(c);
}

// ---- descriptors ----

static void read_all(int descriptor, text *out) {
    char bytes[4096];
    ssize_t n;
    while ((n = read(descriptor, bytes, sizeof bytes)) > 0)
        text_put_n(out, bytes, (size_t)n);
}

typedef struct {
    client *client;
    const char *word;
    int out;
    int cancelled;
    status result;
    reply reply;
} remote;

static void *run_remote(void *context) {
    remote *m = context;
    const char *words[] = {m->word, "100000"};
    request q = {.words = words,
                 .n = strcmp(m->word, "big") == 0 ? 2 : 1,
                 .face = "shell",
                 .out = m->out,
                 .err = m->out,
                 .cancelled = &m->cancelled};
    m->result = client_run(m->client, &q, &m->reply);
    return NULL;
}

static void test_server_writes_to_the_callers_descriptors(void **state) {
    fixture *f = *state;
    int out[2], err[2];
    char directory[4096];
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    client *c = connect_to(f);
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
    fixture *f = *state;
    int out[2];
    pthread_t thread;
    assert_int_equal(pipe(out), 0);
    remote m = {.client = connect_to(f), .word = "big", .out = out[1]};
    assert_int_equal(pthread_create(&thread, NULL, run_remote, &m), 0);
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
    fixture *f = *state;
    int out[2];
    pthread_t thread;
    assert_int_equal(pipe(out), 0);
    remote m = {.client = connect_to(f), .word = "big", .out = out[1]};
    assert_int_equal(pthread_create(&thread, NULL, run_remote, &m), 0);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    __atomic_store_n(&m.cancelled, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    reply_free(&m.reply);
    close(out[0]);
    close(out[1]);
    assert_counts(m.client);
    client_close(m.client);
}

static void test_server_survives_a_reader_that_goes_away(void **state) {
    fixture *f = *state;
    int out[2];
    assert_int_equal(pipe(out), 0);
    close(out[0]);
    remote m = {.client = connect_to(f), .word = "big", .out = out[1]};
    run_remote(&m);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.exit_code, 0);
    reply_free(&m.reply);
    close(out[1]);
    assert_counts(m.client);
    client_close(m.client);
}

static void test_server_says_when_the_output_can_not_be_written(void **state) {
    fixture *f = *state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    remote m = {.client = connect_to(f), .word = "big", .out = full};
    run_remote(&m);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.exit_code, 1);
    assert_int_equal(m.reply.result, STATUS_IO);
    reply_free(&m.reply);
    close(full);
    client_close(m.client);
}

// ---- cancelling ----

static void test_server_cancels_when_the_caller_does(void **state) {
    fixture *f = *state;
    pthread_t thread;
    remote m = {.client = connect_to(f), .word = "wait", .out = -1};
    m.out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pthread_create(&thread, NULL, run_remote, &m), 0);
    support_wait_for(&f->desk.waiting, 1);
    __atomic_store_n(&m.cancelled, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    assert_int_equal(m.result, STATUS_OK);
    assert_int_equal(m.reply.result, STATUS_CANCELLED);
    assert_int_equal(m.reply.exit_code, 1);
    reply_free(&m.reply);
    close(m.out);
    assert_counts(m.client);
    client_close(m.client);
}

static void test_server_stop_cancels_and_answers_what_runs(void **state) {
    fixture *f = *state;
    pthread_t thread;
    remote m = {.client = connect_to(f), .word = "wait", .out = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    assert_int_equal(pthread_create(&thread, NULL, run_remote, &m), 0);
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
    fixture *f = *state;
    enum { SEVERAL = 8 };
    pthread_t threads[SEVERAL];
    remote m[SEVERAL];
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (int i = 0; i < SEVERAL; i++) {
        m[i] = (remote){.client = connect_to(f), .word = "wait", .out = null};
        assert_int_equal(pthread_create(&threads[i], NULL, run_remote, &m[i]), 0);
    }
    support_wait_for(&f->desk.waiting, SEVERAL);
    client *emergency = connect_to(f);
    assert_counts(emergency);
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
    fixture *f = *state;
    char path[4200];
    struct stat about;
    snprintf(path, sizeof path, "%s/desk.sock", f->desk.home);
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISSOCK(about.st_mode));
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void test_server_refuses_to_start_beside_a_living_one(void **state) {
    fixture *f = *state;
    server *second = NULL;
    server_config config = support_desk_config(&f->desk);
    assert_int_equal(server_start(&config, &second), STATUS_BUSY);
    client *c = connect_to(f);
    assert_counts(c);
    client_close(c);
}

static void test_server_works_under_a_path_too_long_for_a_socket(void **state) {
    (void)state;
    fixture f = {.view = -1};
    support_desk_open(&f.desk);
    support_desk_deepen(&f.desk);
    assert_true(strlen(f.desk.home) > 200);
    server_config config = support_desk_config(&f.desk);
    assert_int_equal(server_start(&config, &f.server), STATUS_OK);
    client *c = connect_to(&f);
    assert_counts(c);
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

// ---- peers that misbehave ----

static channel *raw_peer(const fixture *f) {
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
    fixture *f = *state;
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

static void assert_frame_is_refused(const fixture *f, const text *bytes, const int *descriptors, size_t n) {
    channel *peer = raw_peer(f);
    greet(peer, PLIMSOLL_VERSION);
    assert_int_equal(channel_send(peer, bytes, descriptors, n), STATUS_OK);
    assert_closed(peer);
}

static void test_server_closes_on_frames_that_make_no_sense(void **state) {
    fixture *f = *state;
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
    fixture *f = *state;
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
    fixture *f = *state;
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
    fixture *f = *state;
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
    client *c = connect_soon(f);
    assert_counts(c);
    client_close(c);
}

static void test_server_takes_no_more_connections_than_it_has_room_for(void **state) {
    fixture *f = *state;
    client *clients[SERVER_CONNECTIONS], *more = NULL;
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++)
        clients[i] = connect_to(f);
    assert_int_equal(client_connect(f->desk.home, &more), STATUS_BUSY);
    client_close(clients[0]);
    clients[0] = connect_soon(f);
    for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
        assert_counts(clients[i]);
        client_close(clients[i]);
    }
}

static void test_client_refuses_a_command_too_large_to_travel(void **state) {
    fixture *f = *state;
    client *c = connect_to(f);
    text word = {0};
    reply r;
    text_repeat(&word, "x", WIRE_BODY_MAX);
    const char *words[] = {"say", word.at};
    request q = {.words = words, .n = 2, .out = -1, .err = -1};
    assert_int_equal(client_run(c, &q, &r), STATUS_INVALID);
    assert_counts(c);
    text_free(&word);
    client_close(c);
}

// ---- other processes ----

static pid_t start_process(void (*body)(const fixture *f, int ready), const fixture *f, int *ready) {
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
static void hold(const fixture *f, int ready) {
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
    fixture f = {.view = -1};
    int ready;
    pthread_t thread;
    support_desk_open(&f.desk);
    pid_t holder = start_process(hold, &f, &ready);
    wait_for_ready(ready);
    client *c = connect_to(&f);
    assert_int_equal(client_pid(c), holder);
    assert_counts(c);
    remote m = {.client = c, .word = "wait", .out = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    assert_int_equal(pthread_create(&thread, NULL, run_remote, &m), 0);
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
    c = connect_to(&f);
    assert_counts(c);
    client_close(c);
    server_stop(f.server);
    support_desk_close(&f.desk);
}

// Runs `wait` over the socket until killed.
static void call_wait(const fixture *f, int ready) {
    remote m = {.client = NULL, .word = "wait", .out = ready};
    if (client_connect(f->desk.home, &m.client) == STATUS_OK)
        run_remote(&m);
}

static void test_server_cancels_the_command_of_a_caller_that_dies(void **state) {
    fixture *f = *state;
    int ready;
    pid_t caller = start_process(call_wait, f, &ready);
    support_wait_for(&f->desk.waiting, 1);
    kill(caller, SIGKILL);
    assert_int_equal(end_of(caller), -SIGKILL);
    support_wait_for(&f->desk.waiting, 0);
    close(ready);
}

enum { NOBODY = 65534 };

static void call_as_nobody(const fixture *f, int ready) {
    client *c = NULL;
    char result = 1;
    if (setgid(NOBODY) == 0 && setuid(NOBODY) == 0)
        result = (char)client_connect(f->desk.home, &c);
    if (write(ready, &result, 1) != 1)
        _exit(1);
}

static void test_server_turns_away_another_user(void **state) {
    fixture *f = *state;
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
    fixture *f = *state;
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
    client *c = connect_to(f);
    assert_counts(c);
    client_close(c);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

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
