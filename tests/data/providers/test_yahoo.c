#include "data/providers/yahoo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/providers/input.h"
#include "data/store/connection.h"
#include "data/store/settings.h"
#include "src/base/rng.h"
#include "src/base/text.h"
#include "tests/base/support_numbers.h"
#include "tests/data/support_workspace.h"

#define REAL_FILE "../shared/data/sp500-5yr/all_stocks_5yr.csv"
#define REAL_SECTORS "../shared/data/sp500-5yr/sectors_2018-02-10.csv"

static const char header[] = "date,open,high,low,close,volume,Name\n";

static import_report run(workspace *w, const char *path, const char *sectors, status expected) {
    import_report r;
    const import_options options = {.progress = NULL};
    support_status(yahoo_import(w->store, path, sectors, &options, &r), expected, path, __FILE__, __LINE__);
    return r;
}

// Imports one file made of the header and `rows`.
static import_report import_rows(workspace *w, const char *rows, status expected) {
    char content[8192];
    snprintf(content, sizeof content, "%s%s", header, rows);
    return run(w, workspace_file(w, "bars.csv", content), NULL, expected);
}

// n good rows of symbol PAD, so that one bad row among them stays below the tenth that fails an import.
static const char *padding(int n) {
    static char rows[2048];
    size_t used = 0;
    for (int i = 0; i < n; i++) {
        char day[DATE_TEXT];
        date d = date_make(2018, 1, 1) + i / 5 * 7 + i % 5;
        used += (size_t)snprintf(rows + used, sizeof rows - used, "%s,10,11,9,10,100,PAD\n", date_text(d, day));
    }
    return rows;
}

static void assert_bar(workspace *w, const char *symbol, const char *day, int64_t open, int64_t high, int64_t low,
                       int64_t close, int64_t volume) {
    securities list;
    date d;
    bar *rows;
    size_t n;
    assert_true(date_read(day, (unsigned)strlen(day), &d));
    assert_ok(securities_load(w->store, &list));
    const security *s = securities_find(&list, symbol);
    assert_non_null(s);
    assert_ok(bars_of(w->store, s->sid, d, d, &rows, &n));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].open, open);
    assert_int_equal(rows[0].high, high);
    assert_int_equal(rows[0].low, low);
    assert_int_equal(rows[0].close, close);
    assert_int_equal(rows[0].volume, volume);
    free(rows);
    securities_free(&list);
}

static size_t count_securities(workspace *w) {
    securities list;
    assert_ok(securities_load(w->store, &list));
    size_t n = list.n;
    securities_free(&list);
    return n;
}

// ---- shapes of files ----

static void test_import_stores_exact_prices(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = import_rows(&w,
                                  "2018-02-06,15.07,15.12,14.6301,14.75,8407500,aal\n"
                                  "2018-02-07,0.0001,999999999.9999,0.0001,1,0,AAL\n",
                                  STATUS_OK);
    assert_string_equal(r.row.result, "done");
    assert_int_equal(r.row.read, 2);
    assert_int_equal(r.row.added, 2);
    assert_int_equal(r.row.symbols, 1);
    assert_int_equal(r.row.first, date_make(2018, 2, 6));
    assert_int_equal(r.row.last, date_make(2018, 2, 7));
    assert_bar(&w, "AAL", "2018-02-06", 150700, 151200, 146301, 147500, 8407500);
    assert_bar(&w, "AAL", "2018-02-07", 1, 9999999999999, 1, 10000, 0);
    report_free(&r);
    workspace_remove(&w);
}

