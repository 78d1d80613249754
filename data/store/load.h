// Bulk loading of vendors' data: the writing side of securities, bars and actions, for providers.
// A load lives inside one store_write on STORE_WAREHOUSE, so that readers see all of it or nothing. It keeps first and
// last day, number and digest of every security in memory and writes them in load_finish.
#pragma once

#include "data/store/bars.h"

typedef struct load load;

typedef struct {
    int64_t added, changed, unchanged;
} load_counts;

status load_begin(store_connection *c, load **out);
// Writes what was gathered; without it the work must fail, or securities and bars would disagree.
status load_finish(load *l);
void load_free(load *l); // NULL is fine

// The sid of a symbol; a new security is made with that kind and basis ("raw", "split-adjusted", "fully-adjusted").
// STATUS_REFUSED when it exists with another kind or basis: bases are never mixed.
status load_security(load *l, const char *symbol, const char *kind, const char *basis, int32_t *sid);
// STATUS_NOT_FOUND when there is none.
status load_find(load *l, const char *symbol, int32_t *sid);
// Sets what is known of a security; "" and 0 leave what was there. *changed says whether anything differed.
status load_describe(load *l, int32_t sid, const char *name, const char *sector, int64_t shares, bool *changed);

// Stores bars in ascending order of (sid, day), no two alike. A bar that is there already is compared: equal ones stay,
// others are replaced. Adds to *counts.
status load_bars(load *l, const bar *rows, size_t n, load_counts *counts);
// The close of the last stored bar before `day`; 0 when there is none.
status load_close_before(load *l, int32_t sid, date day, int64_t *close);

// Before the open of `day` a share becomes `split` shares, each of which earns `dividend` (1e-4 units). Once a day.
// STATUS_REFUSED for a split of a security whose prices are adjusted for splits already.
status load_action(load *l, int32_t sid, date day, double split, int64_t dividend);
// The security's last day; `final_return` from its last close to what its holders got.
status load_delisting(load *l, int32_t sid, date day, double final_return, const char *reason);
