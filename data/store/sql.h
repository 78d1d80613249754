// The read-only SQL prompt: SQLite's authorizer and a read-only connection with desk, warehouse and results attached;
// secrets hidden, rows and time limited, cancellable.
#pragma once

#include "data/store/store.h"
#include "src/base/table.h"

typedef struct {
    size_t max_rows; // 0: 100,000
    int64_t max_ns;  // 0: 30 s
    const volatile int *cancelled;
} sql_limits;

// One SELECT (or WITH … SELECT, EXPLAIN, VALUES). STATUS_REFUSED for anything that would write or read what is hidden;
// STATUS_USAGE for a statement SQLite can't prepare (its own sentence). Column types follow SQLite's storage classes.
status sql_query(store *s, const char *statement, const sql_limits *limits, table **out, bool *cut);
