// backtest …: runs of strategies on the warehouse's prices.
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/results.h"
#include "engine/backtest/run.h"
#include "src/app/app.h"
#include "src/app/commands.h"

static void table_day(table *t, date d) {
    char day[DATE_TEXT];
    if (d == DATE_NONE)
        table_null(t);
    else
        table_text(t, date_text(d, day));
}

// ---- run ----

static status config_of(const call *c, run_config *out) {
    const strategy *s;
    TRY(strategy_get(call_text(c, "strategy"), &s));
    *out = run_config_default(s);
    for (size_t i = 0; i < c->rest_n; i++)
        TRY(run_config_set_word(out, c->rest[i]));
    for (size_t i = 0; c->command->args[i].name; i++) {
        const char *flag = c->command->args[i].name;
        if (strncmp(flag, "--", 2) == 0 && c->command->args[i].type == ARG_TEXT && c->values[i])
            TRY(run_config_set(out, flag + 2, c->values[i]));
    }
    return run_config_check(out);
}

static void show_progress(void *context, double fraction) {
    const call *c = context;
    char line[64];
    snprintf(line, sizeof line, "backtest %3.0f %%", fraction * 100);
    c->progress(c->progress_context, line);
}

static const column run_columns[] = {
    {"run_id", "run", COLUMN_TEXT, 0},
    {"strategy", "strategy", COLUMN_TEXT, 0},
    {"parameters", "parameters", COLUMN_TEXT, 0},
    {"from", "from", COLUMN_TEXT, 0},
    {"to", "to", COLUMN_TEXT, 0},
    {"days", "days", COLUMN_INT, 0},
    {"total_return", "total return", COLUMN_PERCENT, 2},
    {"annual_return", "annual return", COLUMN_PERCENT, 2},
    {"volatility", "volatility, annual", COLUMN_PERCENT, 2},
    {"sharpe", "Sharpe", COLUMN_NUMBER, 3},
    {"sortino", "Sortino", COLUMN_NUMBER, 3},
    {"calmar", "Calmar", COLUMN_NUMBER, 3},
    {"max_drawdown", "maximum drawdown", COLUMN_PERCENT, 2},
    {"drawdown_from", "  from", COLUMN_TEXT, 0},
    {"drawdown_to", "  to", COLUMN_TEXT, 0},
    {"turnover", "turnover, annual one-way", COLUMN_NUMBER, 2},
    {"hit_rate", "hit rate, days", COLUMN_PERCENT, 1},
    {"costs", "costs, of capital", COLUMN_PERCENT, 2},
    {"trades", "trades", COLUMN_INT, 0},
    {"data_hash", "data hash", COLUMN_TEXT, 0},
    {"program", "program", COLUMN_TEXT, 0},
};

static void add_run(table *t, const run_row *r) {
    table_text(t, r->run_id);
    table_text(t, r->strategy);
    table_text(t, r->parameters);
    table_day(t, r->from);
    table_day(t, r->to);
    table_int(t, r->days);
    const double first[] = {r->total_return, r->annual_return, r->volatility,  r->sharpe,
                            r->sortino,      r->calmar,        r->max_drawdown};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        table_number(t, first[i]);
    table_day(t, r->drawdown_from);
    table_day(t, r->drawdown_to);
    table_number(t, r->turnover);
    table_number(t, r->hit_rate);
    table_number(t, r->costs);
    table_int(t, r->trades);
    table_text(t, r->data_hash);
    table_text(t, r->program);
}

static void print_run(call *c, const run_row *r) {
    table *t = table_new(run_columns, sizeof run_columns / sizeof *run_columns);
    add_run(t, r);
    call_print(c, t, true, NULL);
    table_free(t);
}

static void print_line(call *c, const run_row *r) {
    text_printf(&c->out, "backtest %.8s: %s %+.1f %% a year, volatility %.1f %%, Sharpe %.2f, drawdown %.1f %%\n",
                r->run_id, r->strategy, r->annual_return * 100, r->volatility * 100, r->sharpe, r->max_drawdown * 100);
}

// A run that ends at once ends the command as one that was waited for would.
static status leave(call *c, int64_t job) {
    const app *a = c->services;
    char id[RUN_ID_SIZE] = "";
    text end = {0};
    status s = runs_leave(a->runs, job, id, &end);
    bool queued = s == STATUS_BUSY;
    if (queued) {
        text_printf(&end, "backtest %" PRId64 " is queued", job);
        s = STATUS_OK;
    }
    if (s == STATUS_OK) {
        const call_field fields[] = {call_field_int("job", job), call_field_text("state", queued ? "queued" : "done"),
                                     call_field_text("run_id", id)};
        call_say(c, fields, sizeof fields / sizeof *fields, "%s", text_string(&end));
    }
    text_free(&end);
    return s;
}

