// position …, portfolio …: what is held.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/trade/limits.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/hash.h"
#include "src/base/vec.h"

static status run_list(call *c) {
    static const column columns[] = {
        {"symbol", "SYMBOL", COLUMN_TEXT, 0},
        {"sector", "SECTOR", COLUMN_TEXT, 0},
        {"quantity", "QTY", COLUMN_INT, 0},
        {"average", "AVG", COLUMN_MONEY, 2},
        {"last", "LAST", COLUMN_MONEY, 2},
        {"day_change", "DAY%", COLUMN_PERCENT, 2},
        {"value", "VALUE", COLUMN_MONEY, 0},
        {"weight", "WEIGHT", COLUMN_PERCENT, 2},
        {"unrealised", "UNREALISED", COLUMN_MONEY, 0},
        {"realised", "REALISED", COLUMN_MONEY, 0},
        {"day_pnl", "DAY P&L", COLUMN_MONEY, 0},
        {"fees", "FEES", COLUMN_MONEY, 2},
    };
    app *a = c->services;
    view_positions *v = app_section(a, SECTION_POSITIONS, sizeof *v);
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool all = call_flag(c, "--all");
    for (int32_t i = 0; i < v->n; i++) {
        const view_position *p = &v->rows[i];
        if (!p->quantity && !p->traded && !all)
            continue;
        table_text(t, p->symbol);
        table_text(t, p->sector);
        table_int(t, p->quantity);
        table_money(t, p->average);
        table_money(t, p->last);
        table_number(t, p->day_change);
        table_money(t, p->value);
        table_number(t, p->weight);
        table_money(t, p->unrealised);
        table_money(t, p->realised);
        table_money(t, p->day_pnl);
        table_money(t, p->fees);
    }
    call_print(c, t, false, "no positions; try: portfolio load FILE.csv (symbol,quantity)");
    app_note_cut(c, (int64_t)table_rows(t), v->n, (int64_t)v->n + v->hidden, "portfolio show has the sums of all");
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status run_show(call *c) {
    static const column columns[] = {
        {"portfolio", "portfolio", COLUMN_TEXT, 0},
        {"session", "session", COLUMN_TEXT, 0},
        {"positions", "positions", COLUMN_INT, 0},
        {"long", "long", COLUMN_MONEY, 2},
        {"short", "short", COLUMN_MONEY, 2},
        {"cash", "cash", COLUMN_MONEY, 2},
        {"equity", "equity", COLUMN_MONEY, 2},
        {"start_equity", "equity at the start", COLUMN_MONEY, 2},
        {"by_hand", "set by hand since", COLUMN_MONEY, 2},
        {"day_pnl", "P&L of the day", COLUMN_MONEY, 2},
        {"unrealised", "unrealised", COLUMN_MONEY, 2},
        {"realised", "realised to date", COLUMN_MONEY, 2},
        {"fees", "fees to date", COLUMN_MONEY, 2},
    };
    app *a = c->services;
    view_positions *v = app_section(a, SECTION_POSITIONS, sizeof *v);
    view_status *s = app_section(a, SECTION_STATUS, sizeof *s);
    char day[DATE_TEXT];
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    table_text(t, s->portfolio);
    table_text(t, date_text(s->session, day));
    table_int(t, v->held);
    const int64_t money[] = {v->long_value, v->short_value, v->cash,       v->equity,   v->start_equity,
                             v->by_hand,    v->day_pnl,     v->unrealised, v->realised, v->fees};
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        table_money(t, money[i]);
    call_print(c, t, true, NULL);
    table_free(t);
    free(v);
    free(s);
    return STATUS_OK;
}

// ---- portfolio load ----

typedef VEC(holding) holdings;

static status bad_line(const csv_reader *r, const char *what) {
    return status_fail(STATUS_INVALID, "%s:%" PRIu64 ": %s", csv_name(r), csv_line(r), what);
}

static status read_holding(app *a, const csv_reader *r, slice symbol, slice quantity, holdings *out) {
    char name[SYMBOL_SIZE + 1];
    slice_copy(symbol, name, sizeof name);
    holding h;
    if (app_sid(a, name, &h.sid) != STATUS_OK)
        return status_within(STATUS_NOT_FOUND, "%s:%" PRIu64, csv_name(r), csv_line(r));
    if (!slice_int(quantity, &h.quantity) && !integer_read(quantity.at, quantity.n, &h.quantity))
        return bad_line(r, "the quantity must be a whole number, negative for a short position");
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].sid == h.sid)
            return status_fail(STATUS_INVALID, "%s:%" PRIu64 ": %s stands twice in the file", csv_name(r), csv_line(r),
                               name);
    vec_push(out, h);
    return STATUS_OK;
}

