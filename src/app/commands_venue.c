// venue stats: what the simulated market looks like beside a real day.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "data/store/bars.h"
#include "engine/desk/listing.h"
#include "engine/market/lobster.h"
#include "engine/market/survey.h"
#include "src/app/app.h"
#include "src/app/commands.h"

typedef struct {
    survey real, simulated;
    char real_name[96], simulated_name[96];
} comparison;

// ---- the table ----

typedef struct {
    table *table;
    const char *unit;
} figures;

static void put(const figures *r, const char *key, double simulated, double real) {
    table_text(r->table, key);
    table_text(r->table, r->unit);
    table_number(r->table, simulated);
    table_number(r->table, real);
}

static void put_quantiles(const figures *r, const char *what, const double *simulated, const double *real) {
    for (int i = 0; i < DAYSTATS_QUANTILES; i++) {
        char key[48];
        snprintf(key, sizeof key, "%s, %.0f %%", what, 100 * daystats_quantiles[i]);
        put(r, key, simulated[i], real[i]);
    }
}

static void put_lags(const figures *r, const char *what, const double *simulated, const double *real) {
    for (int i = 0; i < DAYSTATS_LAGS; i++) {
        char key[48];
        snprintf(key, sizeof key, "%s, lag %d", what, daystats_lags[i]);
        put(r, key, simulated[i], real[i]);
    }
}

static void put_day(table *t, const daystats *a, const daystats *b) {
    put(&(figures){t, "ticks"}, "spread, mean", a->spread_mean, b->spread_mean);
    put_quantiles(&(figures){t, "ticks"}, "spread", a->spread, b->spread);
    for (int i = 0; i < DAYSTATS_LEVELS; i++) {
        char key[48];
        snprintf(key, sizeof key, "depth, level %d", i + 1);
        put(&(figures){t, "shares"}, key, a->depth[i], b->depth[i]);
    }
    put(&(figures){t, "shares"}, "trade, mean", a->size_mean, b->size_mean);
    put_quantiles(&(figures){t, "shares"}, "trade", a->size, b->size);
    put(&(figures){t, "s"}, "between trades, mean", a->gap_mean, b->gap_mean);
    put_quantiles(&(figures){t, "s"}, "between trades", a->gap, b->gap);
    put(&(figures){t, ""}, "between trades, variation", a->gap_variation, b->gap_variation);
    put_lags(&(figures){t, ""}, "10 s returns", a->returns, b->returns);
    put_lags(&(figures){t, ""}, "10 s |returns|", a->moves, b->moves);
    put(&(figures){t, "% a day"}, "volatility", 100 * a->volatility, 100 * b->volatility);
    for (int i = 0; i < DAYSTATS_HALF_HOURS; i++) {
        char key[48];
        snprintf(key, sizeof key, "volatility, %02d:%02d", (570 + 30 * i) / 60, (570 + 30 * i) % 60);
        put(&(figures){t, "% a day"}, key, 100 * a->half_hour[i], 100 * b->half_hour[i]);
    }
    put(&(figures){t, ""}, "cancels to additions", a->cancels, b->cancels);
    put(&(figures){t, ""}, "trades", a->trades, b->trades);
    put(&(figures){t, "shares"}, "volume", a->volume, b->volume);
    put(&(figures){t, ""}, "changes of five levels", a->events, b->events);
}

static void print(call *c, const comparison *both) {
    static const column columns[] = {{"statistic", "STATISTIC", COLUMN_TEXT, 0},
                                     {"unit", "UNIT", COLUMN_TEXT, 0},
                                     {"simulated", "SIMULATED", COLUMN_NUMBER, 4},
                                     {"real", "REAL", COLUMN_NUMBER, 4}};
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    put_day(t, &both->simulated.stats, &both->real.stats);
    if (c->format == FORMAT_HUMAN)
        text_printf(&c->out, "simulated: %s\nreal: %s\n", both->simulated_name, both->real_name);
    call_print(c, t, false, NULL);
    table_free(t);
}

// ---- the days ----

static status take_real(call *c, comparison *both) {
    const char *messages = call_text(c, "--lobster"), *rows = call_text(c, "--orderbook");
    if (!messages) {
        both->real = survey_amzn;
        snprintf(both->real_name, sizeof both->real_name, "AMZN, 2012-06-21, LOBSTER's sample with five levels");
        return STATUS_OK;
    }
    char *path = rows ? NULL : lobster_book_path(messages);
    if (!rows && !path)
        return status_fail(STATUS_INVALID, "%s does not say \"message\": name the orderbook file, too, by --orderbook",
                           messages);
    status s = survey_lobster(messages, rows ? rows : path, &both->real);
    free(path);
    snprintf(both->real_name, sizeof both->real_name, "%s", messages);
    return s;
}

// A security of the workspace as it trades in the desk's session.
static status take_security(call *c, venue_security *out) {
    app *a = c->services;
    int32_t sid;
    TRY(app_sid(a, call_text(c, "--symbol"), &sid));
    bar *latest = mem_new((size_t)sid, sizeof *latest);
    status s = bars_latest(a->store, INT32_MAX, latest, (size_t)sid);
    int64_t close = latest[sid - 1].sid ? latest[sid - 1].close : 0;
    free(latest);
    TRY(s);
    if (!close)
        return status_fail(STATUS_NOT_FOUND, "there are no bars of %s", call_text(c, "--symbol"));
    view_status *now = app_section(a, SECTION_STATUS, sizeof *now);
    *out = listing_measure(a->store, sid, close, now->session, now->data_date);
    free(now);
    return STATUS_OK;
}

static status take_simulated(call *c, comparison *both) {
    int64_t seed, days;
    TRY(call_range(c, "--seed", 0, INT64_MAX, 1, &seed));
    TRY(call_range(c, "--days", 1, 100, 1, &days));
    char many[48] = "";
    if (days > 1)
        snprintf(many, sizeof many, ", the mean of %lld days", (long long)days);
    venue_config config = {.seed = (uint64_t)seed, .session = date_make(2012, 6, 21)};
    venue_security listed;
    if (call_text(c, "--symbol")) {
        TRY(take_security(c, &listed));
        snprintf(both->simulated_name, sizeof both->simulated_name, "%s, seed %lld%s", call_text(c, "--symbol"),
                 (long long)seed, many);
    } else {
        survey_twin(&both->real, &config, &listed);
        snprintf(both->simulated_name, sizeof both->simulated_name, "a day with the same bar and pace, seed %lld%s",
                 (long long)seed, many);
    }
    return survey_venue(&config, &listed, days, &both->simulated);
}

static status run_stats(call *c) {
    comparison both;
    TRY(take_real(c, &both));
    TRY(take_simulated(c, &both));
    print(c, &both);
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "venue stats",
     .help = "a day of the simulated market in figures, beside a real one",
     .more = "venue stats\nvenue stats --days 20\nvenue stats --symbol NVDA --seed 7\n"
             "venue stats --lobster AMZN_2012-06-21_34200000_57600000_message_5.csv",
     .role = ROLE_VIEWER,
     .args = {{"--symbol", ARG_SYMBOL, .help = "simulate this security; without it one like the real day's"},
              {"--lobster", ARG_FILE, .help = "LOBSTER message file of the real day (AMZN's of 2012-06-21, built in)"},
              {"--orderbook", ARG_FILE, .help = "its orderbook file, when it is not named alike"},
              {"--seed", ARG_INT, .help = "of the simulated day (1)"},
              {"--days", ARG_INT,
               .help = "simulate so many, with this seed and those after it, and print the mean (1)"}},
     .run = run_stats},
};

void commands_add_venue(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
