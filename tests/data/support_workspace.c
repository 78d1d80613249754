#include "tests/data/support_workspace.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/store/load.h"

void support_ok(status s, const char *what, const char *file, int line) {
    support_status(s, STATUS_OK, what, file, line);
}

void support_status(status s, status expected, const char *what, const char *file, int line) {
    if (s == expected)
        return;
    print_error("%s is %s (%s), not %s\n", what, status_name(s), s == STATUS_OK ? "" : status_message(),
                status_name(expected));
    _fail(file, line);
}

void support_said(const char *part, const char *file, int line) {
    if (strstr(status_message(), part))
        return;
    print_error("the sentence \"%s\" does not say \"%s\"\n", status_message(), part);
    _fail(file, line);
}

void workspace_make(workspace *w) {
    *w = (workspace){.root = "/tmp/plimsoll-test-XXXXXX"};
    assert_non_null(mkdtemp(w->root));
    snprintf(w->home, sizeof w->home, "%s/home", w->root);
    workspace_again(w);
}

void workspace_shut(workspace *w) {
    store_close(w->store);
    w->store = NULL;
}

void workspace_again(workspace *w) { assert_ok(store_open(w->home, &w->store)); }

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *at) {
    (void)about;
    (void)type;
    (void)at;
    return remove(path);
}

void workspace_remove(workspace *w) {
    workspace_shut(w);
    assert_int_equal(nftw(w->root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *workspace_path(const workspace *w, const char *name) {
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", w->root, name);
    return path;
}

const char *workspace_file(const workspace *w, const char *name, const char *content) {
    const char *path = workspace_path(w, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fputs(content, f) >= 0, 1);
    assert_int_equal(fclose(f), 0);
    return path;
}

typedef struct {
    const char *symbol, *kind, *basis;
    bar *rows;
    size_t n;
    int32_t sid;
    date day;
    double ratio;
    int64_t dividend;
} writing;

static status write_bars(load *l, writing *w) {
    TRY(load_security(l, w->symbol, w->kind, w->basis, &w->sid));
    for (size_t i = 0; i < w->n; i++)
        w->rows[i].sid = w->sid;
    load_counts counts = {0};
    return load_bars(l, w->rows, w->n, &counts);
}

static status write_action(load *l, writing *w) {
    TRY(load_find(l, w->symbol, &w->sid));
    return load_action(l, w->sid, w->day, w->ratio, w->dividend);
}

static status write_delisting(load *l, writing *w) {
    TRY(load_find(l, w->symbol, &w->sid));
    return load_delisting(l, w->sid, w->day, w->ratio, "test");
}

typedef struct {
    status (*step)(load *l, writing *w);
    writing *what;
} loading;

static status run_load(store_connection *c, void *context) {
    loading *r = context;
    load *l;
    TRY(load_begin(c, &l));
    status s = r->step(l, r->what);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

static void write_all(workspace *w, status (*step)(load *l, writing *w), writing *what) {
    loading r = {step, what};
    assert_ok(store_write(w->store, STORE_WAREHOUSE, run_load, &r));
}

int32_t workspace_bars(workspace *w, const char *symbol, const char *kind, const char *basis, bar *rows, size_t n) {
    writing what = {.symbol = symbol, .kind = kind, .basis = basis, .rows = rows, .n = n};
    write_all(w, write_bars, &what);
    return what.sid;
}

void workspace_action(workspace *w, const char *symbol, date day, double split, int64_t dividend) {
    writing what = {.symbol = symbol, .day = day, .ratio = split, .dividend = dividend};
    write_all(w, write_action, &what);
}

void workspace_delist(workspace *w, const char *symbol, date day, double final_return) {
    writing what = {.symbol = symbol, .day = day, .ratio = final_return};
    write_all(w, write_delisting, &what);
}

int workspace_child(int (*body)(void *context), void *context) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body(context));
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}
