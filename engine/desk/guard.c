// The breaker, the limits and the turn of the session.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/providers/calendar.h"
#include "data/store/settings.h"
#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"

static status stage_breaker(desk *d, breaker_state state, const char *user, const char *cause) {
    journal_row row = {.kind = JOURNAL_BREAKER, .quantity = state};
    if (state == BREAKER_STATE_QUIET)
        row.price = ledger_limit(d->ledger, LIMIT_QUIET_MINUTES);
    mem_copy_string(row.user, sizeof row.user, user);
    mem_copy_string(row.text, sizeof row.text, cause);
    return stage(d, row);
}

// ---- sessions ----

status session_begin(desk *d, date day) {
    journal_row row = {.kind = JOURNAL_SESSION, .quantity = day};
    mem_copy_string(row.text, sizeof row.text, d->state);
    if (day != ledger_session(d->ledger)) {
        d->open = session_open(day);
        d->venue_time = market_begins(d);
    }
    TRY(stage(d, row));
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    VEC(int32_t) held = {0};
    for (size_t i = 0; i < n; i++)
        if (p[i].quantity || p[i].start_quantity)
            vec_push(&held, p[i].sid);
    status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < held.n; i++)
        s = stage(d, (journal_row){.kind = JOURNAL_MARK, .sid = held.at[i], .price = market_price(d, held.at[i])});
    vec_free(&held);
    return s;
}

// The day's P&L is counted anew from a session's start, and from a portfolio loaded before anything had happened in it;
// so is its peak.
static void follow_peak(desk *d) {
    if (d->peak_row != ledger_session_row(d->ledger)) {
        d->peak_row = ledger_session_row(d->ledger);
        d->peak = 0;
        d->kept_session.moved = true;
    }
    int64_t pnl = day_pnl(d);
    if (pnl > d->peak) {
        d->peak = pnl;
        d->kept_session.moved = true;
    }
}

void session_move(desk *d, date day) {
    market_stop(d);
    if (session_begin(d, day) != STATUS_OK || market_start(d) != STATUS_OK)
        log_error("desk", "the new session could not begin: %s", status_message());
    follow_peak(d);
    d->pnl.n = 0;
    d->kept_curve.moved = true;
    for (int i = 0; i < VIEW_BOOKS && !d->played.replay; i++)
        d->slots[i].view.prints = d->slots[i].view.course.n = 0;
}

// Whether an order lives on when another session begins at `then`.
static bool outlives(const order *o, instant then) {
    return o->tif == TIF_GTC || (o->tif == TIF_GTD && o->expires > then);
}

static status expire_before(desk *d, date day) {
    instant then = session_open(day) + market_begins(d);
    size_t n, kept = 0;
    const int64_t *working;
    while (working = ledger_working(d->ledger, &n), n > kept) {
        const order *o = ledger_order(d->ledger, working[kept]);
        journal_row row = {.kind = JOURNAL_EXPIRE, .order = o->id, .sid = o->sid, .quantity = o->open};
        mem_copy_string(row.text, sizeof row.text, o->tif == TIF_GTD ? "its time is over" : "the session ended");
        if (outlives(o, then))
            kept++;
        else
            TRY(stage(d, row));
    }
    return STATUS_OK;
}

// Ends the session: day orders expire, the books close, and the next weekday begins at the prices that this one left.
// What lives on is entered anew in the next one's books.
static void session_turn(desk *d) {
    date next = calendar_next(ledger_session(d->ledger));
    market_end_deferred(d);
    if (expire_before(d, next) != STATUS_OK) {
        log_error("desk", "%s", status_message());
        return;
    }
    for (size_t sid = 1; sid <= d->securities.n; sid++) {
        mark *m = &d->marks[sid];
        if (m->price != m->previous)
            m->day = ledger_session(d->ledger); // of one that walked without a book, too
        m->previous = m->price;
        m->time = m->fair = 0;
    }
    session_move(d, next);
    market_steps(d);
    char day[DATE_TEXT];
    note(d, "a new session: %s", date_text(ledger_session(d->ledger), day));
}

// ---- breaker ----

int64_t start_equity(const desk *d) { return equity(d) - day_pnl(d) - ledger_by_hand(d->ledger); }

// What is set by hand makes the measure smaller, never larger: or a loss would shrink when a portfolio is loaded.
int64_t capital(const desk *d) {
    int64_t by_hand = ledger_by_hand(d->ledger), start = start_equity(d) + (by_hand < 0 ? by_hand : 0);
    return start > 0 ? start : gross(d);
}

static bool is_over(double percent, int64_t most) { return most > 0 && percent > decimal_to_double(most); }

