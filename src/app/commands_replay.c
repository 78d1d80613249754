// replay …: days of the market, played again.
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/replay.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

enum { STEPS_MOST = 100000 };

// "10x", "0.5", "max".
static status read_speed(const char *given, double *out) {
    char *end;
    *out = 0;
    if (!given)
        *out = 1;
    if (!given || strcmp(given, "max") == 0)
        return STATUS_OK;
    *out = strtod(given, &end);
    end += *end == 'x';
    if (end == given || *end || !(*out > 0) || !(*out <= 1e6))
        return status_fail(STATUS_USAGE, "speed \"%.20s\" is none: 1x, 10x, 0.5x, up to 1000000x, or max", given);
    return STATUS_OK;
}

static status read_time(const call *c, const char *name, int64_t otherwise, int64_t *out) {
    *out = otherwise;
    return call_text(c, name) ? time_of_day_parse(call_text(c, name), out) : STATUS_OK;
}

static void say_replay(call *c) {
    static const char *const states[] = {[REPLAY_PLAYING] = "playing",
                                         [REPLAY_PAUSED] = "paused",
                                         [REPLAY_SEEKING] = "seeking",
                                         [REPLAY_ENDED] = "ended",
                                         [REPLAY_FAILED] = "failed"};
    static const column columns[] = {
        {"file", "file", COLUMN_TEXT, 0},
        {"format", "format", COLUMN_TEXT, 0},
        {"state", "state", COLUMN_TEXT, 0},
        {"day", "day", COLUMN_TEXT, 0},
        {"time", "time", COLUMN_TEXT, 0},
        {"speed", "speed (0: as fast as it can)", COLUMN_NUMBER, 2},
        {"messages", "messages", COLUMN_INT, 0},
        {"rate", "messages a second", COLUMN_NUMBER, 0},
        {"securities", "securities", COLUMN_INT, 0},
        {"message", "trouble", COLUMN_TEXT, 0},
    };
    app *a = c->services;
    view_replay *v = app_section(a, SECTION_REPLAY, sizeof *v);
    char day[DATE_TEXT], time[INSTANT_TEXT];
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    if (v->number) {
        table_text(t, v->file);
        table_text(t, v->format);
        table_text(t, states[v->state]);
        table_text(t, date_text(v->day, day));
        table_text(t, time_of_day_text(v->time - v->midnight, time));
        table_number(t, v->speed);
        table_int(t, (int64_t)v->messages);
        table_number(t, v->rate);
        table_int(t, v->securities);
        table_text(t, v->message);
    }
    call_print(c, t, v->number != 0, "no replay is playing; replay FILE begins one");
    table_free(t);
    free(v);
}

static status run_replay(call *c) {
    app *a = c->services;
    char symbol[16] = "";
    const char *given = call_text(c, "--symbol");
    if (given && strlen(given) >= sizeof symbol)
        return status_fail(STATUS_USAGE, "\"%.40s\" is no symbol", given);
    for (size_t i = 0; given && given[i]; i++)
        symbol[i] = (char)toupper((unsigned char)given[i]);
    replay_config config = {.symbol = given ? symbol : NULL};
    TRY(read_speed(call_text(c, "--speed"), &config.speed));
    TRY(read_time(c, "--from", 0, &config.from));
    TRY(read_time(c, "--to", INT64_MAX, &config.to));
    if (config.to < config.from)
        return status_fail(STATUS_USAGE, "--to %s is before --from %s", call_text(c, "--to"), call_text(c, "--from"));
    char *path = call_path(c, call_text(c, "file"));
    config.path = path;
    status s = desk_replay(a->desk, &config);
    free(path);
    TRY(s);
    call_say(c, CALL_FIELDS(call_field_text("replay", call_text(c, "file"))),
             "%s plays in the market's place; the venue stands still until replay stop", call_text(c, "file"));
    return STATUS_OK;
}

static status act(call *c, desk_replay_act what, int64_t amount, double speed) {
    app *a = c->services;
    TRY(desk_replay_do(a->desk, what, amount, speed));
    if (c->format != FORMAT_HUMAN)
        say_replay(c);
    return STATUS_OK;
}

static status run_pause(call *c) { return act(c, DESK_REPLAY_PAUSE, 0, 0); }
static status run_resume(call *c) { return act(c, DESK_REPLAY_RESUME, 0, 0); }
static status run_toggle(call *c) { return act(c, DESK_REPLAY_TOGGLE, 0, 0); }