static status run_run(call *c) {
    app *a = c->services;
    run_config config;
    TRY(config_of(c, &config));
    runs_request request = {
        .config = &config,
        .user = c->user,
        .force = call_flag(c, "--force"),
        .wait = !call_flag(c, "--background") || !a->live, // a desk that ends with its command has no background
        .cancelled = c->cancelled,
        .progress = c->progress ? show_progress : NULL,
        .progress_context = c,
    };
    char id[RUN_ID_SIZE];
    int64_t job;
    TRY(runs_submit(a->runs, &request, id, &job));
    if (!request.wait)
        return leave(c, job);
    run_row row;
    TRY(run_find(a->store, id, &row));
    if (strcmp(c->face, "workstation") == 0 && c->format == FORMAT_HUMAN)
        print_line(c, &row); // the curve and the figures stand in the panes already
    else
        print_run(c, &row);
    return STATUS_OK;
}

// ---- list, show ----

static status run_list_(call *c) {
    static const column columns[] = {{"run_id", "RUN", COLUMN_TEXT, 0},
                                     {"strategy", "STRATEGY", COLUMN_TEXT, 0},
                                     {"from", "FROM", COLUMN_TEXT, 0},
                                     {"to", "TO", COLUMN_TEXT, 0},
                                     {"annual_return", "A YEAR", COLUMN_PERCENT, 2},
                                     {"volatility", "VOL", COLUMN_PERCENT, 2},
                                     {"sharpe", "SHARPE", COLUMN_NUMBER, 2},
                                     {"max_drawdown", "DRAWDOWN", COLUMN_PERCENT, 2},
                                     {"turnover", "TURNOVER", COLUMN_NUMBER, 2},
                                     {"trades", "TRADES", COLUMN_INT, 0},
                                     {"parameters", "PARAMETERS", COLUMN_TEXT, 0}};
    app *a = c->services;
    run_row *rows;
    size_t n;
    TRY(run_list(a->store, &rows, &n));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        const run_row *r = &rows[i];
        table_text(t, r->run_id);
        table_text(t, r->strategy);
        table_day(t, r->from);
        table_day(t, r->to);
        table_number(t, r->annual_return);
        table_number(t, r->volatility);
        table_number(t, r->sharpe);
        table_number(t, r->max_drawdown);
        table_number(t, r->turnover);
        table_int(t, r->trades);
        table_text(t, r->parameters);
    }
    call_print(c, t, false, "no runs yet; try: backtest run momentum");
    table_free(t);
    free(rows);
    return STATUS_OK;
}

static status print_points(call *c, const char *id) {
    static const column columns[] = {{"date", "DATE", COLUMN_TEXT, 0},
                                     {"equity", "EQUITY", COLUMN_NUMBER, 6},
                                     {"return", "RETURN", COLUMN_PERCENT, 3},
                                     {"turnover", "TURNOVER", COLUMN_PERCENT, 2}};
    app *a = c->services;
    run_point *points;
    size_t n;
    TRY(run_points(a->store, id, &points, &n));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        table_day(t, points[i].day);
        table_number(t, points[i].equity);
        table_number(t, points[i].ret);
        table_number(t, points[i].turnover);
    }
    call_print(c, t, false, NULL);
    table_free(t);
    free(points);
    return STATUS_OK;
}

static status print_trades(call *c, const char *id) {
    static const column columns[] = {{"date", "DATE", COLUMN_TEXT, 0},
                                     {"symbol", "SYMBOL", COLUMN_TEXT, 0},
                                     {"quantity", "QTY", COLUMN_INT, 0},
                                     {"price", "PRICE", COLUMN_NUMBER, 4},
                                     {"cost", "COST", COLUMN_NUMBER, 2}};
    app *a = c->services;
    run_trade *trades;
    size_t n;
    TRY(run_trades(a->store, id, &trades, &n));
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        table_day(t, trades[i].day);
        table_text(t, trades[i].symbol);
        table_int(t, trades[i].quantity);
        table_number(t, trades[i].price);
        table_number(t, trades[i].cost);
    }
    call_print(c, t, false, "no trades");
    table_free(t);
    free(trades);
    return STATUS_OK;
}

static status run_show(call *c) {
    app *a = c->services;
    run_row row;
    TRY(run_find(a->store, call_text(c, "run"), &row));
    const char *what = call_text(c, "what");
    if (what && strcmp(what, "equity") == 0)
        return print_points(c, row.run_id);
    if (what && strcmp(what, "trades") == 0)
        return print_trades(c, row.run_id);
    print_run(c, &row);
    return STATUS_OK;
}

