#include "tests/app/support_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

static int give_view(void *desk) { return ((served_desk *)desk)->view; }

int support_serve(void **state) {
    served_desk *f = mem_new(1, sizeof *f);
    support_desk_open(&f->desk);
    f->view = -1;
    server_config config = support_desk_config(&f->desk);
    config.view = give_view;
    assert_int_equal(server_start(&config, &f->server), STATUS_OK);
    *state = f;
    return 0;
}

int support_stop_serving(void **state) {
    served_desk *f = *state;
    server_stop(f->server);
    if (f->view >= 0)
        close(f->view);
    support_desk_close(&f->desk);
    free(f);
    return 0;
}

client *support_connect(const served_desk *f) {
    client *c = NULL;
    status result = client_connect(f->desk.home, &c);
    if (result != STATUS_OK)
        fail_msg("no connection: %s", status_message());
    return c;
}

client *support_connect_soon(const served_desk *f) {
    client *c = NULL;
    int64_t deadline = clock_mono() + 10 * NS_PER_S;
    while (client_connect(f->desk.home, &c) != STATUS_OK)
        assert_true(clock_mono() < deadline);
    return c;
}

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

void support_free_gathered(gathered *g) {
    text_free(&g->out);
    text_free(&g->err);
}

enum { WORDS = 16 };

status support_run_line(client *c, const char *line, gathered *g, reply *r) {
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

void support_assert_counts(client *c) {
    gathered g = {0};
    reply r;
    assert_int_equal(support_run_line(c, "count", &g, &r), STATUS_OK);
    assert_int_equal(r.exit_code, 0);
    reply_free(&r);
    support_free_gathered(&g);
}

void *support_run_remote(void *context) {
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
