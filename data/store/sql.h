// The read-only SQL prompt: SQLite's authorizer and a read-only connection with desk, warehouse and results attached;
// secrets hidden, rows, bytes and time limited, cancellable.
#pragma once

#include "data/store/store.h"
#include "src/base/table.h"

typedef struct {
    size_t max_rows; // 0: 100,000
    int64_t max_ns;  // 0: 30 s
    const volatile int *cancelled;
} sql_limits;

// limits may be NULL. One SELECT (or WITH … SELECT, EXPLAIN, VALUES). Tables resolve without a schema or with desk.,
// warehouse., results.; fills, orders and positions carry the symbol as well; tables lists what there is. Column types
// follow SQLite's storage classes: INT where every value is an integer, NUMBER where some are reals, otherwise TEXT
// (blobs in hexadecimal). *cut: there were more rows than allowed.
//   STATUS_USAGE      SQLite can't prepare it (its own sentence), or it is no statement, or more than one
//   STATUS_REFUSED    it would write, or read what is hidden: tables whose name begins with "secret_"
//   STATUS_INVALID    a result of over 64 MiB, or an error of its own on the way (a sum that overflows)
//   STATUS_CANCELLED  the caller cancelled, or the time was over
status sql_query(store *s, const char *statement, const sql_limits *limits, table **out, bool *cut);
