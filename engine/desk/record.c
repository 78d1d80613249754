// The ledger and its journal. Rows are folded into the ledger when they are staged, and written with the next commit.
//
// Inputs that can't be written are taken back: nothing of them has reached the market, so the ledger is folded anew
// from the disk. Outcomes that can't be written have happened: they stay staged, and the commit is tried again until it
// succeeds.
#include <stdio.h>

#include "engine/desk/room.h"
#include "src/base/log.h"

#define RETRY (250 * NS_PER_MS)

status stage(desk *d, journal_row row) {
    row.sequence = ledger_sequence(d->ledger) + 1;
    row.time = clock_wall();
    row.desk_time = desk_now(d);
    TRY(ledger_apply(d->ledger, &row));
    vec_push(&d->staged, row);
    d->dirty = true;
    return STATUS_OK;
}

static status apply_row(void *context, const journal_row *row) { return ledger_apply(context, row); }

status record_fold(const desk *d, ledger **out) {
    ledger *l = ledger_new();
    status s = journal_read(d->store, 0, apply_row, l);
    for (size_t i = 0; s == STATUS_OK && i < d->staged.n; i++)
        s = ledger_apply(l, &d->staged.at[i]);
    if (s != STATUS_OK) {
        ledger_free(l);
        return s;
    }
    *out = l;
    return STATUS_OK;
}

static void fail_journal(desk *d, status s) {
    d->journal_status = s;
    mem_copy_string(d->journal_trouble, sizeof d->journal_trouble, status_message());
    log_error("desk", "journal: %s", d->journal_trouble);
}

static void begin_failing(desk *d) {
    if (!d->journal_failing)
        note(d, "JOURNAL CAN'T BE WRITTEN: %s", d->journal_trouble);
    d->journal_failing = true;
    d->next_retry = clock_mono() + RETRY;
}

static void end_failing(desk *d) {
    if (d->journal_failing)
        note(d, "the journal can be written again");
    d->journal_failing = false;
}

// Books that are asked for may open all the same: that is nobody's order.
static void drop_steps(desk *d, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < d->steps.n; i++)
        if (d->steps.at[i].kind == TO_OPEN)
            d->steps.at[kept++] = d->steps.at[i];
    d->steps.n = kept;
}

void take_back(desk *d, size_t staged, size_t steps) {
    drop_steps(d, steps);
    if (d->staged.n == staged)
        return;
    d->staged.n = staged;
    d->dirty = true;
    ledger *l;
    status s = record_fold(d, &l);
    d->unread = s != STATUS_OK;
    if (d->unread) {
        // The ledger holds what never happened: nothing may be done with it until it could be read again.
        fail_journal(d, s);
        begin_failing(d);
        return;
    }
    ledger_free(d->ledger);
    d->ledger = l;
}

status commit_inputs(desk *d, size_t steps) {
    status s = d->staged.n ? journal_append(d->store, d->staged.at, d->staged.n) : STATUS_OK;
    if (s == STATUS_OK) {
        d->staged.n = 0;
        return s;
    }
    fail_journal(d, s);
    take_back(d, 0, steps);
    note(d, "NOT DONE: the journal can't be written");
    return status_fail(s, "not done: the journal can't be written: %s", d->journal_trouble);
}

status commit_outcomes(desk *d) {
    status s = d->staged.n ? journal_append(d->store, d->staged.at, d->staged.n) : STATUS_OK;
    if (s == STATUS_OK) {
        d->staged.n = 0;
        end_failing(d);
    } else {
        fail_journal(d, s);
        begin_failing(d);
    }
    return s;
}

void record_retry(desk *d) {
    if (!d->journal_failing || clock_mono() < d->next_retry)
        return;
    ledger *l;
    if (d->unread && record_fold(d, &l) == STATUS_OK) {
        ledger_free(d->ledger);
        d->ledger = l;
        d->unread = false;
    }
    if (d->unread)
        d->next_retry = clock_mono() + RETRY;
    else
        commit_outcomes(d);
}
