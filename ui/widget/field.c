#include "ui/widget/field.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/decimal.h"

enum { NUMBER_TEXT = 32 };

// Writes the sentence; false, so that a check can end with it.
__attribute__((format(printf, 2, 3))) static bool complain(char message[FIELD_MESSAGE], const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(message, FIELD_MESSAGE, format, args);
    va_end(args);
    return false;
}

static const char *plain(double x, char out[NUMBER_TEXT]) {
    snprintf(out, NUMBER_TEXT, "%.10g", x);
    return out;
}

bool field_number(const char *value, double *x) {
    char *end;
    if (value[strspn(value, "0123456789.+-eE")])
        return false;
    *x = strtod(value, &end);
    return end != value && !*end && isfinite(*x);
}

static bool check_number(const field *f, const char *value, char message[FIELD_MESSAGE]) {
    double x;
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    if (!field_number(value, &x))
        return complain(message, "“%.40s” is not a number", value);
    if (f->type == FIELD_INT && x != rint(x))
        return complain(message, "a whole number is wanted");
    if (f->low < f->high && (x < f->low || x > f->high))
        return complain(message, "must lie between %s and %s", plain(f->low, low), plain(f->high, high));
    return true;
}

static bool is_choice(const char *choices, const char *value) {
    size_t n = strlen(value);
    for (const char *at = choices; at && !strchr(value, '|'); at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strncmp(at, value, n) == 0 && (at[n] == '|' || !at[n]))
            return n > 0;
    return false;
}

static bool check_price(const char *value, char message[FIELD_MESSAGE]) {
    int64_t price;
    double x;
    if (decimal_read(value, (unsigned)strlen(value), &price))
        return price > 0 || complain(message, "a price is more than 0");
    if (!field_number(value, &x) || strpbrk(value, "eE"))
        return complain(message, "“%.40s” is no price", value);
    return complain(message, strchr(value, '.') ? "a price has at most four decimals" : "the price is too large");
}

static bool check_type(const field *f, const char *value, char message[FIELD_MESSAGE]) {
    int64_t whole;
    date day;
    unsigned n = (unsigned)strlen(value);
    switch (f->type) {
    case FIELD_TEXT:
        if (f->exactly && strcmp(value, f->exactly) != 0)
            return complain(message, "type exactly: %.120s", f->exactly);
        return true;
    case FIELD_SYMBOL:
        if (n > 15 || strpbrk(value, " \t|\"'\\"))
            return complain(message, "“%.20s” is no symbol", value);
        return true;
    case FIELD_QUANTITY:
        return (integer_read(value, n, &whole) && whole > 0) || complain(message, "a positive whole number is wanted");
    case FIELD_INT:
    case FIELD_NUMBER:
        return check_number(f, value, message);
    case FIELD_PRICE:
        return check_price(value, message);
    case FIELD_DATE:
        return date_read(value, n, &day) || complain(message, "a date is written as 2018-02-07");
    case FIELD_CHOICE:
        return is_choice(f->choices, value) || complain(message, "one of %s", f->choices);
    }
    return true;
}

bool field_check(const field *f, const char *value, char message[FIELD_MESSAGE]) {
    if (!value[0])
        return f->optional || complain(message, "%s is needed", f->label);
    return check_type(f, value, message);
}

void field_describe(const field *f, char out[FIELD_MESSAGE]) {
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    const char *unit = f->unit ? f->unit : "";
    if (f->type == FIELD_CHOICE)
        snprintf(out, FIELD_MESSAGE, "%s", f->choices);
    else if (f->low < f->high && f->high >= 1e9)
        snprintf(out, FIELD_MESSAGE, "from %.20s on %s", plain(f->low, low), unit);
    else if (f->low < f->high)
        snprintf(out, FIELD_MESSAGE, "%.20s … %.20s %s", plain(f->low, low), plain(f->high, high), unit);
    else if (f->type == FIELD_DATE)
        snprintf(out, FIELD_MESSAGE, "YYYY-MM-DD%s", f->optional ? " or empty" : "");
    else
        snprintf(out, FIELD_MESSAGE, "%s", !*unit && f->optional ? "may stay empty" : unit);
}
