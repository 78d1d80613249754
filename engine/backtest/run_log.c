#include "engine/backtest/run_log.h"

#include <math.h>

#include "engine/backtest/sim_account.h"
#include "src/base/clock.h"

typedef struct {
    size_t count;
    const sim_event *first;
    double least; // value
} summary;

static const char *symbol_of(const panel *p, const securities *names, const sim_event *e) {
    return names->at[p->sid[e->security] - 1].symbol;
}

static void delisted(text *log, const panel *p, const securities *names, const sim_event *e) {
    char day[DATE_TEXT];
    text_printf(log, "%s %s had no price for %d days and counts as delisted: %.0f shares %s at its last, %.4f\n",
                date_text(p->day[e->t], day), symbol_of(p, names, e), SIM_MISSING_DAYS, fabs(e->shares),
                e->shares > 0 ? "sold" : "bought back", e->value);
}

static void paid_out(text *log, const panel *p, const securities *names, const sim_event *e) {
    char day[DATE_TEXT];
    text_printf(log, "%s %s was delisted: %.0f shares %s at %.4f\n", date_text(p->day[e->t], day),
                symbol_of(p, names, e), fabs(e->shares), e->shares > 0 ? "paid out" : "settled", e->value);
}

static void summed_up(text *log, const panel *p, const securities *names, sim_event_kind kind, const summary *s) {
    char day[DATE_TEXT];
    const char *when = date_text(p->day[s->first->t], day), *who = symbol_of(p, names, s->first);
    switch (kind) {
    case SIM_LAPSED:
        text_printf(log, "%zu orders lapsed on a day without a price, the first for %s on %s\n", s->count, who, when);
        break;
    case SIM_LATE:
        text_printf(log, "%zu orders met no open and were filled at the close, the first for %s on %s\n", s->count, who,
                    when);
        break;
    case SIM_CUT:
        text_printf(log, "purchases were cut to the cash at hand on %zu days, to %.2f %% at the least, first on %s\n",
                    s->count, 100 * s->least, when);
        break;
    case SIM_OVERDRAWN:
        text_printf(log, "the cash went below zero on %s: %.2f\n", when, s->first->value);
        break;
    case SIM_UNFILLED:
        text_printf(log, "%zu orders of the last day were not filled\n", s->count);
        break;
    case SIM_PAID_OUT:
    case SIM_DELISTED:
        break; // each has its line
    }
}

void run_log_write(text *log, const panel *p, const securities *names, const run_range *range,
                   const sim_ledger *ledger) {
    char day[DATE_TEXT], asked[DATE_TEXT];
    if (range->first > range->from)
        text_printf(log, "starts on %s, the first day with enough history behind it; asked for was %s\n",
                    date_text(p->day[range->first], day), date_text(p->day[range->from], asked));
    summary kinds[SIM_UNFILLED + 1] = {0};
    for (size_t k = 0; k < ledger->events.n; k++) {
        const sim_event *e = &ledger->events.at[k];
        summary *s = &kinds[e->kind];
        if (s->count++ == 0) {
            s->first = e;
            s->least = e->value;
        }
        s->least = fmin(s->least, e->value);
        if (e->kind == SIM_PAID_OUT)
            paid_out(log, p, names, e);
        else if (e->kind == SIM_DELISTED)
            delisted(log, p, names, e);
    }
    for (sim_event_kind kind = SIM_PAID_OUT; kind <= SIM_UNFILLED; kind++)
        if (kinds[kind].count)
            summed_up(log, p, names, kind, &kinds[kind]);
    text_printf(log, "%zu trades on %zu days\n", ledger->trades.n, ledger->n);
}
