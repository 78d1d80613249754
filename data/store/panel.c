#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/bars.h"
#include "data/store/connection.h"
#include "data/store/digest.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

// A panel is made in three steps: the rows of each security are read in key order; the union of their days becomes the
// rows of the panel; then each security fills its column, walking forward for returns and backward for the factor that
// later splits put on earlier prices.

typedef struct {
    date day;
    double split;
    int64_t dividend;
} action;

typedef struct {
    int32_t sid;
    bool raw;
    size_t first, n;                // its bars
    size_t first_action, actions_n; // its actions
    date delisted;                  // DATE_NONE while it trades within the panel
    double final_return;
    digest sum; // of the rows used
} column;

typedef struct {
    const char *kind;
    date from, to;
    const volatile int *cancelled;
    VEC(column) columns;
    VEC(action) actions;
    bar *bars;
    size_t bars_n, bars_cap;
    panel *out;
} loading;

static status list_columns(store_connection *c, loading *l) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT s.sid, s.basis = 'raw', s.bars, d.day, d.return FROM securities s "
                           "LEFT JOIN delistings d ON d.sid = s.sid "
                           "WHERE s.kind = ?1 AND s.first <= ?3 AND s.last >= ?2 ORDER BY s.sid",
                           &select));
    bind_text(select, 1, l->kind);
    sqlite3_bind_int(select, 2, l->from);
    sqlite3_bind_int(select, 3, l->to);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        column k = {.sid = sqlite3_column_int(select, 0), .raw = sqlite3_column_int(select, 1) != 0};
        l->bars_cap += (size_t)sqlite3_column_int64(select, 2);
        bool gone = sqlite3_column_type(select, 3) != SQLITE_NULL && sqlite3_column_int(select, 3) <= l->to;
        k.delisted = gone ? sqlite3_column_int(select, 3) : DATE_NONE;
        k.final_return = gone ? sqlite3_column_double(select, 4) : 0;
        vec_push(&l->columns, k);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

static status read_bars(store_connection *c, loading *l, column *k) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT day, open, high, low, close, volume FROM bars "
                           "WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day",
                           &select));
    sqlite3_bind_int(select, 1, k->sid);
    sqlite3_bind_int(select, 2, l->from);
    sqlite3_bind_int(select, 3, l->to);
    k->first = l->bars_n;
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        if (l->bars_n == l->bars_cap)
            return connection_damaged(c->path, "securities and bars disagree on how many there are");
        bar *b = &l->bars[l->bars_n++];
        *b = (bar){k->sid,
                   sqlite3_column_int(select, 0),
                   sqlite3_column_int64(select, 1),
                   sqlite3_column_int64(select, 2),
                   sqlite3_column_int64(select, 3),
                   sqlite3_column_int64(select, 4),
                   sqlite3_column_int64(select, 5)};
        digest_add_bar(&k->sum, b);
    }
    k->n = l->bars_n - k->first;
    return s == STATUS_END ? STATUS_OK : s;
}

static status read_actions(store_connection *c, loading *l, column *k) {
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT day, split, dividend FROM actions WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day", &select));
    sqlite3_bind_int(select, 1, k->sid);
    sqlite3_bind_int(select, 2, l->from);
    sqlite3_bind_int(select, 3, l->to);
    k->first_action = l->actions.n;
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        action a = {sqlite3_column_int(select, 0), sqlite3_column_double(select, 1), sqlite3_column_int64(select, 2)};
        digest_add_action(&k->sum, k->sid, a.day, a.split, a.dividend);
        vec_push(&l->actions, a);
    }
    k->actions_n = l->actions.n - k->first_action;
    return s == STATUS_END ? STATUS_OK : s;
}

static status read_all(store_connection *c, loading *l) {
    TRY(list_columns(c, l));
    l->bars = mem_try(l->bars_cap, sizeof *l->bars);
    if (!l->bars)
        return status_fail(STATUS_FULL, "no memory for %zu bars", l->bars_cap);
    size_t kept = 0;
    for (size_t i = 0; i < l->columns.n; i++) {
        column *k = &l->columns.at[i];
        TRY(read_bars(c, l, k));
        TRY(read_actions(c, l, k));
        if (k->n) // a gap may hide it from [from, to]
            l->columns.at[kept++] = *k;
        if (l->cancelled && __atomic_load_n(l->cancelled, __ATOMIC_RELAXED))
            return status_fail(STATUS_CANCELLED, "loading the panel was cancelled");
    }
    l->columns.n = kept;
    if (!kept)
        return status_fail(STATUS_NOT_FOUND, "there are no bars of kind %s in that span", l->kind);
    return STATUS_OK;
}

// row[day - first] is the row of the panel for that day, or -1.
static int32_t *index_days(const loading *l, date *first, size_t *dates) {
    date low = INT32_MAX, high = INT32_MIN;
    for (size_t i = 0; i < l->columns.n; i++) {
        const column *k = &l->columns.at[i];
        date a = l->bars[k->first].day, b = l->bars[k->first + k->n - 1].day;
        low = a < low ? a : low;
        high = b > high ? b : high;
    }
    size_t span = (size_t)(high - low) + 1;
    int32_t *row = mem_new(span, sizeof *row);
    for (size_t i = 0; i < l->bars_n; i++)
        row[l->bars[i].day - low] = 1;
    *dates = 0;
    for (size_t i = 0; i < span; i++)
        row[i] = row[i] ? (int32_t)(*dates)++ : -1;
    *first = low;
    return row;
}

