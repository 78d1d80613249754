#include "src/base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_writer json_to(text *out) { return (json_writer){.out = out}; }

static void before_value(json_writer *w) {
    if (w->need_comma)
        text_char(w->out, ',');
    w->need_comma = true;
}

static void open_with(json_writer *w, char bracket) {
    before_value(w);
    text_char(w->out, bracket);
    w->depth++;
    w->need_comma = false;
}

static void close_with(json_writer *w, char bracket) {
    assert(w->depth > 0);
    text_char(w->out, bracket);
    w->depth--;
    w->need_comma = true;
}

void json_object(json_writer *w) { open_with(w, '{'); }
void json_end_object(json_writer *w) { close_with(w, '}'); }
void json_array(json_writer *w) { open_with(w, '['); }
void json_end_array(json_writer *w) { close_with(w, ']'); }

static void put_escaped(text *out, unsigned char c) {
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};
    if (c < sizeof letters && letters[c]) {
        text_char(out, '\\');
        text_char(out, letters[c]);
    } else {
        text_printf(out, "\\u%04x", c);
    }
}

// Copies whole stretches between the bytes that need care: control characters, the quote and the backslash are escaped,
// and bytes that are not UTF-8 become U+FFFD, since a JSON document must be UTF-8.
static void put_string(text *out, const char *s) {
    text_char(out, '"');
    const char *done = s;
    unsigned c;
    for (size_t n; (n = text_decode(s, &c)) > 0; s += n) {
        bool broken = n == 1 && c >= 0x80;
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F && !broken)
            continue;
        text_put_n(out, done, (size_t)(s - done));
        done = s + n;
        if (broken)
            text_put(out, "\xEF\xBF\xBD");
        else
            put_escaped(out, (unsigned char)c);
    }
    text_put_n(out, done, (size_t)(s - done));
    text_char(out, '"');
}

void json_key(json_writer *w, const char *key) {
    before_value(w);
    put_string(w->out, key);
    text_char(w->out, ':');
    w->need_comma = false;
}

void json_string(json_writer *w, const char *value) {
    before_value(w);
    if (value)
        put_string(w->out, value);
    else
        text_put(w->out, "null");
}

void json_raw(json_writer *w, const char *json) {
    before_value(w);
    text_put(w->out, json);
}

void json_int(json_writer *w, int64_t value) {
    before_value(w);
    text_printf(w->out, "%lld", (long long)value);
}

void json_double(json_writer *w, double value) {
    char digits[32];
    json_raw(w, isfinite(value) ? double_text(value, digits) : "null");
}

void json_bool(json_writer *w, bool value) { json_raw(w, value ? "true" : "false"); }
void json_null(json_writer *w) { json_raw(w, "null"); }

// 15 digits always survive the way through a double, 17 always bring it back.
const char *double_text(double value, char out[32]) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (digits == 17 || strtod(out, NULL) == value)
            break;
    }
    return out;
}
