#include "data/providers/yahoo.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "data/providers/bar_stream.h"
#include "data/providers/input.h"
#include "data/providers/sectors.h"
#include "data/providers/yahoo_row.h"
#include "src/base/decimal.h"

static const char basis[] = "split-adjusted";

typedef struct {
    const import_options *options;
    import_report *report;
    input in;
    sector_list sectors;
    load *load;
    bar_stream *stream;
    int64_t started, told;
    int64_t done; // bytes of the files that are behind
} importing;

static bool is_cancelled(const importing *m) {
    return m->options->cancelled && __atomic_load_n(m->options->cancelled, __ATOMIC_RELAXED);
}

static void tell(importing *m, const csv_reader *r) {
    int64_t now = clock_mono();
    if (!m->options->progress || now - m->told < 100 * NS_PER_MS)
        return;
    m->told = now;
    import_progress p = {
        .bytes = m->done + (int64_t)csv_bytes_read(r), .total = m->in.bytes, .rows = m->report->row.read};
    double seconds = (double)(now - m->started) / 1e9;
    p.rate = seconds > 0 ? (double)p.bytes / seconds : 0;
    p.left = p.rate > 0 ? (double)(p.total - p.bytes) / p.rate : 0;
    m->options->progress(m->options->context, &p);
}

// "AAPL_data.csv" and "aapl.csv" are files of AAPL.
static bool symbol_of_file(const char *name, char out[SYMBOL_SIZE]) {
    size_t n = strlen(name);
    if (n > 4 && strcasecmp(name + n - 4, ".csv") == 0)
        n -= 4;
    if (n > 5 && strncasecmp(name + n - 5, "_data", 5) == 0)
        n -= 5;
    return n < SYMBOL_SIZE && yahoo_symbol(name, (unsigned)n, out);
}

static status read_header(importing *m, csv_reader *r, const input_file *f, yahoo_columns *columns,
                          char symbol[SYMBOL_SIZE]) {
    const slice *fields;
    size_t n;
    status s = csv_next(r, &fields, &n);
    if (s == STATUS_END)
        return status_fail(STATUS_INVALID, "%s: the file is empty", f->path);
    if (s == STATUS_OK)
        s = yahoo_header(fields, n, columns);
    if (s != STATUS_OK)
        return status_within(s, "%s:%llu", f->path, (unsigned long long)csv_line(r));
    for (size_t i = 0; i < columns->unknown_n; i++) {
        slice name = fields[columns->unknown[i]];
        report_found(m->report, CHECK_COLUMN, f->name, csv_line(r), "%.*s", (int)name.n, name.at);
    }
    symbol[0] = 0;
    if (columns->symbol < 0 && !symbol_of_file(f->name, symbol))
        return status_fail(STATUS_INVALID, "%s: no column symbol, ticker or name, and the file's name is no symbol",
                           f->path);
    return STATUS_OK;
}

static status put_row(importing *m, csv_reader *r, const input_file *f, const yahoo_row *parsed, const char *symbol) {
    bar_row row = {.bar = parsed->bar, .checks = parsed->checks, .file = f->name, .line = csv_line(r)};
    row.raw = csv_raw(r, &row.raw_n);
    const char *name = symbol[0] ? symbol : parsed->symbol;
    row.known = parsed->dated && parsed->closed && name[0];
    if (row.known)
        row.symbol = bar_stream_symbol(m->stream, name);
    return bar_stream_put(m->stream, &row);
}

static status read_rows(importing *m, csv_reader *r, const input_file *f) {
    yahoo_columns columns;
    char symbol[SYMBOL_SIZE];
    TRY(read_header(m, r, f, &columns, symbol));
    for (uint64_t rows = 0;; rows++) {
        const slice *fields;
        size_t n;
        status s = csv_next(r, &fields, &n);
        if (s == STATUS_END)
            return STATUS_OK;
        if (s != STATUS_OK && s != STATUS_INVALID)
            return s;
        yahoo_row parsed = {.checks = CHECK_BIT(CHECK_RECORD)};
        if (s == STATUS_OK)
            yahoo_parse(fields, n, &columns, &parsed);
        TRY(put_row(m, r, f, &parsed, symbol));
        if (rows % 1024 == 0) {
            if (is_cancelled(m))
                return status_fail(STATUS_CANCELLED, "the import was cancelled; nothing was changed");
            tell(m, r);
        }
    }
}

static status read_file(importing *m, const input_file *f) {
    csv_reader *r;
    TRY(csv_open(f->path, &r));
    status s = read_rows(m, r, f);
    csv_close(r);
    m->done += f->bytes;
    return s;
}

