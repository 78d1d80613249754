#include "engine/backtest/sim_ledger.h"

status sim_ledger_reset(sim_ledger *l, size_t first, size_t n) {
    sim_ledger_free(l);
    l->equity = mem_try(n, sizeof *l->equity);
    l->turnover = mem_try(n, sizeof *l->turnover);
    if (!l->equity || !l->turnover) {
        sim_ledger_free(l);
        return status_fail(STATUS_FULL, "no memory for a backtest of %zu days", n);
    }
    l->first = first;
    l->n = n;
    return STATUS_OK;
}

void sim_ledger_free(sim_ledger *l) {
    free(l->equity);
    free(l->turnover);
    vec_free(&l->trades);
    vec_free(&l->events);
    *l = (sim_ledger){0};
}