static void test_import_finds_columns_by_name(void **state) {
    (void)state;
    static const char *const files[] = {
        "Ticker,Volume,Close,Low,High,Open,Date\nABC,100,10.5,9,11,10,2018-02-07\n",
        "\xEF\xBB\xBFSYMBOL,DATE,OPEN,HIGH,LOW,CLOSE,ADJ CLOSE,VOLUME\r\nABC,2018-02-07,10,11,9,10.5,10.1,100\r\n",
        ("\"date\",\"open\",\"high\",\"low\",\"close\",\"volume\",\"name\"\n"
         "2018-02-07,\"10\",11,\"9\",10.5,\"100\",\"abc\"\n"),
        "date,open,high,low,close,volume,Name\n 2018-02-07 00:00:00-05:00 , 10 ,11,9,10.5000,100.0, ABC ",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        workspace w;
        workspace_make(&w);
        import_report r = run(&w, workspace_file(&w, "x.csv", files[i]), NULL, STATUS_OK);
        assert_int_equal(r.found[CHECK_COLUMN], 0);
        assert_bar(&w, "ABC", "2018-02-07", 100000, 110000, 90000, 105000, 100);
        report_free(&r);
        workspace_remove(&w);
    }
}

static void test_import_says_why_a_folder_cannot_be_read(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    const char *folder = workspace_path(&w, "folder");
    assert_int_equal(mkdir(folder, 0700), 0);
    input in;
    struct rlimit before, none = {0, 0};
    getrlimit(RLIMIT_NOFILE, &before);
    none.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_NOFILE, &none); // even root may not read it now
    status s = input_list(folder, &in);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_status(s, STATUS_IO);
    assert_said("Too many open files");
    assert_int_equal(rmdir(folder), 0);
    workspace_remove(&w);
}

static void test_import_reads_a_folder_with_a_file_a_symbol(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_int_equal(mkdir(workspace_path(&w, "folder"), 0700), 0);
    workspace_file(&w, "folder/MSFT_data.csv",
                   "Date,Open,High,Low,Close,Adj Close,Volume\n2018-02-07,10,11,9,10,9.5,100\n");
    workspace_file(&w, "folder/brk-b.CSV", "Date,Open,High,Low,Close,Volume\n2018-02-07,20,21,19,20,100\n");
    workspace_file(&w, "folder/^GSPC.csv", "Date,Open,High,Low,Close,Volume\n2018-02-07,30,31,29,30,100\n");
    workspace_file(&w, "folder/notes.txt", "not data");
    workspace_file(&w, "folder/.hidden.csv", "not data");
    import_report r = run(&w, workspace_path(&w, "folder"), NULL, STATUS_OK);
    assert_int_equal(r.row.added, 3);
    assert_bar(&w, "MSFT", "2018-02-07", 100000, 110000, 90000, 100000, 100);
    assert_bar(&w, "BRK-B", "2018-02-07", 200000, 210000, 190000, 200000, 100);
    securities list;
    assert_ok(securities_load(w.store, &list));
    assert_string_equal(securities_find(&list, "^GSPC")->kind, "index");
    assert_string_equal(securities_find(&list, "MSFT")->kind, "stock");
    securities_free(&list);
    report_free(&r);
    workspace_remove(&w);
}

