// risk …, stress …: the risk of what is held.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/clock.h"

static status risk_now(call *c, view_risk **out) {
    app *a = c->services;
    TRY(analytics_wait(a->analytics, c->cancelled));
    *out = app_section(a, SECTION_RISK, sizeof **out);
    return STATUS_OK;
}

static const column summary_columns[] = {
    {"as_of", "as of", COLUMN_TEXT, 0},
    {"model", "model", COLUMN_TEXT, 0},
    {"data", "panel of prices", COLUMN_TEXT, 0},
    {"names", "names held", COLUMN_INT, 0},
    {"securities", "securities in the model", COLUMN_INT, 0},
    {"days", "days in the model", COLUMN_INT, 0},
    {"r2", "mean R2 of the regressions", COLUMN_NUMBER, 4},
    {"value", "value that fractions refer to", COLUMN_NUMBER, 2},
    {"value_is", "which is", COLUMN_TEXT, 0},
    {"total", "volatility, annual", COLUMN_PERCENT, 2},
    {"factor", "  of factors", COLUMN_PERCENT, 2},
    {"market", "    market", COLUMN_PERCENT, 2},
    {"style", "    styles", COLUMN_PERCENT, 2},
    {"sector", "    sectors", COLUMN_PERCENT, 2},
    {"specific", "  specific", COLUMN_PERCENT, 2},
    {"beta", "beta", COLUMN_NUMBER, 3},
    {"herfindahl", "Herfindahl", COLUMN_NUMBER, 4},
    {"effective_names", "effective number of names", COLUMN_NUMBER, 1},
    {"var95_historical", "VaR 95 % 1 d, historical (a loss)", COLUMN_PERCENT, 3},
    {"es95_historical", "ES 95 % 1 d, historical", COLUMN_PERCENT, 3},
    {"var99_historical", "VaR 99 % 1 d, historical", COLUMN_PERCENT, 3},
    {"es99_historical", "ES 99 % 1 d, historical", COLUMN_PERCENT, 3},
    {"var95_normal", "VaR 95 % 1 d, normal", COLUMN_PERCENT, 3},
    {"es95_normal", "ES 95 % 1 d, normal", COLUMN_PERCENT, 3},
    {"var99_normal", "VaR 99 % 1 d, normal", COLUMN_PERCENT, 3},
    {"es99_normal", "ES 99 % 1 d, normal", COLUMN_PERCENT, 3},
    {"var_days", "days of history", COLUMN_INT, 0},
    {"var_forecasts", "  of these with a forecast of VaR 99 %", COLUMN_INT, 0},
    {"exceptions", "  of these exceptions beyond it", COLUMN_INT, 0},
};

static void put_summary(table *t, const view_risk *v) {
    char day[DATE_TEXT];
    table_text(t, date_text(v->as_of, day));
    table_text(t, v->model);
    table_text(t, v->data);
    table_int(t, v->names_total);
    table_int(t, v->securities);
    table_int(t, v->history);
    const double numbers[] = {
        v->r2,        v->value,      v->total,      v->factor,          v->market,     v->style,     v->sector,
        v->specific,  v->beta,       v->herfindahl, v->effective_names, v->var95_hist, v->es95_hist, v->var99_hist,
        v->es99_hist, v->var95_norm, v->es95_norm,  v->var99_norm,      v->es99_norm};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        table_number(t, numbers[i]);
        if (i == 1)
            table_text(t, v->of_gross ? "gross, because equity is not positive" : "equity");
    }
    table_int(t, v->var_days);
    table_int(t, v->var_forecasts);
    table_int(t, v->exceptions);
}

static void print_summary(call *c, const view_risk *v) {
    table *t = table_new(summary_columns, sizeof summary_columns / sizeof *summary_columns);
    bool flat = v->state == ANALYTICS_FLAT;
    if (!flat)
        put_summary(t, v);
    call_print(c, t, !flat, flat ? v->message : NULL);
    table_free(t);
}