static status read_holdings(app *a, csv_reader *r, holdings *out) {
    const slice *f;
    size_t n;
    status s = csv_next(r, &f, &n);
    if (s == STATUS_END)
        return status_fail(STATUS_INVALID, "%s is empty: it needs the columns symbol,quantity", csv_name(r));
    TRY(s);
    int symbol = csv_column(f, n, "symbol"), quantity = csv_column(f, n, "quantity");
    if (quantity < 0)
        quantity = csv_column(f, n, "qty");
    if (symbol < 0 || quantity < 0)
        return bad_line(r, "the first line must name the columns symbol,quantity");
    size_t columns = n;
    while ((s = csv_next(r, &f, &n)) == STATUS_OK) {
        if (n != columns)
            return status_fail(STATUS_INVALID,
                               "%s:%" PRIu64 ": %zu field%s where the header has %zu; a number with a comma in it "
                               "stands in quotes",
                               csv_name(r), csv_line(r), n, n == 1 ? "" : "s", columns);
        TRY(read_holding(a, r, f[symbol], f[quantity], out));
    }
    if (s == STATUS_END && !out->n)
        return status_fail(STATUS_INVALID, "%s has no lines below its header", csv_name(r));
    return s == STATUS_END ? STATUS_OK : s;
}

static void free_holdings(void *kept) {
    holdings *h = kept;
    vec_free(h);
    free(h);
}

// The file is read once a call, and it may be a pipe. An answer that comes with another call, from a script or from a
// workstation's dialog, fits only the lines that were looked at: they are in the phrase.
static status load_file(call *c, const holdings **out) {
    if (!c->kept) {
        char *path = call_path(c, call_text(c, "file"));
        csv_reader *r;
        status s = csv_open(path, &r);
        free(path);
        TRY(s);
        holdings *h = mem_new(1, sizeof *h);
        s = read_holdings(c->services, r, h);
        csv_close(r);
        if (s != STATUS_OK) {
            free_holdings(h);
            return s;
        }
        c->kept = h;
        c->free_kept = free_holdings;
    }
    *out = c->kept;
    return STATUS_OK;
}

// INT64_MIN, which leaves the cash as it is, without the flag.
static status read_cash(const call *c, int64_t *out) {
    const char *given = call_text(c, "--cash");
    double cash = call_number(c, "--cash", 0);
    if (given && !(fabs(cash) <= decimal_to_double(MONEY_MOST)))
        return status_fail(STATUS_INVALID, "--cash %s: cash lies between -1e13 and 1e13", given);
    *out = given ? decimal_from_double(cash) : INT64_MIN;
    return STATUS_OK;
}

static unsigned mark_of_lines(const holdings *h, int64_t cash) {
    hash_state *state = hash_start();
    for (size_t i = 0; i < h->n; i++) {
        hash_add_u64(state, (uint64_t)h->at[i].sid);
        hash_add_u64(state, (uint64_t)h->at[i].quantity);
    }
    hash_add_u64(state, (uint64_t)cash);
    hash result = hash_finish(state);
    return (unsigned)result.bytes[0] << 8 | result.bytes[1];
}

static void put_worth(text *sentence, const char *what, int64_t shares, int64_t value) {
    char worth[DECIMAL_TEXT], count[DECIMAL_TEXT];
    if (shares)
        text_printf(sentence, ", %s %s shares worth %s", what, integer_text(shares, count),
                    decimal_text(value, 0, worth));
}

