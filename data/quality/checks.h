// What is checked of every daily bar that comes in, and what follows from it. Pure.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "data/store/bars.h"

typedef enum {
    // structural: can it be read
    CHECK_RECORD,  // no CSV record
    CHECK_FIELDS,  // another number of fields than the header
    CHECK_SYMBOL,  // none, or longer than 15 characters, or with others than letters, digits and . - ^ = / _
    CHECK_DATE,    // no day of the calendar from 1900 to 2199
    CHECK_MISSING, // a price or the volume is empty
    CHECK_NUMBER,  // a price or the volume is no decimal number
    // logical: can it be true
    CHECK_POSITIVE, // a price of zero or below
    CHECK_VOLUME,   // negative volume
    CHECK_HIGH_LOW, // high < low
    CHECK_HIGH,     // high < open or close (where high >= low)
    CHECK_LOW,      // low > open or close (where high >= low)
    // contract: may it be there
    CHECK_DUPLICATE, // a second row of the same symbol and day; the first one stands
    // Those that follow only warn.
    CHECK_ROUNDED,     // more than four decimals: rounded, half away from zero
    CHECK_WEEKEND,     // a bar on a Saturday or Sunday
    CHECK_ZERO_VOLUME, // nothing was traded
    CHECK_JUMP,        // close moves by more than 50 % from the row before
    CHECK_COLUMN,      // a column that is not known, and not read (counted once a file)
    CHECK_COUNT
} quality_check;

const char *quality_name(quality_check c);     // "missing"
const char *quality_sentence(quality_check c); // "open, high, low, close or volume is missing"
const char *quality_stage(quality_check c);    // "structural", "logical", "contract", "statistical"
static inline bool quality_rejects(quality_check c) { return c < CHECK_ROUNDED; }

#define CHECK_BIT(c) (1u << (c))
enum { CHECKS_THAT_REJECT = CHECK_BIT(CHECK_ROUNDED) - 1 };

// The checks, as bits, that a bar with all its fields does not pass.
unsigned quality_bar(const bar *b);
bool quality_jump(int64_t before, int64_t close); // more than 50 % up or down

typedef enum { FIELD_GOOD, FIELD_MISSING, FIELD_BAD } quality_field;

// A price in 1e-4 units: sign, digits, point, digits. Digits behind the fourth decimal round half away from zero and
// set *rounded unless they are zeros. A thousand million and above is bad. Missing: "", "-", "null", "nan", "na",
// "n/a", "none", in any case.
quality_field quality_price(const char *bytes, unsigned n, int64_t *out, bool *rounded);
// A whole number; a fraction of zeros (12.0) is allowed.
quality_field quality_volume(const char *bytes, unsigned n, int64_t *out);
