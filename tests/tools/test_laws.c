// The house law check must be able to fail: each law is broken once in a small tree of its own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/text.h"

static char root[] = "/tmp/plimsoll-laws-XXXXXX";

static int make_root(void **state) {
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void)state;
    return rmdir(root);
}

static void make_folders_of(char *path) {
    for (char *slash = path + sizeof root; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void remove_folders_of(char *path) {
    for (char *slash; (slash = strrchr(path, '/')) && slash > path + sizeof root - 2; *slash = 0)
        remove(path);
}

static void absolute(const char *file, char out[256]) { snprintf(out, 256, "%s/%s", root, file); }

static void write_file(const char *file, const char *content) {
    char path[256];
    absolute(file, path);
    make_folders_of(path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(content, out);
    fclose(out);
}

static void remove_file(const char *file) {
    char path[256];
    absolute(file, path);
    remove_folders_of(path);
}

// Runs the check on a tree, gathers what it says and returns its exit code.
static int check(const char *tree, text *said) {
    char command[256];
    snprintf(command, sizeof command, "tools/laws.sh %s 2>&1", tree);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    char part[512];
    for (size_t n; (n = fread(part, 1, sizeof part, output)) > 0;)
        text_put_n(said, part, n);
    int how = pclose(output);
    assert_true(WIFEXITED(how));
    return WEXITSTATUS(how);
}

// `content` is the third line of the file.
static void assert_breach(const char *file, const char *content, const char *law) {
    text file_text = {0}, said = {0}, expected = {0};
    text_printf(&file_text, "// A file.\n\n%s\n", content);
    text_printf(&expected, "%s:3: %s", file, law);
    write_file(file, file_text.at);
    int code = check(root, &said);
    remove_file(file);
    if (code != 1 || strncmp(said.at, expected.at, expected.n) != 0 || !strstr(said.at, "laws: 1 breach\n"))
        fail_msg("%s with '%s' ends with %d:\n%sinstead of\n%s", file, content, code, said.at, expected.at);
    text_free(&file_text);
    text_free(&said);
    text_free(&expected);
}

static void assert_kept(const char *file, const char *content) {
    text said = {0};
    write_file(file, content);
    int code = check(root, &said);
    remove_file(file);
    if (code != 0)
        fail_msg("%s with '%s' ends with %d:\n%s", file, content, code, said.at);
    text_free(&said);
}

static void test_laws_hold_in_this_tree(void **state) {
    (void)state;
    text said = {0};
    int code = check(".", &said);
    if (code != 0)
        fail_msg("%s", said.at);
    text_free(&said);
}

static void test_laws_refuse_to_check_nothing(void **state) {
    (void)state;
    text said = {0};
    assert_int_equal(check(root, &said), 2);
    text_free(&said);
}

static void test_laws_know_every_room(void **state) {
    (void)state;
    text said = {0};
    write_file("src/lost.c", "int lost;\n");
    assert_int_equal(check(root, &said), 1);
    remove_file("src/lost.c");
    assert_non_null(strstr(said.at, "src/lost.c:1: no room"));
    text_free(&said);
}

static void test_laws_refuse_includes_that_climb(void **state) {
    (void)state;
    static const char *const storeys[] = {"src/base", "data/store", "engine/risk", "ui/pane", "src/app"};
    for (size_t from = 0; from < 5; from++)
        for (size_t to = 0; to < 5; to++) {
            char file[64], include[64], law[160];
            snprintf(file, sizeof file, "%s/x.c", storeys[from]);
            snprintf(include, sizeof include, "#include \"%s/y.h\"", storeys[to]);
            snprintf(law, sizeof law,
                     "includes run src/app -> ui -> engine -> data -> src/base; this one climbs to %s/y.h",
                     storeys[to]);
            if (to > from)
                assert_breach(file, include, law);
            else
                assert_kept(file, include);
        }
}

static void test_laws_keep_the_rooms_of_the_engine_apart(void **state) {
    (void)state;
    static const struct {
        const char *from, *forbidden;
    } rooms[] = {{"factor", "market trade desk"},
                 {"risk", "market trade desk"},
                 {"portfolio", "market trade desk"},
                 {"backtest", "trade desk"},
                 {"market", "trade desk"},
                 {"trade", "desk"},
                 {"desk", ""}};
    static const char *const others[] = {"market", "trade", "desk"};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        for (size_t k = 0; k < 3; k++) {
            char file[64], include[64], law[64];
            snprintf(file, sizeof file, "engine/%s/x.h", rooms[i].from);
            snprintf(include, sizeof include, "#include \"engine/%s/y.h\"", others[k]);
            snprintf(law, sizeof law, "engine/%s ", rooms[i].from);
            if (strstr(rooms[i].forbidden, others[k]))
                assert_breach(file, include, law);
            else
                assert_kept(file, include);
        }
}

static void test_laws_give_every_library_one_home(void **state) {
    (void)state;
    static const struct {
        const char *header, *home, *elsewhere, *law;
    } libraries[] = {
        {"<ncurses.h>", "ui/terminal.c", "src/app/main.c", "ncurses is included in ui/ alone"},
        {"<curses.h>", "ui/terminal.c", "engine/desk/desk.c", "ncurses is included in ui/ alone"},
        {"<ncursesw/ncurses.h>", "ui/terminal.c", "data/jobs/jobs.c", "ncurses is included in ui/ alone"},
        {"<term.h>", "ui/colour.c", "src/base/log.c", "ncurses is included in ui/ alone"},
        {"<sqlite3.h>", "data/store/db.c", "data/jobs/jobs.c", "sqlite3.h is included in data/store/ alone"},
        {"<sqlite3.h>", "data/store/db.h", "ui/table.c", "sqlite3.h is included in data/store/ alone"},
        {"<cblas.h>", "src/base/matrix.c", "engine/risk/covariance.c",
         "BLAS and LAPACK are included in src/base/matrix.c"},
        {"<lapacke.h>", "src/base/matrix.c", "src/base/special.c", "BLAS and LAPACK are included in src/base/matrix.c"},
        {"<gsl/gsl_cdf.h>", "src/base/special.c", "engine/risk/var.c", "GSL is included in src/base/special.c alone"},
        {"<sodium.h>", "src/base/hash.c", "data/versions/object.c", "libsodium is included in src/base/hash.c alone"},
        {"<zlib.h>", "src/base/gzip.c", "engine/market/itch_reader.c", "zlib is included in src/base/gzip.c alone"},
        {"<readline/readline.h>", "src/app/shell.c", "engine/desk/desk.c",
         "readline is included in ui/ and src/app/ alone"},
    };
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        char include[64];
        snprintf(include, sizeof include, "#  include %s // why", libraries[i].header);
        assert_kept(libraries[i].home, include);
        assert_breach(libraries[i].elsewhere, include, libraries[i].law);
    }
}

static void test_laws_let_one_file_a_room_know_readline(void **state) {
    (void)state;
    write_file("ui/bar/line.c", "#include <readline/readline.h>\n#include <readline/history.h>\n");
    assert_kept("src/app/shell.c", "#include <readline/readline.h>\n");
    assert_breach("ui/zoom.c", "#include <readline/readline.h>",
                  "readline is included by one file of ui/, and that is ui/bar/line.c");
    remove_file("ui/bar/line.c");
}

static void test_laws_keep_sql_in_the_store(void **state) {
    (void)state;
    static const char *const statements[] = {"SELECT sid FROM security",
                                             "INSERT INTO bar VALUES(1)",
                                             "INSERT OR REPLACE INTO a",
                                             "UPDATE job SET state = 1",
                                             "DELETE FROM job",
                                             "CREATE TABLE t(a)",
                                             "CREATE UNIQUE INDEX i ON",
                                             "DROP TABLE t",
                                             "PRAGMA journal_mode = WAL",
                                             "BEGIN IMMEDIATE",
                                             "  SELECT 1",
                                             "WITH recent AS (SELECT 1)"};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        char line[128];
        snprintf(line, sizeof line, "static const char q[] = \"%s\";", statements[i]);
        assert_kept("data/store/query.c", line);
        assert_breach("data/jobs/query.c", line, "SQL stands in data/store/ alone");
    }
}

static void test_laws_let_help_texts_and_comments_speak_of_sql(void **state) {
    (void)state;
    assert_kept("src/app/sql.c", "const char *help = \"plimsoll sql \\\"SELECT symbol FROM security\\\"\";\n");
    assert_kept("src/app/sql.c", "// as in \"SELECT symbol FROM security\"\n");
    assert_kept("src/app/sql.c", "const char *title = \"SELECTION\", *next = \"UPDATED\", quote = '\"';\n");
}

static void test_laws_refuse_includes_they_cannot_follow(void **state) {
    (void)state;
    assert_breach("ui/pane.c", "#include HEADER", "an include that cannot be read");
    assert_breach("ui/pane.c", "#include \"canvas.h\"", "\"canvas.h\" is no path from the root");
    assert_breach("ui/pane.c", "#include \"tests/base/support_numbers.h\"",
                  "\"tests/base/support_numbers.h\" is no path");
    assert_breach("src/base/log.c", "#include <ui/canvas.h>", "<ui/canvas.h> is a header of the house");
}

// Two bytes make one "ä".
static void test_laws_refuse_long_lines_in_sources_tests_and_tools(void **state) {
    (void)state;
    char line[3 + 118 * 2 + 1] = "// ";
    for (size_t i = 3; i < 3 + 117 * 2; i += 2)
        memcpy(line + i, "ä", 3);
    assert_kept("ui/pane.c", line);
    memcpy(line + 3 + 117 * 2, "ä", 3);
    assert_breach("ui/pane.c", line, "a line of 121 characters; 120 are the most");
    write_file("ui/pane.c", "// A file.\n");
    assert_breach("tests/ui/test_pane.c", line, "a line of 121 characters");
    line[0] = line[1] = '#';
    assert_breach("tools/lint.sh", line, "a line of 121 characters");
    assert_breach("Makefile", line, "a line of 121 characters");
    remove_file("ui/pane.c");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_laws_hold_in_this_tree),
        cmocka_unit_test(test_laws_refuse_to_check_nothing),
        cmocka_unit_test(test_laws_know_every_room),
        cmocka_unit_test(test_laws_refuse_includes_that_climb),
        cmocka_unit_test(test_laws_keep_the_rooms_of_the_engine_apart),
        cmocka_unit_test(test_laws_give_every_library_one_home),
        cmocka_unit_test(test_laws_let_one_file_a_room_know_readline),
        cmocka_unit_test(test_laws_keep_sql_in_the_store),
        cmocka_unit_test(test_laws_let_help_texts_and_comments_speak_of_sql),
        cmocka_unit_test(test_laws_refuse_includes_they_cannot_follow),
        cmocka_unit_test(test_laws_refuse_long_lines_in_sources_tests_and_tools),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
