#include "tests/app/support_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"

static void nap(void) { nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); }

static status say_run(call *c) {
    text_printf(&c->out, "%s %s %s %d:", c->user, c->face, c->directory, c->width);
    for (size_t i = 0; i < c->rest_n; i++)
        text_printf(&c->out, " %s", c->rest[i]);
    text_char(&c->out, '\n');
    text_put(&c->err, "noted\n");
    return STATUS_OK;
}

static status big_run(call *c) {
    text_repeat(&c->out, "x", (size_t)call_int(c, "n", 0));
    return STATUS_OK;
}

static status wait_run(call *c) {
    support_desk *d = c->services;
    __atomic_add_fetch(&d->waiting, 1, __ATOMIC_SEQ_CST);
    while (!call_cancelled(c))
        nap();
    __atomic_sub_fetch(&d->waiting, 1, __ATOMIC_SEQ_CST);
    return status_fail(STATUS_CANCELLED, "stopped waiting");
}

static status count_run(call *c) {
    support_desk *d = c->services;
    text_printf(&c->out, "counted %d\n", __atomic_add_fetch(&d->count, 1, __ATOMIC_SEQ_CST));
    if (c->reason)
        text_printf(&c->out, "because %s\n", c->reason);
    return STATUS_OK;
}

static status some_scope(call *c, text *sentence, text *phrase) {
    text_printf(sentence, "%s 3 things", c->command->name);
    text_printf(phrase, "%s 3", c->command->name);
    return STATUS_OK;
}

static const command entries[] = {
    {.name = "say",
     .help = "Says who and where.",
     .args = {{"words", ARG_TEXT, true, true, NULL, NULL}},
     .run = say_run},
    {.name = "big", .help = "Prints much.", .args = {{"n", ARG_INT, false, false, NULL, NULL}}, .run = big_run},
    {.name = "wait", .help = "Waits.", .run = wait_run},
    {.name = "count", .help = "Counts.", .run = count_run, .audited = true},
    {.name = "cancel", .help = "Asks.", .confirm = CONFIRM_YES, .scope = some_scope, .run = count_run, .audited = true},
    {.name = "explain", .help = "Asks why.", .confirm = CONFIRM_REASON, .scope = some_scope, .run = count_run},
    {.name = "flatten", .help = "Asks much.", .confirm = CONFIRM_PHRASE, .scope = some_scope, .run = count_run},
    {.name = "secret",
     .help = "Takes one.",
     .args = {{"word", ARG_SECRET, false, false, NULL, NULL}},
     .run = count_run},
    {.name = "zoom", .help = "Zooms.", .place = COMMAND_SCREEN, .run = count_run},
    {.name = "version", .help = "Tells it.", .place = COMMAND_LOCAL, .run = count_run},
};

void support_desk_open(support_desk *d) {
    memset(d, 0, sizeof *d);
    strcpy(d->root, "/tmp/plimsoll-test-XXXXXX");
    assert_non_null(mkdtemp(d->root));
    strcpy(d->home, d->root);
    d->commands = command_table_new();
    command_add(d->commands, entries, sizeof entries / sizeof *entries);
    d->host = (request_host){.commands = d->commands, .services = d};
}

void support_desk_close(support_desk *d) {
    char line[128];
    command_table_free(d->commands);
    snprintf(line, sizeof line, "rm -rf '%s'", d->root);
    assert_int_equal(system(line), 0);
}

void support_desk_deepen(support_desk *d) {
    for (int i = 0; i < 4; i++) {
        size_t n = strlen(d->home);
        snprintf(d->home + n, sizeof d->home - n, "/a-directory-whose-name-alone-is-rather-long-for-a-socket-%d", i);
        assert_int_equal(mkdir(d->home, 0700), 0);
    }
}

void support_desk_run(void *desk, const request *r, reply *out) {
    support_desk *d = desk;
    request_run(&d->host, r, out);
}

server_config support_desk_config(support_desk *d) {
    return (server_config){.home = d->home, .context = d, .run = support_desk_run};
}

int support_count(const int *counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }

void support_wait_for(const int *counter, int value) {
    int64_t deadline = clock_mono() + 10 * NS_PER_S;
    while (support_count(counter) != value) {
        if (clock_mono() > deadline)
            fail_msg("the counter stayed at %d, not %d", support_count(counter), value);
        nap();
    }
}
