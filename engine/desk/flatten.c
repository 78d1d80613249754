// Flatten: a task a position, worked at every turn until the position is zero or the market has nothing left. Requests
// wait for tasks; a task that two requests wait for is one, and goes when the last of them has gone.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/desk/room.h"

enum { RETRY_MS = 250, PATIENCE_S = 10 }; // of the session

static flatten_task *task_of(desk *d, int32_t sid) {
    for (size_t i = 0; i < d->flattening.n; i++)
        if (d->flattening.at[i].sid == sid)
            return &d->flattening.at[i];
    return NULL;
}

static void end_task(flatten_task *t, const char *why) {
    t->done = true;
    mem_copy_string(t->note, sizeof t->note, why);
}

static bool collects(book_state state) {
    return state == STATE_PRE_OPEN || state == STATE_OPENING_AUCTION || state == STATE_CLOSING_AUCTION;
}

// Sends a reducing market order for what is left, in pieces that pass the order limit; one that waits for its auction
// where the market collects.
static void send_piece(desk *d, flatten_task *t, int64_t left, int64_t free) {
    int64_t piece = ledger_limit(d->ledger, LIMIT_ORDER_QUANTITY) / 2;
    piece = piece < 1 ? 1 : piece < free ? piece : free;
    order_intent intent = {
        .sid = t->sid,
        .side = left > 0 ? SIDE_SELL : SIDE_BUY,
        .type = ORDER_MARKET,
        .self = SELF_CANCEL_OLDEST,
        .tif = collects(market_state(d, t->sid)) ? TIF_DAY : TIF_IOC,
        .quantity = piece,
        .reduce_only = true,
    };
    int64_t id = 0;
    if (order_stage(d, t->user, &intent, &id) != STATUS_OK)
        end_task(t, status_message());
    else if (ledger_order(d->ledger, id)->state == STATE_REJECTED)
        end_task(t, ledger_order(d->ledger, id)->reason);
    else
        d->steps.at[d->steps.n - 1].asker = t->waiting.at[0];
}

static void work(desk *d, flatten_task *t) {
    const position *p = ledger_position(d->ledger, t->sid);
    int64_t left = p ? p->quantity : 0;
    if (!left) {
        end_task(t, "");
        return;
    }
    book_state state = market_state(d, t->sid);
    if (state == STATE_CLOSED) {
        end_task(t, "the market is closed");
        return;
    }
    if (collects(state))
        t->last_fill = d->venue_time; // it trades when the auction is held
    if (state == STATE_HALTED)
        mem_copy_string(t->note, sizeof t->note, "trading is halted");
    side out = left > 0 ? SIDE_SELL : SIDE_BUY;
    // What already works in the same direction reduces as well.
    int64_t free = llabs(left) - ledger_open_quantity(d->ledger, t->sid, out);
    if (d->venue_time - t->last_fill > PATIENCE_S * NS_PER_S) {
        end_task(t, t->note[0]  ? t->note
                    : free <= 0 ? "other orders work the same position"
                                : "the market has nothing left to trade against");
        return;
    }
    if (d->venue_time < t->next_try || state == STATE_HALTED)
        return;
    t->next_try = d->venue_time + RETRY_MS * NS_PER_MS;
    // What waits is no way out, and would turn the position when its time comes.
    if (cancel_waiting(d, t->waiting.at[0], t->sid, out, "the position is being closed") || free <= 0)
        return;
    // Orders against the way out that came since: the position would be sold to them.
    cancel_side(d, t->waiting.at[0], t->sid, left > 0 ? SIDE_BUY : SIDE_SELL, "the position is being closed");
    send_piece(d, t, left, free);
}

void flatten_step(desk *d) {
    for (size_t i = 0; i < d->flattening.n; i++)
        if (!d->flattening.at[i].done)
            work(d, &d->flattening.at[i]);
}

void flatten_hold(desk *d) {
    for (size_t i = 0; i < d->flattening.n; i++)
        if (!d->flattening.at[i].done)
            mem_copy_string(d->flattening.at[i].note, sizeof d->flattening.at[i].note, "the journal can't be written");
}

void flatten_fill(desk *d, int32_t sid, int64_t quantity) {
    flatten_task *t = task_of(d, sid);
    if (!t)
        return;
    t->filled += quantity;
    t->last_fill = d->venue_time;
    t->note[0] = 0;
}

// ---- the request ----

