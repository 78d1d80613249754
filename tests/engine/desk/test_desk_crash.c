// A desk that is killed at random moments, again and again, on one workspace: whatever it acknowledged is there,
// nothing is half there, and positions and cash are the sums of fills. Rounds: PLIMSOLL_CRASH_ROUNDS, 30 without it.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/desk/support_trading.h"

enum { SENDERS = 2, ROUNDS = 30 };

// What the killed process had been told, as it told us: one write of a few bytes, whole or not at all.
typedef struct {
    enum { ACK_ORDER, ACK_CANCEL, ACK_LIMIT } kind;
    order_state state;
    int64_t id, quantity, price, filled;
    int32_t sid;
    side side;
    int64_t limit;
} ack;

typedef VEC(ack) acks;

// ---- the process that is killed ----

typedef struct {
    trading *trading;
    int pipe, number;
    uint64_t seed;
    int64_t resting[64];
    size_t n;
} sender;

static void tell(const sender *s, const ack *a) {
    if (write(s->pipe, a, sizeof *a) != sizeof *a)
        _exit(3);
}

static void tell_order(const sender *s, const order *o) {
    tell(s, &(ack){.kind = ACK_ORDER,
                   .state = o->state,
                   .id = o->id,
                   .quantity = o->asked.quantity,
                   .price = o->asked.price,
                   .filled = o->filled,
                   .sid = o->sid,
                   .side = o->side});
}

// Of a limit order far from the market any other kind that stays there.
static void make_special(order_intent *intent, const sender *s, rng *r) {
    switch (rng_below(r, 8)) {
    case 0:
        intent->tif = TIF_GTC;
        break;
    case 1:
        intent->display = 1 + intent->quantity / 3;
        break;
    case 2:
        intent->traits = ORDER_POST_ONLY;
        break;
    case 3:
        intent->traits = ORDER_ALL_OR_NONE;
        break;
    case 4:
        intent->type = ORDER_STOP_LIMIT;
        intent->stop = intent->side == SIDE_SELL ? 10000 : 5000 * DECIMAL_ONE;
        intent->price = intent->stop;
        break;
    case 5:
        intent->type = ORDER_TRAILING_STOP;
        intent->trail = 100 * (1 + (int64_t)rng_below(r, 2000));
        intent->price = 0;
        break;
    case 6:
        intent->other = s->n ? s->resting[rng_below(r, s->n)] : 0;
        break;
    default:
        break;
    }
}

static void send_order(sender *s, rng *r, bool rests) {
    trading *t = s->trading;
    order_intent intent = {.sid = t->stocks[rng_below(r, 6)],
                           .side = rng_below(r, 2) ? SIDE_BUY : SIDE_SELL,
                           .type = rests ? ORDER_LIMIT : ORDER_MARKET,
                           .tif = rests ? TIF_DAY : TIF_IOC,
                           .quantity = 1 + (int64_t)rng_below(r, 50)};
    if (rests)
        intent.price = intent.side == SIDE_BUY ? 10000 : 5000 * DECIMAL_ONE;
    if (rests)
        make_special(&intent, s, r);
    order o;
    status result = trading_try(t, &intent, &o);
    if (intent.other && (result == STATUS_INVALID || result == STATUS_NOT_FOUND))
        return; // that one is gone, elsewhere or in a pair
    if (result != STATUS_OK && result != STATUS_REFUSED)
        _exit(4);
    tell_order(s, &o);
    if (rests && o.state == STATE_WORKING && s->n < 64)
        s->resting[s->n++] = o.id;
}

static void cancel_one(sender *s, rng *r) {
    size_t i = rng_below(r, s->n), n;
    int64_t id = s->resting[i];
    s->resting[i] = s->resting[--s->n];
    if (desk_cancel(s->trading->desk, "ada", "drawn", id, 0, &n) == STATUS_OK)
        tell(s, &(ack){.kind = ACK_CANCEL, .id = id});
}

static void replace_one(sender *s, rng *r) {
    order o;
    int64_t id = s->resting[rng_below(r, s->n)];
    (void)desk_replace(s->trading->desk, "ada", id, 1 + (int64_t)rng_below(r, 90), 20000, &o); // may be refused
}

static void *send_for_ever(void *context) {
    sender *s = context;
    rng r = rng_stream(s->seed, (uint64_t)s->number);
    for (int64_t step = 1;; step++) {
        uint64_t draw = rng_below(&r, 20);
        if (draw < 12 || !s->n) {
            send_order(s, &r, draw % 3 == 0);
        } else if (draw < 15) {
            cancel_one(s, &r);
        } else if (draw < 18) {
            replace_one(s, &r);
        } else if (s->number == 0) {
            if (desk_limit(s->trading->desk, "ada", LIMIT_ORDER_QUANTITY, 1000 + step) == STATUS_OK)
                tell(s, &(ack){.kind = ACK_LIMIT, .limit = 1000 + step});
        }
    }
    return NULL;
}

static _Noreturn void live_until_killed(trading *t, int pipe, uint64_t seed) {
    sender senders[SENDERS];
    pthread_t threads[SENDERS];
    trading_start(t);
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (sender){.trading = t, .pipe = pipe, .number = i, .seed = seed};
        pthread_create(&threads[i], NULL, send_for_ever, &senders[i]);
    }
    for (;;)
        pause();
}

// ---- who kills it ----

