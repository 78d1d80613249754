// The workstation in a pseudo-terminal, with a made-up desk behind it: this program starts itself again as the one that
// draws ("screen" as its first argument).
#include "ui/workstation.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/e2e/support_terminal.h"
#include "tests/ui/support_standin.h"
#include "ui/term/colour.h"
#include "ui/term/theme.h"

enum { WAIT = 30000 };

static void go_stale(view_status *s) { s->beat_mono -= 5 * NS_PER_S; }

static void trip(view_status *s) { s->breaker = BREAKER_TRIPPED; }

static int draw(int argc, char **argv) {
    standin *h = standin_new();
    ui_options options = {0};
    ui_end end;
    standin_settings(h)->state_directory = getenv("HOME");
    standin_settings(h)->config_directory = getenv("HOME");
    bool keep = false;
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "live"))
            standin_tick(h);
        else if (!strcmp(argv[i], "paused"))
            standin_beat(h);
        else if (!strcmp(argv[i], "attached"))
            standin_settings(h)->attached = true;
        else if (!strcmp(argv[i], "stale"))
            standin_status(h, go_stale);
        else if (!strcmp(argv[i], "tripped"))
            standin_status(h, trip);
        else if (!strcmp(argv[i], "keep"))
            keep = true;
        else
            options.theme = argv[i];
    }
    status s = workstation_run(standin_of(h), &options, &end);
    if (s != STATUS_OK) {
        fprintf(stderr, "plimsoll: %s\n", status_message());
    } else if (end == UI_LOST_TERMINAL) {
        char path[512]; // nobody is left to print to
        snprintf(path, sizeof path, "%s/lost", getenv("HOME"));
        FILE *f = fopen(path, "w");
        if (f)
            fclose(f);
    } else {
        printf("the workstation was left\n");
        if (keep)
            fputs(standin_lines(h), stdout);
    }
    standin_free(h);
    return s == STATUS_OK ? 0 : 1;
}

static terminal *start_with(terminal_options o, const char *a, const char *b) {
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = 0;
    char *arguments[] = {self, "screen", (char *)a, (char *)b, NULL};
    if (!o.columns) {
        o.columns = 120;
        o.rows = 40;
    }
    return terminal_start(o, arguments);
}

static terminal *start(const char *a) {
    terminal *t = start_with((terminal_options){0}, a, NULL);
    assert_true(terminal_wait(t, "Positions", WAIT));
    return t;
}

static void type_line(terminal *t, const char *line) {
    terminal_key(t, ":");
    assert_true(terminal_wait_row(t, 39, ":", WAIT));
    terminal_type(t, line);
    terminal_key(t, "Enter");
}

static void quit(terminal *t) {
    terminal_key(t, "q");
    assert_true(terminal_wait(t, "Leave", WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait_exit(t, WAIT));
    assert_int_equal(terminal_status(t), 0);
    terminal_stop(t);
}

static void assert_given_back(terminal *t) {
    int x, y;
    assert_false(terminal_alternate(t));
    assert_false(terminal_mouse(t));
    assert_true(terminal_cursor(t, &x, &y));
    assert_true(terminal_echoes(t));
}

static void test_workstation_shows_the_desk_at_three_sizes(void **state) {
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
    for (int i = 0; i < 3; i++) {
        terminal *t = start_with((terminal_options){.columns = sizes[i][0], .rows = sizes[i][1]}, NULL, NULL);
        assert_true(terminal_wait(t, "Positions", WAIT));
        assert_true(terminal_wait_row(t, 0, "TRADING", WAIT));
        assert_true(terminal_wait_row(t, 0, "DEMO", WAIT));
        assert_true(terminal_wait_row(t, 0, "14:32:07", WAIT));
        assert_true(terminal_wait_row(t, sizes[i][1] - 1, "b buy", WAIT));
        assert_true(terminal_wait_row(t, sizes[i][1] - 1, "? help", WAIT));
        assert_true(terminal_wait_row(t, sizes[i][1] - 2, "ada admin", WAIT));
        quit(t);
    }
}

static void test_bottom_line_has_the_keys_of_what_is_open(void **state) {
    (void)state;
    static const struct {
        const char *key, *hint;
    } opens[] = {{"?", "Space next page"}, {"b", "Enter send"}, {"q", "y yes  n no"}, {"i", "Enter close"}};
    terminal *t = start(NULL);
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
        terminal_key(t, opens[i].key);
        assert_true(terminal_wait_row(t, 39, opens[i].hint, WAIT));
        assert_true(terminal_settle(t, 50, WAIT)); // the rest of the row
        assert_null(strstr(terminal_row(t, 39), "flatten"));
        assert_null(strstr(terminal_row(t, 39), "Tab next pane"));
        terminal_key(t, "Esc");
        assert_true(terminal_wait_row(t, 39, "F flatten", WAIT));
    }
    terminal_key(t, ":");
    assert_true(terminal_wait_row(t, 38, "Tab complete", WAIT));
    assert_true(terminal_wait_row(t, 39, ":", WAIT));
    assert_true(terminal_settle(t, 50, WAIT));
    terminal_key(t, "Esc"); // a key right behind it would be read as one with Alt
    assert_true(terminal_wait_row(t, 39, "F flatten", WAIT));
    terminal_key(t, "z");
    assert_true(terminal_wait_row(t, 39, "Esc all panes", WAIT));
    quit(t);
}

