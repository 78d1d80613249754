#include "data/quality/checks.h"

#include <string.h>
#include <strings.h>

enum { MAX_PRICE = 1000000000 }; // so that price times quantity stays far from the end of an int64

static const struct {
    const char *name, *stage, *sentence;
} texts[CHECK_COUNT] = {
    [CHECK_RECORD] = {"record", "structural", "not a CSV record"},
    [CHECK_FIELDS] = {"fields", "structural", "another number of fields than the header has"},
    [CHECK_SYMBOL] = {"symbol", "structural", "the symbol is missing, too long or has strange characters"},
    [CHECK_DATE] = {"date", "structural", "the date is not a day written as 2018-02-07"},
    [CHECK_MISSING] = {"missing", "structural", "open, high, low, close or volume is missing"},
    [CHECK_NUMBER] = {"number", "structural", "a price or the volume is not a decimal number"},
    [CHECK_POSITIVE] = {"positive", "logical", "a price is zero or below"},
    [CHECK_VOLUME] = {"volume", "logical", "the volume is negative"},
    [CHECK_HIGH_LOW] = {"high_low", "logical", "high is below low"},
    [CHECK_HIGH] = {"high", "logical", "high is below open or close"},
    [CHECK_LOW] = {"low", "logical", "low is above open or close"},
    [CHECK_DUPLICATE] = {"duplicate", "contract", "a second row of the same symbol and day"},
    [CHECK_ROUNDED] = {"rounded", "structural", "more than four decimals, rounded"},
    [CHECK_WEEKEND] = {"weekend", "temporal", "a bar on a weekend"},
    [CHECK_ZERO_VOLUME] = {"zero_volume", "statistical", "volume is zero"},
    [CHECK_JUMP] = {"jump", "statistical", "close moves by more than 50 % from the row before"},
    [CHECK_COLUMN] = {"column", "schema", "a column that is not read"},
};

const char *quality_name(quality_check c) { return texts[c].name; }
const char *quality_sentence(quality_check c) { return texts[c].sentence; }
const char *quality_stage(quality_check c) { return texts[c].stage; }

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

unsigned quality_bar(const bar *b) {
    unsigned found = 0;
    if (least(least(b->open, b->close), least(b->high, b->low)) <= 0)
        found |= CHECK_BIT(CHECK_POSITIVE);
    if (b->volume < 0)
        found |= CHECK_BIT(CHECK_VOLUME);
    if (b->high < b->low)
        found |= CHECK_BIT(CHECK_HIGH_LOW);
    else {
        if (b->high < most(b->open, b->close))
            found |= CHECK_BIT(CHECK_HIGH);
        if (b->low > least(b->open, b->close))
            found |= CHECK_BIT(CHECK_LOW);
    }
    if (date_weekday(b->day) >= 5)
        found |= CHECK_BIT(CHECK_WEEKEND);
    if (b->volume == 0)
        found |= CHECK_BIT(CHECK_ZERO_VOLUME);
    return found;
}

bool quality_jump(int64_t before, int64_t close) {
    double move = (double)close / (double)before - 1;
    return before > 0 && (move > 0.5 || move < -0.5);
}

static bool is_missing(const char *bytes, unsigned n) {
    static const char *const words[] = {"", "-", "null", "nan", "na", "n/a", "none"};
    if (n > 4)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && strncasecmp(words[i], bytes, n) == 0)
            return true;
    return false;
}

typedef struct {
    bool negative;
    int64_t whole;
    unsigned whole_digits;
    const char *fraction;
    unsigned fraction_digits;
} number;

// False unless it is [+-] digits [. digits] with at least one digit and at most 14 before the point.
static bool read_number(const char *p, unsigned n, number *out) {
    const char *end = p + n;
    *out = (number){0};
    if (p < end && (*p == '-' || *p == '+'))
        out->negative = *p++ == '-';
    for (; p < end && *p >= '0' && *p <= '9'; p++, out->whole_digits++) {
        if (out->whole_digits == 14)
            return false;
        out->whole = out->whole * 10 + (*p - '0');
    }
    if (p < end && *p == '.') {
        out->fraction = ++p;
        while (p < end && *p >= '0' && *p <= '9')
            p++;
        out->fraction_digits = (unsigned)(p - out->fraction);
    }
    return p == end && out->whole_digits + out->fraction_digits > 0;
}

quality_field quality_price(const char *bytes, unsigned n, int64_t *out, bool *rounded) {
    number x;
    if (!read_number(bytes, n, &x))
        return is_missing(bytes, n) ? FIELD_MISSING : FIELD_BAD;
    if (x.whole >= MAX_PRICE)
        return FIELD_BAD;
    int64_t value = x.whole;
    for (unsigned i = 0; i < 4; i++)
        value = value * 10 + (i < x.fraction_digits ? x.fraction[i] - '0' : 0);
    if (x.fraction_digits > 4) {
        value += x.fraction[4] >= '5';
        for (unsigned i = 4; i < x.fraction_digits; i++)
            *rounded |= x.fraction[i] != '0';
    }
    *out = x.negative ? -value : value;
    return FIELD_GOOD;
}

quality_field quality_volume(const char *bytes, unsigned n, int64_t *out) {
    number x;
    if (!read_number(bytes, n, &x))
        return is_missing(bytes, n) ? FIELD_MISSING : FIELD_BAD;
    for (unsigned i = 0; i < x.fraction_digits; i++)
        if (x.fraction[i] != '0')
            return FIELD_BAD;
    *out = x.negative ? -x.whole : x.whole;
    return FIELD_GOOD;
}
