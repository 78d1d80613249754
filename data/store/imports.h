// The history of imports: one report each, what its checks found, and the rows that were turned away.
#pragma once

#include "data/store/store.h"
#include "src/base/clock.h"

typedef struct {
    int64_t id; // 0 until stored; of an "unchanged" one the earlier import's
    instant time;
    char provider[16];
    char source[256]; // path as given
    char basis[16];   // "split-adjusted"
    char hash[65];    // of everything that was read
    char result
        [12]; // "done"; "failed" when the data were refused; "unchanged" when there was nothing to do (not stored)
    char message[256];                                              // one sentence: what happened
    char data_version[65];                                          // bars_version afterwards
    int64_t bytes, read, good, added, changed, unchanged, rejected; // rows but for bytes; read = good + rejected
    int64_t symbols, described; // with good rows; whose name or sector was set or changed
    date first, last;           // of the good rows; DATE_NONE when there are none
    double seconds;
} report_row;

typedef struct {
    char name[24], stage[16], action[8]; // action: "reject" or "warn"
    int64_t rows;
} report_check;

typedef struct {
    char name[24]; // of the check
    char file[128];
    int64_t line;
    char detail[160];
} report_example;

typedef struct {
    int64_t id, report;
    char file[128];
    int64_t line;
    char raw[512]; // the record as it stood in the file, broken bytes replaced
    char stage[16];
    char reason[160];
} quarantine_row;

// Inside a store_work on STORE_WAREHOUSE. Fills row->id.
status imports_save(store_connection *c, report_row *row, const report_check *checks, size_t checks_n,
                    const report_example *examples, size_t examples_n, const quarantine_row *rejected,
                    size_t rejected_n);
// The newest import of the same content after which the data had this version. STATUS_NOT_FOUND when there is none.
status imports_find(store_connection *c, const char *provider, const char *hash, const char *data_version,
                    report_row *out);

// Each list is released with free(); limit 0: all.
status report_list(store *s, size_t limit, report_row **out, size_t *n); // newest first
status report_checks(store *s, int64_t report, report_check **out, size_t *n);
status report_examples(store *s, int64_t report, report_example **out, size_t *n);
status quarantine_list(store *s, int64_t report, size_t limit, quarantine_row **out, size_t *n); // report 0: all