static void test_keys_that_do_nothing_here_say_so(void **state) {
    (void)state;
    static const struct {
        const char *key, *says;
    } idle[] = {{"m", "the positions pane has one view only"}, {"Enter", "nothing to open here"}};
    static const struct {
        const char *key, *says;
    } in_breaker[] = {{"/", "the breaker pane has no rows to filter"},
                      {"o", "the breaker pane has no columns to sort by"},
                      {"O", "the breaker pane has no order to reverse"}};
    terminal *t = start(NULL);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        terminal_key(t, idle[i].key);
        assert_true(terminal_wait_row(t, 38, idle[i].says, WAIT));
    }
    type_line(t, "focus breaker");
    for (size_t i = 0; i < sizeof in_breaker / sizeof *in_breaker; i++) {
        terminal_key(t, in_breaker[i].key);
        assert_true(terminal_wait_row(t, 38, in_breaker[i].says, WAIT));
    }
    quit(t);
}

static void test_workstation_shows_the_colours_of_its_theme(void **state) {
    (void)state;
    theme dark, light;
    assert_int_equal(theme_find(NULL, "dark", &dark), STATUS_OK);
    assert_int_equal(theme_find(NULL, "light", &light), STATUS_OK);
    terminal *t = start(NULL);
    int x, y;
    assert_true(terminal_find(t, "● TRADING", &x, &y));
    terminal_cell c = terminal_at(t, x, y);
    assert_int_equal(c.fore, (int)dark.fore[ROLE_OK].rgb);
    assert_int_equal(c.back, (int)dark.back[BACK_STATUS].rgb);
    type_line(t, "theme light");
    assert_true(terminal_wait(t, "theme light", WAIT));
    assert_true(terminal_settle(t, 60, WAIT));
    c = terminal_at(t, x, y);
    assert_int_equal(c.fore, (int)light.fore[ROLE_OK].rgb);
    assert_int_equal(c.back, (int)light.back[BACK_STATUS].rgb);
    quit(t);
}

static void test_workstation_without_colours_uses_attributes(void **state) {
    (void)state;
    const char *environment[] = {"NO_COLOR=1", NULL};
    terminal *t = start_with((terminal_options){.columns = 80, .rows = 24, .environment = environment}, NULL, NULL);
    int x, y;
    assert_true(terminal_wait(t, "TRADING", WAIT));
    for (int row = 0; row < 24; row++)
        for (int at = 0; at < 80; at++) {
            terminal_cell c = terminal_at(t, at, row);
            assert_int_equal(c.fore, -1);
            assert_int_equal(c.back, -1);
        }
    assert_true(terminal_find(t, "DEMO", &x, &y));
    assert_false(terminal_at(t, x, y).reverse); // reversed within the reversed line of state
    assert_true(terminal_at(t, 79, 0).reverse);
    quit(t);
}

