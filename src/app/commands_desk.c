// breaker …, limit …, venue …, watch, book …, status: the desk and its market.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

static const char *const breaker_names[] = {
    [BREAKER_TRADING] = "TRADING", [BREAKER_TRIPPED] = "TRIPPED", [BREAKER_QUIET] = "QUIET"};

// ---- breaker ----

static void add_time(table *t, instant when) {
    char out[INSTANT_TEXT];
    if (when)
        table_text(t, instant_text(when, out));
    else
        table_null(t);
}

// A limit of the view as it is in force.
static void add_limit(table *t, const view_breaker *v, const char *name) {
    for (int32_t i = 0; i < v->limits; i++)
        if (strcmp(v->limit[i].name, name) == 0) {
            table_number(t, v->limit[i].limit);
            return;
        }
    table_null(t);
}

// Times: when it was for the people (wall), and where the session stood.
static status run_show(call *c) {
    static const column state_columns[] = {{"state", "state", COLUMN_TEXT, 0},
                                           {"since", "since", COLUMN_TEXT, 0},
                                           {"session_time", "session clock then", COLUMN_TEXT, 0},
                                           {"quiet_until", "limits halved until", COLUMN_TEXT, 0},
                                           {"cause", "cause", COLUMN_TEXT, 0},
                                           {"user", "by", COLUMN_TEXT, 0},
                                           {"order_quantity", "order quantity, in force", COLUMN_NUMBER, 0},
                                           {"order_notional", "order notional, in force", COLUMN_NUMBER, 0},
                                           {"position_quantity", "position quantity, in force", COLUMN_NUMBER, 0},
                                           {"position_notional", "position notional, in force", COLUMN_NUMBER, 0}};
    app *a = c->services;
    view_breaker *v = app_section(a, SECTION_BREAKER, sizeof *v);
    table *t = table_new(state_columns, sizeof state_columns / sizeof *state_columns);
    table_text(t, breaker_names[v->state]);
    add_time(t, v->since);
    add_time(t, v->since_desk);
    add_time(t, v->quiet_until);
    table_text(t, v->cause);
    table_text(t, v->user);
    add_limit(t, v, "order quantity");
    add_limit(t, v, "order notional");
    add_limit(t, v, "most shares");
    add_limit(t, v, "largest position");
    call_print(c, t, true, NULL);
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status run_history(call *c) {
    static const column columns[] = {{"time", "TIME", COLUMN_TEXT, 0},
                                     {"session_time", "SESSION CLOCK", COLUMN_TEXT, 0},
                                     {"state", "STATE", COLUMN_TEXT, 0},
                                     {"user", "BY", COLUMN_TEXT, 0},
                                     {"cause", "CAUSE", COLUMN_TEXT, 0}};
    app *a = c->services;
    view_breaker *v = app_section(a, SECTION_BREAKER, sizeof *v);
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (int32_t i = 0; i < v->trips; i++) {
        add_time(t, v->trip[i].time);
        add_time(t, v->trip[i].desk_time);
        table_text(t, breaker_names[v->trip[i].state]);
        table_text(t, v->trip[i].user);
        table_text(t, v->trip[i].cause);
    }
    call_print(c, t, false, "the breaker has never tripped");
    app_note_cut(c, v->trips, v->trips, v->changes, "sql \"SELECT * FROM breaker_history\" has all");
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status scope_trip(call *c, text *sentence, text *phrase) {
    (void)c;
    (void)phrase;
    text_put(sentence, "Trip the breaker: only reducing orders and cancels pass until it is reset");
    return STATUS_OK;
}

static status run_trip(call *c) {
    app *a = c->services;
    TRY(desk_trip(a->desk, c->user, c->reason));
    call_say(c, CALL_FIELDS(call_field_text("state", breaker_names[BREAKER_TRIPPED])),
             "the breaker is TRIPPED: only reducing orders and cancels pass");
    return STATUS_OK;
}

static status scope_reset(call *c, text *sentence, text *phrase) {
    app *a = c->services;
    view_breaker *v = app_section(a, SECTION_BREAKER, sizeof *v);
    bool tripped = v->state == BREAKER_TRIPPED;
    text_printf(sentence, "Reset the breaker, tripped by %s: %s", v->user, v->cause);
    free(v);
    text_put(phrase, "reset breaker");
    return tripped ? STATUS_OK : status_fail(STATUS_REFUSED, "the breaker is not tripped");
}

static status run_reset(call *c) {
    app *a = c->services;
    TRY(desk_reset(a->desk, c->user, c->reason));
    view_breaker *v = app_section(a, SECTION_BREAKER, sizeof *v);
    call_say(c, CALL_FIELDS(call_field_text("state", breaker_names[v->state])), "the breaker is reset: %s%s",
             breaker_names[v->state],
             v->state == BREAKER_QUIET ? ", order and position limits are halved for a while" : "");
    free(v);
    return STATUS_OK;
}

// ---- limits ----

static const char *const unit_names[] = {
    [UNIT_SHARES] = "shares", [UNIT_MONEY] = "money", [UNIT_PERCENT] = "percent", [UNIT_MINUTES] = "minutes"};

static status run_limit_list(call *c) {
    static const column columns[] = {{"limit", "LIMIT", COLUMN_TEXT, 0},
                                     {"value", "VALUE", COLUMN_NUMBER, 2},
                                     {"unit", "UNIT", COLUMN_TEXT, 0},
                                     {"help", "OF", COLUMN_TEXT, 0}};
    app *a = c->services;
    table *t = table_new(columns, 4);
    status s = STATUS_OK;
    for (int i = 0; s == STATUS_OK && i < LIMIT_COUNT; i++) {
        const limit_definition *d = limit_define((limit_name)i);
        int64_t value;
        s = desk_limit_value(a->desk, (limit_name)i, &value);
        bool scaled = d->unit == UNIT_MONEY || d->unit == UNIT_PERCENT;
        table_text(t, d->name);
        table_number(t, scaled ? decimal_to_double(value) : (double)value);
        table_text(t, unit_names[d->unit]);
        table_text(t, d->help);
    }
    if (s == STATUS_OK)
        call_print(c, t, false, NULL);
    table_free(t);
    return s;
}

static bool is_scaled(limit_unit unit) { return unit == UNIT_MONEY || unit == UNIT_PERCENT; }

static status read_limit(const call *c, limit_name *name, int64_t *out) {
    TRY(limit_find(call_text(c, "limit"), name));
    double value = call_number(c, "value", 0);
    if (!(value >= 0 && value <= 1e13))
        return status_fail(STATUS_INVALID, "the value must lie between 0 and 1e13");
    limit_unit unit = limit_define(*name)->unit;
    if (!is_scaled(unit) && value != floor(value))
        return status_fail(STATUS_INVALID, "limit %s is a whole number of %s, not %s", call_text(c, "limit"),
                           unit_names[unit], call_text(c, "value"));
    *out = is_scaled(unit) ? decimal_from_double(value) : (int64_t)value;
    return limit_check(*name, *out);
}

static const char *limit_text(limit_unit unit, int64_t value, char out[DECIMAL_TEXT]) {
    return is_scaled(unit) ? decimal_text(value, value % 100 ? 4 : 2, out) : integer_text(value, out);
}

// Only what loosens a limit is asked about: nothing keeps anybody from being careful.
static status scope_limit_set(call *c, text *sentence, text *phrase) {
    (void)phrase;
    app *a = c->services;
    limit_name name;
    int64_t value, now;
    TRY(read_limit(c, &name, &value));
    TRY(desk_limit_value(a->desk, name, &now));
    if (!limit_loosens(name, now, value))
        return STATUS_OK;
    limit_unit unit = limit_define(name)->unit;
    char from[DECIMAL_TEXT], to[DECIMAL_TEXT];
    bool off = value == 0 && (name == LIMIT_DAILY_LOSS || name == LIMIT_DRAWDOWN);
    text_printf(sentence, "Loosen the limit %s from %s to %s %s%s", limit_define(name)->name,
                limit_text(unit, now, from), limit_text(unit, value, to), unit_names[unit],
                off ? ": it no longer trips the breaker" : "");
    return STATUS_OK;
}

static status run_limit_set(call *c) {
    app *a = c->services;
    limit_name name;
    int64_t value;
    TRY(read_limit(c, &name, &value));
    limit_unit unit = limit_define(name)->unit;
    TRY(desk_limit(a->desk, c->user, name, value));
    call_say(c,
             CALL_FIELDS(call_field_text("limit", call_text(c, "limit")),
                         call_field_number("value", is_scaled(unit) ? decimal_to_double(value) : (double)value),
                         call_field_text("unit", unit_names[unit])),
             "limit %s is %s %s", call_text(c, "limit"), call_text(c, "value"), unit_names[unit]);
    return STATUS_OK;
}

// ---- venue, watch, book ----

static status run_venue_run(call *c) {
    app *a = c->services;
    double pace = call_number(c, "--pace", 0);
    if (call_text(c, "--pace") && !(pace > 0))
        return status_fail(STATUS_INVALID, "--pace must be above 0; venue pause stops the clock");
    TRY(desk_venue(a->desk, true, pace));
    call_say(c, CALL_FIELDS(call_field_text("venue", a->live ? "running" : "waiting for a desk")), "%s",
             a->live ? "the simulated venue runs" : "the venue runs only while a desk does: plimsoll desk");
    return STATUS_OK;
}

static status run_venue_pause(call *c) {
    app *a = c->services;
    TRY(desk_venue(a->desk, false, 0));
    call_say(c, CALL_FIELDS(call_field_text("venue", "paused")), "the simulated venue is paused");
    return STATUS_OK;
}

// A security of the replay, or of the store; of neither: the store's sentence, with what may have been meant.
static status watch(app *a, const char *symbol, int32_t *sid) {
    if (desk_watch(a->desk, symbol, sid) == STATUS_OK)
        return STATUS_OK;
    TRY(app_sid(a, symbol, sid));
    return desk_watch(a->desk, symbol, sid);
}

static status run_watch(call *c) {
    app *a = c->services;
    int32_t sid;
    TRY(watch(a, call_text(c, "symbol"), &sid));
    call_say(c, CALL_FIELDS(call_field_text("symbol", call_text(c, "symbol"))), "%s", "");
    return STATUS_OK;
}

static const view_book *find_book(const app *a, int32_t sid, view_book *copy) {
    for (int i = 0; i < VIEW_BOOKS; i++) {
        uint64_t seen = 0;
        if (view_read(a->view, (view_section)(SECTION_BOOK + i), copy, &seen) && copy->sid == sid)
            return copy;
    }
    return NULL;
}

static void add_level(table *t, const char *side_name, int level, const view_level *l) {
    char own[48] = "";
    if (l->own_quantity)
        snprintf(own, sizeof own, "you %" PRId64 ", %d of %d", l->own_quantity, l->own_place, l->own_total);
    table_text(t, side_name);
    table_int(t, level);
    table_money(t, l->price);
    table_int(t, l->quantity);
    table_int(t, l->orders);
    table_text(t, own);
}

static void print_book(call *c, const view_book *b, int levels) {
    static const column columns[] = {{"side", "SIDE", COLUMN_TEXT, 0},    {"level", "LEVEL", COLUMN_INT, 0},
                                     {"price", "PRICE", COLUMN_MONEY, 2}, {"quantity", "QTY", COLUMN_INT, 0},
                                     {"orders", "ORDERS", COLUMN_INT, 0}, {"own", "OWN", COLUMN_TEXT, 0}};
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (int i = (b->asks < levels ? b->asks : levels); i-- > 0;)
        add_level(t, "ask", i + 1, &b->ask[i]);
    for (int i = 0; i < b->bids && i < levels; i++)
        add_level(t, "bid", i + 1, &b->bid[i]);
    if (c->format == FORMAT_HUMAN) {
        char last[DECIMAL_TEXT], spread[DECIMAL_TEXT];
        if (b->state != STATE_CONTINUOUS)
            text_printf(&c->out, "%s: %s\n", b->symbol, book_state_text((book_state)b->state));
        text_printf(&c->out, "%s%s%s, last %s, spread %s, microprice %.4f, imbalance %+.0f %%\n", b->symbol,
                    b->name[0] ? " " : "", b->name, decimal_text(b->last, 2, last), decimal_text(b->spread, 2, spread),
                    b->micro / DECIMAL_ONE, b->imbalance * 100);
    }
    call_print(c, t, false, "there is no book of this security");
    table_free(t);
}

static status run_book(call *c) {
    app *a = c->services;
    int32_t sid;
    int64_t levels;
    TRY(call_range(c, "--levels", 1, VIEW_LEVELS, 10, &levels));
    TRY(watch(a, call_text(c, "symbol"), &sid));
    view_book *copy = mem_new(1, sizeof *copy);
    const view_book *b = find_book(a, sid, copy);
    if (b)
        print_book(c, b, (int)levels);
    free(copy);
    return b ? STATUS_OK : status_fail(STATUS_BUSY, "too many books are watched at once; try again");
}

static status run_status(call *c) {
    static const column columns[] = {
        {"workspace", "workspace", COLUMN_TEXT, 0},  {"state", "state", COLUMN_TEXT, 0},
        {"breaker", "breaker", COLUMN_TEXT, 0},      {"session", "session", COLUMN_TEXT, 0},
        {"clock", "session clock", COLUMN_TEXT, 0},  {"data_date", "last bar", COLUMN_TEXT, 0},
        {"securities", "securities", COLUMN_INT, 0}, {"working", "working orders", COLUMN_INT, 0},
        {"venue", "venue", COLUMN_TEXT, 0},          {"data_version", "data version", COLUMN_TEXT, 0},
        {"program", "program", COLUMN_TEXT, 0},
    };
    app *a = c->services;
    view_status *v = app_section(a, SECTION_STATUS, sizeof *v);
    char day[DATE_TEXT], data[DATE_TEXT], clock[INSTANT_TEXT];
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    table_text(t, v->workspace);
    table_text(t, v->state);
    table_text(t, breaker_names[v->breaker]);
    table_text(t, date_text(v->session, day));
    table_text(t, instant_text(v->desk_time, clock));
    if (v->data_date == DATE_NONE)
        table_null(t);
    else
        table_text(t, date_text(v->data_date, data));
    table_int(t, v->securities);
    table_int(t, v->working);
    table_text(t, strcmp(v->state, "REPLAY") == 0 ? "stands still" : v->venue_running ? "running" : "paused");
    table_text(t, v->data_version);
    table_text(t, v->program);
    call_print(c, t, true, NULL);
    table_free(t);
    free(v);
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "breaker show",
     .help = "state of the breaker, since when and why, and the limits in force",
     .more = "times are UTC: of the wall clock, and of the session's clock then",
     .role = ROLE_VIEWER,
     .run = run_show},
    {.name = "breaker history",
     .help = "trips and resets, newest first",
     .more = "TIME is the wall clock's, for people; SESSION CLOCK is where the desk stood; both UTC",
     .role = ROLE_VIEWER,
     .run = run_history},
    {.name = "breaker trip",
     .help = "stop trading: only reducing orders and cancels pass",
     .more = "breaker trip --reason 'feed looks wrong' --yes",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_YES,
     .scope = scope_trip,
     .run = run_trip,
     .audited = true},
    {.name = "breaker reset",
     .help = "trade again, at halved limits for a while",
     .more = "breaker reset --reason 'checked with the venue' --confirm 'reset breaker'",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_PHRASE,
     .scope = scope_reset,
     .run = run_reset,
     .audited = true},
    {.name = "limit list", .help = "limits of the desk and their values", .role = ROLE_VIEWER, .run = run_limit_list},
    {.name = "limit set",
     .help = "change a limit; to loosen one wants a yes",
     .more = "limit set order-notional 500000\nlimit set daily-loss 7.5 --yes",
     .role = ROLE_RISK,
     .confirm = CONFIRM_YES,
     .args = {{"limit", ARG_TEXT, .help = "name, see limit list"}, {"value", ARG_NUMBER, .help = "new value"}},
     .scope = scope_limit_set,
     .run = run_limit_set,
     .audited = true},
    {.name = "venue run",
     .help = "let the simulated market go on",
     .role = ROLE_OPERATOR,
     .args = {{"--pace", ARG_NUMBER, .help = "session seconds a second; as it was without it, at first 1"}},
     .run = run_venue_run,
     .audited = true},
    {.name = "venue pause",
     .help = "stop the simulated market's clock",
     .role = ROLE_OPERATOR,
     .run = run_venue_pause,
     .audited = true},
    {.name = "watch",
     .help = "keep a security's book live and on the screens",
     .role = ROLE_VIEWER,
     .args = {{"symbol", ARG_SYMBOL, .help = "ticker"}},
     .run = run_watch},
    {.name = "book show",
     .help = "depth by price, with the place of your own orders in the queue",
     .more = "book show NVDA --levels 5",
     .role = ROLE_VIEWER,
     .args = {{"symbol", ARG_SYMBOL, .help = "ticker"},
              {"--levels", ARG_INT, .help = "levels a side, 40 at the most (10)"}},
     .run = run_book},
    {.name = "status", .help = "the workspace and its desk in a few lines", .role = ROLE_VIEWER, .run = run_status},
};

void commands_add_desk(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
