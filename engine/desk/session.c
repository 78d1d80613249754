#include "engine/desk/session.h"

// The n-th Sunday (n from 1) of a month.
static date sunday(int year, int month, int n) {
    date first = date_make(year, month, 1);
    return first + (6 - date_weekday(first)) + 7 * (n - 1);
}

instant session_open(date d) {
    int year, month, day;
    date_split(d, &year, &month, &day);
    bool summer = d >= sunday(year, 3, 2) && d < sunday(year, 11, 1);
    int64_t minutes = 9 * 60 + 30 + (summer ? 4 : 5) * 60;
    return date_instant(d) + minutes * 60 * NS_PER_S;
}