static void test_workstation_on_few_colours_and_in_ascii(void **state) {
    (void)state;
    static const char *const terms[] = {"xterm-256color", "xterm-16color", "xterm", "vt100", "linux"};
    const char *environment[] = {"LC_ALL=C", "NCURSES_GPM_TERMS=", NULL}; // no library for the console's mouse
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        terminal_options o = {.columns = 80, .rows = 24, .term = terms[i], .environment = environment};
        terminal *t = start_with(o, NULL, NULL);
        assert_true(terminal_wait(t, "* TRADING", WAIT));
        for (int row = 0; row < 24; row++)
            for (const char *p = terminal_row(t, row); *p; p++)
                assert_true((unsigned char)*p < 0x80);
        quit(t);
    }
}

static void test_workstation_moves_between_workspaces(void **state) {
    (void)state;
    terminal *t = start(NULL);
    terminal_key(t, "F2");
    assert_true(terminal_wait(t, "Risk ·", WAIT));
    terminal_key(t, "3");
    assert_true(terminal_wait(t, "Stress ·", WAIT));
    terminal_key(t, "F7");
    assert_true(terminal_wait(t, "Audit ·", WAIT));
    int x, y;
    assert_true(terminal_find(t, "1 DESK", &x, &y));
    terminal_click(t, x + 2, y);
    assert_true(terminal_wait(t, "Positions ·", WAIT));
    quit(t);
}

static void test_workstation_moves_the_selection_and_watches_it(void **state) {
    (void)state;
    terminal *t = start("keep");
    assert_true(terminal_wait(t, "▸NVDA", WAIT));
    terminal_key(t, "Down");
    assert_true(terminal_wait(t, "▸MSFT", WAIT));
    terminal_key(t, "j");
    assert_true(terminal_wait(t, "▸AAPL", WAIT));
    terminal_key(t, "q");
    assert_true(terminal_wait(t, "Leave", WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait_exit(t, WAIT));
    assert_true(terminal_wait(t, "watch NVDA", WAIT));
    assert_true(terminal_wait(t, "watch AAPL", WAIT));
    terminal_stop(t);
}

static void test_workstation_zooms_and_goes_back(void **state) {
    (void)state;
    terminal *t = start(NULL);
    terminal_key(t, "z");
    assert_true(terminal_wait(t, "zoomed", WAIT));
    assert_true(terminal_wait_gone(t, "Orders ·", WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "Orders ·", WAIT));
    quit(t);
}

static void test_workstation_follows_the_mouse(void **state) {
    (void)state;
    terminal *t = start(NULL);
    int x, y;
    assert_true(terminal_wait(t, "JNJ", WAIT));
    assert_true(terminal_find(t, "JNJ", &x, &y));
    terminal_click(t, x, y);
    assert_true(terminal_wait(t, "▸JNJ", WAIT));
    assert_true(terminal_find(t, "Orders ·", &x, &y));
    terminal_click(t, x, y);
    assert_true(terminal_wait_row(t, 39, "c cancel", WAIT));
    quit(t);
}

static void test_prompt_completes_runs_and_remembers(void **state) {
    (void)state;
    terminal *t = start(NULL);
    terminal_key(t, ":");
    terminal_type(t, "order b");
    terminal_key(t, "Tab");
    assert_true(terminal_wait_row(t, 39, ":order buy", WAIT));
    terminal_type(t, "nv");
    terminal_key(t, "Tab");
    terminal_type(t, "100");
    assert_true(terminal_wait_row(t, 39, ":order buy NVDA 100", WAIT));
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "done: order buy NVDA 100", WAIT));
    terminal_key(t, ":");
    terminal_key(t, "Up");
    assert_true(terminal_wait_row(t, 39, ":order buy NVDA 100", WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_row(t, 39, "? help", WAIT));
    terminal_key(t, ":");
    terminal_key(t, "^R");
    terminal_type(t, "uy");
    assert_true(terminal_wait_row(t, 39, "order buy NVDA 100", WAIT));
    assert_true(terminal_wait_row(t, 39, "(reverse-i-search)", WAIT));
    terminal_key(t, "Esc"); // ends the search
    terminal_key(t, "Esc"); // and the prompt
    assert_true(terminal_wait_row(t, 39, "? help", WAIT));
    char path[512];
    struct stat info;
    snprintf(path, sizeof path, "%s/history", terminal_home(t));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    quit(t);
}

