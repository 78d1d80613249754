// How smooth the screen is: the program in a pseudo-terminal of 200 x 60, cursor keys at random moments while the
// market moves as fast as it can, and for each the time until the output that shows the moved cursor has been read and
// parsed, by this process, on the same processors. Frames are counted as output that comes after a silence.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/e2e/support_demo.h"

enum { COLUMNS = 200, ROWS = 60, KEYS = 500, SYMBOL = 6, LONGEST = 5000, LOWEST = 12 };
enum { STOCKS = 100, OPERATIONS = 10000000 }; // of the file that is replayed

#define SILENCE (8 * NS_PER_MS) // a frame's own output does not pause for as long; frames are 33 ms apart

typedef struct {
    terminal *t;
    int64_t last_output, took[KEYS], spent; // spent: in which frames were counted
    int keys, frames, line;                 // line: of the cursor, from the top of the table
    const char *again;                      // what begins the market's run anew once it has ended, or NULL
} trial;

// Reads for about a millisecond.
static void listen(trial *b) {
    int64_t before = clock_mono();
    uint64_t bytes = terminal_listen(b->t, 1);
    if (bytes && before - b->last_output >= SILENCE)
        b->frames++;
    if (bytes)
        b->last_output = clock_mono();
}

// The symbol on the line of the cursor; false while there is none.
static bool pointed(trial *b, uint32_t out[SYMBOL]) {
    for (int y = 2; y < ROWS; y++) {
        if (terminal_at(b->t, 0, y).ch != 0x25B8)
            continue;
        for (int x = 0; x < SYMBOL; x++)
            out[x] = terminal_at(b->t, 1 + x, y).ch;
        return true;
    }
    return false;
}

static bool moved_from(trial *b, const uint32_t before[SYMBOL]) {
    uint32_t now[SYMBOL];
    return pointed(b, now) && memcmp(now, before, sizeof now) != 0;
}

// Presses a key and waits for its paint.
static void press(trial *b, rng *r) {
    uint32_t before[SYMBOL];
    bool down = b->line == 0 || (b->line < LOWEST && rng_below(r, 2));
    while (!pointed(b, before))
        listen(b);
    int64_t start = clock_mono();
    terminal_key(b->t, down ? "Down" : "Up");
    while (!moved_from(b, before) && clock_mono() - start < LONGEST * NS_PER_MS)
        listen(b);
    b->took[b->keys++] = clock_mono() - start;
    b->line += down ? 1 : -1;
}

static void wait_between(trial *b, rng *r) {
    int64_t until = clock_mono() + (10 + (int64_t)rng_below(r, 60)) * NS_PER_MS;
    while (clock_mono() < until)
        listen(b);
}

static bool plays(trial *b) { return !b->again || strstr(terminal_row(b->t, 0), "REPLAY max"); }

// A file that has been played is played again; that time is nobody's.
static void keep_going(trial *b) {
    if (plays(b))
        return;
    demo_command(b->t, "%s", b->again);
    terminal_wait_row(b->t, 0, "REPLAY max", DEMO_WAIT);
    terminal_key(b->t, "Esc");
    terminal_listen(b->t, 300);
    b->last_output = clock_mono();
}

static int compare(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(trial *b, const char *what) {
    qsort(b->took, (size_t)b->keys, sizeof *b->took, compare);
    const double ms = (double)NS_PER_MS;
    b->spent = b->spent ? b->spent : 1;
    int half = b->keys / 2, slow = b->keys * 99 / 100;
    printf("%-28s key to paint p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d keys); %.1f frames a second\n", what,
           (double)b->took[half] / ms, (double)b->took[slow] / ms, (double)b->took[b->keys - 1] / ms, b->keys,
           (double)b->frames / ((double)b->spent / (double)NS_PER_S));
}

// Rows change places now and then and take the cursor along: it begins far from the first one.
static void go_down(terminal *t) {
    terminal_key(t, "g");
    for (int i = 0; i < 12; i++)
        terminal_key(t, "Down");
    terminal_listen(t, 1000);
}

// Over some seconds in which the market moves.
static void count_frames(trial *b) {
    const int64_t slice = 100 * NS_PER_MS, enough = 6 * NS_PER_S;
    b->frames = 0;
    for (int i = 0; i < 200 && b->spent < enough; i++) {
        keep_going(b);
        int frames = b->frames;
        int64_t start = clock_mono();
        while (clock_mono() - start < slice)
            listen(b);
        if (plays(b))
            b->spent += clock_mono() - start;
        else
            b->frames = frames;
    }
}

// First keys, then frames without those that keys make.
static void measure(terminal *t, const char *again, const char *what) {
    static trial b;
    rng r = rng_seed(30);
    b = (trial){.t = t, .again = again};
    for (int i = 0; i < KEYS; i++) {
        keep_going(&b);
        wait_between(&b, &r);
        press(&b, &r);
    }
    count_frames(&b);
    print(&b, what);
}

static void measure_venue(demo *d) {
    terminal *t = demo_open_live(d, COLUMNS, ROWS);
    demo_ask(d, "venue run --pace 60");
    terminal_key(t, "Down");
    terminal_wait(t, "▸", DEMO_WAIT);
    terminal_listen(t, 2000);
    go_down(t);
    measure(t, NULL, "venue, a minute a second:");
    demo_quit(t);
}

static void measure_replay(demo *d) {
    char again[160];
    demo_ask(d, "bench gen --itch %s/day.itch --symbols %d --operations %d", d->root, STOCKS, OPERATIONS);
    snprintf(again, sizeof again, "replay %s/day.itch --speed max", d->root);
    terminal *t = demo_open_live(d, COLUMNS, ROWS);
    terminal_key(t, "9");
    demo_command(t, "%s", again);
    terminal_wait_row(t, 0, "REPLAY max", DEMO_WAIT);
    terminal_wait(t, "▸", DEMO_WAIT);
    terminal_key(t, "o"); // by symbol, so that lines keep their places
    terminal_listen(t, 500);
    go_down(t);
    measure(t, again, "replay, as fast as it can:");
    demo_quit(t);
}

int main(void) {
    void *state = NULL;
    if (demo_setup(&state) != 0)
        return 1;
    printf("key to paint and frames a second, %d x %d\n", COLUMNS, ROWS);
    measure_venue(state);
    if (demo_run(state, "replay --help") == 0)
        measure_replay(state);
    demo_teardown(&state);
    return 0;
}
