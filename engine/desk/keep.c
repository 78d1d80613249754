// What a session keeps beside the journal: the clock, the marks, the peak of the day's P&L and its curve. They are the
// market's and many, so they are no rows; two settings hold them as they last were, written every few seconds and when
// the desk stops, but only when they have moved. The journal stays the truth: what contradicts it is not taken.
//
//   desk.session  "session clock peak row", then a word sid:price:previous:time:day:fair for each mark that is
//                 no stored close, or is one that the session did not begin at; words of old have no fair price
//   desk.curve    "session", then a word time:pnl for each point
#include <inttypes.h>
#include <stdlib.h>

#include "data/store/settings.h"
#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"
#include "src/base/text.h"

enum { KEPT_SIZE = 1 << 20 };

#define SESSION_EVERY (2000 * NS_PER_MS)
#define CURVE_EVERY (10000 * NS_PER_MS)

// ---- writing ----

static void save(desk *d, const char *name, text *t) {
    if (settings_set(d->store, name, text_string(t)) != STATUS_OK)
        log_warn("desk", "%s not saved: %s", name, status_message());
    text_free(t);
}

static bool is_stored_close(const mark *m) { return !m->time && m->day == m->stored && m->previous == m->price; }

static void keep_session(desk *d) {
    text t = {0};
    text_printf(&t, "%d %" PRId64 " %" PRId64 " %" PRId64, ledger_session(d->ledger), desk_now(d), d->peak,
                d->peak_row);
    for (size_t sid = 1; sid <= d->securities.n; sid++) {
        mark *m = &d->marks[sid];
        int64_t fair = venue_fair(d->venue, (int32_t)sid);
        m->fair = fair ? fair : m->fair;
        if (!is_stored_close(m))
            text_printf(&t, " %zu:%" PRId64 ":%" PRId64 ":%" PRId64 ":%d:%" PRId64, sid, m->price, m->previous, m->time,
                        m->day, m->fair);
    }
    save(d, "desk.session", &t);
    d->kept_clock = desk_now(d);
}

static void keep_curve(desk *d) {
    text t = {0};
    text_printf(&t, "%d", ledger_session(d->ledger));
    for (int32_t i = 0; i < d->pnl.n; i++)
        text_printf(&t, " %" PRId64 ":%" PRId64, d->pnl.time[i], decimal_from_double(d->pnl.pnl[i]));
    save(d, "desk.curve", &t);
}

static bool is_due(kept_setting *k, int64_t every, bool now) {
    int64_t mono = clock_mono();
    if (!k->moved || k->unread || (!now && mono < k->next))
        return false;
    k->moved = false;
    k->next = mono + every;
    return true;
}

// So that a kill loses seconds of the session.
void keep(desk *d, bool now) {
    if (d->journal_failing)
        return;
    d->kept_session.moved |= desk_now(d) != d->kept_clock;
    if (is_due(&d->kept_session, SESSION_EVERY, now))
        keep_session(d);
    if (is_due(&d->kept_curve, CURVE_EVERY, now))
        keep_curve(d);
}

// ---- reading ----

// What was kept under a name; "" when nothing was. Freed by the caller.
static char *kept(const desk *d, const char *name, kept_setting *k) {
    char *out = mem_new(KEPT_SIZE, 1);
    status s = settings_get(d->store, name, out, KEPT_SIZE);
    if (s != STATUS_OK)
        out[0] = 0;
    k->unread = s != STATUS_OK && s != STATUS_NOT_FOUND;
    if (k->unread)
        log_warn("desk", "%s can't be read, and is left as it is: %s", name, status_message());
    return out;
}

// n numbers with `between` between them, and moves on.
static bool read_numbers(char **at, char between, size_t n, int64_t *out) {
    for (size_t i = 0; i < n; i++) {
        char *end;
        out[i] = strtoll(*at, &end, 10);
        if (end == *at || (i + 1 < n && *end != between))
            return false;
        *at = end + (i + 1 < n);
    }
    return true;
}

static bool is_price(int64_t price) { return price >= 1 && price <= PRICE_MOST; }

// A mark of an earlier session is the price that this one begins at; a stored close of a later day is better than it.
// Either way the day goes on being measured from where it was.
static void take_mark(desk *d, const int64_t word[6], bool this_session) {
    int64_t sid = word[0];
    if (sid < 1 || (size_t)sid > d->securities.n || !is_price(word[1]) || word[2] < 0 || word[2] > PRICE_MOST)
        return;
    mark *m = &d->marks[sid];
    mark was = {.price = word[1], .previous = word[2], .time = word[3], .day = (date)word[4], .stored = m->stored};
    was.fair = is_price(word[5]) ? word[5] : 0;
    if (!this_session) {
        was.previous = was.price;
        was.time = was.fair = 0;
    }
    if (was.time >= d->open || (!was.time && was.day > m->day))
        *m = was;
    else if (this_session && m->price)
        m->previous = was.previous;
}

static bool read_word(char **at, int64_t word[6]) {
    word[5] = 0;
    if (!read_numbers(at, ':', 5, word))
        return false;
    if (**at != ':')
        return true;
    ++*at;
    return read_numbers(at, ':', 1, word + 5);
}

static void load_session(desk *d) {
    char *saved = kept(d, "desk.session", &d->kept_session), *at = saved;
    int64_t head[4], word[6];
    date session = ledger_session(d->ledger);
    if (read_numbers(&at, ' ', 4, head) && head[0] <= session) {
        bool same = head[0] == session;
        if (same && head[1] - d->open > d->venue_time)
            d->venue_time = head[1] - d->open;
        if (same && head[3] == ledger_session_row(d->ledger)) {
            d->peak = head[2];
            d->peak_row = head[3];
        }
        while (read_word(&at, word))
            take_mark(d, word, same);
    }
    free(saved);
    d->kept_clock = desk_now(d);
}

static void load_curve(desk *d) {
    char *saved = kept(d, "desk.curve", &d->kept_curve), *at = saved;
    int64_t session, point[2];
    if (read_numbers(&at, ' ', 1, &session) && session == ledger_session(d->ledger))
        while (d->pnl.n < VIEW_PNL_POINTS && read_numbers(&at, ':', 2, point) && point[0] <= desk_now(d)) {
            d->pnl.time[d->pnl.n] = point[0];
            d->pnl.pnl[d->pnl.n++] = decimal_to_double(point[1]);
        }
    free(saved);
}

void keep_load(desk *d) {
    load_session(d);
    load_curve(d);
    d->kept_session.next = clock_mono() + SESSION_EVERY;
    d->kept_curve.next = clock_mono() + CURVE_EVERY;
}