static void test_prompt_shows_the_cursor_and_what_could_follow(void **state) {
    (void)state;
    terminal *t = start(NULL);
    int x, y;
    assert_false(terminal_cursor(t, &x, &y));
    terminal_key(t, ":");
    terminal_type(t, "order ");
    assert_true(terminal_wait_row(t, 39, ":order", WAIT));
    assert_true(terminal_cursor(t, &x, &y));
    assert_int_equal(y, 39);
    assert_int_equal(x, 7);
    terminal_key(t, "Tab");
    assert_true(terminal_wait(t, "fail", WAIT));
    terminal_type(t, "sell");
    assert_true(terminal_wait(t, "order sell SYMBOL QUANTITY [PRICE]", WAIT));
    terminal_key(t, "^C");
    assert_true(terminal_wait_row(t, 39, "? help", WAIT));
    quit(t);
}

static void test_workstation_takes_unfinished_lines_for_what_they_are(void **state) {
    (void)state;
    terminal *t = start(NULL);
    type_line(t, "ordr buy NVDA 100");
    assert_true(terminal_wait(t, "ordr", WAIT));
    type_line(t, "order buy \"NVDA");
    assert_true(terminal_wait(t, "never closes", WAIT));
    quit(t);
}

static void test_errors_are_shown_in_full(void **state) {
    (void)state;
    terminal *t = start_with((terminal_options){.columns = 80, .rows = 24}, NULL, NULL);
    assert_true(terminal_wait(t, "Positions", WAIT));
    terminal_key(t, ":");
    terminal_type(t, "order fail\r");
    assert_true(terminal_wait(t, "the order was refused", WAIT));
    assert_true(terminal_wait(t, "limit set", WAIT));
    int x, y;
    theme dark;
    assert_int_equal(theme_find(NULL, "dark", &dark), STATUS_OK);
    assert_true(terminal_find(t, "the order was refused", &x, &y));
    assert_int_equal(terminal_at(t, x, y).fore, (int)dark.fore[ROLE_ERROR].rgb);
    terminal_key(t, "Home");
    assert_true(terminal_wait_gone(t, "the order was refused", WAIT));
    quit(t);
}

// What the screen asks for by itself must not take the place of the reason why there is no desk.
static void test_watching_without_a_desk_is_no_news(void **state) {
    (void)state;
    terminal *t = start(NULL);
    type_line(t, "order gone");
    assert_true(terminal_wait(t, "done: order gone", WAIT));
    terminal_key(t, "Down");
    assert_true(terminal_wait(t, "▸MSFT", WAIT));
    type_line(t, "order fail"); // answered after the watch
    assert_true(terminal_wait(t, "the order was refused", WAIT));
    type_line(t, "messages");
    assert_true(terminal_wait_row(t, 39, "Esc close", WAIT));
    assert_true(terminal_wait(t, "done: order gone", WAIT));
    int x, y;
    assert_false(terminal_find(t, "there is no desk to watch", &x, &y));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_gone(t, "Messages of this session", WAIT));
    quit(t);
}

static void test_long_output_is_scrolled_through(void **state) {
    (void)state;
    terminal *t = start(NULL);
    type_line(t, "order list");
    assert_true(terminal_wait(t, "row 5", WAIT));
    terminal_key(t, "G");
    assert_true(terminal_wait(t, "row 119", WAIT));
    assert_true(terminal_wait_gone(t, "row 5 ", WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_gone(t, "row 119", WAIT));
    quit(t);
}

static void test_confirmations_ask_and_nothing_is_done_without_an_answer(void **state) {
    (void)state;
    terminal *t = start(NULL);
    type_line(t, "position close NVDA");
    assert_true(terminal_wait(t, "will be sold", WAIT));
    terminal_key(t, "Enter"); // nothing is chosen beforehand
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "nothing was done: position close NVDA", WAIT));
    type_line(t, "position close NVDA");
    assert_true(terminal_wait(t, "will be sold", WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait(t, "done: position close NVDA --yes", WAIT));
    type_line(t, "flatten");
    assert_true(terminal_wait(t, "flatten demo-core", WAIT));
    terminal_type(t, "flatten demo");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "type exactly", WAIT));
    terminal_type(t, "-core");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "done: flatten --confirm \"flatten demo-core\"", WAIT));
    type_line(t, "breaker trip");
    assert_true(terminal_wait(t, "will be sold", WAIT));
    terminal_type(t, "feed looks wrong");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "done: breaker trip --reason \"feed looks wrong\"", WAIT));
    quit(t);
}

