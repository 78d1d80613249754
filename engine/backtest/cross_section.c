#include "engine/backtest/cross_section.h"

enum { CHECK_EVERY = 32 }; // days between looks at the caller

static void order_weights(sim_account *a, const sim_settings *s, size_t t, const double *weights) {
    const double *shares = sim_account_shares(a);
    for (size_t i = 0; i < s->panel->securities; i++)
        if (weights[i] != 0 || shares[i] != 0)
            sim_account_target(a, t, i, weights[i]);
}

static status every_day(const sim_settings *s, schedule when, const cross_section_rule *rule, sim_account *a,
                        double *weights) {
    for (size_t t = s->first; t <= s->last; t++) {
        if ((t - s->first) % CHECK_EVERY == 0)
            TRY(sim_check(s, t));
        sim_account_open(a, t);
        sim_account_fill(a, t);
        TRY(sim_account_close(a, t));
        if (schedule_due(when, s->panel->day, s->first, s->last, t) && rule->weigh(rule->self, s->panel, t, weights))
            order_weights(a, s, t, weights);
    }
    return STATUS_OK;
}

status cross_section_run(const sim_settings *settings, schedule when, const cross_section_rule *rule,
                         sim_ledger *ledger) {
    double *weights = mem_try(settings->panel->securities, sizeof *weights);
    if (!weights)
        return status_fail(STATUS_FULL, "no memory for the weights of %zu securities", settings->panel->securities);
    sim_account *account = NULL;
    status code = sim_account_new(settings, ledger, &account);
    if (code == STATUS_OK)
        code = every_day(settings, when, rule, account, weights);
    sim_account_free(account);
    free(weights);
    return code;
}
