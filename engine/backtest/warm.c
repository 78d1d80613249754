#include "engine/backtest/warm.h"

#include <string.h>

#include "src/base/clock.h"

static void drop(warm_panel *k) {
    panel_free(k->panel);
    securities_free(&k->names);
    *k = (warm_panel){0};
}

// The names come after the panel, so that bars which arrive in between can't bring a security nobody knows. A version
// that is older than the panel only means that it is loaded once more.
static status load_kind(warm *w, const char *kind, warm_panel *k) {
    TRY(bars_version(w->store, &k->version));
    TRY(panel_load(w->store, kind, date_make(1, 1, 1), date_make(9999, 12, 31), NULL, &k->panel));
    return securities_load(w->store, &k->names);
}

status warm_get(warm *w, const char *kind, const warm_panel **out) {
    warm_panel *k = &w->kinds[strcmp(kind, "index") == 0];
    if (k->panel) {
        hash now;
        TRY(bars_version(w->store, &now));
        if (memcmp(&now, &k->version, sizeof now) == 0) {
            *out = k;
            return STATUS_OK;
        }
        drop(k);
    }
    status code = load_kind(w, kind, k);
    if (code != STATUS_OK) {
        drop(k);
        return status_within(code, "the bars for a backtest");
    }
    *out = k;
    return STATUS_OK;
}

void warm_free(warm *w) {
    for (size_t i = 0; i < WARM_KINDS; i++)
        drop(&w->kinds[i]);
}
