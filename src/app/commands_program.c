// help, version, config show, desk, shell, screenshot: the program itself. None of them needs a workspace that is open.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/commands.h"
#include "src/app/program.h"
#include "ui/frame.h"
#include "ui/remember.h"

static status run_version(call *c) {
    call_say(c, CALL_FIELDS(call_field_text("program", "plimsoll"), call_field_text("version", PLIMSOLL_VERSION)),
             "plimsoll " PLIMSOLL_VERSION);
    return STATUS_OK;
}

// "help cancel" tells of "cancel all" too.
static void put_longer(const command_table *t, const command *cmd, text *out) {
    size_t length = strlen(cmd->name);
    const char *heading = "\nSee also:\n";
    for (size_t i = 0; i < command_count(t); i++) {
        const command *other = command_at(t, i);
        if (strncmp(other->name, cmd->name, length) != 0 || other->name[length] != ' ')
            continue;
        text_printf(out, "%s  %s: %s\n", heading, other->name, other->help);
        heading = "";
    }
}

static void put_help(const command_table *t, const command *cmd, const char *words, text *out) {
    if (cmd) {
        command_help(cmd, out);
        put_longer(t, cmd, out);
        return;
    }
    if (!words[0])
        text_put(out, "plimsoll                     opens the workstation\n"
                      "plimsoll COMMAND [ARGS]      runs one command; at the desk that runs, if one does\n"
                      "plimsoll COMMAND --help      says how it is used\n"
                      "Before the command: --home DIR, another workspace; --theme NAME, --ascii, --no-color, how it "
                      "looks.\n\n");
    command_overview(t, words[0] ? words : NULL, out);
}

// The same for machines: a row a command, of those whose name begins with the words.
static table *list_commands(const command_table *t, const char *words) {
    static const char *const confirmations[] = {
        [CONFIRM_NONE] = "none", [CONFIRM_YES] = "yes", [CONFIRM_REASON] = "reason", [CONFIRM_PHRASE] = "phrase"};
    static const column columns[] = {{"command", "COMMAND", COLUMN_TEXT, 0}, {"usage", "USAGE", COLUMN_TEXT, 0},
                                     {"help", "HELP", COLUMN_TEXT, 0},       {"role", "ROLE", COLUMN_TEXT, 0},
                                     {"confirm", "CONFIRM", COLUMN_TEXT, 0}, {"screen", "SCREEN", COLUMN_BOOL, 0}};
    table *list = table_new(columns, sizeof columns / sizeof *columns);
    size_t n = strlen(words);
    text usage = {0};
    for (size_t i = 0; i < command_count(t); i++) {
        const command *cmd = command_at(t, i);
        if (strncmp(cmd->name, words, n) != 0 || (n && cmd->name[n] && cmd->name[n] != ' '))
            continue;
        text_clear(&usage);
        command_usage(cmd, &usage);
        table_text(list, cmd->name);
        table_text(list, usage.at + strlen("usage: "));
        table_text(list, cmd->help);
        table_text(list, command_role_name(cmd->role));
        table_text(list, confirmations[cmd->confirm]);
        table_bool(list, cmd->place == COMMAND_SCREEN);
    }
    text_free(&usage);
    return list;
}

static status run_help(call *c) {
    const program *p = c->services;
    text words = {0};
    for (size_t i = 0; i < c->rest_n; i++)
        text_printf(&words, "%s%s", i ? " " : "", c->rest[i]);
    table *list = list_commands(p->commands, text_string(&words));
    status s = STATUS_OK;
    if (!table_rows(list))
        s = status_fail(STATUS_NOT_FOUND, "there is no command '%s'; help lists them", text_string(&words));
    else if (c->format == FORMAT_HUMAN)
        put_help(p->commands, words.n ? command_find(p->commands, words.at) : NULL, text_string(&words), &c->out);
    else
        call_print(c, list, false, NULL);
    table_free(list);
    text_free(&words);
    return s;
}