static status scope_load(call *c, text *sentence, text *phrase) {
    app *a = c->services;
    const holdings *h;
    int64_t cash;
    holdings_worth worth;
    TRY(load_file(c, &h));
    TRY(read_cash(c, &cash));
    TRY(desk_load_check(a->desk, h->at, h->n, cash, &worth));
    view_positions *v = app_section(a, SECTION_POSITIONS, sizeof *v);
    if (v->held || v->cash) { // otherwise nothing is lost, and there is nothing to confirm
        text_printf(sentence, "Replace %d position%s by %zu of %s at their last prices", v->held,
                    v->held == 1 ? "" : "s", h->n, call_text(c, "file"));
        text_printf(phrase, "load %zu over %d %04x", h->n, v->held, mark_of_lines(h, cash));
        put_worth(sentence, "long", worth.long_shares, worth.long_value);
        put_worth(sentence, "short", worth.short_shares, worth.short_value);
        char was[DECIMAL_TEXT], becomes[DECIMAL_TEXT];
        if (cash != INT64_MIN)
            text_printf(sentence, "; cash from %s to %s", decimal_text(v->cash, 2, was),
                        decimal_text(cash, 2, becomes));
    }
    free(v);
    return STATUS_OK;
}

static status run_load(call *c) {
    app *a = c->services;
    const holdings *h;
    char cause[96];
    int64_t cash = INT64_MIN;
    TRY(load_file(c, &h));
    TRY(read_cash(c, &cash));
    snprintf(cause, sizeof cause, "portfolio load %s", call_text(c, "file"));
    TRY(desk_load(a->desk, c->user, cause, h->at, h->n, cash));
    call_say(c, CALL_FIELDS(call_field_int("positions", (int64_t)h->n)), "%zu %s", h->n,
             h->n == 1 ? "position loaded at its last price" : "positions loaded at their last prices");
    return STATUS_OK;
}

static status scope_adjust(call *c, text *sentence, text *phrase) {
    int32_t sid;
    TRY(app_sid(c->services, call_text(c, "symbol"), &sid));
    text_printf(sentence, "Set the position of %s to %s by hand, without a trade", call_text(c, "symbol"),
                call_text(c, "quantity"));
    text_printf(phrase, "adjust %s %s", call_text(c, "symbol"), call_text(c, "quantity"));
    return STATUS_OK;
}

static status run_adjust(call *c) {
    app *a = c->services;
    int32_t sid;
    TRY(app_sid(a, call_text(c, "symbol"), &sid));
    TRY(desk_adjust(a->desk, c->user, c->reason ? c->reason : "adjusted by hand", sid, call_int(c, "quantity", 0),
                    call_price(c, "price", 0)));
    call_say(c,
             CALL_FIELDS(call_field_text("symbol", call_text(c, "symbol")),
                         call_field_int("quantity", call_int(c, "quantity", 0))),
             "position of %s set to %s", call_text(c, "symbol"), call_text(c, "quantity"));
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "position list",
     .help = "positions with their P&L, largest first",
     .more = "those that were closed by trades of this session stand at the end, for their profit",
     .role = ROLE_VIEWER,
     .args = {{"--all", ARG_FLAG, .help = "those that were set to zero by hand in this session, too"}},
     .run = run_list},
    {.name = "position adjust",
     .help = "set a position by hand, without a trade (a correction)",
     .more = "position adjust NVDA 1200 118.42",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_PHRASE,
     .args = {{"symbol", ARG_SYMBOL, .help = "ticker"},
              {"quantity", ARG_INT, .help = "shares, negative for short"},
              {"price", ARG_PRICE, .optional = true, .help = "average cost; the last price without one"}},
     .scope = scope_adjust,
     .run = run_adjust,
     .audited = true},
    {.name = "portfolio load",
     .help = "replace the positions by those of a file (symbol,quantity)",
     .more = "portfolio load core.csv               asks nothing where nothing is held\n"
             "portfolio load core.csv --dry-run     says what it would replace, and the phrase to confirm with\n"
             "portfolio load core.csv --cash 250000",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_PHRASE,
     .args = {{"file", ARG_FILE, .help = "CSV with the columns symbol,quantity; negative is short"},
              {"--cash", ARG_NUMBER, .help = "set the cash as well; without it the cash stays as it is"}},
     .scope = scope_load,
     .run = run_load,
     .audited = true},
    {.name = "portfolio show", .help = "totals: long, short, cash, equity, P&L", .role = ROLE_VIEWER, .run = run_show},
};

void commands_add_position(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
