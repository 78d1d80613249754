#include "engine/market/terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"

typedef struct {
    const char *name;
    size_t at;
    double usual, least, most;
} term;

static const term terms[] = {
    {"maker_fee", offsetof(venue_terms, maker_fee), 0.0035, -1, 1},
    {"taker_fee", offsetof(venue_terms, taker_fee), 0.0035, -1, 1},
    {"maker_bps", offsetof(venue_terms, maker_bps), 0, -100, 100},
    {"taker_bps", offsetof(venue_terms, taker_bps), 0, -100, 100},
    {"latency_ms", offsetof(venue_terms, latency_ms), 0, 0, 60000},
    {"jitter_ms", offsetof(venue_terms, jitter_ms), 0, 0, 60000},
    {"rejects", offsetof(venue_terms, rejects), 0, 0, 1},
    {"halts", offsetof(venue_terms, halts), 0.004, 0, 1},
    {"pre_open_s", offsetof(venue_terms, pre_open_s), 0, 0, 19800},
};

enum { TERMS = sizeof terms / sizeof *terms };

static double *place(venue_terms *t, const term *which) { return (double *)(void *)((char *)t + which->at); }

venue_terms venue_terms_default(void) {
    venue_terms t;
    for (size_t i = 0; i < TERMS; i++)
        *place(&t, &terms[i]) = terms[i].usual;
    return t;
}

size_t venue_terms_count(void) { return TERMS; }

const char *venue_terms_name(size_t i) { return terms[i].name; }

double venue_terms_value(const venue_terms *t, size_t i) {
    return *(const double *)(const void *)((const char *)t + terms[i].at);
}

static status unknown(const char *name) {
    text all = {0};
    for (size_t i = 0; i < TERMS; i++)
        text_printf(&all, "%s%s", i ? ", " : "", terms[i].name);
    status s = status_fail(STATUS_NOT_FOUND, "there is no term '%.40s' of the venue; there are %s", name, all.at);
    text_free(&all);
    return s;
}

status venue_terms_set(venue_terms *t, const char *name, const char *value) {
    for (size_t i = 0; i < TERMS; i++) {
        if (strcmp(terms[i].name, name) != 0)
            continue;
        char *end;
        double x = strtod(value, &end);
        if (end == value || *end || !(x >= terms[i].least && x <= terms[i].most))
            return status_fail(STATUS_INVALID, "%s is a number from %g to %g, not '%.40s'", name, terms[i].least,
                               terms[i].most, value);
        *place(t, &terms[i]) = x;
        return STATUS_OK;
    }
    return unknown(name);
}

int64_t venue_terms_fee(const venue_terms *t, bool maker, int64_t quantity, int64_t price) {
    double share = maker ? t->maker_fee : t->taker_fee, bps = maker ? t->maker_bps : t->taker_bps;
    return llround((double)quantity * (share * 10000 + bps * 1e-4 * (double)price));
}
