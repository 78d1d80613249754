#include "src/base/csv.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

__extension__ typedef unsigned __int128 uint128;

bool slice_is(slice s, const char *string) { return strlen(string) == s.n && memcmp(s.at, string, s.n) == 0; }

void slice_copy(slice s, char *out, size_t size) {
    size_t n = s.n < size ? s.n : size - 1;
    memcpy(out, s.at, n);
    out[n] = 0;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool slice_int(slice s, int64_t *out) {
    const char *p = s.at, *end = p + s.n;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t value = 0; // negative all the way, because there is one more negative number
    for (; p < end; p++)
        if (!is_digit(*p) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *p - '0', &value))
            return false;
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

// Decimal to binary. A number of at most 19 digits is an integer w < 2^64 times a power of ten. When w < 2^53 and the
// power is at most 10^22, both are exact doubles and one multiplication or division rounds correctly (Clinger, "How to
// read floating point numbers accurately", 1990). Otherwise, for powers up to 10^19, the product or the quotient is
// formed in 128 bits: exactly, or with its lowest bit set for a remainder, which is enough to round correctly once.
// Everything else is left to the C library.

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static uint64_t integer_power_of_ten(int n) {
    uint64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

// w / 10^k, 0 < k <= 19, w > 0. With w's top bit moved to the top the quotient has at least 64 bits, ten more than a
// double keeps, so that the bit that stands for the remainder is never one of those kept.
static double divided(uint64_t w, int k) {
    int shift = __builtin_clzll(w);
    uint128 numerator = (uint128)(w << shift) << 64;
    uint64_t divisor = integer_power_of_ten(k);
    uint128 quotient = numerator / divisor;
    quotient |= quotient * divisor != numerator;
    return ldexp((double)quotient, -64 - shift);
}

static bool quick_double(uint64_t w, int exponent, double *out) {
    if (w == 0)
        *out = 0;
    else if (w <= UINT64_C(1) << 53 && exponent >= 0 && exponent <= 22)
        *out = (double)w * power_of_ten[exponent];
    else if (w <= UINT64_C(1) << 53 && exponent < 0 && exponent >= -22)
        *out = (double)w / power_of_ten[-exponent];
    else if (exponent >= 0 && exponent <= 19)
        *out = (double)((uint128)w * integer_power_of_ten(exponent));
    else if (exponent < 0 && exponent >= -19)
        *out = divided(w, -exponent);
    else
        return false;
    return true;
}

static locale_t plain_locale;
static void make_plain_locale(void) { plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

// The grammar has been checked, so strtod reads all of it; the locale keeps its decimal point a point.
static double slow_double(slice s) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_plain_locale);
    char small[128];
    char *copy = s.n < sizeof small ? small : mem_new((size_t)s.n + 1, 1);
    memcpy(copy, s.at, s.n);
    copy[s.n] = 0;
    double value = strtod_l(copy, NULL, plain_locale);
    if (copy != small)
        free(copy);
    return value;
}

static bool read_exponent(const char **at, const char *end, int *out) {
    const char *p = *at;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || !is_digit(*p))
        return false;
    int value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < 100000) // beyond any double; strtod judges the whole
            value = value * 10 + (*p - '0');
    *at = p;
    *out = negative ? -value : value;
    return true;
}

bool slice_double(slice s, double *out) {
    const char *p = s.at, *end = p + s.n;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    uint64_t w = 0; // wraps beyond 19 digits and is not used then
    const char *first = p;
    for (; p < end && is_digit(*p); p++)
        w = w * 10 + (uint64_t)(*p - '0');
    ptrdiff_t digits = p - first, decimals = 0;
    if (p < end && *p == '.') {
        first = ++p;
        for (; p < end && is_digit(*p); p++)
            w = w * 10 + (uint64_t)(*p - '0');
        decimals = p - first;
        digits += decimals;
    }
    if (digits == 0)
        return false;
    int exponent = 0;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (!read_exponent(&p, end, &exponent))
            return false;
    }
    if (p != end)
        return false;
    double value;
    if (digits <= 19 && quick_double(w, exponent - (int)decimals, &value))
        *out = negative ? -value : value;
    else
        *out = slow_double(s);
    return isfinite(*out);
}