static void test_help_lists_keys_and_commands(void **state) {
    (void)state;
    terminal *t = start(NULL);
    terminal_key(t, "?");
    assert_true(terminal_wait(t, "What the keys do here", WAIT));
    assert_true(terminal_wait(t, "workspace desk", WAIT));
    assert_true(terminal_wait(t, "F1 1 ", WAIT)); // all keys of a command in one line
    terminal_key(t, "End");
    assert_true(terminal_wait(t, "watch", WAIT));
    terminal_key(t, "q");
    assert_true(terminal_wait_gone(t, "What the keys do here", WAIT));
    quit(t);
}

static void test_a_paste_is_never_taken_for_keys(void **state) {
    (void)state;
    terminal *t = start(NULL);
    terminal_type(t, "\033[200~qFy\r\033[201~");
    assert_true(terminal_wait(t, "pasted", WAIT));
    terminal_key(t, ":");
    terminal_type(t, "\033[200~order buy NVDA 1\r\033[201~");
    assert_true(terminal_wait_row(t, 39, ":order buy NVDA 1", WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_row(t, 39, "? help", WAIT));
    quit(t);
}

static void test_users_keys_take_the_place_of_the_programs(void **state) {
    (void)state;
    char home[] = "/tmp/plimsoll-keys-XXXXXX", path[64];
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof path, "%s/keys.ini", home);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("[global]\nb =\nB = ticket buy {symbol}\nF9 = order list\n", f);
    fclose(f);
    terminal *t = start_with((terminal_options){.columns = 120, .rows = 40, .home = home}, NULL, NULL);
    assert_true(terminal_wait_row(t, 39, "B buy", WAIT));
    terminal_key(t, "F9");
    assert_true(terminal_wait(t, "row 5", WAIT));
    terminal_key(t, "Enter");
    quit(t);
    unlink(path);
    snprintf(path, sizeof path, "%s/history", home);
    unlink(path);
    snprintf(path, sizeof path, "%s/screen.ini", home);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(home), 0);
}

static void test_a_desk_that_stopped_is_called_stale(void **state) {
    (void)state;
    terminal *t = start_with((terminal_options){.columns = 120, .rows = 40}, "stale", NULL);
    assert_true(terminal_wait_row(t, 0, "STALE", WAIT));
    quit(t);
}

static void test_a_tripped_breaker_shows_everywhere(void **state) {
    (void)state;
    terminal *t = start_with((terminal_options){.columns = 120, .rows = 40}, "tripped", NULL);
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", WAIT));
    terminal_key(t, "F2");
    assert_true(terminal_wait(t, "Risk ·", WAIT));
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", WAIT));
    quit(t);
}

static void test_every_size_is_survived(void **state) {
    (void)state;
    static const int sizes[][2] = {{1, 1},   {2, 1},     {1, 30}, {59, 24}, {60, 16},
                                   {79, 23}, {300, 100}, {10, 2}, {80, 24}};
    terminal *t = start("live");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        terminal_resize(t, sizes[i][0], sizes[i][1]);
        if (sizes[i][0] == 59)
            assert_true(terminal_wait(t, "terminal too small: 60x16 is the least", WAIT));
        else if (sizes[i][0] >= 60)
            assert_true(terminal_wait(t, "Positions", WAIT));
        else
            assert_true(terminal_wait_row(t, 0, "t", WAIT));
    }
    quit(t);
}

static void test_leaving_needs_no_question_when_the_desk_is_elsewhere(void **state) {
    (void)state;
    terminal *t = start("attached");
    terminal_key(t, "q");
    assert_true(terminal_wait_exit(t, WAIT));
    assert_given_back(t);
    assert_true(terminal_wait(t, "the workstation was left", WAIT));
    terminal_stop(t);
}

