// Time. Instants are nanoseconds since 1970 in UTC; dates are days since 1970-01-01 (proleptic Gregorian).
// Pure but for the two clock readings; nothing numerical may call those.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/status.h"

typedef int32_t date;    // days since 1970-01-01
typedef int64_t instant; // ns since 1970-01-01T00:00:00Z

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_DAY (INT64_C(86400) * NS_PER_S)
#define DATE_NONE INT32_MIN

instant clock_wall(void); // may jump when the machine's clock is set
int64_t clock_mono(void); // never goes back; only differences mean something

date date_make(int year, int month, int day);
void date_split(date d, int *year, int *month, int *day);
int date_weekday(date d); // 0 Monday … 6 Sunday

// "2018-02-07"; exact form, a real day of the calendar. `n` bytes, no terminator needed.
bool date_read(const char *bytes, unsigned n, date *out);

#define DATE_TEXT 11
// "2018-02-07" for years 0 to 9999; an empty string for DATE_NONE. Returns out.
const char *date_text(date d, char out[DATE_TEXT]);

date date_next_weekday(date d); // the first Monday-to-Friday after d

#define INSTANT_TEXT 32
const char *instant_text(instant t, char out[INSTANT_TEXT]); // 2026-11-21T14:32:07.123Z
// A time of day as people give it: "9:30", "09:30:00", "09:30:00.123456789"; ns since midnight, below 24 hours.
status time_of_day_parse(const char *string, int64_t *ns);
const char *time_of_day_text(int64_t ns, char out[INSTANT_TEXT]); // 14:32:07.123; 0 <= ns < a day
date instant_date(instant t);
instant date_instant(date d); // midnight UTC
