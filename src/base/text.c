#include "src/base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum { REPLACEMENT = 0xFFFD };

// Room for n more bytes and the zero.
static void make_room(text *t, size_t n) {
    size_t want = t->n + n + 1;
    if (want <= t->cap)
        return;
    size_t cap = t->cap ? t->cap * 2 : 64;
    if (cap < want)
        cap = want;
    t->at = mem_resize(t->at, cap, 1);
    t->cap = cap;
}

void text_put_n(text *t, const char *bytes, size_t n) {
    make_room(t, n);
    if (n)
        memcpy(t->at + t->n, bytes, n);
    t->n += n;
    t->at[t->n] = 0;
}

void text_put(text *t, const char *string) { text_put_n(t, string, strlen(string)); }

void text_char(text *t, char c) { text_put_n(t, &c, 1); }

void text_repeat(text *t, const char *string, size_t times) {
    size_t n = strlen(string);
    for (size_t i = 0; i < times; i++)
        text_put_n(t, string, n);
}

void text_printf(text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(t, format, args);
    va_end(args);
}

void text_vprintf(text *t, const char *format, va_list args) {
    make_room(t, 96); // most fit at the first try
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(t->at + t->n, t->cap - t->n, format, args);
    if (n >= 0 && (size_t)n >= t->cap - t->n) {
        make_room(t, (size_t)n);
        vsnprintf(t->at + t->n, t->cap - t->n, format, again);
    }
    va_end(again);
    if (n > 0)
        t->n += (size_t)n;
    t->at[t->n] = 0;
}

void text_clear(text *t) {
    t->n = 0;
    if (t->at)
        t->at[0] = 0;
}

void text_free(text *t) {
    free(t->at);
    *t = (text){0};
}

const char *text_string(const text *t) { return t->at ? t->at : ""; }

// The well-formed sequences are those of table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing
// above U+10FFFF. Reading stops at the first byte that doesn't fit, so a zero ends even a sequence cut short.
size_t text_decode(const char *utf8, unsigned *code_point) {
    const unsigned char *s = (const unsigned char *)utf8;
    unsigned first = s[0];
    *code_point = first;
    if (first < 0x80)
        return first ? 1 : 0;
    size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    unsigned low = 0x80, high = 0xBF; // of the second byte
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    *code_point = REPLACEMENT;
    if (first < 0xC2 || first > 0xF4)
        return 1;
    unsigned c = first & (0x3FU >> more);
    for (size_t i = 1; i <= more; i++) {
        if (s[i] < low || s[i] > high)
            return 1;
        c = c << 6 | (s[i] & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    *code_point = c;
    return more + 1;
}

size_t text_encode(unsigned code_point, char out[5]) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    size_t n = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char mark[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; code_point >>= 6)
        out[i] = (char)(0x80 | (code_point & 0x3F));
    out[0] = (char)(mark[n] | code_point);
    out[n] = 0;
    return n;
}
