#include "engine/backtest/simulator_bars.h"

#include <assert.h>
#include <math.h>

enum { CHECK_EVERY = 128 }; // days between looks at the caller

struct simulator {
    const sim_settings *settings;
    sim_account *account;
    size_t t;
};

size_t simulator_securities(const simulator *s) { return s->settings->panel->securities; }
date simulator_day(const simulator *s) { return s->settings->panel->day[s->t]; }
bool simulator_live(const simulator *s) { return s->t >= s->settings->first; }
double simulator_cash(const simulator *s) { return sim_account_cash(s->account); }
double simulator_equity(const simulator *s) { return sim_account_equity(s->account); }

double simulator_shares(const simulator *s, size_t i) {
    assert(i < simulator_securities(s));
    return sim_account_shares(s->account)[i];
}

const double *simulator_row(const simulator *s, sim_field field, size_t lag) {
    const panel *p = s->settings->panel;
    const double *const fields[] = {
        [SIM_OPEN] = p->open,   [SIM_HIGH] = p->high,     [SIM_LOW] = p->low,
        [SIM_CLOSE] = p->close, [SIM_VOLUME] = p->volume,
    };
    return lag > s->t ? NULL : fields[field] + (s->t - lag) * p->securities;
}

double simulator_value(const simulator *s, sim_field field, size_t i, size_t lag) {
    assert(i < simulator_securities(s));
    const double *row = simulator_row(s, field, lag);
    return row ? row[i] : NAN;
}

bool simulator_order(simulator *s, size_t i, double shares) {
    assert(i < simulator_securities(s));
    if (!simulator_live(s) || !isfinite(shares))
        return false;
    sim_account_order(s->account, i, trunc(shares));
    return true;
}

bool simulator_target(simulator *s, size_t i, double fraction) {
    assert(i < simulator_securities(s));
    if (!simulator_live(s) || !isfinite(fraction))
        return false;
    return sim_account_target(s->account, s->t, i, fraction);
}

static status live_day(simulator *s, const simulator_strategy *strategy, void *self, const sim_ledger *ledger) {
    sim_account_open(s->account, s->t);
    size_t before = ledger->trades.n;
    sim_account_fill(s->account, s->t);
    size_t after = ledger->trades.n;
    TRY(sim_account_close(s->account, s->t));
    for (size_t k = before; strategy->on_fill && k < after; k++) {
        sim_trade fill = ledger->trades.at[k];
        strategy->on_fill(self, s, &fill);
    }
    return STATUS_OK;
}

static status every_day(simulator *s, const simulator_strategy *strategy, void *self, const sim_ledger *ledger) {
    for (s->t = 0; s->t <= s->settings->last; s->t++) {
        if (s->t % CHECK_EVERY == 0)
            TRY(sim_check(s->settings, s->t));
        if (simulator_live(s))
            TRY(live_day(s, strategy, self, ledger));
        strategy->on_bar(self, s);
    }
    s->t = s->settings->last;
    return STATUS_OK;
}

status simulator_run(const sim_settings *settings, const simulator_strategy *strategy, void *self, sim_ledger *ledger) {
    simulator s = {.settings = settings};
    TRY(sim_account_new(settings, ledger, &s.account));
    if (strategy->on_start)
        strategy->on_start(self, &s);
    status code = every_day(&s, strategy, self, ledger);
    if (code == STATUS_OK) {
        sim_account_end(s.account);
        if (strategy->on_end)
            strategy->on_end(self, &s);
    }
    sim_account_free(s.account);
    return code;
}