static bool read_ack(int pipe, acks *out) {
    ack a;
    ssize_t n = read(pipe, &a, sizeof a);
    if (n == 0)
        return false;
    assert_int_equal(n, sizeof a);
    vec_push(out, a);
    return true;
}

// Listens for so long, or, where it shall live to say something, from its first word on.
static void listen_for(int pipe, int64_t ns, bool from_first, acks *out) {
    int64_t until = clock_mono() + (from_first ? 20 * NS_PER_S : ns);
    for (int64_t left; (left = until - clock_mono()) > 0;) {
        struct pollfd p = {.fd = pipe, .events = POLLIN};
        struct timespec wait = {left / NS_PER_S, left % NS_PER_S};
        if (ppoll(&p, 1, &wait, NULL) <= 0)
            return;
        assert_true(read_ack(pipe, out)); // else it ended by itself
        if (from_first) {
            until = clock_mono() + ns;
            from_first = false;
        }
    }
}

static void live_and_die(trading *t, rng *r, acks *out) {
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    uint64_t seed = rng_u64(r);
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]);
        live_until_killed(t, pipes[1], seed);
    }
    close(pipes[1]);
    bool at_start = rng_below(r, 4) == 0; // while it opens and recovers
    listen_for(pipes[0], (int64_t)rng_below(r, (uint64_t)(30 * NS_PER_MS)), !at_start, out);
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read_ack(pipes[0], out))
        ;
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFSIGNALED(code) && WTERMSIG(code) == SIGKILL);
    close(pipes[0]);
}

// ---- what must be there ----

static status fold(void *context, const journal_row *row) { return ledger_apply(context, row); }

static void check_order_ack(const ledger *l, const ack *a) {
    const order *o = ledger_order(l, a->id);
    if (!o)
        fail_msg("order %lld was acknowledged and is gone", (long long)a->id);
    assert_int_equal(o->sid, a->sid);
    assert_int_equal(o->side, a->side);
    assert_int_equal(o->asked.quantity, a->quantity);
    assert_int_equal(o->asked.price, a->price);
    assert_true(o->filled >= a->filled);
    if (a->state == STATE_FILLED || a->state == STATE_CANCELLED || a->state == STATE_REJECTED) {
        assert_int_equal(o->state, a->state);
        assert_int_equal(o->filled, a->filled);
    }
}

static void check_acks(const ledger *l, const acks *told) {
    for (size_t i = 0; i < told->n; i++) {
        const ack *a = &told->at[i];
        if (a->kind == ACK_ORDER)
            check_order_ack(l, a);
        else if (a->kind == ACK_CANCEL)
            assert_int_equal(ledger_order(l, a->id)->state, STATE_CANCELLED);
        else if (a->kind == ACK_LIMIT)
            assert_true(ledger_limit(l, LIMIT_ORDER_QUANTITY) >= a->limit);
    }
}

// Cash is what was set and what fills moved, to the unit.
static void check_cash(trading *t) {
    journal_rows rows = {0};
    trading_journal(t, &rows);
    VEC(int32_t) sides = {0};
    int64_t cash = 0;
    vec_push(&sides, 0);
    for (size_t i = 0; i < rows.n; i++) {
        const journal_row *row = &rows.at[i];
        if (row->kind == JOURNAL_ORDER || row->kind == JOURNAL_REJECT)
            vec_push(&sides, row->side);
        if (row->kind == JOURNAL_CASH)
            cash += row->price;
        if (row->kind == JOURNAL_FILL)
            cash -= (sides.at[row->order] == SIDE_BUY ? 1 : -1) * row->price * row->quantity + row->fee;
    }
    assert_int_equal(trading_positions(t)->cash, cash);
    vec_free(&sides);
    vec_free(&rows);
}

static void check_workspace(trading *t, const acks *told) {
    t->config.live = false;
    trading_start(t);
    ledger *l = ledger_new();
    assert_int_equal(journal_read(t->store, 0, fold, l), STATUS_OK);
    check_acks(l, told);
    ledger_free(l);
    trading_check_sums(t);
    check_cash(t);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    trading_stop(t);
}

// Orders stay for ever; a limit is what the last process made it.
static void forget_limits(acks *told) {
    size_t kept = 0;
    for (size_t i = 0; i < told->n; i++)
        if (told->at[i].kind != ACK_LIMIT)
            told->at[kept++] = told->at[i];
    told->n = kept;
}

static void test_what_was_acknowledged_survives_kills(void **state) {
    (void)state;
    const char *given = getenv("PLIMSOLL_CRASH_ROUNDS");
    int rounds = given && atoi(given) > 0 ? atoi(given) : ROUNDS;
    rng r = rng_seed(support_seed(20260103));
    trading t;
    size_t in_all = 0;
    trading_make(&t, false);
    trading_start(&t);
    const holding h = {t.stocks[0], 100};
    assert_int_equal(desk_load(t.desk, "ada", "start", &h, 1, 10000000 * DECIMAL_ONE), STATUS_OK);
    trading_stop(&t);
    acks told = {0};
    for (int i = 0; i < rounds; i++) {
        size_t before = told.n;
        t.config.live = rng_below(&r, 2);
        live_and_die(&t, &r, &told);
        in_all += told.n - before;
        check_workspace(&t, &told);
        forget_limits(&told);
    }
    printf("%d kills, %zu acknowledgements\n", rounds, in_all);
    assert_true(in_all > (size_t)rounds);
    vec_free(&told);
    trading_remove(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_acknowledged_survives_kills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
