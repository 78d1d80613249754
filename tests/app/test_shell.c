// `plimsoll shell`: on a pipe, and at a prompt in a pseudo-terminal.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/shell.h"
#include "src/base/clock.h"
#include "tests/app/support_desk.h"

static void tickers(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    (void)context;
    (void)prefix;
    add(to, "NVDA");
}

static int run_shell(support_desk *desk) {
    shell_host host = {.commands = desk->commands,
                       .run = support_desk_run,
                       .context = desk,
                       .symbols = tickers,
                       .user = "ada",
                       .state_directory = desk->home};
    return shell_run(&host);
}

static int end_of(pid_t child) {
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

static int set_up(void **state) {
    // The shell runs in a process of its own, and its desk's counters are to be seen here.
    support_desk *desk = mmap(NULL, sizeof *desk, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(desk, MAP_FAILED);
    support_desk_open(desk);
    *state = desk;
    return 0;
}

static int tear_down(void **state) {
    support_desk_close(*state);
    munmap(*state, sizeof(support_desk));
    return 0;
}

// ---- on a pipe ----

// Runs a script without a terminal; returns the exit code.
static int run_script(support_desk *desk, const char *script, text *out) {
    int in[2], printed[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(printed), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setsid(); // no controlling terminal: nobody to ask
        dup2(in[0], 0);
        dup2(printed[1], 1);
        dup2(printed[1], 2);
        close(in[1]);
        close(printed[0]);
        _exit(run_shell(desk));
    }
    close(in[0]);
    close(printed[1]);
    assert_int_equal(write(in[1], script, strlen(script)), (ssize_t)strlen(script));
    close(in[1]);
    char bytes[1000];
    ssize_t n;
    while ((n = read(printed[0], bytes, sizeof bytes)) > 0)
        text_put_n(out, bytes, (size_t)n);
    close(printed[0]);
    return end_of(child);
}

static void test_shell_runs_the_lines_of_a_pipe(void **state) {
    text out = {0};
    int code = run_script(*state, "# a note\n\ncount\n  plimsoll count\nexit\ncount\n", &out);
    assert_int_equal(code, 0);
    assert_string_equal(out.at, "counted 1\ncounted 2\n");
    text_free(&out);
}

static void test_shell_keeps_the_code_of_the_first_failure(void **state) {
    text out = {0};
    int code = run_script(*state, "count\ncuont\ncount 'x\nversion\nzoom\ncount", &out);
    assert_int_equal(code, 2);
    assert_non_null(strstr(out.at, "plimsoll: \"cuont\" is no command; did you mean \"count\"?\n"));
    assert_non_null(strstr(out.at, "plimsoll: line 2 failed\n"));
    assert_non_null(strstr(out.at, "never closes"));
    assert_non_null(strstr(out.at, "it works inside the workstation"));
    assert_non_null(strstr(out.at, "counted 3\n"));
    text_free(&out);
}

static void test_shell_does_nothing_where_nobody_can_confirm(void **state) {
    text out = {0};
    int code = run_script(*state, "cancel\ncancel --yes\n", &out);
    assert_int_equal(code, 2);
    assert_non_null(strstr(out.at, "plimsoll: cancel 3 things: not confirmed, and nothing was done"));
    assert_non_null(strstr(out.at, "counted 1\n"));
    text_free(&out);
}

// ---- at the prompt ----

typedef struct {
    pid_t child;
    int terminal;
    text seen;
} prompt;

static prompt open_prompt(support_desk *desk) {
    prompt p = {0};
    struct winsize size = {.ws_row = 24, .ws_col = 100};
    char inputrc[4200];
    snprintf(inputrc, sizeof inputrc, "%s/inputrc", desk->home);
    FILE *settings = fopen(inputrc, "w");
    fputs("set enable-active-region off\n", settings); // no highlighting inside the texts awaited
    fclose(settings);
    p.child = forkpty(&p.terminal, NULL, NULL, &size);
    assert_true(p.child >= 0);
    if (p.child == 0) {
        setenv("TERM", "vt100", 1);
        setenv("INPUTRC", inputrc, 1);
        _exit(run_shell(desk));
    }
    return p;
}

static void type(prompt *p, const char *keys) {
    assert_int_equal(write(p->terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
}

// Reads until the marker has come, and forgets what came up to its end.
static void await(prompt *p, const char *marker) {
    int64_t deadline = clock_mono() + 10 * NS_PER_S;
    char *at;
    while (!(at = strstr(text_string(&p->seen), marker))) {
        struct pollfd ready = {.fd = p->terminal, .events = POLLIN};
        char bytes[500];
        ssize_t n = poll(&ready, 1, 100) > 0 ? read(p->terminal, bytes, sizeof bytes) : 0;
        for (ssize_t i = 0; i < n; i++)
            if (bytes[i]) // zeros are padding for slow terminals
                text_char(&p->seen, bytes[i]);
        if (n < 0 || clock_mono() > deadline)
            fail_msg("\"%s\" did not come, but \"%s\"", marker, text_string(&p->seen));
    }
    text rest = {0};
    text_put(&rest, at + strlen(marker));
    text_free(&p->seen);
    p->seen = rest;
}

static int close_prompt(prompt *p) {
    // What is still printed must not fill the terminal while the child ends.
    char bytes[500];
    while (read(p->terminal, bytes, sizeof bytes) > 0)
        ;
    int code = end_of(p->child);
    close(p->terminal);
    text_free(&p->seen);
    return code;
}

static void test_shell_prompts_and_leaves_at_the_end_of_input(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "say hello\r");
    await(&p, "ada prompt ");
    await(&p, " 100: hello\r\n");
    await(&p, "plimsoll> ");
    type(&p, "nonsense\r");
    await(&p, "\"nonsense\" is no command");
    await(&p, "plimsoll> ");
    type(&p, "\x04");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_completes_from_the_table(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "sa\thello\r");
    await(&p, ": hello\r\n");
    await(&p, "plimsoll> ");
    type(&p, "count --for\tjs\t--dr\t\r");
    await(&p, "count --format json --dry-run");
    await(&p, "{\"would\":");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_asks_at_the_terminal(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "cancel\r");
    await(&p, "cancel 3 things? [y/N] ");
    type(&p, "\r");
    await(&p, "plimsoll: nothing was done");
    await(&p, "plimsoll> ");
    type(&p, "cancel\r");
    await(&p, "[y/N] ");
    type(&p, "y\r");
    await(&p, "counted 1");
    await(&p, "plimsoll> ");
    type(&p, "flatten\r");
    await(&p, "Type flatten 3 to go on");
    type(&p, "flatten 3 \r");
    await(&p, "counted 2");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_takes_interrupted_questions_for_no(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "cancel\r");
    await(&p, "[y/N] ");
    type(&p, "\x03");
    await(&p, "plimsoll: nothing was done");
    await(&p, "plimsoll> ");
    type(&p, "count\r");
    await(&p, "counted 1");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_interrupt_cancels_what_runs(void **state) {
    support_desk *desk = *state;
    prompt p = open_prompt(desk);
    await(&p, "plimsoll> ");
    type(&p, "wait\r");
    support_wait_for(&desk->waiting, 1);
    type(&p, "\x03");
    await(&p, "plimsoll: stopped waiting");
    await(&p, "plimsoll> ");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_interrupt_drops_the_line_and_a_search(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "count\r");
    await(&p, "counted 1");
    await(&p, "plimsoll> ");
    type(&p, "coun\x03");
    await(&p, "plimsoll> ");
    // A search that has found "count" must not run it.
    type(&p, "\x12");
    await(&p, "(reverse-i-search)`");
    type(&p, "c");
    await(&p, "c': count");
    type(&p, "\x03");
    await(&p, "plimsoll> ");
    type(&p, "say still\r");
    await(&p, ": still\r\n");
    await(&p, "plimsoll> ");
    type(&p, "count\r");
    await(&p, "counted 2");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_keeps_its_history_to_itself_and_without_secrets(void **state) {
    support_desk *desk = *state;
    char path[4200];
    struct stat about;
    prompt p = open_prompt(desk);
    await(&p, "plimsoll> ");
    type(&p, "say remembered\r");
    await(&p, "plimsoll> ");
    type(&p, "secret hunter2\r");
    await(&p, "plimsoll> ");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
    snprintf(path, sizeof path, "%s/history", desk->home);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    text kept = {0};
    char bytes[500];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(file, bytes, sizeof bytes);
    close(file);
    assert_true(n > 0);
    text_put_n(&kept, bytes, (size_t)n);
    assert_string_equal(kept.at, "say remembered\nexit\n");
    text_free(&kept);

    p = open_prompt(desk);
    await(&p, "plimsoll> ");
    type(&p, "\x12");
    await(&p, "(reverse-i-search)`");
    type(&p, "r");
    await(&p, "r': say remembered");
    type(&p, "\r");
    await(&p, ": remembered\r\n");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

static void test_shell_runs_each_line_of_a_paste(void **state) {
    prompt p = open_prompt(*state);
    await(&p, "plimsoll> ");
    type(&p, "\x1b[200~count\ncount\n\x1b[201~");
    type(&p, "\r");
    await(&p, "counted 1");
    await(&p, "counted 2");
    type(&p, "exit\r");
    assert_int_equal(close_prompt(&p), 0);
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_DESK(test_shell_runs_the_lines_of_a_pipe),
        WITH_DESK(test_shell_keeps_the_code_of_the_first_failure),
        WITH_DESK(test_shell_does_nothing_where_nobody_can_confirm),
        WITH_DESK(test_shell_prompts_and_leaves_at_the_end_of_input),
        WITH_DESK(test_shell_completes_from_the_table),
        WITH_DESK(test_shell_asks_at_the_terminal),
        WITH_DESK(test_shell_takes_interrupted_questions_for_no),
        WITH_DESK(test_shell_interrupt_cancels_what_runs),
        WITH_DESK(test_shell_interrupt_drops_the_line_and_a_search),
        WITH_DESK(test_shell_keeps_its_history_to_itself_and_without_secrets),
        WITH_DESK(test_shell_runs_each_line_of_a_paste),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