static status run_config_show(call *c) {
    static const column columns[] = {
        {"setting", "SETTING", COLUMN_TEXT, 0}, {"value", "VALUE", COLUMN_TEXT, 0}, {"source", "FROM", COLUMN_TEXT, 0}};
    const program *p = c->services;
    remembered_screen kept = {0};
    status s = remember_read(p->home, &kept); // what was never chosen is not there
    if (s != STATUS_OK && s != STATUS_NOT_FOUND)
        return s;
    table *t = table_new(columns, 3);
    for (int i = 0; i < CONFIG_COUNT; i++) {
        table_text(t, config_name((config_key)i));
        bool remembered = i == CONFIG_THEME && !p->config.value[i] && kept.theme[0];
        table_text(t, p->config.value[i] ? p->config.value[i] : kept.theme[0] ? kept.theme : "dark");
        table_text(t, remembered ? "last chosen" : config_source_name(p->config.source[i]));
    }
    for (size_t i = 0; i < venue_terms_count(); i++) {
        char name[48], value[32];
        snprintf(name, sizeof name, "venue.%s", venue_terms_name(i));
        snprintf(value, sizeof value, "%g", venue_terms_value(&p->config.terms, i));
        table_text(t, name);
        table_text(t, value);
        table_text(t, config_source_name(p->config.terms_from_file[i] ? FROM_FILE : FROM_DEFAULT));
    }
    call_print(c, t, false, NULL);
    table_free(t);
    if (c->format == FORMAT_HUMAN)
        text_printf(&c->out, "config.ini, keys.ini and themes lie in %s\n", p->config.directory);
    return STATUS_OK;
}

// Faces that go on can only be had from the system's shell, where main starts them; here they say so.
static status run_face(call *c) {
    return status_fail(STATUS_USAGE, "%s is started from the system's shell: plimsoll %s", c->command->name,
                       c->command->name);
}

static status read_size(const char *size, int *columns, int *rows) {
    char rest;
    if (sscanf(size, "%dx%d%c", columns, rows, &rest) == 2 && *columns >= FRAME_LEAST_COLUMNS &&
        *rows >= FRAME_LEAST_ROWS && *columns <= 1000 && *rows <= 1000)
        return STATUS_OK;
    return status_fail(STATUS_USAGE, "--size %.20s: give columns and rows, like 160x50 (%dx%d to 1000x1000)", size,
                       FRAME_LEAST_COLUMNS, FRAME_LEAST_ROWS);
}

static status run_screenshot(call *c) {
    int columns = 120, rows = 40;
    if (call_text(c, "--size"))
        TRY(read_size(call_text(c, "--size"), &columns, &rows));
    const char *workspace = call_text(c, "workspace");
    text picture = {0};
    status s = mode_screenshot(c->services, workspace, columns, rows, call_flag(c, "--ansi"), call_text(c, "--symbol"),
                               &picture);
    if (s == STATUS_OK && c->format == FORMAT_HUMAN)
        text_put_n(&c->out, text_string(&picture), picture.n);
    else if (s == STATUS_OK)
        call_say(c,
                 CALL_FIELDS(call_field_text("workspace", workspace), call_field_int("columns", columns),
                             call_field_int("rows", rows), call_field_text("picture", text_string(&picture))),
                 "%s", "");
    text_free(&picture);
    return s;
}

static const command commands[] = {
    {.name = "help",
     .help = "what can be done, or how one command is used",
     .more = "help order buy",
     .place = COMMAND_LOCAL,
     .args = {{"command", ARG_TEXT, .optional = true, .repeated = true, .help = "its words"}},
     .run = run_help},
    {.name = "version", .help = "the program's version", .place = COMMAND_LOCAL, .run = run_version},
    {.name = "config show",
     .help = "settings in force, and where each came from",
     .place = COMMAND_LOCAL,
     .run = run_config_show},
    {.name = "workstation",
     .help = "open the workstation, as plimsoll alone does",
     .place = COMMAND_LOCAL,
     .args = {{"workspace", ARG_CHOICE, .optional = true, .choices = WORKSPACE_CHOICES, .help = "which"}},
     .run = run_face},
    {.name = "desk", .help = "run the desk without a screen", .place = COMMAND_LOCAL, .run = run_face},
    {.name = "shell",
     .help = "commands at a prompt, with completion and history",
     .place = COMMAND_LOCAL,
     .run = run_face},
    {.name = "screenshot",
     .help = "print a workspace as text, without a terminal",
     .more = "screenshot risk --size 160x50\nscreenshot desk --size 120x40 --ansi",
     .place = COMMAND_LOCAL,
     .args = {{"workspace", ARG_CHOICE, .choices = WORKSPACE_CHOICES, .help = "which"},
              {"--size", ARG_TEXT, .help = "columns x rows (120x40)"},
              {"--symbol", ARG_TEXT, .help = "security to select"},
              {"--ansi", ARG_FLAG, .help = "with colours"}},
     .run = run_screenshot},
};

void commands_add_program(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
