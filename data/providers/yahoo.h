// Daily bars in Yahoo's manner: one CSV file in long form (a column with the symbol), or a folder with a file a symbol
// (the symbol is the file's name without .csv or _data.csv). Prices are taken as adjusted for splits, not for
// dividends; "Adj Close" is not read.
#pragma once

#include "data/providers/provider.h"

// Imports in one transaction: readers see all of it or nothing of it. The report is filled whatever happens and is
// stored with the rejected rows beside it, also when the data are refused; it is released by report_free. sectors_path
// may be NULL. The same content again, while the data have not changed since, is recognised by its hash
// (report.row.result is "unchanged", its id that of the earlier import, and nothing at all is written); otherwise rows
// are compared one by one. Nothing is changed in case of
//   STATUS_INVALID    no header of that kind, no row, or more than 10 % of the rows fail the checks
//   STATUS_REFUSED    a symbol is stored with prices of another basis
//   STATUS_CANCELLED, STATUS_FULL, STATUS_IO, STATUS_NOT_FOUND
status yahoo_import(store *s, const char *path, const char *sectors_path, const import_options *options,
                    import_report *report);
