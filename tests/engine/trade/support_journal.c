#include "tests/engine/trade/support_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/mem.h"

void support_journal_open(support_journal *j) { *j = (support_journal){.ledger = ledger_new()}; }

void support_journal_close(support_journal *j) { ledger_free(j->ledger); }

status support_apply(support_journal *j, journal_row row) {
    row.sequence = ledger_sequence(j->ledger) + 1;
    if (!row.time)
        row.time = row.sequence * 1000;
    if (!row.desk_time)
        row.desk_time = row.sequence * 10;
    j->last = row;
    return ledger_apply(j->ledger, &row);
}

void support_must_apply(support_journal *j, journal_row row) {
    status s = support_apply(j, row);
    if (s != STATUS_OK)
        fail_msg("row %lld was refused: %s", (long long)j->last.sequence, status_message());
}

int64_t support_order(support_journal *j, int32_t sid, side s, int64_t quantity, int64_t price) {
    int64_t id = ledger_next_order(j->ledger);
    support_must_apply(j, (journal_row){.kind = JOURNAL_ORDER,
                                        .order = id,
                                        .sid = sid,
                                        .side = (int32_t)s,
                                        .type = ORDER_LIMIT,
                                        .tif = TIF_DAY,
                                        .quantity = quantity,
                                        .price = price});
    return id;
}

void support_fill(support_journal *j, int64_t id, int64_t quantity, int64_t price) {
    support_must_apply(j, (journal_row){.kind = JOURNAL_FILL,
                                        .order = id,
                                        .sid = ledger_order(j->ledger, id)->sid,
                                        .quantity = quantity,
                                        .price = price,
                                        .fee = quantity * 35});
}

void support_hold(support_journal *j, int32_t sid, int64_t quantity, int64_t price) {
    support_must_apply(j, (journal_row){.kind = JOURNAL_ADJUST, .sid = sid, .quantity = quantity, .price = price});
}

void support_limit(support_journal *j, limit_name name, int64_t value) {
    journal_row row = {.kind = JOURNAL_LIMIT, .price = value};
    mem_copy_string(row.text, sizeof row.text, limit_define(name)->name);
    support_must_apply(j, row);
}

void support_breaker(support_journal *j, breaker_state state) {
    support_must_apply(j, (journal_row){.kind = JOURNAL_BREAKER, .quantity = state, .user = "ada", .text = "a test"});
}
