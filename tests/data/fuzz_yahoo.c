// Any bytes read as a Yahoo-style file: no row that passes the checks holds a bar that can't be, and whatever is
// rejected can be reported. The store is not reached.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/providers/yahoo_row.h"
#include "data/quality/report.h"
#include "src/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

static void expect_possible(const yahoo_row *row, const yahoo_columns *columns) {
    const bar *b = &row->bar;
    expect(row->dated && row->closed);
    expect(b->low > 0 && b->low <= b->open && b->low <= b->close);
    expect(b->high >= b->open && b->high >= b->close && b->high < INT64_C(10000000000000));
    expect(b->volume >= 0);
    expect(b->day >= date_make(1900, 1, 1) && b->day < date_make(2200, 1, 1));
    expect(columns->symbol < 0 || (row->symbol[0] && strlen(row->symbol) < SYMBOL_SIZE));
}

static void expect_text(const char *bytes, size_t size) {
    expect(memchr(bytes, 0, size) != NULL);
    unsigned code;
    for (size_t used; (used = text_decode(bytes, &code)) > 0; bytes += used)
        expect(code >= 32);
}

static void report_row_of(import_report *report, const yahoo_row *row, csv_reader *r) {
    size_t n;
    const char *raw = csv_raw(r, &n);
    for (quality_check c = 0; c < CHECK_COUNT; c++)
        if (row->checks & CHECK_BIT(c))
            report_found(report, c, "fuzz", csv_line(r), "%.*s", (int)(n < 150 ? n : 150), raw);
    if (row->checks & CHECKS_THAT_REJECT)
        report_reject(report, row->checks, "fuzz", csv_line(r), raw, n);
}

static void read_rows(csv_reader *r, const yahoo_columns *columns, import_report *report) {
    const slice *fields;
    size_t n;
    for (status s; (s = csv_next(r, &fields, &n)) != STATUS_END;) {
        yahoo_row row = {.checks = CHECK_BIT(CHECK_RECORD)};
        if (s == STATUS_OK)
            yahoo_parse(fields, n, columns, &row);
        if (!(row.checks & CHECKS_THAT_REJECT))
            expect_possible(&row, columns);
        report_row_of(report, &row, r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    csv_reader *r = csv_from_memory("fuzz", (const char *)data, size);
    import_report report;
    report_start(&report, "yahoo", "fuzz", "split-adjusted");
    const slice *fields;
    size_t n;
    yahoo_columns columns;
    if (csv_next(r, &fields, &n) == STATUS_OK && yahoo_header(fields, n, &columns) == STATUS_OK)
        read_rows(r, &columns, &report);
    for (size_t i = 0; i < report.rejected.n; i++) {
        expect_text(report.rejected.at[i].raw, sizeof report.rejected.at[i].raw);
        expect(report.rejected.at[i].reason[0] && report.rejected.at[i].stage[0]);
    }
    for (quality_check c = 0; c < CHECK_COUNT; c++)
        for (int64_t i = 0; i < report.found[c] && i < REPORT_EXAMPLES; i++)
            expect_text(report.examples[c][i].detail, sizeof report.examples[c][i].detail);
    report_free(&report);
    csv_close(r);
    return 0;
}
