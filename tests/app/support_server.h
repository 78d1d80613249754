// A small desk with its socket, and callers of it.
#pragma once

#include "src/app/client.h"
#include "src/app/server.h"
#include "tests/app/support_desk.h"

typedef struct {
    support_desk desk; // the first, so that whoever is handed it has the whole
    server *server;
    int view; // descriptor that it hands out, -1 for none
} served_desk;

// For cmocka_unit_test_setup_teardown; *state is the served_desk.
int support_serve(void **state);
int support_stop_serving(void **state);
#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, support_serve, support_stop_serving)

client *support_connect(const served_desk *f); // fails the test when it can't
// The same, where connections that were closed a moment ago may still fill the server.
client *support_connect_soon(const served_desk *f);

typedef struct {
    text out, err;
    const char *answer; // to questions; NULL: nobody can be asked
    char question[200];
} gathered;

// Runs a line with gathered output.
status support_run_line(client *c, const char *line, gathered *g, reply *r);
void support_free_gathered(gathered *g);
void support_assert_counts(client *c); // it runs a command and answers

// A command of one word (`big` prints 100,000 bytes), for a thread of its own: the function below takes a remote.
typedef struct {
    client *client;
    const char *word;
    int out;
    int cancelled;
    status result;
    reply reply;
} remote;

void *support_run_remote(void *context);
