// A string that grows. The bytes always end with a zero, so text.at can be handed to anything that reads a string.
// Whoever declares it ({0}) frees it with text_free.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *at; // NULL while nothing was ever put
    size_t n, cap;
} text;

void text_put(text *t, const char *string);
void text_put_n(text *t, const char *bytes, size_t n);
void text_char(text *t, char c);
void text_repeat(text *t, const char *string, size_t times);
void text_printf(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(text *t, const char *format, va_list args);
void text_clear(text *t); // keeps the memory
void text_free(text *t);
const char *text_string(const text *t); // "" for an empty one

// Columns that a UTF-8 string takes on a terminal (combining marks 0, wide characters 2, broken bytes 1 each).
size_t text_width(const char *utf8);

// Decodes one code point; returns the bytes used (1 for a broken byte, which yields U+FFFD); 0 at the end.
size_t text_decode(const char *utf8, unsigned *code_point);

// Encodes one code point to at most 4 bytes and a zero; returns the bytes.
size_t text_encode(unsigned code_point, char out[5]);
