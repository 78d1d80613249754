#include "engine/backtest/run_config.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/hash.h"

// Raised whenever the simulators or their conventions change what a run yields.
enum { RUN_FORMAT = 1 };

const strategy_parameter run_settings[RUN_SETTINGS] = {
    [RUN_CAPITAL] = {.name = "capital",
                     .title = "Capital",
                     .type = STRATEGY_NUMBER,
                     .preset = "10000000",
                     .min = 1,
                     .max = 1e12,
                     .help = "cash at the start, currency units"},
    [RUN_COMMISSION] = {.name = "commission",
                        .title = "Commission",
                        .type = STRATEGY_NUMBER,
                        .preset = "1",
                        .min = 0,
                        .max = 1000,
                        .unit = "bp",
                        .help = "basis points of the value traded"},
    [RUN_FILL] = {.name = "fill",
                  .title = "Fill",
                  .type = STRATEGY_CHOICE,
                  .preset = "open",
                  .choices = "open|close",
                  .help = "orders are filled at the open or the close of the next day"},
    [RUN_FROM] = {.name = "from",
                  .title = "From",
                  .type = STRATEGY_DATE,
                  .preset = "",
                  .help = "first day; nothing for the first there is"},
    [RUN_SEED] = {.name = "seed",
                  .title = "Seed",
                  .type = STRATEGY_INT,
                  .preset = "0",
                  .min = 0,
                  .max = 9007199254740992.0,
                  .help = "of random numbers, where a strategy draws any"},
    [RUN_SLIPPAGE] = {.name = "slippage",
                      .title = "Slippage",
                      .type = STRATEGY_NUMBER,
                      .preset = "5",
                      .min = 0,
                      .max = 1000,
                      .unit = "bp",
                      .help = "basis points of the price, against us"},
    [RUN_TO] = {.name = "to",
                .title = "To",
                .type = STRATEGY_DATE,
                .preset = "",
                .help = "last day; nothing for the last there is"},
    [RUN_UNIVERSE] = {.name = "universe",
                      .title = "Universe",
                      .type = STRATEGY_CHOICE,
                      .preset = "stock",
                      .choices = "stock|index",
                      .help = "kind of security that the run works on"},
};

static void set_preset(const strategy_parameter *p, strategy_value *value) {
    status code = strategy_read(p, p->preset, value);
    assert(code == STATUS_OK);
    (void)code;
}

run_config run_config_default(const strategy *s) {
    run_config c = {.strategy = s};
    for (size_t i = 0; i < s->parameter_count; i++)
        set_preset(&s->parameters[i], &c.parameters[i]);
    for (size_t i = 0; i < RUN_SETTINGS; i++)
        set_preset(&run_settings[i], &c.settings[i]);
    return c;
}

// The parameter or setting called `name`, and where its value stands.
static const strategy_parameter *find(const run_config *c, const char *name, const strategy_value **value) {
    for (size_t i = 0; i < c->strategy->parameter_count; i++)
        if (strcmp(c->strategy->parameters[i].name, name) == 0) {
            *value = &c->parameters[i];
            return &c->strategy->parameters[i];
        }
    for (size_t i = 0; i < RUN_SETTINGS; i++)
        if (strcmp(run_settings[i].name, name) == 0) {
            *value = &c->settings[i];
            return &run_settings[i];
        }
    return NULL;
}

static status unknown_name(const run_config *c, const char *name) {
    text known = {0};
    for (size_t i = 0; i < c->strategy->parameter_count; i++)
        text_printf(&known, "%s, ", c->strategy->parameters[i].name);
    for (size_t i = 0; i < RUN_SETTINGS; i++)
        text_printf(&known, "%s%s", run_settings[i].name, i + 1 < RUN_SETTINGS ? ", " : "");
    status code = status_fail(STATUS_INVALID, "%s has no parameter \"%.32s\"; it has %s", c->strategy->name, name,
                              text_string(&known));
    text_free(&known);
    return code;
}

status run_config_set(run_config *c, const char *name, const char *value) {
    const strategy_value *at;
    const strategy_parameter *p = find(c, name, &at);
    if (!p)
        return unknown_name(c, name);
    strategy_value read = {0};
    TRY(strategy_read(p, value, &read));
    if (at >= c->settings && at < c->settings + RUN_SETTINGS)
        c->settings[at - c->settings] = read;
    else
        c->parameters[at - c->parameters] = read;
    return STATUS_OK;
}

status run_config_set_word(run_config *c, const char *word) {
    const char *equals = strchr(word, '=');
    char name[STRATEGY_VALUE_TEXT];
    if (!equals || equals == word || (size_t)(equals - word) >= sizeof name)
        return status_fail(STATUS_INVALID, "\"%.64s\" is not NAME=VALUE, like lookback=126", word);
    snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
    return run_config_set(c, name, equals + 1);
}

status run_config_check(const run_config *c) {
    date from = c->settings[RUN_FROM].day, to = c->settings[RUN_TO].day;
    if (from != DATE_NONE && to != DATE_NONE && from >= to) {
        char a[DATE_TEXT], b[DATE_TEXT];
        return status_fail(STATUS_INVALID, "from: %s is not before to, %s", date_text(from, a), date_text(to, b));
    }
    return c->strategy->check ? c->strategy->check(c->parameters) : STATUS_OK;
}

// The symbol the strategy works on, "" for the whole universe or when it takes none.
static const char *symbol_of(const run_config *c) {
    for (size_t i = 0; i < c->strategy->parameter_count; i++)
        if (c->strategy->parameters[i].type == STRATEGY_SYMBOL)
            return c->parameters[i].symbol;
    return "";
}

