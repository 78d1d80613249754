#include "engine/desk/session.h"

#include <string.h>

enum { OPENS_S = (9 * 60 + 30) * 60, DAY_S = 24 * 60 * 60 };
enum { DAYS_MOST = 100000 }; // from 1970: what an instant holds, and some to spare

// The n-th Sunday (n from 1) of a month.
static date sunday(int year, int month, int n) {
    date first = date_make(year, month, 1);
    return first + (6 - date_weekday(first)) + 7 * (n - 1);
}

instant session_open(date d) {
    int year, month, day;
    date_split(d, &year, &month, &day);
    bool summer = d >= sunday(year, 3, 2) && d < sunday(year, 11, 1);
    return date_instant(d) + (OPENS_S + (summer ? 4 : 5) * 3600) * NS_PER_S;
}

static instant at_second(date d, int second) { return session_open(d) + (second - OPENS_S) * NS_PER_S; }

// Two digits below `limit`.
static bool read_two(const char *at, int limit, int *out) {
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return false;
    *out = (at[0] - '0') * 10 + at[1] - '0';
    return *out < limit;
}

// "15:30" or "15:30:10"
static bool read_second(const char *at, int *second) {
    int h, m, s = 0;
    size_t n = strlen(at);
    bool good = (n == 5 || n == 8) && read_two(at, 24, &h) && at[2] == ':' && read_two(at + 3, 60, &m) &&
                (n == 5 || (at[5] == ':' && read_two(at + 6, 60, &s)));
    if (good)
        *second = (h * 60 + m) * 60 + s;
    return good;
}

bool session_until(const char *string, date session, instant *out) {
    enum { DAY_LENGTH = DATE_TEXT - 1 };
    int second = DAY_S;
    size_t n = strlen(string);
    bool with_day = n >= DAY_LENGTH && date_read(string, DAY_LENGTH, &session);
    if (with_day ? n > DAY_LENGTH && (string[DAY_LENGTH] != 'T' || !read_second(string + DAY_LENGTH + 1, &second))
                 : !read_second(string, &second))
        return false;
    if (session < -DAYS_MOST || session > DAYS_MOST)
        return false;
    *out = at_second(session, second);
    return true;
}

const char *session_until_text(instant until, char out[SESSION_UNTIL_TEXT]) {
    date day = instant_date(until) - 1;
    bool exact = day > -DAYS_MOST && day < DAYS_MOST && until == at_second(day, DAY_S);
    out[0] = 0;
    if (until && exact)
        return date_text(day, out);
    return until ? instant_text(until, out) : out;
}
