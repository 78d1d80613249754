// Opening a workspace.
#include "src/app/station.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/store/settings.h"
#include "tests/data/support_workspace.h"

static status open_it(const workspace *w, station **out) {
    station_options options = {.home = w->home, .user = "ada"};
    static const command_table *none;
    return station_open(&options, none, out);
}

static void test_a_venue_seed_that_is_no_number_is_named(void **state) {
    (void)state;
    static const char *const wrong[] = {"seven", "-1", "7 or so", "", "18446744073709551616"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        workspace w;
        station *s;
        workspace_make(&w);
        assert_ok(settings_set(w.store, "venue.seed", wrong[i]));
        workspace_shut(&w);
        assert_status(open_it(&w, &s), STATUS_INVALID);
        assert_said("venue.seed");
        workspace_remove(&w);
    }
}

static void test_a_workspace_without_a_demo_is_paper(void **state) {
    (void)state;
    workspace w;
    station *s;
    char how[8];
    workspace_make(&w);
    assert_ok(settings_set(w.store, "venue.seed", "18446744073709551615"));
    workspace_shut(&w);
    assert_ok(open_it(&w, &s));
    app_state(&s->app, how);
    assert_string_equal(how, "PAPER");
    demo_options demo = {.stocks = 5, .years = 1, .seed = 1};
    assert_ok(station_make_demo(&s->app, "ada", &demo, NULL, NULL, NULL));
    app_state(&s->app, how);
    assert_string_equal(how, "DEMO");
    station_close(s);
    workspace_remove(&w);
}

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails with EFBIG
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static int open_on_a_full_disk(void *context) {
    station *s;
    limit_files(10000);
    if (open_it(context, &s) != STATUS_FULL)
        return 1;
    return strstr(status_message(), "no room left to write") ? 0 : 2;
}

static void test_a_workspace_that_the_full_disk_left_half_made_says_so(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    workspace_shut(&w);
    char path[160];
    snprintf(path, sizeof path, "%s/warehouse.db", w.home);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(workspace_child(open_on_a_full_disk, &w), 0);
    snprintf(path, sizeof path, "%s/desk.db", w.home);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(workspace_child(open_on_a_full_disk, &w), 0);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_venue_seed_that_is_no_number_is_named),
        cmocka_unit_test(test_a_workspace_without_a_demo_is_paper),
        cmocka_unit_test(test_a_workspace_that_the_full_disk_left_half_made_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
