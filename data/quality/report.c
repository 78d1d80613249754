#include "data/quality/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/text.h"

void report_start(import_report *r, const char *provider, const char *source, const char *basis) {
    *r = (import_report){.row = {.time = clock_wall(), .first = DATE_NONE, .last = DATE_NONE}};
    mem_copy_string(r->row.provider, sizeof r->row.provider, provider);
    mem_copy_string(r->row.source, sizeof r->row.source, source);
    mem_copy_string(r->row.basis, sizeof r->row.basis, basis);
}

void report_free(import_report *r) { vec_free(&r->rejected); }

// UTF-8 without control characters, whatever came in: broken bytes become U+FFFD.
static void put_clean(char *out, size_t size, const char *bytes, size_t n) {
    text copy = {0}, clean = {0};
    text_put_n(&copy, bytes, n < size ? n : size);
    const char *p = text_string(&copy);
    unsigned code;
    char encoded[5];
    for (size_t used; (used = text_decode(p, &code)) > 0; p += used) {
        size_t m = text_encode(code < 32 ? '?' : code, encoded);
        if (clean.n + m >= size)
            break;
        text_put_n(&clean, encoded, m);
    }
    mem_copy_string(out, size, text_string(&clean));
    text_free(&copy);
    text_free(&clean);
}

void report_found(import_report *r, quality_check check, const char *file, uint64_t line, const char *format, ...) {
    int64_t n = r->found[check]++;
    if (n >= REPORT_EXAMPLES)
        return;
    report_example *e = &r->examples[check][n];
    char detail[256];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    mem_copy_string(e->name, sizeof e->name, quality_name(check));
    put_clean(e->file, sizeof e->file, file, strlen(file));
    put_clean(e->detail, sizeof e->detail, detail, strlen(detail));
    e->line = (int64_t)line;
}

void report_reject(import_report *r, unsigned checks, const char *file, uint64_t line, const char *raw, size_t n) {
    r->row.rejected++;
    if (r->rejected.n == REPORT_QUARANTINE_MAX)
        return;
    quarantine_row row = {.line = (int64_t)line};
    put_clean(row.file, sizeof row.file, file, strlen(file));
    put_clean(row.raw, sizeof row.raw, raw, n);
    size_t used = 0;
    for (quality_check c = 0; quality_rejects(c); c++) {
        if (!(checks & CHECK_BIT(c)))
            continue;
        if (!row.stage[0])
            mem_copy_string(row.stage, sizeof row.stage, quality_stage(c));
        int m = snprintf(row.reason + used, sizeof row.reason - used, "%s%s", used ? "; " : "", quality_sentence(c));
        used = m < 0 || (size_t)m >= sizeof row.reason - used ? sizeof row.reason - 1 : used + (size_t)m;
    }
    vec_push(&r->rejected, row);
}

status report_save(import_report *r, store_connection *c) {
    report_check checks[CHECK_COUNT];
    report_example examples[CHECK_COUNT * REPORT_EXAMPLES];
    size_t n = 0, m = 0;
    for (quality_check k = 0; k < CHECK_COUNT; k++) {
        if (!r->found[k])
            continue;
        report_check *out = &checks[n++];
        *out = (report_check){.rows = r->found[k]};
        mem_copy_string(out->name, sizeof out->name, quality_name(k));
        mem_copy_string(out->stage, sizeof out->stage, quality_stage(k));
        mem_copy_string(out->action, sizeof out->action, quality_rejects(k) ? "reject" : "warn");
        for (int64_t i = 0; i < r->found[k] && i < REPORT_EXAMPLES; i++)
            examples[m++] = r->examples[k][i];
    }
    return imports_save(c, &r->row, checks, n, examples, m, r->rejected.at, r->rejected.n);
}
