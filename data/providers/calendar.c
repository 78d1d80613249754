#include "data/providers/calendar.h"

// Easter Sunday in the Gregorian calendar (Meeus 1991, after the anonymous algorithm of 1876).
static date easter(int year) {
    int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
    int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
    int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
    return date_make(year, month, day);
}

// The n-th weekday (0 Monday) of a month, n from 1.
static date nth(int year, int month, int weekday, int n) {
    date first = date_make(year, month, 1);
    return first + (weekday - date_weekday(first) + 7) % 7 + 7 * (n - 1);
}

static date last_monday_of_may(int year) {
    date d = date_make(year, 5, 31);
    return d - date_weekday(d);
}

// A holiday of fixed date is kept on the Friday before or the Monday after when it falls on a weekend.
static date observed(int year, int month, int day) {
    date d = date_make(year, month, day);
    int weekday = date_weekday(d);
    return weekday == 5 ? d - 1 : weekday == 6 ? d + 1 : d;
}

bool calendar_is_open(date d) {
    int year, month, day;
    date_split(d, &year, &month, &day);
    if (date_weekday(d) > 4)
        return false;
    // New Year's Day on a Saturday is not kept on the Friday before: that closes the exchange's year.
    date new_year = date_make(year, 1, 1);
    if (d == new_year + (date_weekday(new_year) == 6 ? 1 : 0))
        return false;
    if (year >= 1998 && d == nth(year, 1, 0, 3)) // Martin Luther King's day
        return false;
    if (d == nth(year, 2, 0, 3) || d == easter(year) - 2 || d == last_monday_of_may(year))
        return false;
    if (year >= 2022 && d == observed(year, 6, 19))
        return false;
    return d != observed(year, 7, 4) && d != nth(year, 9, 0, 1) && d != nth(year, 11, 3, 4) &&
           d != observed(year, 12, 25);
}

date calendar_next(date d) {
    do
        d++;
    while (!calendar_is_open(d));
    return d;
}