// Two decimals, unless they don't show the limit, or that it is passed.
static void put_cause(const char *what, double percent, const char *of, int64_t most, char out[96]) {
    double limit = decimal_to_double(most);
    int decimals = most % 100 || percent - limit < 0.01 ? 4 : 2;
    snprintf(out, 96, "%s of %.*f %% %s is over %.*f %%", what, decimals, percent, of, decimals, limit);
}

// The reason to trip now, or NULL. Loss and drawdown are of the day's P&L, so that cash and positions that are set by
// hand are neither.
static const char *cause_now(const desk *d, char out[96]) {
    int64_t base = capital(d), pnl = day_pnl(d);
    if (base < 1)
        return NULL;
    double lost = decimal_to_double(-pnl) / decimal_to_double(base) * 100;
    double fallen = decimal_to_double(d->peak - pnl) / decimal_to_double(base) * 100;
    int64_t most_lost = ledger_limit(d->ledger, LIMIT_DAILY_LOSS);
    int64_t most_fallen = ledger_limit(d->ledger, LIMIT_DRAWDOWN);
    if (is_over(lost, most_lost))
        put_cause("daily loss", lost, "of equity", most_lost, out);
    else if (is_over(fallen, most_fallen))
        put_cause("drawdown", fallen, "from the day's peak", most_fallen, out);
    else
        return NULL;
    return out;
}

static void trip(desk *d, const char *user, const char *cause) {
    if (stage_breaker(d, BREAKER_STATE_TRIPPED, user, cause) != STATUS_OK)
        log_error("desk", "%s", status_message());
    note(d, "BREAKER TRIPPED: %s", cause);
}

instant guard_quiet_until(const desk *d) {
    size_t n;
    const breaker_change *history = ledger_breaker_history(d->ledger, &n);
    if (!n)
        return 0;
    int64_t minutes = history[n - 1].quiet_minutes;
    return history[n - 1].time + (minutes ? minutes : ledger_limit(d->ledger, LIMIT_QUIET_MINUTES)) * 60 * NS_PER_S;
}

static void end_quiet(desk *d) {
    if (clock_wall() < guard_quiet_until(d))
        return;
    if (stage_breaker(d, BREAKER_STATE_TRADING, "desk", "the quiet time is over") != STATUS_OK)
        log_error("desk", "%s", status_message());
    note(d, "breaker: trading again, limits in full");
}

void guard_watch(desk *d) {
    if (d->venue_time >= SESSION_LENGTH && !d->flattening.n) {
        session_turn(d);
        return;
    }
    if (ledger_breaker(d->ledger) == BREAKER_STATE_QUIET)
        end_quiet(d);
    if (!d->market_moved && !d->dirty)
        return;
    follow_peak(d);
    char cause[96];
    if (ledger_breaker(d->ledger) != BREAKER_STATE_TRIPPED && cause_now(d, cause))
        trip(d, "desk", cause);
}

static status run_trip(desk *d, request *r) {
    const char *cause = r->context;
    if (ledger_breaker(d->ledger) == BREAKER_STATE_TRIPPED)
        return status_fail(STATUS_EXISTS, "the breaker is tripped already");
    TRY(stage_breaker(d, BREAKER_STATE_TRIPPED, r->user, cause));
    note(d, "BREAKER TRIPPED by %s: %s", r->user, cause);
    return STATUS_OK;
}

status desk_trip(desk *d, const char *user, const char *cause) {
    char text[96];
    mem_copy_string(text, sizeof text, cause && cause[0] ? cause : "manual");
    request r = {.run = run_trip, .context = text, .user = user};
    return desk_do(d, &r);
}

// The last time somebody reset the breaker, 0 when nobody did.
static instant last_reset(const desk *d) {
    size_t n;
    const breaker_change *history = ledger_breaker_history(d->ledger, &n);
    for (size_t i = n; i-- > 0;)
        if (history[i].state != BREAKER_STATE_TRIPPED && strcmp(history[i].user, "desk") != 0)
            return history[i].time;
    return 0;
}

static status run_reset(desk *d, request *r) {
    const char *cause = r->context;
    char still[96];
    if (ledger_breaker(d->ledger) != BREAKER_STATE_TRIPPED)
        return status_fail(STATUS_REFUSED, "the breaker is not tripped");
    if (cause_now(d, still))
        return status_fail(STATUS_REFUSED, "the cause persists: %s; raise the limit first if it must be", still);
    // A clock that was set back would make a reset of the future: that one holds nobody up.
    int64_t passed = clock_wall() - last_reset(d);
    if (passed >= 0 && passed < 60 * NS_PER_S)
        return status_fail(STATUS_REFUSED, "the breaker was reset less than a minute ago");
    bool quiet = ledger_limit(d->ledger, LIMIT_QUIET_MINUTES) > 0;
    TRY(stage_breaker(d, quiet ? BREAKER_STATE_QUIET : BREAKER_STATE_TRADING, r->user, cause));
    if (quiet)
        note(d, "breaker reset by %s: quiet for %" PRId64 " minutes, limits halved", r->user,
             ledger_limit(d->ledger, LIMIT_QUIET_MINUTES));
    else
        note(d, "breaker reset by %s", r->user);
    return STATUS_OK;
}