static status scope_cancel(call *c, text *sentence, text *phrase) {
    (void)phrase;
    app *a = c->services;
    TRY(runs_can_cancel(a->runs, call_int(c, "job", 0)));
    text_printf(sentence, "Stop backtest %s; what it has computed is lost", call_text(c, "job"));
    return STATUS_OK;
}

static status run_cancel(call *c) {
    app *a = c->services;
    TRY(runs_cancel(a->runs, call_int(c, "job", 0)));
    call_say(c, CALL_FIELDS(call_field_int("job", call_int(c, "job", 0)), call_field_text("state", "stopping")),
             "backtest %s is asked to stop", call_text(c, "job"));
    return STATUS_OK;
}

static void add_parameters(table *t, const char *strategy_name, const strategy_parameter *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        table_text(t, strategy_name);
        table_text(t, p[i].name);
        table_text(t, p[i].preset);
        table_text(t, p[i].help);
    }
}

static status run_strategies(call *c) {
    static const column columns[] = {{"strategy", "STRATEGY", COLUMN_TEXT, 0},
                                     {"parameter", "PARAMETER", COLUMN_TEXT, 0},
                                     {"default", "DEFAULT", COLUMN_TEXT, 0},
                                     {"help", "MEANING", COLUMN_TEXT, 0}};
    table *t = table_new(columns, 4);
    for (size_t i = 0; i < strategy_count(); i++) {
        const strategy *s = strategy_at(i);
        table_text(t, s->name);
        table_null(t);
        table_null(t);
        table_text(t, s->help);
        add_parameters(t, s->name, s->parameters, s->parameter_count);
    }
    add_parameters(t, "(any)", run_settings, RUN_SETTINGS);
    call_print(c, t, false, NULL);
    table_free(t);
    return STATUS_OK;
}

static const command run_command = {
    .name = "backtest run",
    .help = "run a strategy on the prices of the workspace; the same run is found, not computed again",
    .more = "backtest run momentum lookback=252 skip=21 top=50\n"
            "backtest run momentum --from 2014-02-10 --format json\n"
            "backtest run crossover --symbol AAPL --fast 20 --slow 100\n"
            "backtest strategies lists the parameters",
    .role = ROLE_RESEARCHER,
    .args = {{"strategy", ARG_TEXT, .help = "which; backtest strategies lists them"},
             {"setting", ARG_TEXT, .optional = true, .repeated = true, .help = "name=value, any parameter"},
             {"--force", ARG_FLAG, .help = "compute again what is stored"},
             {"--background", ARG_FLAG, .help = "queue it and return"}},
    .run = run_run,
    .audited = true};

static const command commands[] = {
    {.name = "backtest list", .help = "stored runs, newest first", .role = ROLE_VIEWER, .run = run_list_},
    {.name = "backtest show",
     .help = "a stored run: its figures, its equity curve or its trades",
     .more = "backtest show 3f9a\nbacktest show 3f9a equity --format csv",
     .role = ROLE_VIEWER,
     .args = {{"run", ARG_TEXT, .help = "run id, or its beginning"},
              {"what", ARG_CHOICE, .optional = true, .choices = "figures|equity|trades", .help = "figures"}},
     .run = run_show},
    {.name = "backtest cancel",
     .help = "stop a run that waits or runs",
     .role = ROLE_RESEARCHER,
     .confirm = CONFIRM_YES,
     .args = {{"job", ARG_INT, .help = "its number"}},
     .scope = scope_cancel,
     .run = run_cancel,
     .audited = true},
    {.name = "backtest strategies",
     .help = "strategies and their parameters",
     .role = ROLE_VIEWER,
     .run = run_strategies},
};

// The parameters of all strategies and the settings of every run are flags too: one registry serves the command line,
// its help and the form. Two strategies that share a name share the flag.
static void add_flags(command *cmd, size_t *n, const strategy_parameter *p, size_t count) {
    static char names[COMMAND_ARGS][32];
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < *n; k++)
            known |= strncmp(cmd->args[k].name, "--", 2) == 0 && strcmp(cmd->args[k].name + 2, p[i].name) == 0;
        if (known)
            continue;
        assert(*n < COMMAND_ARGS - 1);
        snprintf(names[*n], sizeof names[*n], "--%s", p[i].name);
        cmd->args[*n] = (command_arg){names[*n], ARG_TEXT, .help = p[i].help};
        ++*n;
    }
}

void commands_add_backtest(command_table *t) {
    static command run;
    run = run_command;
    size_t n = 0;
    while (run.args[n].name)
        n++;
    for (size_t i = 0; i < strategy_count(); i++)
        add_flags(&run, &n, strategy_at(i)->parameters, strategy_at(i)->parameter_count);
    add_flags(&run, &n, run_settings, RUN_SETTINGS);
    command_add(t, &run, 1);
    command_add(t, commands, sizeof commands / sizeof *commands);
}
