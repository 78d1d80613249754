// Days that are recorded and played again, by keys and from another window.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

// An ITCH file of a made-up day, 09:30 to 16:00, in the user's home.
static void make_day(demo *d) {
    demo_ask(d, "bench gen --itch %s/day.itch --symbols 3 --depth 200 --operations 60000", d->root);
}

static void test_replay_takes_the_markets_place_and_gives_it_back(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    make_day(d);
    demo_command(t, "order buy QAB 100 290.5");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    demo_ask(d, "replay %s/day.itch --speed max", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY ended", DEMO_WAIT));
    terminal_key(t, "9");
    assert_true(terminal_wait(t, "Market · replay of day.itch · 3 securities", DEMO_WAIT));
    assert_true(terminal_wait(t, "depth · replay", DEMO_WAIT));
    assert_true(terminal_wait(t, "16:00:00.000   ended", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "book show S2 --levels 3"), "S2, last"));
    assert_int_equal(demo_run(d, "order buy QAB 100"), 1);
    assert_non_null(strstr(text_string(&d->err), "replay stop"));
    demo_ask(d, "cancel 1 --yes");
    demo_ask(d, "replay stop");
    assert_true(terminal_wait_row(t, 0, "DEMO", DEMO_WAIT));
    assert_true(terminal_wait(t, "Market · venue sim", DEMO_WAIT));
    assert_int_equal(demo_run(d, "book show S2"), 1);
    terminal_key(t, "1");
    assert_true(terminal_wait(t, "Orders · 0 working", DEMO_WAIT));
    demo_quit(t);
}

static void test_replay_is_held_stepped_and_sought_by_keys(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    make_day(d);
    terminal_key(t, "9");
    demo_command(t, "replay %s/day.itch --from 10:00 --speed 0.1", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY 0.1x", DEMO_WAIT));
    terminal_key(t, "]");
    assert_true(terminal_wait_row(t, 0, "REPLAY 0.2x", DEMO_WAIT));
    terminal_key(t, "Space");
    assert_true(terminal_wait_row(t, 0, "REPLAY paused", DEMO_WAIT));
    terminal_key(t, "f");
    assert_true(terminal_wait(t, "▮▮ 10:01:0", DEMO_WAIT));
    terminal_key(t, "r");
    assert_true(terminal_wait(t, "▮▮ 10:00:0", DEMO_WAIT));
    demo_command(t, "replay seek 12:00");
    assert_true(terminal_wait(t, "▮▮ 12:00:00.000", DEMO_WAIT));
    terminal_key(t, ".");
    assert_true(terminal_wait_gone(t, "▮▮ 12:00:00.000", DEMO_WAIT));
    demo_command(t, "replay seek 09:00");
    assert_true(terminal_wait(t, "the replay's window does not reach there", DEMO_WAIT));
    demo_command(t, "replay stop");
    assert_true(terminal_wait_row(t, 0, "DEMO", DEMO_WAIT));
    demo_quit(t);
}

static void test_recording_outlives_a_kill_and_is_played_again(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "venue run --pace 300");
    demo_ask(d, "record start %s/day.rec", d->root);
    assert_true(terminal_wait(t, "● REC", DEMO_WAIT));
    terminal_key(t, "9");
    assert_true(terminal_wait_gone(t, "● REC 0", DEMO_WAIT));
    terminal_listen(t, 2500); // a recording is on disk after a second at the latest
    terminal_signal(t, SIGKILL);
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
    t = demo_open(d, 120, 40);
    demo_ask(d, "replay %s/day.rec --speed max", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY ended", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "book show QAB --levels 3 --format csv"), "bid,3,"));
    demo_ask(d, "replay stop");
    demo_ask(d, "record export %s/day.rec %s/again.itch", d->root, d->root);
    demo_ask(d, "replay %s/again.itch --symbol QAB --speed max", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY ended", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "book show QAB --levels 3 --format csv"), "bid,3,"));
    assert_int_equal(demo_run(d, "record start %s/day.rec", d->root), 1); // never over another
    demo_quit(t);
}

static void test_damaged_day_plays_up_to_the_damage(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    make_day(d);
    char cut[256];
    snprintf(cut, sizeof cut, "head -c 300001 %s/day.itch > %s/cut.itch", d->root, d->root);
    assert_int_equal(system(cut), 0);
    terminal_key(t, "9");
    demo_command(t, "replay %s/cut.itch --speed max", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY failed", DEMO_WAIT));
    assert_true(terminal_wait(t, "cut.itch", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "replay status"), "cut.itch: byte 299"));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_replay_takes_the_markets_place_and_gives_it_back),
        DEMO_TEST(test_replay_is_held_stepped_and_sought_by_keys),
        DEMO_TEST(test_recording_outlives_a_kill_and_is_played_again),
        DEMO_TEST(test_damaged_day_plays_up_to_the_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