typedef struct {
    int32_t sid;
    const char *cause;
    const volatile int *cancelled; // read atomically
    bool settled;
    VEC(flatten_row) rows;
} flatten_request;

// Waits for the task of a position; one that another request has seen to its end begins again.
static void join_task(desk *d, request *r, const position *p) {
    flatten_request *q = r->context;
    vec_push(&q->rows, (flatten_row){.sid = p->sid, .before = p->quantity});
    flatten_task *t = task_of(d, p->sid);
    if (!t) {
        vec_push(&d->flattening, (flatten_task){.sid = p->sid});
        t = &d->flattening.at[d->flattening.n - 1];
    }
    vec_push(&t->waiting, r);
    if (t->waiting.n > 1 && !t->done)
        return;
    t->done = false;
    t->note[0] = 0;
    t->next_try = t->last_fill = d->venue_time;
    mem_copy_string(t->user, sizeof t->user, r->user);
}

static void leave_task(desk *d, flatten_task *t, const request *r) {
    for (size_t i = t->waiting.n; i-- > 0;)
        if (t->waiting.at[i] == r)
            vec_remove(&t->waiting, i);
    if (t->waiting.n)
        return;
    vec_free(&t->waiting);
    vec_remove(&d->flattening, (size_t)(t - d->flattening.at));
}

static void leave_tasks(desk *d, request *r) {
    flatten_request *q = r->context;
    for (size_t i = 0; i < q->rows.n; i++)
        leave_task(d, task_of(d, q->rows.at[i].sid), r);
    q->rows.n = 0;
}

static bool has_row(const flatten_request *q, int32_t sid) {
    for (size_t i = 0; i < q->rows.n; i++)
        if (q->rows.at[i].sid == sid)
            return true;
    return false;
}

// Adds every position of the scope that has no row yet.
static void join_scope(desk *d, request *r) {
    const flatten_request *q = r->context;
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (p[i].quantity && (!q->sid || p[i].sid == q->sid) && !has_row(q, p[i].sid))
            join_task(d, r, &p[i]);
}

static status run_flatten(desk *d, request *r) {
    flatten_request *q = r->context;
    size_t cancels = cancel_scope(d, r, q->sid, q->cause);
    join_scope(d, r);
    if (!cancels && !q->rows.n)
        return status_fail(STATUS_NOT_FOUND, "nothing to flatten: no position and no working order there");
    return STATUS_OK;
}

static void report(desk *d, flatten_request *q, bool gave_up) {
    for (size_t i = 0; i < q->rows.n; i++) {
        flatten_row *row = &q->rows.at[i];
        const flatten_task *t = task_of(d, row->sid);
        const position *p = ledger_position(d->ledger, row->sid);
        row->after = p ? p->quantity : 0;
        row->filled = t->filled;
        mem_copy_string(row->note, sizeof row->note, t->note);
        if (gave_up && row->after)
            mem_copy_string(row->note, sizeof row->note, "given up by the operator");
    }
    note(d, "flatten: %zu position%s worked", q->rows.n, q->rows.n == 1 ? "" : "s");
}

static bool finish_flatten(desk *d, request *r) {
    flatten_request *q = r->context;
    if (!q->settled) {
        // Orders of the same turn that were filled before they could be cancelled have opened positions, too.
        join_scope(d, r);
        q->settled = true;
    }
    bool gave_up = q->cancelled && __atomic_load_n(q->cancelled, __ATOMIC_RELAXED);
    for (size_t i = 0; i < q->rows.n && !gave_up; i++)
        if (!task_of(d, q->rows.at[i].sid)->done)
            return false;
    report(d, q, gave_up);
    size_t n = q->rows.n;
    leave_tasks(d, r);
    q->rows.n = n;
    return true;
}

status desk_flatten(desk *d, const char *user, const char *cause, int32_t sid, const volatile int *cancelled,
                    flatten_row **rows, size_t *n, flatten_done *done) {
    flatten_request q = {.sid = sid, .cause = cause && cause[0] ? cause : "flatten", .cancelled = cancelled};
    request r = {.run = run_flatten, .finished = finish_flatten, .undo = leave_tasks, .context = &q, .user = user};
    status s = desk_do(d, &r);
    *rows = q.rows.at;
    *n = q.rows.n;
    if (done)
        *done = (flatten_done){.cancelled = r.effects, .sent = r.sent};
    return s;
}
