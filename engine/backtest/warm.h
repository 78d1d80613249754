// The panels that runs work on, loaded from the store once and kept until the stored bars change. Owned and used by one
// thread.
#pragma once

#include "data/store/bars.h"

typedef struct {
    hash version;     // of the bars that the panel was loaded from
    panel *panel;     // NULL: not loaded
    securities names; // at least those of the panel
} warm_panel;

enum { WARM_KINDS = 2 }; // "stock", "index"

typedef struct {
    store *store;
    warm_panel kinds[WARM_KINDS];
} warm;

// The panel of a kind, whole history, loaded when it is not there or is out of date. Borrowed until the next warm_get
// of that kind or warm_free. Errors of panel_load.
status warm_get(warm *w, const char *kind, const warm_panel **out);
void warm_free(warm *w);
