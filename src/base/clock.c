#include "src/base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

instant clock_wall(void) { return read_clock(CLOCK_REALTIME); }

int64_t clock_mono(void) { return read_clock(CLOCK_MONOTONIC); }

// The calendar repeats every 400 years = 146097 days (an "era"). Counted from 1 March, the leap day is the last of its
// year, and the months' lengths follow (153 m + 2) / 5. Idea: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
enum { DAYS_PER_ERA = 146097, EPOCH = 719468 }; // EPOCH: days from 0000-03-01 to 1970-01-01

static int floor_div(int a, int b) { return a / b - (a % b < 0); }

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_real(int year, int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

date date_make(int year, int month, int day) {
    assert(is_real(year, month, day));
    int y = month <= 2 ? year - 1 : year; // the year that began on 1 March
    int m = month <= 2 ? month + 9 : month - 3;
    int era = floor_div(y, 400), of_era = y - era * 400;
    int day_of_year = (153 * m + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH;
}

void date_split(date d, int *year, int *month, int *day) {
    assert(d != DATE_NONE && d <= INT32_MAX - EPOCH);
    int z = d + EPOCH;
    int era = floor_div(z, DAYS_PER_ERA), day_of_era = z - era * DAYS_PER_ERA;
    int of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * of_era + of_era / 4 - of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = era * 400 + of_era + (*month <= 2);
}

int date_weekday(date d) {
    int from_thursday = d % 7; // 1970-01-01 was a Thursday
    return (from_thursday + 10) % 7;
}

static int digits(const char *s, unsigned n) {
    int value = 0;
    for (unsigned i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

bool date_read(const char *bytes, unsigned n, date *out) {
    if (n != 10 || bytes[4] != '-' || bytes[7] != '-')
        return false;
    int year = digits(bytes, 4), month = digits(bytes + 5, 2), day = digits(bytes + 8, 2);
    if (year < 0 || !is_real(year, month, day))
        return false;
    *out = date_make(year, month, day);
    return true;
}

static void put_digits(char *at, int n, int value) {
    for (int i = n; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
}

const char *date_text(date d, char out[DATE_TEXT]) {
    if (d == DATE_NONE) {
        out[0] = 0;
        return out;
    }
    int year, month, day;
    date_split(d, &year, &month, &day);
    assert(year >= 0 && year <= 9999);
    memcpy(out, "0000-00-00", DATE_TEXT);
    put_digits(out, 4, year);
    put_digits(out + 5, 2, month);
    put_digits(out + 8, 2, day);
    return out;
}

date date_next_weekday(date d) {
    int weekday = date_weekday(d);
    return d + (weekday >= 4 ? 7 - weekday : 1);
}

date instant_date(instant t) { return (date)(t / NS_PER_DAY - (t % NS_PER_DAY < 0)); }

instant date_instant(date d) {
    assert(d != DATE_NONE);
    return d * NS_PER_DAY;
}

static void put_clock(char *at, int seconds) {
    memcpy(at, "00:00:00", 9);
    put_digits(at, 2, seconds / 3600);
    put_digits(at + 3, 2, seconds / 60 % 60);
    put_digits(at + 6, 2, seconds % 60);
}

const char *instant_text(instant t, char out[INSTANT_TEXT]) {
    date d = instant_date(t);
    int64_t ms = (t - date_instant(d)) / NS_PER_MS;
    date_text(d, out);
    out[10] = 'T';
    put_clock(out + 11, (int)(ms / 1000));
    memcpy(out + 19, ".000Z", 6);
    put_digits(out + 20, 3, (int)(ms % 1000));
    return out;
}

// Up to two digits, below `most`; moves *at behind them.
static bool read_part(const char **at, int most, int64_t *out) {
    const char *from = *at;
    *out = 0;
    while (**at >= '0' && **at <= '9' && *at - from < 2)
        *out = *out * 10 + (*(*at)++ - '0');
    return *at > from && *out < most;
}

status time_of_day_parse(const char *string, int64_t *ns) {
    const char *at = string;
    int64_t hours, minutes, seconds = 0, unit = NS_PER_S, rest = 0;
    bool good = read_part(&at, 24, &hours) && *at++ == ':' && read_part(&at, 60, &minutes);
    if (good && *at == ':') {
        at++;
        good = read_part(&at, 60, &seconds);
        if (good && *at == '.' && at[1])
            for (at++; *at >= '0' && *at <= '9' && unit > 1; at++)
                rest += (*at - '0') * (unit /= 10);
    }
    if (!good || *at)
        return status_fail(STATUS_USAGE, "\"%.40s\" is no time of day, such as 09:30 or 14:32:07.5", string);
    *ns = ((hours * 60 + minutes) * 60 + seconds) * NS_PER_S + rest;
    return STATUS_OK;
}

const char *time_of_day_text(int64_t ns, char out[INSTANT_TEXT]) {
    put_clock(out, (int)(ns / NS_PER_S));
    snprintf(out + 8, INSTANT_TEXT - 8, ".%03d", (int)(ns % NS_PER_S / NS_PER_MS));
    return out;
}
