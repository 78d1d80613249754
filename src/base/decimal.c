#include "src/base/decimal.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// value * 10 + digit, refused above INT64_MAX.
static bool push_digit(uint64_t *value, char digit) {
    uint64_t d = (uint64_t)(digit - '0');
    if (*value > ((uint64_t)INT64_MAX - d) / 10)
        return false;
    *value = *value * 10 + d;
    return true;
}

static int64_t with_sign(uint64_t magnitude, bool negative) {
    return negative ? -(int64_t)magnitude : (int64_t)magnitude;
}

static uint64_t magnitude_of(int64_t x) { return x < 0 ? 0 - (uint64_t)x : (uint64_t)x; }

bool decimal_read(const char *bytes, unsigned n, int64_t *out) {
    unsigned i = 0;
    bool negative = n > 0 && bytes[0] == '-';
    if (n > 0 && (bytes[0] == '-' || bytes[0] == '+'))
        i++;
    if (i == n || !is_digit(bytes[i]))
        return false;
    uint64_t value = 0;
    for (; i < n && is_digit(bytes[i]); i++)
        if (!push_digit(&value, bytes[i]))
            return false;
    unsigned decimals = 0;
    if (i < n && bytes[i] == '.') {
        if (++i == n)
            return false;
        for (; i < n && is_digit(bytes[i]); i++) {
            if (decimals == 4 && bytes[i] != '0')
                return false;
            if (decimals < 4 && !push_digit(&value, bytes[i]))
                return false;
            decimals += decimals < 4;
        }
    }
    if (i != n)
        return false;
    for (; decimals < 4; decimals++)
        if (!push_digit(&value, '0'))
            return false;
    *out = with_sign(value, negative);
    return true;
}

int64_t decimal_from_double(double x) {
    assert(fabs(x) < 9e14);
    return (int64_t)round(x * 1e4);
}

double decimal_to_double(int64_t d) { return (double)d / 1e4; }

int64_t decimal_times(int64_t price, int64_t quantity) {
    int64_t product;
    bool overflows = __builtin_mul_overflow(price, quantity, &product);
    assert(!overflows);
    if (!overflows)
        return product;
    return (price < 0) == (quantity < 0) ? INT64_MAX : INT64_MIN;
}

// Writes from the end of `room` to the front, because digits come out that way.
typedef struct {
    char room[DECIMAL_TEXT];
    size_t at;
} backwards;

static void put(backwards *b, char c) { b->room[--b->at] = c; }

static const char *finish(const backwards *b, char out[DECIMAL_TEXT]) {
    memcpy(out, b->room + b->at, sizeof b->room - b->at);
    return out;
}

static void put_integer(backwards *b, uint64_t value, bool grouped) {
    int digits = 0;
    do {
        if (grouped && digits > 0 && digits % 3 == 0)
            put(b, ',');
        put(b, (char)('0' + value % 10));
        value /= 10;
        digits++;
    } while (value);
}

static void put_decimals(backwards *b, uint64_t fraction, int decimals) {
    for (int i = 0; i < decimals; i++, fraction /= 10)
        put(b, (char)('0' + fraction % 10));
    if (decimals > 0)
        put(b, '.');
}

const char *decimal_text(int64_t d, int decimals, char out[DECIMAL_TEXT]) {
    static const uint64_t unit[] = {10000, 1000, 100, 10, 1}; // of the last decimal shown
    static const uint64_t scale[] = {1, 10, 100, 1000, 10000};
    assert(decimals >= 0 && decimals <= 4);
    uint64_t rounded = (magnitude_of(d) + unit[decimals] / 2) / unit[decimals];
    backwards b = {.at = DECIMAL_TEXT};
    put(&b, 0);
    put_decimals(&b, rounded % scale[decimals], decimals);
    put_integer(&b, rounded / scale[decimals], true);
    if (rounded && d < 0)
        put(&b, '-');
    return finish(&b, out);
}

const char *decimal_text_plain(int64_t d, char out[DECIMAL_TEXT]) {
    uint64_t magnitude = magnitude_of(d), fraction = magnitude % 10000;
    int decimals = fraction ? 4 : 0;
    for (; fraction && fraction % 10 == 0; fraction /= 10)
        decimals--;
    backwards b = {.at = DECIMAL_TEXT};
    put(&b, 0);
    put_decimals(&b, fraction, decimals);
    put_integer(&b, magnitude / 10000, false);
    if (d < 0)
        put(&b, '-');
    return finish(&b, out);
}

const char *integer_text(int64_t n, char out[DECIMAL_TEXT]) {
    backwards b = {.at = DECIMAL_TEXT};
    put(&b, 0);
    put_integer(&b, magnitude_of(n), true);
    if (n < 0)
        put(&b, '-');
    return finish(&b, out);
}

bool integer_read(const char *bytes, unsigned n, int64_t *out) {
    unsigned i = 0;
    bool negative = n > 0 && bytes[0] == '-';
    if (n > 0 && (bytes[0] == '-' || bytes[0] == '+'))
        i++;
    uint64_t value = 0;
    unsigned since = 0; // digits since the start or the last comma
    bool grouped = false;
    for (; i < n; i++) {
        if (bytes[i] == ',') {
            if (since == 0 || since > 3 || (grouped && since != 3))
                return false;
            grouped = true;
            since = 0;
        } else if (is_digit(bytes[i]) && push_digit(&value, bytes[i])) {
            since++;
        } else {
            return false;
        }
    }
    if (grouped ? since != 3 : since == 0)
        return false;
    *out = with_sign(value, negative);
    return true;
}