static void say(report_row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(report_row *row, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(row->message, sizeof row->message, format, args);
    va_end(args);
}

static void say_counts(report_row *row, const char *why) {
    char a[DECIMAL_TEXT], b[DECIMAL_TEXT], c[DECIMAL_TEXT], d[DECIMAL_TEXT], e[DECIMAL_TEXT];
    say(row, "%s new, %s changed, %s unchanged; %s of %s rows rejected%s", integer_text(row->added, a),
        integer_text(row->changed, b), integer_text(row->unchanged, c), integer_text(row->rejected, d),
        integer_text(row->read, e), why);
}

// More than one row in ten that fails says that the file is not what it is taken for.
static status judge(const importing *m) {
    const report_row *row = &m->report->row;
    char a[DECIMAL_TEXT], b[DECIMAL_TEXT];
    if (!row->read)
        return status_fail(STATUS_INVALID, "%s: there are no rows below the header", row->source);
    if (row->rejected * 10 > row->read)
        return status_fail(
            STATUS_INVALID,
            "%s: %s of %s rows fail the checks, more than 10 %%; nothing was imported, the rows are in the "
            "quarantine",
            row->source, integer_text(row->rejected, a), integer_text(row->read, b));
    return STATUS_OK;
}

static status read_all(importing *m, store_connection *c) {
    report_row *row = &m->report->row;
    TRY(load_begin(c, &m->load));
    m->stream = bar_stream_new(m->load, m->report, basis);
    for (size_t i = 0; i < m->in.files.n; i++)
        TRY(read_file(m, &m->in.files.at[i]));
    TRY(bar_stream_finish(m->stream));
    TRY(judge(m));
    TRY(sectors_apply(&m->sectors, m->load, &row->described));
    TRY(load_finish(m->load));
    return input_still_the_same(&m->in);
}

static void stop_watch(importing *m) { m->report->row.seconds = (double)(clock_mono() - m->started) / 1e9; }

// The same content again, and nothing has changed since: there is nothing to read.
static status recognise(importing *m, store_connection *c) {
    hash now;
    char version[HASH_TEXT];
    report_row *row = &m->report->row, before;
    TRY(bars_version_in(c, &now));
    TRY(imports_find(c, row->provider, row->hash, hash_text(now, version), &before));
    char source[sizeof row->source], day[INSTANT_TEXT];
    mem_copy_string(source, sizeof source, row->source);
    *row = before;
    mem_copy_string(row->source, sizeof row->source, source);
    mem_copy_string(row->result, sizeof row->result, "unchanged");
    row->added = row->changed = row->described = 0;
    row->unchanged = before.good;
    char why[128];
    snprintf(why, sizeof why, " (the same content as import %lld of %.10s)", (long long)before.id,
             instant_text(before.time, day));
    say_counts(row, why);
    return STATUS_OK;
}

static status import_work(store_connection *c, void *context) {
    importing *m = context;
    status s = recognise(m, c);
    if (s != STATUS_NOT_FOUND)
        return s;
    s = read_all(m, c);
    bar_stream_free(m->stream);
    load_free(m->load);
    if (s != STATUS_OK)
        return s;
    report_row *row = &m->report->row;
    hash version;
    TRY(bars_version_in(c, &version));
    hash_text(version, row->data_version);
    mem_copy_string(row->result, sizeof row->result, "done");
    say_counts(row, "");
    stop_watch(m);
    return report_save(m->report, c);
}

static status save_failure(store_connection *c, void *context) {
    importing *m = context;
    hash version;
    TRY(bars_version_in(c, &version));
    hash_text(version, m->report->row.data_version);
    return report_save(m->report, c);
}

static status hash_input(importing *m, const char *sectors_path) {
    hash_state *h = hash_start();
    status s = input_hash(&m->in, m->options->cancelled, h);
    if (s == STATUS_OK && sectors_path) {
        input sectors;
        s = input_list(sectors_path, &sectors);
        if (s == STATUS_OK) {
            s = input_hash(&sectors, m->options->cancelled, h);
            input_free(&sectors);
        }
    }
    hash_text(hash_finish(h), m->report->row.hash);
    return s;
}

static status prepare(importing *m, const char *path, const char *sectors_path) {
    TRY(input_list(path, &m->in));
    m->report->row.bytes = m->in.bytes;
    if (sectors_path)
        TRY(sectors_read(sectors_path, &m->sectors));
    return hash_input(m, sectors_path);
}

status yahoo_import(store *s, const char *path, const char *sectors_path, const import_options *options,
                    import_report *report) {
    importing m = {.options = options, .report = report, .started = clock_mono()};
    m.told = m.started;
    report_start(report, "yahoo", path, basis);
    status result = prepare(&m, path, sectors_path);
    if (result == STATUS_OK)
        result = store_write(s, STORE_WAREHOUSE, import_work, &m);
    if (strcmp(report->row.result, "done") != 0) // else its seconds are those that stand in the history
        stop_watch(&m);
    if (result != STATUS_OK) {
        report_row *row = &report->row;
        row->id = 0;
        row->added = row->changed = row->unchanged = row->described = 0;
        mem_copy_string(row->result, sizeof row->result, "failed");
        say(row, "%s", status_message());
        // Only a verdict on the data belongs into their history, not a full disk or a wrong path.
        if (result == STATUS_INVALID && row->read && store_write(s, STORE_WAREHOUSE, save_failure, &m) != STATUS_OK)
            status_within(result, "the report could not be stored either");
        status_fail(result, "%s", row->message);
    }
    vec_free(&m.sectors);
    input_free(&m.in);
    return result;
}