static status run_show(call *c) {
    view_risk *v;
    TRY(risk_now(c, &v));
    print_summary(c, v);
    free(v);
    return STATUS_OK;
}

static status run_factors(call *c) {
    static const column columns[] = {{"factor", "FACTOR", COLUMN_TEXT, 0},
                                     {"group", "GROUP", COLUMN_TEXT, 0},
                                     {"exposure", "EXPOSURE", COLUMN_NUMBER, 3},
                                     {"volatility", "VOLATILITY", COLUMN_PERCENT, 2},
                                     {"contribution", "CONTRIBUTION", COLUMN_PERCENT, 3},
                                     {"percent", "OF TOTAL", COLUMN_PERCENT, 1}};
    view_risk *v;
    TRY(risk_now(c, &v));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (int32_t i = 0; i < v->factors; i++) {
        const view_factor *f = &v->factor_row[i];
        table_text(t, f->name);
        table_text(t, f->group);
        table_number(t, f->exposure);
        table_number(t, f->volatility);
        table_number(t, f->contribution);
        table_number(t, f->percent);
    }
    call_print(c, t, false, v->message);
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status run_names(call *c) {
    static const column columns[] = {{"symbol", "SYMBOL", COLUMN_TEXT, 0},
                                     {"sector", "SECTOR", COLUMN_TEXT, 0},
                                     {"weight", "WEIGHT", COLUMN_PERCENT, 2},
                                     {"specific", "SPECIFIC", COLUMN_PERCENT, 1},
                                     {"contribution", "CONTRIBUTION", COLUMN_PERCENT, 3},
                                     {"percent", "OF TOTAL", COLUMN_PERCENT, 1}};
    view_risk *v;
    TRY(risk_now(c, &v));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (int32_t i = 0; i < v->names; i++) {
        const view_name *name = &v->name_row[i];
        table_text(t, name->symbol);
        table_text(t, name->sector);
        table_number(t, name->weight);
        table_number(t, name->specific);
        table_number(t, name->contribution);
        table_number(t, name->percent);
    }
    call_print(c, t, false, v->message);
    app_note_cut(c, v->names, v->names, v->names_total, "those of the largest weights");
    table_free(t);
    free(v);
    return STATUS_OK;
}

// Factor exposures of the names held: a row a name, a column a factor.
static status run_exposures(call *c) {
    view_risk *v;
    TRY(risk_now(c, &v));
    column columns[VIEW_FACTORS + 2] = {{"symbol", "SYMBOL", COLUMN_TEXT, 0}, {"weight", "WEIGHT", COLUMN_PERCENT, 2}};
    for (int32_t k = 0; k < v->factors; k++)
        columns[k + 2] = (column){v->factor_row[k].name, v->factor_row[k].name, COLUMN_NUMBER, 2};
    table *t = table_new(columns, (size_t)v->factors + 2);
    for (int32_t i = 0; i < v->names; i++) {
        table_text(t, v->name_row[i].symbol);
        table_number(t, v->name_row[i].weight);
        for (int32_t k = 0; k < v->factors; k++)
            table_number(t, (double)v->name_row[i].exposure[k]);
    }
    call_print(c, t, false, v->message);
    app_note_cut(c, v->names, v->names, v->names_total, "those of the largest weights");
    table_free(t);
    free(v);
    return STATUS_OK;
}

// ---- stress ----

static void print_scenarios(call *c, const view_stress *v) {
    static const column columns[] = {{"scenario", "SCENARIO", COLUMN_TEXT, 0},
                                     {"from", "FROM", COLUMN_TEXT, 0},
                                     {"to", "TO", COLUMN_TEXT, 0},
                                     {"index_move", "INDEX", COLUMN_PERCENT, 2},
                                     {"pnl", "P&L", COLUMN_NUMBER, 0},
                                     {"percent", "OF VALUE", COLUMN_PERCENT, 2},
                                     {"worst", "WORST NAME", COLUMN_TEXT, 0},
                                     {"how", "HOW", COLUMN_TEXT, 0}};
    char from[DATE_TEXT], to[DATE_TEXT];
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (int32_t i = 0; i < v->n; i++) {
        const view_scenario *s = &v->row[i];
        table_text(t, s->name);
        table_text(t, date_text(s->from, from));
        table_text(t, date_text(s->to, to));
        table_number(t, s->index_move);
        table_number(t, s->pnl);
        table_number(t, s->percent);
        table_text(t, s->worst_n ? s->worst[0].symbol : "");
        table_text(t, s->message[0] ? s->message : s->how);
    }
    call_print(c, t, false, v->state == ANALYTICS_FLAT ? v->message : "no scenarios");
    table_free(t);
}

static void print_scenario(call *c, const view_scenario *s, const view_risk *risk) {
    static const column columns[] = {
        {"what", "WHAT", COLUMN_TEXT, 0}, {"name", "NAME", COLUMN_TEXT, 0}, {"pnl", "P&L", COLUMN_NUMBER, 0}};
    table *t = table_new(columns, 3);
    table_text(t, "total");
    table_text(t, s->name);
    table_number(t, s->pnl);
    for (int32_t k = 0; k < s->factors && k < risk->factors; k++) {
        table_text(t, "factor");
        table_text(t, risk->factor_row[k].name);
        table_number(t, s->by_factor[k]);
    }
    for (int32_t i = 0; i < s->worst_n; i++) {
        table_text(t, "worst");
        table_text(t, s->worst[i].symbol);
        table_number(t, s->worst[i].pnl);
    }
    call_print(c, t, false, NULL);
    table_free(t);
}

static status run_stress(call *c) {
    app *a = c->services;
    view_risk *risk;
    TRY(risk_now(c, &risk));
    view_stress *v = app_section(a, SECTION_STRESS, sizeof *v);
    const char *wanted = call_text(c, "scenario");
    bool flat = v->state == ANALYTICS_FLAT; // every scenario then costs nothing
    status s = STATUS_OK;
    if (!flat && v->state != ANALYTICS_READY) {
        s = status_fail(STATUS_UNAVAILABLE, "%s", v->message);
    } else if (flat || !wanted || strcmp(wanted, "all") == 0) {
        print_scenarios(c, v);
    } else {
        int32_t found = -1;
        for (int32_t i = 0; i < v->n && found < 0; i++)
            if (strcasestr(v->row[i].name, wanted))
                found = i;
        if (found >= 0 && v->row[found].message[0])
            s = status_fail(STATUS_UNAVAILABLE, "not computed: %s", v->row[found].message);
        else if (found >= 0)
            print_scenario(c, &v->row[found], risk);
        else
            s = status_fail(STATUS_NOT_FOUND, "no scenario has '%.40s' in its name; stress run lists them", wanted);
    }
    free(v);
    free(risk);
    return s;
}

static const command commands[] = {
    {.name = "risk show",
     .help = "volatility and its sources, VaR and expected shortfall of what is held",
     .more = "VaR and ES are losses as positive fractions of the value; volatilities are annual (252 days)",
     .role = ROLE_VIEWER,
     .run = run_show},
    {.name = "risk factors",
     .help = "exposure and contribution of every factor",
     .role = ROLE_VIEWER,
     .run = run_factors},
    {.name = "risk names", .help = "contribution of every name held", .role = ROLE_VIEWER, .run = run_names},
    {.name = "risk exposures",
     .help = "names × factors: the heatmap as a table",
     .role = ROLE_VIEWER,
     .run = run_exposures},
    {.name = "stress run",
     .help = "what is held, through past crises",
     .more = "stress run\nstress run covid    by factor, and the worst names\nstress run 'crisis 2008'",
     .role = ROLE_VIEWER,
     .args = {{"scenario", ARG_TEXT, .optional = true, .help = "one of them in detail: a part of its name"}},
     .run = run_stress},
};

void commands_add_risk(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
