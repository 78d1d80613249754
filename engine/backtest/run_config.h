// What a run is, before it is run: a strategy with its parameters, and the settings that every strategy has (dates,
// universe, capital, costs, fill, seed). Plain data, copied freely. Everything is set by name from text, so that the
// command line and the form say the same words.
#pragma once

#include <stdbool.h>

#include "engine/backtest/strategies.h"
#include "src/base/text.h"

enum { RUN_ID_SIZE = 17, RUN_PARAMETERS_SIZE = 256 };

// Places in run_config.settings, and in run_settings.
enum {
    RUN_CAPITAL,    // cash at the start, currency units
    RUN_COMMISSION, // basis points of the value traded
    RUN_FILL,       // "open|close" of the next day
    RUN_FROM,       // first day, DATE_NONE: the first there is
    RUN_SEED,       // of random numbers
    RUN_SLIPPAGE,   // basis points of the price
    RUN_TO,         // last day, DATE_NONE: the last there is
    RUN_UNIVERSE,   // "stock|index"
    RUN_SETTINGS,
};

// The settings as parameters: name, default, range, help; for the form and the help text. [RUN_SETTINGS]
extern const strategy_parameter run_settings[RUN_SETTINGS];

typedef struct {
    const strategy *strategy;
    strategy_value parameters[STRATEGY_PARAMETERS]; // in the order of strategy->parameters
    strategy_value settings[RUN_SETTINGS];
} run_config;

// A strategy with every parameter and setting at its default.
run_config run_config_default(const strategy *s);
// Sets one parameter or setting from text. STATUS_INVALID when the name is unknown (the names are listed) or the value
// is not in its range; the configuration is unchanged then.
status run_config_set(run_config *c, const char *name, const char *value);
// The same from one word, "lookback=126".
status run_config_set_word(run_config *c, const char *word);
// Rules between values: from before to, fast below slow. run_execute checks by itself.
status run_config_check(const run_config *c);

// "stock" or "index": what panel_load is to be asked for.
const char *run_config_universe(const run_config *c);
// "capital=10000000 commission=1 …": everything but the dates, sorted by name.
void run_config_parameters(const run_config *c, char out[RUN_PARAMETERS_SIZE]);

// The canonical text of a run on a panel: a line each for format, program version, strategy, every parameter and
// setting by name, the dates as they fall within the panel, the sid behind the symbol, and the hash of the data. Its
// hash names the run. STATUS_NOT_FOUND when the symbol is not a column of the panel; STATUS_INVALID when no day is
// left.
status run_config_describe(const run_config *c, const panel *p, const securities *names, text *out);
// First 16 hexadecimal digits of the BLAKE2b hash of that text.
status run_config_identify(const run_config *c, const panel *p, const securities *names, char out[RUN_ID_SIZE]);

// What the panel makes of a configuration.
typedef struct {
    size_t column;   // of the symbol, SIZE_MAX without one
    size_t from, to; // rows of the dates asked for, cut to the panel
    size_t first;    // row on which the simulation can begin: from, or later when history is missing
} run_range;
status run_config_range(const run_config *c, const panel *p, const securities *names, run_range *out);
