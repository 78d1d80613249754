#include "src/app/app.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/app/commands.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

void commands_add_all(command_table *t) {
    commands_add_order(t);
    commands_add_cancel(t);
    commands_add_position(t);
    commands_add_desk(t);
    commands_add_venue(t);
    commands_add_replay(t);
    commands_add_risk(t);
    commands_add_backtest(t);
    commands_add_data(t);
    commands_add_import(t);
    commands_add_audit(t);
    commands_add_bench(t);
    commands_add_record(t);
    commands_add_program(t);
}

// How many letters two tickers share from the start, for the suggestion.
static size_t shared(const char *a, const char *b) {
    size_t n = 0;
    while (a[n] && b[n] && strncasecmp(a + n, b + n, 1) == 0)
        n++;
    return n;
}

status app_sid(app *a, const char *symbol, int32_t *sid) {
    pthread_mutex_lock(&a->lock);
    const security *s = securities_find(&a->securities, symbol);
    *sid = s ? s->sid : 0;
    char nearest[SYMBOL_SIZE] = "";
    size_t best = 0;
    for (size_t i = 0; !s && i < a->securities.n; i++) {
        size_t n = shared(symbol, a->securities.at[i].symbol);
        if (n > best) {
            best = n;
            mem_copy_string(nearest, sizeof nearest, a->securities.at[i].symbol);
        }
    }
    size_t known = a->securities.n;
    pthread_mutex_unlock(&a->lock);
    if (*sid)
        return STATUS_OK;
    if (!known)
        return status_fail(STATUS_NOT_FOUND,
                           "no security is called %.24s: the workspace is empty; try: import yahoo "
                           "FILE, or demo create",
                           symbol);
    return status_fail(STATUS_NOT_FOUND, "no security is called %.24s%s%s%s", symbol, best ? " (did you mean " : "",
                       nearest, best ? "?)" : "");
}

void app_state(app *a, char out[8]) {
    pthread_mutex_lock(&a->lock);
    memcpy(out, a->state, sizeof a->state);
    pthread_mutex_unlock(&a->lock);
}

bool app_security(app *a, int32_t sid, security *out) {
    pthread_mutex_lock(&a->lock);
    bool known = sid >= 1 && (size_t)sid <= a->securities.n;
    if (known)
        *out = a->securities.at[sid - 1];
    pthread_mutex_unlock(&a->lock);
    return known;
}

void app_symbols(void *app_, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    app *a = app_;
    size_t n = strlen(prefix);
    pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < a->securities.n; i++)
        if (strncasecmp(a->securities.at[i].symbol, prefix, n) == 0)
            add(to, a->securities.at[i].symbol);
    pthread_mutex_unlock(&a->lock);
}

void *app_section(const app *a, view_section section, size_t bytes) {
    void *copy = mem_new(1, bytes);
    uint64_t seen = 0;
    view_read(a->view, section, copy, &seen);
    return copy;
}

void app_note_cut(call *c, int64_t shown, int64_t seen, int64_t all, const char *where) {
    char some[DECIMAL_TEXT], most[DECIMAL_TEXT], whole[DECIMAL_TEXT];
    integer_text(shown, some);
    integer_text(seen, most);
    integer_text(all, whole);
    if (seen < all && shown < seen)
        text_printf(&c->err, "showing %s of the %s that were looked through, of %s; %s\n", some, most, whole, where);
    else if (seen < all)
        text_printf(&c->err, "showing %s of %s; %s\n", some, whole, where);
}
