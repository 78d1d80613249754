// The audit trail: who did what, append-only, each row chained to the one before by hash (BLAKE2b of the previous hash
// and this row's fields), so that a row changed or taken out behind the program's back is noticed.
#pragma once

#include "data/store/store.h"
#include "src/base/clock.h"

typedef struct {
    int64_t id;
    instant time;
    char user[32], face[16];
    char command[256]; // with arguments, secrets masked
    char reason[128];
    char result[160]; // "ok" or the sentence of the failure, and what was done
    char hash[65];
} audit_row;

status audit_append(store *s, audit_row *row); // fills id and hash
typedef void (*audit_visit)(void *context, const audit_row *row);
status audit_list(store *s, size_t limit, audit_visit visit, void *context); // newest first; limit 0: all
// *rows = rows that were checked. STATUS_CORRUPT names the first row that breaks the chain, or the missing end.
status audit_verify(store *s, int64_t *rows);
