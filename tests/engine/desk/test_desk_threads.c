// Many threads at one live desk: orders, cancels, flattens, watches, readers of the view, risk that follows. Nothing is
// lost, nobody waits for ever; the thread sanitizer looks on.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/desk/analytics.h"
#include "src/base/decimal.h"
#include "src/base/matrix.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/desk/support_trading.h"

enum { SENDERS = 3, STEPS = 60 };

typedef struct {
    trading *trading;
    uint64_t seed;
    int number;
    int stop;                   // atomic
    size_t sent, filled, wrong; // wrong: what should not have been; judged when the threads have ended
} worker;

static bool is_over(const worker *w) { return __atomic_load_n(&w->stop, __ATOMIC_SEQ_CST); }

static void *send_orders(void *context) {
    worker *w = context;
    rng r = rng_stream(w->seed, (uint64_t)w->number);
    for (int i = 0; i < STEPS; i++) {
        bool rests = rng_below(&r, 3) == 0;
        order_intent intent = {.sid = w->trading->stocks[rng_below(&r, 6)],
                               .side = rng_below(&r, 2) ? SIDE_BUY : SIDE_SELL,
                               .type = rests ? ORDER_LIMIT : ORDER_MARKET,
                               .tif = rests ? TIF_DAY : TIF_IOC,
                               .quantity = 1 + (int64_t)rng_below(&r, 40),
                               .price = 0};
        if (rests)
            intent.price = intent.side == SIDE_BUY ? 10000 : 5000 * DECIMAL_ONE;
        snprintf(intent.client, sizeof intent.client, "%d-%d", w->number, i);
        order o;
        w->wrong += desk_order(w->trading->desk, "ada", &intent, &o) != STATUS_OK;
        w->sent++;
        w->filled += (size_t)o.filled;
        order again;
        if (i % 8 == 0) // sent again: the same order
            w->wrong += desk_order(w->trading->desk, "ada", &intent, &again) != STATUS_OK || again.id != o.id;
    }
    return NULL;
}

static void *interfere(void *context) {
    worker *w = context;
    rng r = rng_stream(w->seed, 99);
    while (!is_over(w)) {
        size_t n;
        int32_t sid = w->trading->stocks[rng_below(&r, 6)];
        flatten_row *rows = NULL;
        (void)desk_cancel(w->trading->desk, "bob", "", 0, sid, &n); // there may be none
        char symbol[SYMBOL_SIZE];
        (void)desk_watch(w->trading->desk, trading_symbol(w->trading, sid, symbol), &(int32_t){0});
        if (rng_below(&r, 4) == 0)
            (void)desk_flatten(w->trading->desk, "bob", "", sid, &w->stop, &rows, &n, NULL);
        free(rows);
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    }
    return NULL;
}

// A screen: what it sees adds up, at every moment.
static void *look(void *context) {
    worker *w = context;
    view_positions *v = mem_new(1, sizeof *v);
    uint64_t seen = 0;
    while (!is_over(w) || w->sent == 0) { // once at least, however slow the machine
        if (!view_read(w->trading->view, SECTION_POSITIONS, v, &seen))
            continue;
        int64_t value = 0, pnl = 0;
        for (int32_t i = 0; i < v->n; i++) {
            value += v->rows[i].value;
            pnl += v->rows[i].day_pnl;
        }
        w->wrong += v->equity != v->cash + value || v->day_pnl != pnl;
        w->sent++;
    }
    free(v);
    return NULL;
}

static void test_threads_at_one_desk_lose_nothing(void **state) {
    (void)state;
    trading t;
    analytics *risk;
    trading_open(&t, true);
    uint64_t seed = support_seed(20260106);
    const holding h[] = {{t.stocks[0], 500}, {t.stocks[1], -400}};
    assert_int_equal(desk_load(t.desk, "ada", "start", h, 2, 5000000 * DECIMAL_ONE), STATUS_OK);
    assert_int_equal(analytics_start(t.store, t.view, &risk), STATUS_OK);
    analytics_follow(risk);
    worker senders[SENDERS], meddler = {.trading = &t, .seed = seed}, screen = {.trading = &t};
    pthread_t threads[SENDERS], meddling, looking;
    pthread_create(&meddling, NULL, interfere, &meddler);
    pthread_create(&looking, NULL, look, &screen);
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (worker){.trading = &t, .seed = seed, .number = i};
        pthread_create(&threads[i], NULL, send_orders, &senders[i]);
    }
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    __atomic_store_n(&meddler.stop, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&screen.stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(meddling, NULL);
    pthread_join(looking, NULL);
    analytics_stop(risk);
    assert_true(screen.sent > 0);
    assert_int_equal(screen.wrong, 0);
    for (int i = 0; i < SENDERS; i++) {
        assert_int_equal(senders[i].sent, STEPS);
        assert_int_equal(senders[i].wrong, 0);
        assert_true(senders[i].filled > 0);
    }
    assert_int_equal(desk_venue(t.desk, false, 0), STATUS_OK);
    trading_check_sums(&t);
    uint64_t print = trading_fingerprint(&t);
    t.config.live = false;
    trading_restart(&t);
    assert_true(trading_fingerprint(&t) == print);
    trading_close(&t);
}

int main(void) {
    matrix_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_at_one_desk_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
