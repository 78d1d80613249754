// Numbers as people read them on screen. Everything is a pure function that writes to the caller's buffer and returns
// it. Minus is U+2212, arrows are ▲ and ▼, "missing" (NaN, no date) is –; a canvas without UTF-8 draws its own
// stand-ins. A number that rounds to zero has no sign.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/clock.h"
#include "ui/canvas.h"

enum { FORMAT_TEXT = 64 };

const char *format_integer(int64_t n, char out[FORMAT_TEXT]);             // "−1,100"
const char *format_money(int64_t d, int decimals, char out[FORMAT_TEXT]); // 1e-4 units: "121.07"; decimals 0 … 4
const char *format_gain(int64_t d, int decimals, char out[FORMAT_TEXT]);  // the same with a sign: "+3,180"
const char *format_number(double x, int decimals, char out[FORMAT_TEXT]); // "1,234.5"; from 1e15 on "1.23e+18"
const char *format_signed(double x, int decimals, char out[FORMAT_TEXT]); // "+0.82"
const char *format_percent(double fraction, int decimals, char out[FORMAT_TEXT]);        // 0.148: "14.8 %"
const char *format_signed_percent(double fraction, int decimals, char out[FORMAT_TEXT]); // "+0.28 %"
const char *format_compact(double x, char out[FORMAT_TEXT]);                             // "3.41 M", "−12.4 k", "950"
const char *format_change(double fraction, char out[FORMAT_TEXT]); // "▲ 2.24" in percent; "2.24" would be 0.0224

// How long: "<1 ms", "12 ms", "0.2 s", "45 s", "3 min", "5 h", "3 d". Negative spans count as none.
const char *format_age(int64_t ns, char out[FORMAT_TEXT]);
// Time of day with 0 to 3 decimals of a second: "14:32:06.8", in UTC or at the exchange (New York, FORMAT_ZONE).
const char *format_time(instant t, int decimals, char out[FORMAT_TEXT]);
const char *format_local(instant t, int decimals, char out[FORMAT_TEXT]);
#define FORMAT_ZONE "NY"            // behind the session's clock
#define FORMAT_WALL "wall"          // behind the wall clock, which is shown at the exchange, too: people acted by it
instant format_to_local(instant t); // the instant whose UTC time of day is the exchange's
const char *format_instant(instant t, char out[FORMAT_TEXT]); // "2018-02-07 14:32:07 UTC"
int64_t format_span(int64_t now, int64_t then); // now - then, saturating: the operands come from another process
const char *format_date(date d, char out[FORMAT_TEXT]);   // "2018-02-07"
const char *format_ordinal(int n, char out[FORMAT_TEXT]); // "5th"

// Prices are shown with two decimals, or four where a hundredth does not hold them.
int format_price_decimals(int64_t price);

role format_role(double x); // ROLE_UP, ROLE_DOWN, or ROLE_TEXT for zero and NaN