static void test_a_signal_to_end_gives_the_terminal_back(void **state) {
    (void)state;
    terminal *t = start("live");
    assert_true(terminal_alternate(t));
    assert_true(terminal_mouse(t));
    terminal_signal(t, SIGTERM);
    assert_true(terminal_wait_exit(t, WAIT));
    assert_int_equal(terminal_status(t), 0);
    assert_given_back(t);
    terminal_stop(t);
}

static void test_a_crash_gives_the_terminal_back(void **state) {
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        terminal *t = start("live");
        terminal_signal(t, signals[i]);
        assert_true(terminal_wait_exit(t, WAIT));
        assert_true(terminal_status(t) != 0);
        assert_given_back(t);
        terminal_stop(t);
    }
}

static void test_a_lost_terminal_ends_the_screen_alone(void **state) {
    (void)state;
    char home[] = "/tmp/plimsoll-lost-XXXXXX", path[64], history[64], screen[64];
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof path, "%s/lost", home);
    snprintf(history, sizeof history, "%s/history", home);
    snprintf(screen, sizeof screen, "%s/screen.ini", home);
    terminal *t = start_with((terminal_options){.columns = 120, .rows = 40, .home = home}, "live", NULL);
    assert_true(terminal_wait(t, "Positions", WAIT));
    terminal_hang_up(t);
    assert_true(terminal_wait_exit(t, WAIT));
    assert_int_equal(terminal_status(t), 0);
    assert_int_equal(access(path, F_OK), 0);
    terminal_stop(t);
    unlink(path);
    unlink(history);
    unlink(screen);
    assert_int_equal(rmdir(home), 0);
}

// Stopping means something under a shell with job control alone.
static void test_stopping_and_continuing_gives_and_takes_the_terminal(void **state) {
    (void)state;
    char self[512], script[640];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = 0;
    snprintf(script, sizeof script, "set -m; %s screen paused; echo now stopped; read line; fg", self);
    char *arguments[] = {"/bin/sh", "-c", script, NULL};
    terminal *t = terminal_start((terminal_options){.columns = 120, .rows = 40}, arguments);
    assert_true(terminal_wait(t, "Positions", WAIT));
    assert_true(terminal_settle(t, 200, WAIT)); // ncurses ignores the signal while it sends a frame
    terminal_signal(t, SIGTSTP);
    assert_true(terminal_wait(t, "now stopped", WAIT));
    assert_given_back(t);
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "Positions", WAIT));
    assert_true(terminal_alternate(t));
    quit(t);
}

static void test_terminals_that_can_not_are_told_so(void **state) {
    (void)state;
    static const char *const terms[][2] = {{"dumb", "can't place the cursor"}, {"nonsense-term", "is unknown"}};
    for (int i = 0; i < 2; i++) {
        terminal *t = start_with((terminal_options){.columns = 120, .rows = 40, .term = terms[i][0]}, NULL, NULL);
        assert_true(terminal_wait_exit(t, WAIT));
        assert_int_equal(terminal_status(t), 1);
        assert_true(terminal_wait(t, terms[i][1], WAIT));
        terminal_stop(t);
    }
}

static void test_direct_colours_are_found_by_colorterm(void **state) {
    (void)state;
    const char *environment[] = {"COLORTERM=truecolor", NULL};
    theme dark;
    assert_int_equal(theme_find(NULL, "dark", &dark), STATUS_OK);
    terminal_options o = {.columns = 120, .rows = 40, .term = "xterm-256color", .environment = environment};
    terminal *t = start_with(o, NULL, NULL);
    assert_true(terminal_wait(t, "● TRADING", WAIT));
    int x, y;
    assert_true(terminal_find(t, "● TRADING", &x, &y));
    assert_int_equal(terminal_at(t, x, y).fore, (int)dark.fore[ROLE_OK].rgb);
    quit(t);
}

