#include "data/providers/bar_stream.h"

#include <stdlib.h>
#include <string.h>

#include "data/quality/seen.h"
#include "src/base/decimal.h"
#include "src/base/map.h"

enum { BATCH = 1 << 18 };

// A row that waits. Rejected ones wait too where their close is known: a jump is a matter of the file as it came.
typedef struct {
    bar bar;
    uint32_t symbol;
    bool good;
    const char *file;
    uint64_t line;
} waiting;

typedef struct {
    char name[SYMBOL_SIZE];
    int32_t sid; // 0 until there is a good row
    date day;    // of the last row of earlier batches, DATE_NONE at first
    int64_t close;
    bool rejected; // that row was
} source;

struct bar_stream {
    load *load;
    import_report *report;
    const char *basis;
    map numbers; // symbol to index of sources
    VEC(source) sources;
    seen seen;
    VEC(waiting) rows;
    bool unordered;
    VEC(bar) bars; // of one security, on their way to the store
    load_counts counts;
};

bar_stream *bar_stream_new(load *l, import_report *report, const char *basis) {
    bar_stream *s = mem_new(1, sizeof *s);
    s->load = l;
    s->report = report;
    s->basis = basis;
    return s;
}

void bar_stream_free(bar_stream *s) {
    if (!s)
        return;
    map_free(&s->numbers);
    vec_free(&s->sources);
    seen_free(&s->seen);
    vec_free(&s->rows);
    vec_free(&s->bars);
    free(s);
}

uint32_t bar_stream_symbol(bar_stream *s, const char *symbol) {
    uint64_t number;
    if (s->sources.n && strcmp(s->sources.at[s->sources.n - 1].name, symbol) == 0)
        return (uint32_t)s->sources.n - 1;
    if (map_get(&s->numbers, symbol, &number))
        return (uint32_t)number;
    source fresh = {.day = DATE_NONE};
    mem_copy_string(fresh.name, sizeof fresh.name, symbol);
    vec_push(&s->sources, fresh);
    map_put(&s->numbers, symbol, s->sources.n - 1);
    return (uint32_t)s->sources.n - 1;
}

static int in_order(const void *a, const void *b) {
    const waiting *x = a, *y = b;
    if (x->symbol != y->symbol)
        return x->symbol < y->symbol ? -1 : 1;
    if (x->bar.day != y->bar.day)
        return x->bar.day < y->bar.day ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void look_for_jump(bar_stream *s, const source *from, int64_t before, bool from_rejected, const waiting *row) {
    if (!quality_jump(before, row->bar.close))
        return;
    char day[DATE_TEXT], a[DECIMAL_TEXT], b[DECIMAL_TEXT];
    report_found(s->report, CHECK_JUMP, row->file, row->line, "%s %s: %s to %s (%+.1f %%)%s%s", from->name,
                 date_text(row->bar.day, day), decimal_text_plain(before, a), decimal_text_plain(row->bar.close, b),
                 ((double)row->bar.close / (double)before - 1) * 100, from_rejected ? ", from a rejected row" : "",
                 row->good ? "" : ", in a rejected row");
}

static status find_security(bar_stream *s, source *from) {
    if (from->sid)
        return STATUS_OK;
    const char *kind = from->name[0] == '^' ? "index" : "stock";
    TRY(load_security(s->load, from->name, kind, s->basis, &from->sid));
    s->report->row.symbols++;
    return STATUS_OK;
}

// The rows of one symbol in order of days.
static status hand_over(bar_stream *s, const waiting *rows, size_t n) {
    source *from = &s->sources.at[rows[0].symbol];
    s->bars.n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].good)
            continue;
        TRY(find_security(s, from));
        vec_push(&s->bars, rows[i].bar);
        s->bars.at[s->bars.n - 1].sid = from->sid;
    }
    int64_t before = from->day != DATE_NONE && from->day < rows[0].bar.day ? from->close : 0;
    if (!before)
        from->rejected = false;
    if (!before && from->sid)
        TRY(load_close_before(s->load, from->sid, rows[0].bar.day, &before));
    for (size_t i = 0; i < n; i++) {
        look_for_jump(s, from, before, from->rejected, &rows[i]);
        before = rows[i].bar.close;
        from->rejected = !rows[i].good;
    }
    from->day = rows[n - 1].bar.day;
    from->close = before;
    return s->bars.n ? load_bars(s->load, s->bars.at, s->bars.n, &s->counts) : STATUS_OK;
}

static status flush(bar_stream *s) {
    if (s->unordered)
        qsort(s->rows.at, s->rows.n, sizeof *s->rows.at, in_order);
    for (size_t from = 0, to; from < s->rows.n; from = to) {
        for (to = from + 1; to < s->rows.n && s->rows.at[to].symbol == s->rows.at[from].symbol; to++)
            ;
        TRY(hand_over(s, s->rows.at + from, to - from));
    }
    s->rows.n = 0;
    s->unordered = false;
    return STATUS_OK;
}

static void count_findings(bar_stream *s, const bar_row *row, unsigned checks) {
    bool rejected = checks & CHECKS_THAT_REJECT;
    for (quality_check c = 0; checks; c++, checks >>= 1)
        if (checks & 1)
            report_found(s->report, c, row->file, row->line, "%.*s%s", (int)(row->raw_n < 150 ? row->raw_n : 150),
                         row->raw, rejected && !quality_rejects(c) ? " (a rejected row)" : "");
}

static void widen_dates(report_row *r, date day) {
    r->first = r->first == DATE_NONE || day < r->first ? day : r->first;
    r->last = r->last == DATE_NONE || day > r->last ? day : r->last;
}

status bar_stream_put(bar_stream *s, const bar_row *row) {
    unsigned checks = row->checks;
    s->report->row.read++;
    if (!(checks & CHECKS_THAT_REJECT) && seen_mark(&s->seen, row->symbol, row->bar.day))
        checks |= CHECK_BIT(CHECK_DUPLICATE);
    bool good = !(checks & CHECKS_THAT_REJECT);
    if (checks)
        count_findings(s, row, checks);
    if (good) {
        s->report->row.good++;
        widen_dates(&s->report->row, row->bar.day);
    } else {
        report_reject(s->report, checks & CHECKS_THAT_REJECT, row->file, row->line, row->raw, row->raw_n);
    }
    if (!row->known || (checks & CHECK_BIT(CHECK_DUPLICATE)))
        return STATUS_OK;
    waiting w = {row->bar, row->symbol, good, row->file, row->line};
    s->unordered = s->unordered || (s->rows.n && in_order(&s->rows.at[s->rows.n - 1], &w) > 0);
    vec_push(&s->rows, w);
    return s->rows.n < BATCH ? STATUS_OK : flush(s);
}

status bar_stream_finish(bar_stream *s) {
    TRY(flush(s));
    s->report->row.added = s->counts.added;
    s->report->row.changed = s->counts.changed;
    s->report->row.unchanged = s->counts.unchanged;
    return STATUS_OK;
}
