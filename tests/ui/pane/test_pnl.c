// Profit and loss over the session.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "tests/ui/support_pane.h"
#include "ui/widget/format.h"

static void test_profit_of_a_young_flat_session_has_sensible_ticks(void **state) {
    (void)state;
    open_pane p = support_open("pnl", 47, 10);
    view_pnl *v = &p.model->pnl;
    v->n = 30;
    for (int i = 0; i < v->n; i++) {
        v->time[i] = v->time[0] + i * INT64_C(1000000000);
        v->pnl[i] = 0;
    }
    p.model->status.desk_time = v->time[v->n - 1];
    p.model->positions.day_pnl = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, " 0┤"));
    assert_false(support_shows(&p.screen.part, ".5┤"));
    v->n = 2; // two points in one second: one label for both
    v->time[1] = p.model->status.desk_time = v->time[0];
    support_look(&p);
    char clock[FORMAT_TEXT];
    char *labels = support_line(&p.screen.part, 9), *first = strstr(labels, format_local(v->time[0], 0, clock));
    assert_non_null(first);
    assert_null(strstr(first + 1, clock));
    free(labels);
    support_close(&p);
}

// Points that lie far apart in time lie far apart on the screen, and the last one is now.
static void test_profit_is_drawn_over_time(void **state) {
    (void)state;
    open_pane p = support_open("pnl", 64, 10);
    view_pnl *v = &p.model->pnl;
    int64_t open = v->time[0];
    v->n = 61;
    for (int i = 0; i < v->n; i++) {
        v->time[i] = open + i * NS_PER_S; // one minute of seconds, and then nothing for an hour
        v->pnl[i] = -100;
    }
    p.model->status.desk_time = open + 3600 * NS_PER_S;
    p.model->positions.day_pnl = 1000000;
    support_look(&p);
    char clock[FORMAT_TEXT], first[FORMAT_TEXT], last[FORMAT_TEXT];
    snprintf(first, sizeof first, "%.5s", format_local(open, 0, clock));
    snprintf(last, sizeof last, "%.5s", format_local(p.model->status.desk_time, 0, clock));
    char *labels = support_line(&p.screen.part, 9), *at = strstr(labels, first);
    assert_non_null(at);
    assert_non_null(strstr(at, last));
    snprintf(first, sizeof first, "%.5s", format_local(open + 60 * NS_PER_S, 0, clock));
    assert_null(strstr(labels, first)); // its column is that of the first
    free(labels);
    assert_true(support_titled(&p, last));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profit_of_a_young_flat_session_has_sensible_ticks),
        cmocka_unit_test(test_profit_is_drawn_over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
