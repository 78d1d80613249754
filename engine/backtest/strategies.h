// The registry of strategies: what the command line and the form offer, and how each is run. A strategy is one static
// entry in a file of its own (hold.c, crossover.c, momentum.c); the registry borrows them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "data/store/securities.h"
#include "engine/backtest/sim_account.h"

enum { STRATEGY_PARAMETERS = 12, STRATEGY_VALUE_TEXT = 32 };

typedef enum {
    STRATEGY_INT,    // whole number in [min, max]
    STRATEGY_NUMBER, // number in [min, max]
    STRATEGY_CHOICE, // one of `choices`
    STRATEGY_SYMBOL, // a symbol of the universe, or empty
    STRATEGY_DATE,   // 2018-02-07, or empty
} strategy_type;

typedef struct {
    const char *name, *title; // "lookback", "Look-back"
    strategy_type type;
    const char *preset;  // the default, as text
    double min, max;     // of INT and NUMBER
    const char *choices; // of CHOICE: "long|long-short"
    const char *unit;    // what a number counts: "days", "bp"; NULL for money and for what counts nothing
    const char *help;    // one line, with the unit
} strategy_parameter;

// A value of one parameter; which member counts depends on the type.
typedef union {
    int64_t integer;
    double number;
    int32_t choice; // place in `choices`
    date day;       // DATE_NONE when empty
    char symbol[SYMBOL_SIZE];
} strategy_value;

typedef struct {
    const char *name, *title, *help;
    const strategy_parameter *parameters;
    size_t parameter_count; // at most STRATEGY_PARAMETERS
    // Rules between parameters, after each was read; a sentence when one is broken.
    status (*check)(const strategy_value *values);
    // Rows of the panel that must lie before the first simulated day.
    size_t (*history)(const strategy_value *values);
    // Simulates. `column` is the column of the symbol, SIZE_MAX when the strategy works on the whole universe.
    status (*run)(const sim_settings *settings, const strategy_value *values, size_t column, sim_ledger *ledger);
} strategy;

size_t strategy_count(void);
const strategy *strategy_at(size_t i);           // in the order in which they are offered
const strategy *strategy_find(const char *name); // NULL when unknown
// As strategy_find, with a sentence that names the strategies there are. STATUS_NOT_FOUND.
status strategy_get(const char *name, const strategy **out);

// Reads a value. STATUS_INVALID: "lookback: 1 is out of range; a whole number from 2 to 2520".
status strategy_read(const strategy_parameter *p, const char *word, strategy_value *out);
// The value as strategy_read takes it; returns out.
const char *strategy_show(const strategy_parameter *p, const strategy_value *value, char out[STRATEGY_VALUE_TEXT]);