status desk_reset(desk *d, const char *user, const char *cause) {
    char text[96];
    mem_copy_string(text, sizeof text, cause && cause[0] ? cause : "reset by hand");
    request r = {.run = run_reset, .context = text, .user = user};
    return desk_do(d, &r);
}

// ---- limits ----

typedef struct {
    limit_name name;
    int64_t value;
} limit_request;

static status run_limit(desk *d, request *r) {
    const limit_request *q = r->context;
    const limit_definition *definition = limit_define(q->name);
    TRY(limit_check(q->name, q->value));
    journal_row row = {.kind = JOURNAL_LIMIT, .price = q->value};
    mem_copy_string(row.text, sizeof row.text, definition->name);
    mem_copy_string(row.user, sizeof row.user, r->user);
    TRY(stage(d, row));
    note(d, "limit %s changed by %s", definition->name, r->user);
    return STATUS_OK;
}

status desk_limit(desk *d, const char *user, limit_name name, int64_t value) {
    limit_request q = {name, value};
    request r = {.run = run_limit, .context = &q, .user = user};
    return desk_do(d, &r);
}

static status run_limit_value(desk *d, request *r) {
    limit_request *q = r->context;
    q->value = ledger_limit(d->ledger, q->name);
    return STATUS_OK;
}

status desk_limit_value(desk *d, limit_name name, int64_t *value) {
    limit_request q = {.name = name};
    request r = {.run = run_limit_value, .context = &q, .reads_only = true};
    TRY(desk_do(d, &r));
    *value = q.value;
    return STATUS_OK;
}

// ---- the venue's clock ----

typedef struct {
    bool running;
    double pace;
} venue_request;

static status run_venue(desk *d, request *r) {
    const venue_request *q = r->context;
    TRY(settings_set(d->store, "venue.paused", q->running ? NULL : "yes")); // the next desk begins as this one was left
    d->running = q->running && d->live;
    if (q->pace > 0)
        d->pace = q->pace;
    note(d, d->running ? "the venue runs" : "the venue is paused");
    return STATUS_OK;
}

status desk_venue(desk *d, bool running, double pace) {
    if (pace < 0 || pace > 1000)
        return status_fail(STATUS_INVALID, "the pace must be above 0 and at most 1000 session seconds a second");
    venue_request q = {running, pace};
    request r = {.run = run_venue, .context = &q, .reads_only = true};
    return desk_do(d, &r);
}

static status run_reload(desk *d, request *r) {
    const char *state = r->context;
    TRY(market_load_securities(d, ledger_session(d->ledger), true));
    d->kept_session.moved = true;
    if (state)
        mem_copy_string(d->state, sizeof d->state, state);
    size_t held;
    ledger_positions(d->ledger, &held);
    date day = calendar_next(d->data_date == DATE_NONE ? instant_date(clock_wall()) : d->data_date);
    if (!held && !ledger_orders(d->ledger) && day != ledger_session(d->ledger)) {
        // Nothing was ever traded or held: the session follows the new data, and so do the prices.
        TRY(market_load_securities(d, day, false));
        vec_push(&d->steps, (market_step){.kind = TO_SESSION, .day = day});
    }
    // Rows and slots are made anew: their histories may have changed.
    for (int32_t i = 0; i < d->positions->n; i++)
        d->positions->rows[i].sid = 0;
    for (int i = 0; i < VIEW_BOOKS; i++)
        if (d->slots[i].sid && !d->played.replay)
            publish_closes(d, &d->slots[i]);
    return STATUS_OK;
}

status desk_reload(desk *d, const char *state) {
    char text[8];
    if (state)
        mem_copy_string(text, sizeof text, state);
    request r = {.run = run_reload, .context = state ? text : NULL};
    return desk_do(d, &r);
}

static status run_note(desk *d, request *r) {
    note(d, "%s", (const char *)r->context);
    return STATUS_OK;
}

status desk_note(desk *d, const char *text) {
    char copy[160];
    mem_copy_string(copy, sizeof copy, text);
    request r = {.run = run_note, .context = copy, .reads_only = true};
    return desk_do(d, &r);
}

static status run_fingerprint(desk *d, request *r) {
    *(uint64_t *)r->context = ledger_fingerprint(d->ledger);
    return STATUS_OK;
}

status desk_fingerprint(desk *d, uint64_t *out) {
    request r = {.run = run_fingerprint, .context = out, .reads_only = true};
    return desk_do(d, &r);
}