// This terminal does not know the request to redefine entries; what it shows instead must be near.
static void test_a_redefined_palette_is_near_even_where_it_is_ignored(void **state) {
    (void)state;
    theme dark;
    assert_int_equal(theme_find(NULL, "dark", &dark), STATUS_OK);
    terminal *t = start_with((terminal_options){.columns = 120, .rows = 40, .term = "xterm-256color"}, NULL, NULL);
    assert_true(terminal_wait(t, "● TRADING", WAIT));
    int x, y;
    assert_true(terminal_find(t, "● TRADING", &x, &y));
    oklab shown = colour_oklab((uint32_t)terminal_at(t, x, y).fore), wanted = colour_oklab(dark.fore[ROLE_OK].rgb);
    assert_true(hypot(hypot(shown.l - wanted.l, shown.a - wanted.a), shown.b - wanted.b) < 0.1);
    quit(t);
}

static void test_only_what_changed_is_sent(void **state) {
    (void)state;
    terminal *t = start("paused"); // the desk beats 20 times a second, and nothing that is shown changes
    assert_true(terminal_wait(t, "NVDA chart", WAIT));
    assert_true(terminal_settle(t, 300, WAIT));
    uint64_t first = terminal_received(t);
    for (int i = 0; i < 20; i++)
        terminal_settle(t, 100, 100);
    uint64_t idle = terminal_received(t) - first;
    terminal_key(t, "Down");
    assert_true(terminal_wait(t, "▸MSFT", WAIT));
    uint64_t move = terminal_received(t) - first - idle;
    printf("bytes: first screen %lu, 2 s idle %lu, one move of the selection %lu\n", (unsigned long)first,
           (unsigned long)idle, (unsigned long)move);
    assert_true(idle < 400);
    assert_true(move < 4000);
    quit(t);
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "screen"))
        return draw(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workstation_shows_the_desk_at_three_sizes),
        cmocka_unit_test(test_bottom_line_has_the_keys_of_what_is_open),
        cmocka_unit_test(test_keys_that_do_nothing_here_say_so),
        cmocka_unit_test(test_workstation_shows_the_colours_of_its_theme),
        cmocka_unit_test(test_workstation_without_colours_uses_attributes),
        cmocka_unit_test(test_workstation_on_few_colours_and_in_ascii),
        cmocka_unit_test(test_workstation_moves_between_workspaces),
        cmocka_unit_test(test_workstation_moves_the_selection_and_watches_it),
        cmocka_unit_test(test_workstation_zooms_and_goes_back),
        cmocka_unit_test(test_workstation_follows_the_mouse),
        cmocka_unit_test(test_prompt_completes_runs_and_remembers),
        cmocka_unit_test(test_prompt_shows_the_cursor_and_what_could_follow),
        cmocka_unit_test(test_workstation_takes_unfinished_lines_for_what_they_are),
        cmocka_unit_test(test_errors_are_shown_in_full),
        cmocka_unit_test(test_watching_without_a_desk_is_no_news),
        cmocka_unit_test(test_long_output_is_scrolled_through),
        cmocka_unit_test(test_confirmations_ask_and_nothing_is_done_without_an_answer),
        cmocka_unit_test(test_help_lists_keys_and_commands),
        cmocka_unit_test(test_a_paste_is_never_taken_for_keys),
        cmocka_unit_test(test_users_keys_take_the_place_of_the_programs),
        cmocka_unit_test(test_a_desk_that_stopped_is_called_stale),
        cmocka_unit_test(test_a_tripped_breaker_shows_everywhere),
        cmocka_unit_test(test_every_size_is_survived),
        cmocka_unit_test(test_leaving_needs_no_question_when_the_desk_is_elsewhere),
        cmocka_unit_test(test_a_signal_to_end_gives_the_terminal_back),
        cmocka_unit_test(test_a_crash_gives_the_terminal_back),
        cmocka_unit_test(test_a_lost_terminal_ends_the_screen_alone),
        cmocka_unit_test(test_stopping_and_continuing_gives_and_takes_the_terminal),
        cmocka_unit_test(test_terminals_that_can_not_are_told_so),
        cmocka_unit_test(test_direct_colours_are_found_by_colorterm),
        cmocka_unit_test(test_a_redefined_palette_is_near_even_where_it_is_ignored),
        cmocka_unit_test(test_only_what_changed_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
