#include "ui/widget/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/desk/session.h"
#include "src/base/decimal.h"

#define MINUS "−"
#define MISSING "–"

static bool has_digits(const char *s) { return strpbrk(s, "123456789") != NULL; }

// Copies plain "-1234567.89" with grouped thousands and our signs. The decimal point may be any character: the locale's
// doesn't reach the screen.
static const char *group(const char *plain, bool sign, char out[FORMAT_TEXT]) {
    bool negative = plain[0] == '-';
    if (negative)
        plain++;
    size_t whole = strspn(plain, "0123456789"), at = 0;
    const char *lead = !has_digits(plain) ? "" : negative ? MINUS : sign ? "+" : "";
    at += (size_t)snprintf(out, FORMAT_TEXT, "%s", lead);
    for (size_t i = 0; i < whole && at + 2 < FORMAT_TEXT; i++) {
        if (i && (whole - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = plain[i];
    }
    const char *rest = plain + whole;
    if (*rest && at + 1 < FORMAT_TEXT) {
        out[at++] = '.';
        rest++;
    }
    while (*rest && at + 1 < FORMAT_TEXT)
        out[at++] = *rest++;
    out[at] = 0;
    return out;
}

static const char *integer(int64_t n, bool sign, char out[FORMAT_TEXT]) {
    char plain[32];
    snprintf(plain, sizeof plain, "%lld", (long long)n);
    return group(plain, sign, out);
}

const char *format_integer(int64_t n, char out[FORMAT_TEXT]) { return integer(n, false, out); }

// Rounds half away from zero to `decimals`, in integers.
static const char *money(int64_t d, int decimals, bool sign, char out[FORMAT_TEXT]) {
    static const uint64_t units[] = {10000, 1000, 100, 10, 1};
    decimals = decimals < 0 ? 0 : decimals > 4 ? 4 : decimals;
    uint64_t size = d < 0 ? 0 - (uint64_t)d : (uint64_t)d, unit = units[decimals];
    uint64_t rounded = (size + unit / 2) / unit, one = 10000 / unit;
    char plain[48];
    if (decimals)
        snprintf(plain, sizeof plain, "%s%llu.%0*llu", d < 0 ? "-" : "", (unsigned long long)(rounded / one), decimals,
                 (unsigned long long)(rounded % one));
    else
        snprintf(plain, sizeof plain, "%s%llu", d < 0 ? "-" : "", (unsigned long long)rounded);
    return group(plain, sign, out);
}

const char *format_money(int64_t d, int decimals, char out[FORMAT_TEXT]) { return money(d, decimals, false, out); }

const char *format_gain(int64_t d, int decimals, char out[FORMAT_TEXT]) { return money(d, decimals, true, out); }

static const char *number(double x, int decimals, bool sign, char out[FORMAT_TEXT]) {
    const char *lead = x < 0 ? MINUS : sign ? "+" : "";
    if (isnan(x)) {
        snprintf(out, FORMAT_TEXT, "%s", MISSING);
    } else if (isinf(x)) {
        snprintf(out, FORMAT_TEXT, "%sinf", lead);
    } else if (fabs(x) >= 1e15) {
        snprintf(out, FORMAT_TEXT, "%s%.2e", lead, fabs(x));
    } else {
        char plain[48];
        decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
        snprintf(plain, sizeof plain, "%.*f", decimals, x);
        group(plain, sign, out);
    }
    return out;
}

const char *format_number(double x, int decimals, char out[FORMAT_TEXT]) { return number(x, decimals, false, out); }

const char *format_signed(double x, int decimals, char out[FORMAT_TEXT]) { return number(x, decimals, true, out); }

static const char *percent(double fraction, int decimals, bool sign, char out[FORMAT_TEXT]) {
    number(fraction * 100, decimals, sign, out);
    if (isfinite(fraction))
        strncat(out, " %", FORMAT_TEXT - strlen(out) - 1);
    return out;
}

const char *format_percent(double fraction, int decimals, char out[FORMAT_TEXT]) {
    return percent(fraction, decimals, false, out);
}

const char *format_signed_percent(double fraction, int decimals, char out[FORMAT_TEXT]) {
    return percent(fraction, decimals, true, out);
}

// Three significant digits and a unit. The unit is the smallest in which the rounded number stays under a thousand.
const char *format_compact(double x, char out[FORMAT_TEXT]) {
    static const struct {
        double size;
        const char *name;
    } units[] = {{1, ""}, {1e3, " k"}, {1e6, " M"}, {1e9, " B"}, {1e12, " T"}};
    enum { UNITS = sizeof units / sizeof *units };
    if (!isfinite(x) || fabs(x) >= 999.5e12)
        return number(x, 0, false, out);
    int u = 0;
    while (u + 1 < UNITS && fabs(x) / units[u].size >= (u ? 999.5 : 9999.5))
        u++;
    double scaled = x / units[u].size, size = fabs(scaled);
    int decimals = u == 0 ? (size < 10 && scaled != rint(scaled) ? 2 : 0) : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    number(scaled, decimals, false, out);
    strncat(out, units[u].name, FORMAT_TEXT - strlen(out) - 1);
    return out;
}

const char *format_change(double fraction, char out[FORMAT_TEXT]) {
    if (!isfinite(fraction))
        return number(fraction, 0, false, out);
    char digits[FORMAT_TEXT];
    number(fabs(fraction * 100), 2, false, digits);
    const char *arrow = !has_digits(digits) ? "" : fraction > 0 ? "▲ " : "▼ ";
    snprintf(out, FORMAT_TEXT, "%s%.*s", arrow, FORMAT_TEXT - 8, digits);
    return out;
}

const char *format_age(int64_t ns, char out[FORMAT_TEXT]) {
    const int64_t minute = 60 * NS_PER_S, hour = 60 * minute;
    if (ns < NS_PER_MS)
        snprintf(out, FORMAT_TEXT, "<1 ms");
    else if (ns < 100 * NS_PER_MS)
        snprintf(out, FORMAT_TEXT, "%d ms", (int)(ns / NS_PER_MS));
    else if (ns < 10 * NS_PER_S)
        snprintf(out, FORMAT_TEXT, "%d.%d s", (int)(ns / NS_PER_S), (int)(ns / (100 * NS_PER_MS) % 10));
    else if (ns < minute)
        snprintf(out, FORMAT_TEXT, "%d s", (int)(ns / NS_PER_S));
    else if (ns < hour)
        snprintf(out, FORMAT_TEXT, "%d min", (int)(ns / minute));
    else if (ns < 48 * hour)
        snprintf(out, FORMAT_TEXT, "%d h", (int)(ns / hour));
    else
        snprintf(out, FORMAT_TEXT, "%d d", (int)(ns / NS_PER_DAY));
    return out;
}

const char *format_time(instant t, int decimals, char out[FORMAT_TEXT]) {
    static const int64_t units[] = {NS_PER_S, 100 * NS_PER_MS, 10 * NS_PER_MS, NS_PER_MS};
    int64_t of_day = (t % NS_PER_DAY + NS_PER_DAY) % NS_PER_DAY;
    int seconds = (int)(of_day / NS_PER_S);
    decimals = decimals < 0 ? 0 : decimals > 3 ? 3 : decimals;
    int n = snprintf(out, FORMAT_TEXT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (decimals)
        snprintf(out + n, (size_t)(FORMAT_TEXT - n), ".%0*d", decimals, (int)(of_day % NS_PER_S / units[decimals]));
    return out;
}

// The session opens at half past nine wherever the exchange's clocks stand on that day.
instant format_to_local(instant t) {
    int64_t day = t / NS_PER_DAY - (t % NS_PER_DAY < 0);
    if (day < -100000 || day > 100000) // the ends of what 64 bits hold, where a day no longer fits
        return t;
    return t - (session_open((date)day) % NS_PER_DAY - (9 * 60 + 30) * 60 * NS_PER_S);
}

const char *format_local(instant t, int decimals, char out[FORMAT_TEXT]) {
    return format_time(format_to_local(t), decimals, out);
}

const char *format_instant(instant t, char out[FORMAT_TEXT]) {
    char day[DATE_TEXT], clock[FORMAT_TEXT];
    int64_t days = t / NS_PER_DAY - (t % NS_PER_DAY < 0);
    snprintf(out, FORMAT_TEXT, "%s %.8s UTC", date_text((date)days, day), format_time(t, 0, clock));
    return out;
}

int64_t format_span(int64_t now, int64_t then) {
    int64_t span;
    if (__builtin_sub_overflow(now, then, &span))
        return now > then ? INT64_MAX : INT64_MIN;
    return span;
}

const char *format_date(date d, char out[FORMAT_TEXT]) {
    const date first = -719162, last = 2932896; // 0001-01-01 and 9999-12-31
    char day[DATE_TEXT];
    bool known = d >= first && d <= last;
    snprintf(out, FORMAT_TEXT, "%s", known ? date_text(d, day) : MISSING);
    return out;
}

const char *format_ordinal(int n, char out[FORMAT_TEXT]) {
    int tens = n % 100, ones = n % 10;
    bool teen = tens >= 11 && tens <= 13;
    const char *end = teen ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
    snprintf(out, FORMAT_TEXT, "%d%s", n, end);
    return out;
}

int format_price_decimals(int64_t price) { return price % (DECIMAL_ONE / 100) ? 4 : 2; }

role format_role(double x) { return x > 0 ? ROLE_UP : x < 0 ? ROLE_DOWN : ROLE_TEXT; }
