// One typed input: what may stand in it, and the sentence for what may not. Fields are plain constant data; forms hold
// their values.
#pragma once

#include <stdbool.h>

enum { FIELD_MESSAGE = 160 };

typedef enum {
    FIELD_TEXT,
    FIELD_SYMBOL,   // letters become capitals
    FIELD_QUANTITY, // a positive whole number, grouping allowed
    FIELD_INT,
    FIELD_NUMBER,
    FIELD_PRICE, // positive, at most four decimals
    FIELD_DATE,
    FIELD_CHOICE, // one of `choices`
} field_type;

typedef struct {
    const char *name;  // "lookback"
    const char *label; // "look-back"
    field_type type;
    const char *flag; // "--lookback" in the command; NULL: the value stands by itself; "" : it stays out of the command
    const char *initial; // may be NULL
    double low, high;    // of FIELD_INT and FIELD_NUMBER, both included; equal: no limits
    double step;         // what ← and → add while the field is not being edited; 0: 1
    const char *choices; // "buy|sell"
    bool optional;
    const char *unit;    // "days"; may be NULL
    const char *help;    // one line, for whoever shows the form
    int width;           // of the box for its value; 0: by its type
    const char *exactly; // nothing but this text is right (FIELD_TEXT)
} field;

// Whether the value is right; if not, the sentence. An empty value is right when the field is optional.
bool field_check(const field *f, const char *value, char message[FIELD_MESSAGE]);
// What may be typed, briefly: "5 … 504 days".
void field_describe(const field *f, char out[FIELD_MESSAGE]);
// A finite decimal number and nothing else.
bool field_number(const char *value, double *x);
