#include "data/store/store.h"

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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/store/connection.h"
#include "data/store/journal.h"
#include "data/store/load.h"
#include "data/store/settings.h"
#include "src/base/hash.h"
#include "src/base/mem.h"
#include "tests/data/support_workspace.h"

static const char *const names[] = {"home/desk.db", "home/warehouse.db", "home/results.db"};

static journal_row row_number(int64_t sequence) {
    return (journal_row){
        .sequence = sequence, .time = 1, .kind = JOURNAL_CASH, .price = sequence * 7, .text = "a text of some length"};
}

static void append_rows(store *s, int64_t from, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        journal_row row = row_number(from + i);
        assert_ok(journal_append(s, &row, 1));
    }
}

static hash hash_of_file(const char *path) {
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    hash_state *h = hash_start();
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, f)) > 0;)
        hash_add(h, buffer, n);
    fclose(f);
    return hash_finish(h);
}

static void overwrite(const char *path, off_t at, const char *bytes, size_t n) {
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
    close(fd);
}

// ---- opening ----

static void test_store_makes_a_private_workspace(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    struct stat about;
    assert_int_equal(stat(w.home, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0700);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(stat(workspace_path(&w, names[i]), &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
        assert_true(store_schema_version(w.store, (store_database)i) >= 1);
    }
    assert_string_equal(store_home(w.store), w.home);
    assert_true(store_free_bytes(w.store) > 0);
    assert_ok(store_check(w.store));
    workspace_remove(&w);
}

static void test_store_keeps_what_was_written(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_ok(settings_set(w.store, "colour", "green"));
    workspace_shut(&w);
    workspace_again(&w);
    char value[16];
    assert_ok(settings_get(w.store, "colour", value, sizeof value));
    assert_string_equal(value, "green");
    workspace_remove(&w);
}

static int open_and_report(void *context) {
    store *s;
    status result = store_open(context, &s);
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld ", (long)getppid());
    return result == STATUS_BUSY && strstr(status_message(), pid) ? 42 : (int)result;
}

static void test_store_is_refused_to_a_second_process_by_name_of_the_first(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_int_equal(workspace_child(open_and_report, w.home), 42);
    workspace_remove(&w);
}

static void test_store_ignores_a_lock_file_that_nobody_holds(void **state) {
    (void)state;
    static const char *const leftovers[] = {"", "{\"pid\":1,\"host\":\"elsewhere\",\"start\":\"x\"}\n",
                                            "nonsense \x01"};
    workspace w;
    workspace_make(&w);
    for (size_t i = 0; i < 3; i++) {
        workspace_shut(&w);
        workspace_file(&w, "home/workspace.lock", leftovers[i]);
        workspace_again(&w);
    }
    workspace_remove(&w);
}

// ---- a holder that dies ----

static int write_until_killed(void *context) {
    workspace *w = context;
    store *s;
    if (store_open(w->home, &s) != STATUS_OK)
        return 1;
    for (int64_t i = 1;; i++) {
        journal_row row = row_number(i);
        if (journal_append(s, &row, 1) != STATUS_OK)
            return 1;
        if (i == 200) // the parent waits for this many
            close(open(workspace_path(w, "ready"), O_CREAT | O_WRONLY, 0600));
    }
}

static status count_rows(void *context, const journal_row *row) {
    assert_int_equal(row->price, row->sequence * 7);
    ++*(int64_t *)context;
    return STATUS_OK;
}

static void test_store_opens_after_its_writer_was_killed(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(write_until_killed(&w));
    while (access(workspace_path(&w, "ready"), F_OK) != 0)
        assert_int_equal(waitpid(child, NULL, WNOHANG), 0), usleep(1000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    workspace_again(&w);
    int64_t last = 0, n = 0;
    assert_ok(journal_last(w.store, &last));
    assert_true(last >= 200);
    assert_ok(journal_read(w.store, 0, count_rows, &n));
    assert_int_equal(n, last);
    append_rows(w.store, last + 1, 1);
    assert_ok(store_check(w.store));
    workspace_remove(&w);
}

// ---- damage ----

typedef struct {
    const char *what;
    void (*damage)(const char *path);
    const char *said;
} damage_case;

static void damage_garbage(const char *path) {
    char garbage[8192];
    memset(garbage, 'x', sizeof garbage);
    overwrite(path, 0, garbage, sizeof garbage);
}

static void damage_first_page(const char *path) {
    char garbage[3000];
    memset(garbage, 0xa5, sizeof garbage);
    overwrite(path, 100, garbage, sizeof garbage);
}

static void damage_half(const char *path) {
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(truncate(path, about.st_size / 2), 0);
}

static void damage_empty(const char *path) { assert_int_equal(truncate(path, 0), 0); }
static void damage_stub(const char *path) { assert_int_equal(truncate(path, 50), 0); }
static void damage_foreign(const char *path) { overwrite(path, 68, "abcd", 4); }

static const damage_case damages[] = {
    {"overwritten", damage_garbage, "not a database"},
    {"first page", damage_first_page, "is damaged"},
    {"cut in half", damage_half, "cut off"},
    {"empty", damage_empty, "empty"},
    {"a stub", damage_stub, "cut off"},
    {"another program's", damage_foreign, "another program"},
};

static void test_store_names_a_damaged_database_and_changes_nothing(void **state) {
    (void)state;
    for (size_t d = 0; d < sizeof damages / sizeof *damages; d++) {
        for (size_t i = 0; i < 2; i++) {
            workspace w;
            workspace_make(&w);
            append_rows(w.store, 1, 3);
            workspace_shut(&w);
            damages[d].damage(workspace_path(&w, names[i]));
            hash before[3], after[3];
            for (size_t k = 0; k < 3; k++)
                before[k] = hash_of_file(workspace_path(&w, names[k]));
            assert_status(store_open(w.home, &w.store), STATUS_CORRUPT);
            assert_said(damages[d].said);
            assert_said(workspace_path(&w, names[i]));
            assert_said("nothing was changed");
            for (size_t k = 0; k < 3; k++)
                after[k] = hash_of_file(workspace_path(&w, names[k]));
            assert_memory_equal(before, after, sizeof before);
            workspace_remove(&w);
        }
    }
}

static void damage_all_but_the_schema(const char *path) {
    char garbage[4096];
    struct stat about;
    memset(garbage, 'U', sizeof garbage);
    assert_int_equal(stat(path, &about), 0);
    for (off_t at = sizeof garbage; at < about.st_size; at += (off_t)sizeof garbage)
        overwrite(path, at, garbage, sizeof garbage);
}

// What can be computed again keeps nobody from their orders.
static void test_store_sets_damaged_results_aside(void **state) {
    (void)state;
    for (size_t d = 0; d <= sizeof damages / sizeof *damages; d++) {
        workspace w;
        workspace_make(&w);
        append_rows(w.store, 1, 3);
        workspace_shut(&w);
        bool inside = d == sizeof damages / sizeof *damages;
        (inside ? damage_all_but_the_schema : damages[d].damage)(workspace_path(&w, names[2]));
        hash before = hash_of_file(workspace_path(&w, names[2]));
        workspace_again(&w);
        int64_t last;
        assert_ok(journal_last(w.store, &last));
        assert_int_equal(last, 3);
        assert_ok(store_check(w.store));
        assert_non_null(store_set_aside(w.store));
        hash after = hash_of_file(store_set_aside(w.store));
        assert_memory_equal(&before, &after, sizeof before);
        workspace_shut(&w);
        workspace_again(&w);
        assert_null(store_set_aside(w.store));
        workspace_remove(&w);
    }
}

static void test_store_leaves_damaged_results_where_more_is_damaged(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    damage_first_page(workspace_path(&w, names[0]));
    damage_first_page(workspace_path(&w, names[2]));
    hash before = hash_of_file(workspace_path(&w, names[2]));
    assert_status(store_open(w.home, &w.store), STATUS_CORRUPT);
    hash after = hash_of_file(workspace_path(&w, names[2]));
    assert_memory_equal(&before, &after, sizeof before);
    workspace_remove(&w);
}

static void test_store_refuses_a_log_without_its_database(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    unlink(workspace_path(&w, names[0]));
    workspace_file(&w, "home/desk.db-wal", "something");
    assert_status(store_open(w.home, &w.store), STATUS_CORRUPT);
    assert_said("-wal");
    workspace_remove(&w);
}

static void test_store_check_finds_damage_inside(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    for (int64_t i = 0; i < 20; i++) {
        journal_row rows[50];
        for (int64_t k = 0; k < 50; k++)
            rows[k] = row_number(i * 50 + k + 1);
        assert_ok(journal_append(w.store, rows, 50));
    }
    workspace_shut(&w);
    struct stat about;
    assert_int_equal(stat(workspace_path(&w, names[0]), &about), 0);
    char garbage[4096];
    memset(garbage, 0xee, sizeof garbage);
    overwrite(workspace_path(&w, names[0]), about.st_size / 4096 * 4096 - 4096, garbage, sizeof garbage);
    workspace_again(&w);
    assert_status(store_check(w.store), STATUS_CORRUPT);
    assert_said("desk.db");
    workspace_remove(&w);
}

// ---- versions ----

static void set_version(const char *path, bool leave_in_log) {
    store_connection *c;
    assert_ok(connection_open(path, SQLITE_OPEN_READWRITE, &c));
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave_in_log, NULL);
    assert_ok(connection_exec(c, "PRAGMA user_version = 99"));
    connection_close(c);
}

static void test_store_refuses_a_database_of_a_newer_program(void **state) {
    (void)state;
    for (int in_log = 0; in_log < 2; in_log++) {
        workspace w;
        workspace_make(&w);
        workspace_shut(&w);
        set_version(workspace_path(&w, names[1]), in_log);
        hash before = hash_of_file(workspace_path(&w, names[1]));
        assert_status(store_open(w.home, &w.store), STATUS_VERSION);
        assert_said("newer program");
        assert_said("warehouse.db");
        hash after = hash_of_file(workspace_path(&w, names[1]));
        assert_memory_equal(&before, &after, sizeof before);
        workspace_remove(&w);
    }
}

// ---- reading beside ----

static void test_reader_sees_what_the_owner_committed(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    store *reader;
    assert_ok(store_open_reader(w.home, &reader));
    append_rows(w.store, 1, 5);
    int64_t last = 0;
    assert_ok(journal_last(reader, &last));
    assert_int_equal(last, 5);
    assert_status(settings_set(reader, "a", "b"), STATUS_REFUSED);
    store_close(reader);
    workspace_remove(&w);
}

static void test_reader_of_nothing_says_so(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    store *reader;
    assert_status(store_open_reader(workspace_path(&w, "nowhere"), &reader), STATUS_NOT_FOUND);
    workspace_remove(&w);
}

// ---- without the right to write ----

static int open_read_only(void *context) {
    workspace *w = context;
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    store *s;
    status result = store_open(w->home, &s);
    if (result != STATUS_IO || !strstr(status_message(), w->home))
        return 3;
    store *reader;
    if (store_open_reader(w->home, &reader) != STATUS_OK)
        return 4;
    int64_t last = 0;
    result = journal_last(reader, &last);
    store_close(reader);
    return result == STATUS_OK && last == 3 ? 0 : 5;
}

static void test_store_in_a_directory_without_write_permission_reads_only(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    append_rows(w.store, 1, 3);
    workspace_shut(&w);
    assert_int_equal(chmod(w.root, 0755), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(chmod(workspace_path(&w, names[i]), 0444), 0);
    assert_int_equal(chmod(workspace_path(&w, "home/workspace.lock"), 0444), 0);
    assert_int_equal(chmod(w.home, 0555), 0);
    assert_int_equal(workspace_child(open_read_only, &w), 0);
    assert_int_equal(chmod(w.home, 0700), 0);
    workspace_remove(&w);
}

static void test_store_can_not_be_made_below_a_file(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_file(&w, "plain", "x");
    store *s;
    assert_status(store_open(workspace_path(&w, "plain/home"), &s), STATUS_IO);
    assert_status(store_open(workspace_path(&w, "plain"), &s), STATUS_IO);
    assert_said("not a directory");
    workspace_remove(&w);
}

// ---- a full disk ----

static void limit_files(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static int append_on_a_full_disk(void *context) {
    workspace *w = context;
    store *s;
    if (store_open(w->home, &s) != STATUS_OK)
        return 2;
    enum { ROWS = 5000 };
    journal_row *rows = mem_new(ROWS, sizeof *rows);
    for (int64_t i = 0; i < ROWS; i++)
        rows[i] = row_number(i + 1);
    if (journal_append(s, rows, 3) != STATUS_OK)
        return 3;
    limit_files(200000);
    if (journal_append(s, rows + 3, ROWS - 3) != STATUS_FULL || !strstr(status_message(), "desk.db"))
        return 4;
    int64_t last = 0;
    if (journal_last(s, &last) != STATUS_OK || last != 3)
        return 5;
    limit_files(RLIM_INFINITY); // somebody made room
    if (journal_append(s, rows + 3, ROWS - 3) != STATUS_OK || journal_last(s, &last) != STATUS_OK || last != ROWS)
        return 6;
    free(rows);
    store_close(s);
    return 0;
}

static int open_on_a_full_disk(void *context) {
    workspace *w = context;
    limit_files(10000);
    store *s;
    char fresh[128];
    snprintf(fresh, sizeof fresh, "%s/fresh", w->root);
    if (store_open(fresh, &s) != STATUS_FULL)
        return 2;
    limit_files(RLIM_INFINITY);
    status result = store_open(fresh, &s);
    if (result == STATUS_OK)
        store_close(s);
    return (int)result;
}

static int read_on_a_full_disk(void *context) {
    workspace *w = context;
    store *s;
    int64_t last = 0;
    journal_row row = row_number(4);
    limit_files(0);
    if (store_open(w->home, &s) != STATUS_FULL)
        return 2;
    if (store_open_full(w->home, &s) != STATUS_OK)
        return 3;
    if (journal_last(s, &last) != STATUS_OK || last != 3)
        return 4;
    if (journal_append(s, &row, 1) != STATUS_FULL || !strstr(status_message(), "the disk is full"))
        return 5;
    store *second;
    if (store_open_full(w->home, &second) != STATUS_BUSY)
        return 6;
    store_close(s);
    limit_files(RLIM_INFINITY);
    if (store_open(w->home, &s) != STATUS_OK || journal_append(s, &row, 1) != STATUS_OK)
        return 7;
    store_close(s);
    return 0;
}

static void test_store_on_a_full_disk_can_be_read(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    append_rows(w.store, 1, 3);
    workspace_shut(&w);
    assert_int_equal(workspace_child(read_on_a_full_disk, &w), 0);
    workspace_remove(&w);
}

static void test_store_on_a_full_disk_loses_nothing_that_was_acknowledged(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    assert_int_equal(workspace_child(append_on_a_full_disk, &w), 0);
    workspace_again(&w);
    int64_t n = 0;
    assert_ok(journal_read(w.store, 0, count_rows, &n));
    assert_int_equal(n, 5000);
    assert_ok(store_check(w.store));
    workspace_remove(&w);
}

static void test_store_made_on_a_full_disk_can_be_made_later(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w); // a child of several threads may not start others
    assert_int_equal(workspace_child(open_on_a_full_disk, &w), 0);
    workspace_remove(&w);
}

// ---- writing ----

static status make_security_then_fail(store_connection *c, void *context) {
    load *l;
    TRY(load_begin(c, &l));
    int32_t sid;
    status s = load_security(l, context, "stock", "raw", &sid);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s == STATUS_OK ? status_fail(STATUS_INVALID, "%s is not wanted", (const char *)context) : s;
}

static status make_security(store_connection *c, void *context) {
    status s = make_security_then_fail(c, context);
    return s == STATUS_INVALID ? STATUS_OK : s;
}

static size_t count_securities(store *s) {
    securities list;
    assert_ok(securities_load(s, &list));
    size_t n = list.n;
    securities_free(&list);
    return n;
}

static void test_failed_work_leaves_nothing_and_its_sentence_comes_back(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_status(store_write(w.store, STORE_WAREHOUSE, make_security_then_fail, (void *)"BAD"), STATUS_INVALID);
    assert_said("BAD is not wanted");
    assert_int_equal(count_securities(w.store), 0);
    workspace_remove(&w);
}

typedef struct {
    store *store;
    int number;
    bool right;
} worker;

static void *write_good_and_bad(void *context) {
    worker *w = context;
    w->right = true;
    for (int i = 0; i < 20; i++) {
        char symbol[16];
        bool bad = (i + w->number) % 3 == 0;
        snprintf(symbol, sizeof symbol, "%c%d.%d", bad ? 'B' : 'G', w->number, i);
        status s = store_write(w->store, STORE_WAREHOUSE, bad ? make_security_then_fail : make_security, symbol);
        // The sentence is this thread's own, whatever else was in the batch.
        w->right = w->right && (bad ? s == STATUS_INVALID && strstr(status_message(), symbol) : s == STATUS_OK);
    }
    return NULL;
}

static void test_works_in_one_batch_fail_alone(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    pthread_t threads[6];
    worker workers[6];
    for (int i = 0; i < 6; i++) {
        workers[i] = (worker){w.store, i, false};
        assert_int_equal(pthread_create(&threads[i], NULL, write_good_and_bad, &workers[i]), 0);
    }
    size_t good = 0;
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
        assert_true(workers[i].right);
        for (int k = 0; k < 20; k++)
            good += (k + i) % 3 != 0;
    }
    assert_int_equal(count_securities(w.store), good);
    assert_ok(store_check(w.store));
    workspace_remove(&w);
}

typedef struct {
    workspace *w;
    size_t seen;
} glance;

static status look_twice(store_connection *c, void *context) {
    glance *g = context;
    int64_t before, after;
    TRY(connection_int(c, "SELECT count(*) FROM securities", 0, &before));
    status s = store_write(g->w->store, STORE_WAREHOUSE, make_security, (void *)"LATER");
    if (s != STATUS_OK)
        return s;
    TRY(connection_int(c, "SELECT count(*) FROM securities WHERE sid > 0", 0, &after));
    g->seen = (size_t)(after - before);
    return STATUS_OK;
}

static void test_reader_keeps_its_moment_while_others_write(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    glance g = {&w, 7};
    assert_ok(store_read(w.store, STORE_WAREHOUSE, look_twice, &g));
    assert_int_equal(g.seen, 0);
    assert_int_equal(count_securities(w.store), 1);
    workspace_remove(&w);
}

static void test_settings_are_replaced_and_taken_away(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_ok(settings_set(w.store, "limit.gross", "1"));
    assert_ok(settings_set(w.store, "limit.gross", "2"));
    assert_ok(settings_set(w.store, "limit.net", "3"));
    assert_ok(settings_set(w.store, "other", "4"));
    char value[8], small[2];
    assert_ok(settings_get(w.store, "limit.gross", value, sizeof value));
    assert_string_equal(value, "2");
    assert_ok(settings_get(w.store, "limit.net", value, sizeof value));
    assert_string_equal(value, "3");
    assert_ok(settings_set(w.store, "other", NULL));
    assert_status(settings_get(w.store, "other", value, sizeof value), STATUS_NOT_FOUND);
    assert_ok(settings_set(w.store, "long", "abc"));
    assert_status(settings_get(w.store, "long", small, sizeof small), STATUS_FULL);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store_makes_a_private_workspace),
        cmocka_unit_test(test_store_keeps_what_was_written),
        cmocka_unit_test(test_store_is_refused_to_a_second_process_by_name_of_the_first),
        cmocka_unit_test(test_store_ignores_a_lock_file_that_nobody_holds),
        cmocka_unit_test(test_store_opens_after_its_writer_was_killed),
        cmocka_unit_test(test_store_names_a_damaged_database_and_changes_nothing),
        cmocka_unit_test(test_store_sets_damaged_results_aside),
        cmocka_unit_test(test_store_leaves_damaged_results_where_more_is_damaged),
        cmocka_unit_test(test_store_refuses_a_log_without_its_database),
        cmocka_unit_test(test_store_check_finds_damage_inside),
        cmocka_unit_test(test_store_refuses_a_database_of_a_newer_program),
        cmocka_unit_test(test_reader_sees_what_the_owner_committed),
        cmocka_unit_test(test_reader_of_nothing_says_so),
        cmocka_unit_test(test_store_in_a_directory_without_write_permission_reads_only),
        cmocka_unit_test(test_store_can_not_be_made_below_a_file),
        cmocka_unit_test(test_store_on_a_full_disk_can_be_read),
        cmocka_unit_test(test_store_on_a_full_disk_loses_nothing_that_was_acknowledged),
        cmocka_unit_test(test_store_made_on_a_full_disk_can_be_made_later),
        cmocka_unit_test(test_failed_work_leaves_nothing_and_its_sentence_comes_back),
        cmocka_unit_test(test_works_in_one_batch_fail_alone),
        cmocka_unit_test(test_reader_keeps_its_moment_while_others_write),
        cmocka_unit_test(test_settings_are_replaced_and_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
