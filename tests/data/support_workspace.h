// A workspace in a directory of its own that goes away again, for tests of the data room and of what stands on it.
#pragma once

#include <sys/types.h>

#include "data/store/bars.h"
#include "data/store/store.h"

typedef struct {
    char root[64]; // a fresh directory
    char home[80]; // root/home, the workspace
    store *store;  // open; NULL after workspace_shut
} workspace;

void workspace_make(workspace *w);
void workspace_shut(workspace *w);  // closes the store, keeps the files
void workspace_again(workspace *w); // opens it again
void workspace_remove(workspace *w);

// root/name; borrowed until the fourth call from then.
const char *workspace_path(const workspace *w, const char *name);
// Writes a file in root and returns its path, borrowed as above.
const char *workspace_file(const workspace *w, const char *name, const char *content);

// Stores the bars of one security (their sid is set) and returns its sid.
int32_t workspace_bars(workspace *w, const char *symbol, const char *kind, const char *basis, bar *rows, size_t n);
void workspace_action(workspace *w, const char *symbol, date day, double split, int64_t dividend);
void workspace_delist(workspace *w, const char *symbol, date day, double final_return);

// Runs `body` in a child process and returns its exit code, or minus the signal that ended it. A failed assertion in
// the body ends the child with 1.
int workspace_child(int (*body)(void *context), void *context);

// Fail the test with the sentence of the status.
void support_ok(status s, const char *what, const char *file, int line);
void support_status(status s, status expected, const char *what, const char *file, int line);
#define assert_ok(call) support_ok(call, #call, __FILE__, __LINE__)
#define assert_status(call, expected) support_status(call, expected, #call, __FILE__, __LINE__)
// The sentence of the last failure holds `part`.
#define assert_said(part) support_said(part, __FILE__, __LINE__)
void support_said(const char *part, const char *file, int line);
