// The session clock: trading days of New York, 09:30 to 16:00. Pure.
#pragma once

#include "src/base/clock.h"

#define SESSION_LENGTH (INT64_C(23400) * NS_PER_S) // 6.5 hours

// 09:30 in New York on that date, as UTC (daylight saving by the rule in force since 2007).
instant session_open(date d);

// When an order ends that is good till a day ("2026-11-24": its end), a time of the session in New York ("15:30",
// "15:30:10") or of another day ("2026-11-24T15:30"). False for anything else, and for days beyond the year 2243.
bool session_until(const char *string, date session, instant *out);
enum { SESSION_UNTIL_TEXT = INSTANT_TEXT };
// The day, or where that is not its end the instant in UTC; "" for 0. Returns out.
const char *session_until_text(instant until, char out[SESSION_UNTIL_TEXT]);
