// The files of commands, one a noun (or a few that belong together); each adds its entries to the one table.
#pragma once

#include "src/base/command.h"

enum { COMMAND_ROWS = 1000000000 }; // the most that --limit takes

void commands_add_order(command_table *t);    // order, check
void commands_add_cancel(command_table *t);   // cancel, close, flatten
void commands_add_position(command_table *t); // position, portfolio
void commands_add_desk(command_table *t);     // breaker, limit, venue, watch, book, status
void commands_add_venue(command_table *t);    // venue stats
void commands_add_replay(command_table *t);   // replay
void commands_add_record(command_table *t);   // record
void commands_add_risk(command_table *t);     // risk, stress
void commands_add_backtest(command_table *t); // backtest
void commands_add_data(command_table *t);     // demo, data, db, sql
void commands_add_import(command_table *t);   // import, report, quarantine
void commands_add_audit(command_table *t);    // audit
void commands_add_bench(command_table *t);    // bench
void commands_add_program(command_table *t);  // help, version, config, desk, shell, screenshot
