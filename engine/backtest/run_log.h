// The log of a run, for people: when it began and why, each delisting by itself, and the rest summed up by kind.
#pragma once

#include "engine/backtest/run_config.h"
#include "engine/backtest/sim_ledger.h"
#include "src/base/text.h"

void run_log_write(text *log, const panel *p, const securities *names, const run_range *range,
                   const sim_ledger *ledger);