const char *run_config_universe(const run_config *c) {
    return c->settings[RUN_UNIVERSE].choice == 0 ? "stock" : "index";
}

// Calls visit for every parameter and setting, sorted by name. Both tables are sorted already.
static void each_value(const run_config *c, void (*visit)(text *out, const strategy_parameter *p, const char *value),
                       text *out) {
    size_t i = 0, j = 0;
    while (i < c->strategy->parameter_count || j < RUN_SETTINGS) {
        bool own = j == RUN_SETTINGS || (i < c->strategy->parameter_count &&
                                         strcmp(c->strategy->parameters[i].name, run_settings[j].name) < 0);
        const strategy_parameter *p = own ? &c->strategy->parameters[i] : &run_settings[j];
        char value[STRATEGY_VALUE_TEXT];
        strategy_show(p, own ? &c->parameters[i++] : &c->settings[j++], value);
        visit(out, p, value);
    }
}

static void put_word(text *out, const strategy_parameter *p, const char *value) {
    if (p->type != STRATEGY_DATE)
        text_printf(out, "%s%s=%s", out->n ? " " : "", p->name, value);
}

static void put_line(text *out, const strategy_parameter *p, const char *value) {
    if (p->type != STRATEGY_DATE)
        text_printf(out, "%s %s\n", p->name, value);
}

void run_config_parameters(const run_config *c, char out[RUN_PARAMETERS_SIZE]) {
    text words = {0};
    each_value(c, put_word, &words);
    bool whole = mem_copy_string(out, RUN_PARAMETERS_SIZE, text_string(&words));
    assert(whole); // a test tries the longest values of every strategy
    (void)whole;
    text_free(&words);
}

// First row whose date is at or after `day`; p->dates when there is none.
static size_t row_at_or_after(const panel *p, date day) {
    size_t low = 0, high = p->dates;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->day[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static status find_column(const run_config *c, const panel *p, const securities *names, size_t *out) {
    const char *symbol = symbol_of(c);
    *out = SIZE_MAX;
    if (!*symbol)
        return STATUS_OK;
    const security *found = securities_find(names, symbol);
    if (!found)
        return status_fail(STATUS_NOT_FOUND, "symbol: no security is called %s", symbol);
    for (size_t i = 0; i < p->securities; i++)
        if (p->sid[i] == found->sid) {
            *out = i;
            return STATUS_OK;
        }
    return status_fail(STATUS_NOT_FOUND, "symbol: %s is of kind \"%s\" and has no bars in the universe \"%s\"",
                       found->symbol, found->kind, run_config_universe(c));
}

static status too_short(const run_config *c, const panel *p, size_t from, size_t to, size_t history) {
    char a[DATE_TEXT], b[DATE_TEXT];
    return status_fail(STATUS_INVALID,
                       "%s needs %zu days of history and two to trade on; from %s to %s the data end too early",
                       c->strategy->name, history, date_text(p->day[from], a), date_text(p->day[to], b));
}

status run_config_range(const run_config *c, const panel *p, const securities *names, run_range *out) {
    TRY(run_config_check(c));
    run_range r = {0};
    TRY(find_column(c, p, names, &r.column));
    date from = c->settings[RUN_FROM].day, to = c->settings[RUN_TO].day;
    size_t begin = from == DATE_NONE ? 0 : row_at_or_after(p, from);
    size_t end = to == DATE_NONE ? p->dates : row_at_or_after(p, to + 1);
    if (begin >= end) {
        char a[DATE_TEXT], b[DATE_TEXT];
        return status_fail(STATUS_INVALID, "no day of the data lies in the dates asked for; they reach from %s to %s",
                           date_text(p->day[0], a), date_text(p->day[p->dates - 1], b));
    }
    r.from = begin;
    r.to = end - 1;
    size_t listed = 0;
    while (r.column != SIZE_MAX && listed < r.to && isnan(p->close[listed * p->securities + r.column]))
        listed++;
    size_t history = c->strategy->history(c->parameters);
    r.first = listed + history > begin ? listed + history : begin;
    if (r.first >= r.to)
        return too_short(c, p, r.from, r.to, history);
    *out = r;
    return STATUS_OK;
}

status run_config_describe(const run_config *c, const panel *p, const securities *names, text *out) {
    run_range range;
    TRY(run_config_range(c, p, names, &range));
    char from[DATE_TEXT], to[DATE_TEXT], data[HASH_TEXT];
    text_printf(out, "format %d\nprogram %s\nstrategy %s\n", RUN_FORMAT, PLIMSOLL_VERSION, c->strategy->name);
    each_value(c, put_line, out);
    text_printf(out, "first %s\nlast %s\n", date_text(p->day[range.from], from), date_text(p->day[range.to], to));
    if (range.column != SIZE_MAX)
        text_printf(out, "sid %d\n", (int)p->sid[range.column]);
    text_printf(out, "data %s\n", hash_text(p->data, data));
    return STATUS_OK;
}

status run_config_identify(const run_config *c, const panel *p, const securities *names, char out[RUN_ID_SIZE]) {
    text description = {0};
    status code = run_config_describe(c, p, names, &description);
    if (code == STATUS_OK) {
        char digits[HASH_TEXT];
        hash_text(hash_of(description.at, description.n), digits);
        memcpy(out, digits, RUN_ID_SIZE - 1);
        out[RUN_ID_SIZE - 1] = 0;
    }
    text_free(&description);
    return code;
}
