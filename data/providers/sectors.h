// Names and sectors of securities from a CSV file: symbol (or ticker), name (security, company), sector (GICS sector).
// Whoever declares a list ({0}) frees it.
#pragma once

#include "data/store/load.h"
#include "src/base/vec.h"

typedef struct {
    char symbol[SYMBOL_SIZE], name[NAME_SIZE], sector[SECTOR_SIZE];
} sector_row;

typedef VEC(sector_row) sector_list;

// Columns by name, in any order, case folded; the name may be missing. Rows whose symbol is none are left out.
// STATUS_INVALID names file, line and what was expected.
status sectors_read(const char *path, sector_list *out);
// Describes the securities of the load that the list knows (BRK-B and BRK.B are the same); others are left as they are.
// *described: securities whose name or sector changed.
status sectors_apply(const sector_list *list, load *l, int64_t *described);