static double *field(size_t n) {
    double *at = mem_try(n, sizeof *at);
    for (size_t i = 0; at && i < n; i++)
        at[i] = NAN;
    return at;
}

static status make_panel(loading *l, const int32_t *row, date first, size_t dates) {
    panel *p = l->out = mem_new(1, sizeof *p);
    p->dates = dates;
    p->securities = l->columns.n;
    p->day = mem_new(dates, sizeof *p->day);
    p->sid = mem_new(p->securities, sizeof *p->sid);
    for (size_t i = 0, t = 0; t < dates; i++)
        if (row[i] >= 0)
            p->day[t++] = first + (date)i;
    for (size_t i = 0; i < p->securities; i++)
        p->sid[i] = l->columns.at[i].sid;
    size_t n = dates * p->securities;
    double **fields[] = {&p->open, &p->high, &p->low, &p->close, &p->volume, &p->total_return};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!(*fields[i] = field(n)))
            return status_fail(STATUS_FULL, "no memory for a panel of %zu dates and %zu securities", dates,
                               p->securities);
    return STATUS_OK;
}

// What one unit of money in the security at the close of `from` is at the close of `to`, dividends included. *next is
// the first action after the day of `from`, and moves behind those of `to`.
static double gross_return(const loading *l, const column *k, const bar *from, const bar *to, size_t *next) {
    double shares = 1, cash = 0;
    for (; *next < k->actions_n; ++*next) {
        const action *a = &l->actions.at[k->first_action + *next];
        if (a->day > to->day)
            break;
        shares *= k->raw ? a->split : 1;
        cash += shares * (double)a->dividend;
    }
    return (shares * (double)to->close + cash) / (double)from->close;
}

static void fill_prices(const loading *l, size_t i, const int32_t *row, date first) {
    const column *k = &l->columns.at[i];
    panel *p = l->out;
    size_t next = k->actions_n;
    double factor = 1; // product of the splits after the day
    for (size_t b = k->n; b-- > 0;) {
        const bar *r = &l->bars[k->first + b];
        for (; next > 0 && l->actions.at[k->first_action + next - 1].day > r->day; next--)
            factor *= k->raw ? l->actions.at[k->first_action + next - 1].split : 1;
        size_t at = (size_t)row[r->day - first] * p->securities + i;
        double unit = 1e4 * factor;
        p->open[at] = (double)r->open / unit;
        p->high[at] = (double)r->high / unit;
        p->low[at] = (double)r->low / unit;
        p->close[at] = (double)r->close / unit;
        p->volume[at] = (double)r->volume * factor;
    }
}

static void fill_returns(const loading *l, size_t i, const int32_t *row, date first) {
    const column *k = &l->columns.at[i];
    panel *p = l->out;
    const bar *r = &l->bars[k->first];
    size_t next = 0;
    while (next < k->actions_n && l->actions.at[k->first_action + next].day <= r[0].day)
        next++;
    for (size_t b = 1; b < k->n; b++) {
        int32_t t = row[r[b].day - first];
        double gross = gross_return(l, k, &r[b - 1], &r[b], &next);
        if (t == row[r[b - 1].day - first] + 1)
            p->total_return[(size_t)t * p->securities + i] = gross - 1;
    }
    size_t after = (size_t)row[r[k->n - 1].day - first] + 1;
    if (k->delisted != DATE_NONE && after < p->dates)
        p->total_return[after * p->securities + i] = k->final_return;
}

static hash hash_content(const loading *l) {
    const panel *p = l->out;
    hash_state *h = hash_start();
    hash_add_string(h, "panel 1");
    hash_add_u64(h, p->dates);
    hash_add_u64(h, p->securities);
    for (size_t t = 0; t < p->dates; t++)
        hash_add_u64(h, (uint64_t)p->day[t]);
    for (size_t i = 0; i < p->securities; i++) {
        const column *k = &l->columns.at[i];
        hash_add_u64(h, (uint64_t)k->sid);
        hash_add_u64(h, k->raw);
        hash_add_u64(h, k->n);
        hash_add_u64(h, k->sum.a);
        hash_add_u64(h, k->sum.b);
        hash_add_u64(h, (uint64_t)k->delisted);
        hash_add_double(h, k->final_return);
    }
    return hash_finish(h);
}

static status load(store_connection *c, void *context) {
    loading *l = context;
    TRY(read_all(c, l));
    date first;
    size_t dates;
    int32_t *row = index_days(l, &first, &dates);
    status s = make_panel(l, row, first, dates);
    for (size_t i = 0; s == STATUS_OK && i < l->columns.n; i++) {
        fill_prices(l, i, row, first);
        fill_returns(l, i, row, first);
    }
    free(row);
    if (s == STATUS_OK)
        l->out->data = hash_content(l);
    return s;
}

status panel_load(store *s, const char *kind, date from, date to, const volatile int *cancelled, panel **out) {
    loading l = {.kind = kind, .from = from, .to = to, .cancelled = cancelled};
    status result = store_read(s, STORE_WAREHOUSE, load, &l);
    vec_free(&l.columns);
    vec_free(&l.actions);
    free(l.bars);
    if (result == STATUS_OK)
        *out = l.out;
    else
        panel_free(l.out);
    return result;
}

void panel_free(panel *p) {
    if (!p)
        return;
    free(p->day);
    free(p->sid);
    free(p->open);
    free(p->high);
    free(p->low);
    free(p->close);
    free(p->volume);
    free(p->total_return);
    free(p);
}