static void test_import_says_what_is_wrong_with_a_file(void **state) {
    (void)state;
    static const struct {
        const char *name, *content, *said;
    } cases[] = {
        {"a.csv", "", "empty"},
        {"a.csv", "date,open,high,low,close,volume,Name\n", "no rows"},
        {"a.csv", "date,open,high,low,volume,Name\n2018-02-07,1,1,1,1,A\n", "no column close"},
        {"a.csv", "2018-02-07,1,1,1,1,1,A\n", "no column date"},
        {"much too long for a symbol.csv", "date,open,high,low,close,volume\n2018-02-07,1,1,1,1,1\n", "no symbol"},
        {"a.csv.gz", "date", ".gz"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        workspace w;
        workspace_make(&w);
        const char *path = workspace_file(&w, cases[i].name, cases[i].content);
        import_report r;
        const import_options options = {.progress = NULL};
        assert_int_not_equal(yahoo_import(w.store, path, NULL, &options, &r), STATUS_OK);
        assert_said(cases[i].said);
        assert_said(cases[i].name);
        assert_string_equal(r.row.result, "failed");
        assert_int_equal(count_securities(&w), 0);
        report_free(&r);
        workspace_remove(&w);
    }
}

static void test_import_of_nothing_is_not_found(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = run(&w, workspace_path(&w, "nowhere.csv"), NULL, STATUS_NOT_FOUND);
    report_free(&r);
    assert_int_equal(mkdir(workspace_path(&w, "hollow"), 0700), 0);
    r = run(&w, workspace_path(&w, "hollow"), NULL, STATUS_NOT_FOUND);
    report_free(&r);
    workspace_remove(&w);
}

// ---- rows ----

static void test_import_rejects_each_defect_with_file_line_and_reason(void **state) {
    (void)state;
    static const struct {
        const char *row;
        quality_check check;
    } cases[] = {
        {"2018-02-07,10,11,9,10,100,ABC,extra\n", CHECK_FIELDS},
        {"2018-02-07,10,11,9,10,100\n", CHECK_FIELDS},
        {"2018-02-07,10,11,9,10,100,\n", CHECK_SYMBOL},
        {"2018-02-07,10,11,9,10,100,A B\n", CHECK_SYMBOL},
        {"2018-02-07,10,11,9,10,100,ABCDEFGHIJKLMNOPQ\n", CHECK_SYMBOL},
        {"2018-02-30,10,11,9,10,100,ABC\n", CHECK_DATE},
        {"07.02.2018,10,11,9,10,100,ABC\n", CHECK_DATE},
        {"1799-02-07,10,11,9,10,100,ABC\n", CHECK_DATE},
        {"2018-02-07,,11,9,10,100,ABC\n", CHECK_MISSING},
        {"2018-02-07,10,11,9,10,null,ABC\n", CHECK_MISSING},
        {"2018-02-07,10,11,9,ten,100,ABC\n", CHECK_NUMBER},
        {"2018-02-07,10,11,9,10,1.5,ABC\n", CHECK_NUMBER},
        {"2018-02-07,10,11,0,10,100,ABC\n", CHECK_POSITIVE},
        {"2018-02-07,10,11,-9,10,100,ABC\n", CHECK_POSITIVE},
        {"2018-02-07,10,11,9,10,-100,ABC\n", CHECK_VOLUME},
        {"2018-02-07,10,9,11,10,100,ABC\n", CHECK_HIGH_LOW},
        {"2018-02-07,10,11,9,12,100,ABC\n", CHECK_HIGH},
        {"2018-02-07,10,11,10.5,10.7,100,ABC\n", CHECK_LOW},
        {"2018-01-01,10,11,9,10,100,PAD\n", CHECK_DUPLICATE},
        {"2018-01-01,10,11,9,10.5,100,PAD\n", CHECK_DUPLICATE},
        {"\"2018-02-07,10,11,9,10,100,ABC\n", CHECK_RECORD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        workspace w;
        workspace_make(&w);
        char rows[4096];
        snprintf(rows, sizeof rows, "%s%s", padding(20), cases[i].row);
        import_report r = import_rows(&w, rows, STATUS_OK);
        if (r.found[cases[i].check] != 1 || r.row.rejected != 1 || r.row.good != 20)
            fail_msg("%s: %s %d times, %d rejected", cases[i].row, quality_name(cases[i].check),
                     (int)r.found[cases[i].check], (int)r.row.rejected);
        quarantine_row *kept;
        size_t n;
        assert_ok(quarantine_list(w.store, r.row.id, 0, &kept, &n));
        assert_int_equal(n, 1);
        assert_string_equal(kept[0].file, "bars.csv");
        assert_int_equal(kept[0].line, 22);
        assert_int_equal(strncmp(kept[0].raw, cases[i].row, strlen(cases[i].row) - 1), 0);
        assert_string_equal(kept[0].stage, quality_stage(cases[i].check));
        assert_non_null(strstr(kept[0].reason, quality_sentence(cases[i].check)));
        free(kept);
        report_free(&r);
        workspace_remove(&w);
    }
}

static void test_import_warns_and_keeps_what_is_only_strange(void **state) {
    (void)state;
    static const struct {
        const char *rows;
        quality_check check;
        int64_t close;
    } cases[] = {
        {"2018-02-07,10,11,9,10.00005,100,ABC\n", CHECK_ROUNDED, 100001},
        {"2018-02-07,10,11,9,10,0,ABC\n", CHECK_ZERO_VOLUME, 100000},
        {"2018-02-10,10,11,9,10,100,ABC\n2018-02-07,10,11,9,10,100,ABC\n", CHECK_WEEKEND, 100000},
        {"2018-02-06,10,11,9,10,100,ABC\n2018-02-07,20,21,19,20,100,ABC\n", CHECK_JUMP, 200000},
        {"2018-02-08,9,9,9,9,100,ABC\n2018-02-07,20,21,19,20,100,ABC\n", CHECK_JUMP, 200000}, // order is of days
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        workspace w;
        workspace_make(&w);
        import_report r = import_rows(&w, cases[i].rows, STATUS_OK);
        assert_int_equal(r.found[cases[i].check], 1);
        assert_int_equal(r.row.rejected, 0);
        securities list;
        assert_ok(securities_load(w.store, &list));
        bar *rows;
        size_t n;
        assert_ok(bars_of(w.store, 1, date_make(2018, 2, 7), date_make(2018, 2, 7), &rows, &n));
        assert_int_equal(rows[0].close, cases[i].close);
        free(rows);
        securities_free(&list);
        report_free(&r);
        workspace_remove(&w);
    }
}

static void test_import_notes_columns_that_it_does_not_read(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = run(&w,
                          workspace_file(&w, "x.csv",
                                         "Date,Open,High,Low,Close,Volume,Ticker,Mood,Adj Close\n"
                                         "2018-02-07,10,11,9,10,100,ABC,good,9\n"),
                          NULL, STATUS_OK);
    assert_int_equal(r.found[CHECK_COLUMN], 1);
    assert_string_equal(r.examples[CHECK_COLUMN][0].detail, "Mood");
    report_free(&r);
    workspace_remove(&w);
}

static void test_import_with_more_than_a_tenth_bad_changes_nothing_but_keeps_the_evidence(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    hash before, after;
    assert_ok(bars_version(w.store, &before));
    char rows[4096];
    snprintf(rows, sizeof rows, "%s%s", padding(17), "2018-02-07,,,,,,A\n2018-02-08,,,,,,A\n");
    import_report r = import_rows(&w, rows, STATUS_INVALID);
    assert_said("2 of 19 rows");
    assert_ok(bars_version(w.store, &after));
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(count_securities(&w), 0);
    report_row *history;
    size_t n;
    assert_ok(report_list(w.store, 0, &history, &n));
    assert_int_equal(n, 1);
    assert_string_equal(history[0].result, "failed");
    free(history);
    quarantine_row *kept;
    assert_ok(quarantine_list(w.store, 0, 0, &kept, &n));
    assert_int_equal(n, 2);
    free(kept);
    report_free(&r);
    snprintf(rows, sizeof rows, "%s%s", padding(18), "2018-02-07,,,,,,A\n2018-02-08,,,,,,A\n"); // a tenth is allowed
    r = import_rows(&w, rows, STATUS_OK);
    report_free(&r);
    workspace_remove(&w);
}

// ---- again ----

static const char twice[] = "2018-02-06,10,11,9,10,100,ABC\n2018-02-07,10,11,9,10,100,ABC\n";

static size_t count_reports(workspace *w) {
    report_row *history;
    size_t n;
    assert_ok(report_list(w->store, 0, &history, &n));
    free(history);
    return n;
}

static void test_second_import_of_a_file_changes_nothing_and_says_so(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = import_rows(&w, twice, STATUS_OK);
    report_free(&r);
    r = import_rows(&w, twice, STATUS_OK);
    assert_string_equal(r.row.result, "unchanged");
    assert_non_null(strstr(r.row.message, "0 new, 0 changed, 2 unchanged"));
    assert_int_equal(r.row.unchanged, 2);
    assert_int_equal(count_reports(&w), 1);
    report_free(&r);
    workspace_remove(&w);
}

static void test_import_compares_row_by_row_when_the_file_differs(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = import_rows(&w, twice, STATUS_OK);
    hash before, after;
    assert_ok(bars_version(w.store, &before));
    report_free(&r);
    // the same rows, written otherwise
    r = import_rows(&w, "2018-02-07,10.0,11.00,9,10,100,ABC\n2018-02-06,10,11,9,10,100.0,abc\n", STATUS_OK);
    assert_string_equal(r.row.result, "done");
    assert_int_equal(r.row.unchanged, 2);
    assert_int_equal(r.row.added + r.row.changed, 0);
    assert_ok(bars_version(w.store, &after));
    assert_memory_equal(&before, &after, sizeof before);
    report_free(&r);
    // one corrected, one new
    r = import_rows(&w, "2018-02-07,10,11,9,10.5,100,ABC\n2018-02-08,10,11,9,10,100,ABC\n", STATUS_OK);
    assert_int_equal(r.row.changed, 1);
    assert_int_equal(r.row.added, 1);
    assert_bar(&w, "ABC", "2018-02-07", 100000, 110000, 90000, 105000, 100);
    report_free(&r);
    // back again: the file was imported before, but the data have changed since
    r = import_rows(&w, twice, STATUS_OK);
    assert_string_equal(r.row.result, "done");
    assert_int_equal(r.row.changed, 1);
    assert_int_equal(r.row.unchanged, 1);
    report_free(&r);
    workspace_remove(&w);
}

static void test_jump_is_seen_against_what_was_stored_before(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    import_report r = import_rows(&w, twice, STATUS_OK);
    report_free(&r);
    r = import_rows(&w, "2018-02-08,4,4,4,4,100,ABC\n", STATUS_OK);
    assert_int_equal(r.found[CHECK_JUMP], 1);
    assert_string_equal(r.examples[CHECK_JUMP][0].detail, "ABC 2018-02-08: 10 to 4 (-60.0 %)");
    report_free(&r);
    workspace_remove(&w);
}

// Counts are of the file as it came; the examples say where a rejected row is part of it.
static void test_warnings_say_of_rejected_rows_that_they_were(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    text rows = {0};
    for (int i = 10; i < 30; i++)
        text_printf(&rows, "2018-01-%d,10,11,9,10,100,ABC\n", i);
    text_put(&rows, "2018-02-06,,11,9,4,0,ABC\n2018-02-07,10,11,9,10,100,ABC\n");
    import_report r = import_rows(&w, text_string(&rows), STATUS_OK);
    assert_int_equal(r.found[CHECK_JUMP], 2);
    assert_string_equal(r.examples[CHECK_JUMP][0].detail, "ABC 2018-02-06: 10 to 4 (-60.0 %), in a rejected row");
    assert_string_equal(r.examples[CHECK_JUMP][1].detail, "ABC 2018-02-07: 4 to 10 (+150.0 %), from a rejected row");
    report_free(&r);
    text_free(&rows);
    workspace_remove(&w);
}

static void test_import_order_of_rows_does_not_matter(void **state) {
    (void)state;
    enum { SYMBOLS = 6, DAYS = 40 };
    rng r = rng_seed(support_seed(619040));
    int order[SYMBOLS * DAYS];
    hash versions[2];
    for (int k = 0; k < 2; k++) {
        workspace w;
        workspace_make(&w);
        for (int i = 0; i < SYMBOLS * DAYS; i++)
            order[i] = i;
        for (int i = SYMBOLS * DAYS - 1; k && i > SYMBOLS; i--) { // the first rows fix the numbers of the securities
            int j = SYMBOLS + (int)rng_below(&r, (uint64_t)(i + 1 - SYMBOLS)), kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        FILE *f = fopen(workspace_path(&w, "all.csv"), "w");
        assert_non_null(f);
        fputs(header, f);
        for (int i = 0; i < SYMBOLS * DAYS; i++) {
            char day[DATE_TEXT];
            int symbol = order[i] % SYMBOLS, d = order[i] / SYMBOLS;
            fprintf(f, "%s,%d,%d,%d,%d,100,S%d\n", date_text(17000 + d, day), 10 + d, 12 + d, 9 + d, 11 + d, symbol);
        }
        fclose(f);
        import_report report = run(&w, workspace_path(&w, "all.csv"), NULL, STATUS_OK);
        assert_int_equal(report.row.added, SYMBOLS * DAYS);
        assert_ok(bars_version(w.store, &versions[k]));
        report_free(&report);
        workspace_remove(&w);
    }
    assert_memory_equal(&versions[0], &versions[1], sizeof versions[0]);
}

// ---- sectors, bases, cancelling ----

static void test_sectors_come_from_their_own_file(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    const char *sectors = workspace_file(&w, "sectors.csv",
                                         "Symbol,Security,GICS Sector,Founded\nABC,\"Abc, Inc.\",Energy,1900\n"
                                         "BRK-B,Berkshire,Financials,1839\nOTHER,Other,Materials,2000\n");
    char content[512];
    snprintf(content, sizeof content, "%s%s%s", header, twice, "2018-02-07,10,11,9,10,100,BRK.B\n");
    const char *path = workspace_file(&w, "bars.csv", content);
    import_report r = run(&w, path, sectors, STATUS_OK);
    assert_int_equal(r.row.described, 2);
    report_free(&r);
    securities list;
    assert_ok(securities_load(w.store, &list));
    assert_string_equal(securities_find(&list, "ABC")->name, "Abc, Inc.");
    assert_string_equal(securities_find(&list, "ABC")->sector, "Energy");
    assert_string_equal(securities_find(&list, "BRK.B")->sector, "Financials");
    securities_free(&list);
    r = run(&w, path, workspace_file(&w, "other.csv", "Symbol,Sector\nABC,Utilities\n"), STATUS_OK);
    assert_int_equal(r.row.described, 1);
    assert_int_equal(r.row.unchanged, 3);
    report_free(&r);
    r = run(&w, path, workspace_file(&w, "bad.csv", "Symbol,Colour\nABC,red\n"), STATUS_INVALID);
    assert_said("column sector");
    report_free(&r);
    workspace_remove(&w);
}

static void test_import_never_mixes_bases(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    bar b = {0, 17000, 10000, 10000, 10000, 10000, 1};
    workspace_bars(&w, "ABC", "stock", "raw", &b, 1);
    import_report r = import_rows(&w, twice, STATUS_REFUSED);
    assert_said("split-adjusted");
    report_free(&r);
    workspace_remove(&w);
}

typedef struct {
    volatile int cancelled;
    int calls;
    int64_t rows;
} watcher;

static void cancel_at_once(void *context, const import_progress *p) {
    watcher *k = context;
    k->calls++;
    k->rows = p->rows;
    k->cancelled = 1;
}

static void test_cancelled_import_changes_nothing(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    watcher k = {.cancelled = 1};
    const import_options options = {cancel_at_once, &k, &k.cancelled};
    import_report r;
    const char *path = workspace_file(&w, "x.csv", "date,open,high,low,close,volume,Name\n2018-02-07,1,1,1,1,1,A\n");
    assert_status(yahoo_import(w.store, path, NULL, &options, &r), STATUS_CANCELLED);
    report_free(&r);
    assert_int_equal(count_securities(&w), 0);
    assert_int_equal(count_reports(&w), 0);
    workspace_remove(&w);
}

// ---- the real file ----

static bool real_file_is_there(void) {
    if (access(REAL_FILE, R_OK) == 0)
        return true;
    print_message("SKIP: %s is not there\n", REAL_FILE);
    return false;
}

static void test_real_file_has_the_defects_that_are_known_of_it(void **state) {
    (void)state;
    if (!real_file_is_there())
        skip();
    workspace w;
    workspace_make(&w);
    watcher k = {.cancelled = 0};
    import_report r;
    assert_status(yahoo_import(w.store, REAL_FILE, NULL, &(import_options){cancel_at_once, &k, &k.cancelled}, &r),
                  STATUS_CANCELLED);
    assert_int_equal(k.calls, 1);
    assert_true(k.rows > 0 && k.rows < 619040);
    assert_int_equal(count_securities(&w), 0);
    report_free(&r);

    r = run(&w, REAL_FILE, REAL_SECTORS, STATUS_OK);
    assert_int_equal(r.row.read, 619040);
    assert_int_equal(r.row.rejected, 23);
    assert_int_equal(r.row.added, 619017);
    assert_int_equal(r.row.symbols, 505);
    assert_int_equal(r.row.described, 477);
    assert_int_equal(r.row.first, date_make(2013, 2, 8));
    assert_int_equal(r.row.last, date_make(2018, 2, 7));
    static const int64_t known[CHECK_COUNT] = {
        [CHECK_MISSING] = 11, [CHECK_HIGH_LOW] = 1, [CHECK_LOW] = 11, [CHECK_ZERO_VOLUME] = 4, [CHECK_JUMP] = 7};
    for (quality_check c = 0; c < CHECK_COUNT; c++)
        assert_int_equal(r.found[c], known[c]);
    assert_bar(&w, "AAL", "2013-02-08", 150700, 151200, 146300, 147500, 8407500);
    report_free(&r);

    r = run(&w, REAL_FILE, REAL_SECTORS, STATUS_OK);
    assert_non_null(strstr(r.row.message, "0 new, 0 changed, 619,017 unchanged"));
    report_free(&r);
    r = run(&w, REAL_FILE, NULL, STATUS_OK); // other content in all, so every row is compared
    assert_string_equal(r.row.result, "done");
    assert_int_equal(r.row.unchanged, 619017);
    report_free(&r);

    panel *p;
    assert_ok(panel_load(w.store, "stock", 0, 100000, NULL, &p));
    assert_int_equal(p->dates, 1259);
    assert_int_equal(p->securities, 505);
    panel_free(p);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_stores_exact_prices),
        cmocka_unit_test(test_import_finds_columns_by_name),
        cmocka_unit_test(test_import_says_why_a_folder_cannot_be_read),
        cmocka_unit_test(test_import_reads_a_folder_with_a_file_a_symbol),
        cmocka_unit_test(test_import_says_what_is_wrong_with_a_file),
        cmocka_unit_test(test_import_of_nothing_is_not_found),
        cmocka_unit_test(test_import_rejects_each_defect_with_file_line_and_reason),
        cmocka_unit_test(test_import_warns_and_keeps_what_is_only_strange),
        cmocka_unit_test(test_import_notes_columns_that_it_does_not_read),
        cmocka_unit_test(test_import_with_more_than_a_tenth_bad_changes_nothing_but_keeps_the_evidence),
        cmocka_unit_test(test_second_import_of_a_file_changes_nothing_and_says_so),
        cmocka_unit_test(test_import_compares_row_by_row_when_the_file_differs),
        cmocka_unit_test(test_jump_is_seen_against_what_was_stored_before),
        cmocka_unit_test(test_warnings_say_of_rejected_rows_that_they_were),
        cmocka_unit_test(test_import_order_of_rows_does_not_matter),
        cmocka_unit_test(test_sectors_come_from_their_own_file),
        cmocka_unit_test(test_import_never_mixes_bases),
        cmocka_unit_test(test_cancelled_import_changes_nothing),
        cmocka_unit_test(test_real_file_has_the_defects_that_are_known_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
