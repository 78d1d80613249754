// The report of an import while it is written: counts by check, first examples, rejected rows for the quarantine.
// Owned by whoever declares it ({0}); released by report_free. Stored ones are read through data/store/imports.h.
#pragma once

#include "data/quality/checks.h"
#include "data/store/imports.h"
#include "src/base/vec.h"

enum {
    REPORT_EXAMPLES = 5,          // kept of each check
    REPORT_QUARANTINE_MAX = 20000 // rejected rows kept; more are counted alone
};

typedef struct {
    report_row row;
    int64_t found[CHECK_COUNT]; // rows by check; a row that fails several counts in each
    report_example examples[CHECK_COUNT][REPORT_EXAMPLES];
    VEC(quarantine_row) rejected;
} import_report;

void report_start(import_report *r, const char *provider, const char *source, const char *basis);
void report_free(import_report *r);

// One finding. `format` says what was met ("AAPL 2015-07-17: 45.45 to 16.99").
void report_found(import_report *r, quality_check check, const char *file, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
// A rejected row: its raw text goes to the quarantine with the stage of its first and the sentences of all its checks.
void report_reject(import_report *r, unsigned checks, const char *file, uint64_t line, const char *raw, size_t n);

// Stores it, inside a store_work on STORE_WAREHOUSE.
status report_save(import_report *r, store_connection *c);
