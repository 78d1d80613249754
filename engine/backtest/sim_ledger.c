#include "engine/backtest/sim_ledger.h"

status sim_ledger_reset(sim_ledger *l, size_t first, size_t n) {
    sim_ledger_free(l);
    double *equity = mem_try(n, sizeof *equity), *turnover = mem_try(n, sizeof *turnover);
    if (!equity || !turnover) {
        free(equity);
        free(turnover);
        return status_fail(STATUS_FULL, "no memory for a backtest of %zu days", n);
    }
    *l = (sim_ledger){.first = first, .n = n, .equity = equity, .turnover = turnover};
    return STATUS_OK;
}

void sim_ledger_free(sim_ledger *l) {
    free(l->equity);
    free(l->turnover);
    vec_free(&l->trades);
    vec_free(&l->events);
    *l = (sim_ledger){0};
}
