// The session clock: trading days of New York, 09:30 to 16:00. Pure.
#pragma once

#include "src/base/clock.h"

#define SESSION_LENGTH (INT64_C(23400) * NS_PER_S) // 6.5 hours

// 09:30 in New York on that date, as UTC (daylight saving by the rule in force since 2007).
instant session_open(date d);
