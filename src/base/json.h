// JSON written to a text. Commas and nesting are looked after; NaN and infinities become null (JSON has none).
// Numbers have a decimal point as long as the program leaves LC_NUMERIC alone, and it does: it sets LC_CTYPE only.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/text.h"

typedef struct {
    text *out;
    int depth;
    bool need_comma;
} json_writer;

json_writer json_to(text *out);
void json_object(json_writer *w); // { … closed by json_end_object
void json_end_object(json_writer *w);
void json_array(json_writer *w);
void json_end_array(json_writer *w);
void json_key(json_writer *w, const char *key);
void json_string(json_writer *w, const char *value); // NULL becomes null, broken UTF-8 U+FFFD
void json_int(json_writer *w, int64_t value);
void json_double(json_writer *w, double value); // shortest text that reads back as the same double
void json_bool(json_writer *w, bool value);
void json_null(json_writer *w);
void json_raw(json_writer *w, const char *json); // already JSON

// Text of 15, 16 or 17 digits, the fewest that read back as the same double; out holds at least 32 bytes.
const char *double_text(double value, char out[32]);