static status run_step(call *c) {
    int64_t n;
    TRY(call_range(c, "n", 1, STEPS_MOST, 1, &n));
    return act(c, DESK_REPLAY_STEP, n, 0);
}

// "+60" and "-60" are seconds from where it is.
static status run_seek(call *c) {
    const char *given = call_text(c, "time");
    int64_t time;
    if (*given == '+' || *given == '-') {
        char *end;
        double seconds = strtod(given, &end);
        if (*end || !(fabs(seconds) <= 86400))
            return status_fail(STATUS_USAGE, "\"%.20s\" is no number of seconds within a day", given);
        return act(c, DESK_REPLAY_SKIP, (int64_t)(seconds * (double)NS_PER_S), 0);
    }
    TRY(time_of_day_parse(given, &time));
    return act(c, DESK_REPLAY_SEEK, time, 0);
}

static status run_speed(call *c) {
    const char *given = call_text(c, "speed");
    double speed;
    if (strcmp(given, "faster") == 0 || strcmp(given, "slower") == 0)
        return act(c, DESK_REPLAY_PACE, *given == 'f' ? 1 : -1, 0);
    TRY(read_speed(given, &speed));
    return act(c, DESK_REPLAY_SPEED, 0, speed);
}

static status run_stop(call *c) {
    app *a = c->services;
    TRY(desk_replay_do(a->desk, DESK_REPLAY_STOP, 0, 0));
    call_say(c, CALL_FIELDS(call_field_text("replay", "stopped")), "the replay is stopped; the market goes on");
    return STATUS_OK;
}

static status run_replay_status(call *c) {
    say_replay(c);
    return STATUS_OK;
}

static const command commands[] = {
    {.name = "replay",
     .help = "play a day from a file in the market's place",
     .more = "replay 01302019.NASDAQ_ITCH50.gz --symbol AAPL --speed 10x --from 09:30\n"
             "replay AMZN_2012-06-21_34200000_57600000_message_5.csv --speed max\n"
             "ITCH 5.0 (plain or gzip), LOBSTER (the orderbook file beside it), or a recording. The venue stands still "
             "meanwhile: new orders are refused, cancels and flattens go to the venue.",
     .role = ROLE_OPERATOR,
     .args = {{"file", ARG_FILE, .help = "the day"},
              {"--symbol", ARG_TEXT, .help = "one security (all)"},
              {"--speed", ARG_TEXT, .help = "1x, 10x, …, max: as fast as it can be read (1x)"},
              {"--from", ARG_TEXT, .help = "time of day, as 09:30 or 09:30:00.5 (the beginning)"},
              {"--to", ARG_TEXT, .help = "time of day (the end)"}},
     .run = run_replay,
     .audited = true},
    {.name = "replay pause", .help = "hold the replay", .role = ROLE_OPERATOR, .run = run_pause},
    {.name = "replay resume", .help = "let the replay go on", .role = ROLE_OPERATOR, .run = run_resume},
    {.name = "replay toggle", .help = "hold the replay, or let it go on", .role = ROLE_OPERATOR, .run = run_toggle},
    {.name = "replay step",
     .help = "play the next messages, one by default, and hold",
     .more = "Messages that change no book are passed over.",
     .role = ROLE_OPERATOR,
     .args = {{"n", ARG_INT, .optional = true, .help = "how many, 100000 at the most (1)"}},
     .run = run_step},
    {.name = "replay seek",
     .help = "go to a time of the day, forth or back",
     .more = "replay seek 10:31:22.5\nreplay seek +60           seconds on\nreplay seek -- -60        seconds back",
     .role = ROLE_OPERATOR,
     .args = {{"time", ARG_TEXT, .help = "time of day, or +SECONDS or -SECONDS"}},
     .run = run_seek},
    {.name = "replay speed",
     .help = "change the replay's pace",
     .role = ROLE_OPERATOR,
     .args = {{"speed", ARG_TEXT, .help = "1x, 10x, …, max, faster or slower"}},
     .run = run_speed},
    {.name = "replay stop",
     .help = "end the replay; the market goes on where it stood",
     .role = ROLE_OPERATOR,
     .run = run_stop,
     .audited = true},
    {.name = "replay status", .help = "what plays, and where it is", .role = ROLE_VIEWER, .run = run_replay_status},
};

void commands_add_replay(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
