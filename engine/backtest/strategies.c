#include "engine/backtest/strategies.h"

#include <stdio.h>
#include <string.h>

#include "engine/backtest/crossover.h"
#include "engine/backtest/hold.h"
#include "engine/backtest/momentum.h"
#include "src/base/clock.h"
#include "src/base/csv.h"
#include "src/base/json.h"
#include "src/base/text.h"

static const strategy *const strategies[] = {&momentum_strategy, &crossover_strategy, &hold_strategy};

size_t strategy_count(void) { return sizeof strategies / sizeof *strategies; }
const strategy *strategy_at(size_t i) { return i < strategy_count() ? strategies[i] : NULL; }

const strategy *strategy_find(const char *name) {
    for (size_t i = 0; i < strategy_count(); i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return strategies[i];
    return NULL;
}

status strategy_get(const char *name, const strategy **out) {
    *out = strategy_find(name);
    if (*out)
        return STATUS_OK;
    text known = {0};
    for (size_t i = 0; i < strategy_count(); i++)
        text_printf(&known, "%s%s", i ? ", " : "", strategies[i]->name);
    status code = status_fail(STATUS_NOT_FOUND, "no strategy is called %.32s; there are %s", name, text_string(&known));
    text_free(&known);
    return code;
}

static status read_int(const strategy_parameter *p, const char *word, strategy_value *out) {
    int64_t value;
    if (!slice_int((slice){word, (unsigned)strlen(word)}, &value))
        return status_fail(STATUS_INVALID, "%s: \"%.32s\" is not a whole number; one from %.0f to %.0f", p->name, word,
                           p->min, p->max);
    if ((double)value < p->min || (double)value > p->max)
        return status_fail(STATUS_INVALID, "%s: %.32s is out of range; a whole number from %.0f to %.0f", p->name, word,
                           p->min, p->max);
    out->integer = value;
    return STATUS_OK;
}

static status read_number(const strategy_parameter *p, const char *word, strategy_value *out) {
    double value;
    if (!slice_double((slice){word, (unsigned)strlen(word)}, &value))
        return status_fail(STATUS_INVALID, "%s: \"%.32s\" is not a number; one from %g to %g", p->name, word, p->min,
                           p->max);
    if (!(value >= p->min && value <= p->max))
        return status_fail(STATUS_INVALID, "%s: %.32s is out of range; a number from %g to %g", p->name, word, p->min,
                           p->max);
    out->number = value;
    return STATUS_OK;
}

static status read_choice(const strategy_parameter *p, const char *word, strategy_value *out) {
    size_t n = strlen(word);
    int32_t place = 0;
    for (const char *c = p->choices; n > 0; place++) {
        size_t length = strcspn(c, "|");
        if (length == n && strncmp(c, word, n) == 0) {
            out->choice = place;
            return STATUS_OK;
        }
        if (c[length] == 0)
            break;
        c += length + 1;
    }
    return status_fail(STATUS_INVALID, "%s: \"%.32s\" is not one of %s", p->name, word, p->choices);
}

static status read_symbol(const strategy_parameter *p, const char *word, strategy_value *out) {
    size_t n = strlen(word);
    if (n >= SYMBOL_SIZE || strpbrk(word, " \t\n=,"))
        return status_fail(STATUS_INVALID,
                           "%s: \"%.32s\" is not a symbol; up to %d letters and digits, or nothing for all", p->name,
                           word, SYMBOL_SIZE - 1);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out->symbol[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 'a' + 'A' : word[i]);
    return STATUS_OK;
}

static status read_date(const strategy_parameter *p, const char *word, strategy_value *out) {
    date day = DATE_NONE;
    if (*word && !date_read(word, (unsigned)strlen(word), &day))
        return status_fail(STATUS_INVALID, "%s: \"%.32s\" is not a date like 2018-02-07", p->name, word);
    out->day = day;
    return STATUS_OK;
}

status strategy_read(const strategy_parameter *p, const char *word, strategy_value *out) {
    switch (p->type) {
    case STRATEGY_INT:
        return read_int(p, word, out);
    case STRATEGY_NUMBER:
        return read_number(p, word, out);
    case STRATEGY_CHOICE:
        return read_choice(p, word, out);
    case STRATEGY_SYMBOL:
        return read_symbol(p, word, out);
    case STRATEGY_DATE:
        return read_date(p, word, out);
    }
    return status_fail(STATUS_INVALID, "%s has no type", p->name);
}

static void show_choice(const strategy_parameter *p, int32_t place, char out[STRATEGY_VALUE_TEXT]) {
    const char *c = p->choices;
    for (; place > 0; place--)
        c += strcspn(c, "|") + 1;
    snprintf(out, STRATEGY_VALUE_TEXT, "%.*s", (int)strcspn(c, "|"), c);
}

const char *strategy_show(const strategy_parameter *p, const strategy_value *value, char out[STRATEGY_VALUE_TEXT]) {
    out[0] = 0;
    switch (p->type) {
    case STRATEGY_INT:
        snprintf(out, STRATEGY_VALUE_TEXT, "%lld", (long long)value->integer);
        break;
    case STRATEGY_NUMBER:
        double_text(value->number, out);
        break;
    case STRATEGY_CHOICE:
        show_choice(p, value->choice, out);
        break;
    case STRATEGY_SYMBOL:
        memcpy(out, value->symbol, SYMBOL_SIZE);
        break;
    case STRATEGY_DATE:
        if (value->day != DATE_NONE)
            date_text(value->day, out);
        break;
    }
    return out;
}
