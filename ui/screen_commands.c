#include "ui/screen_commands.h"

#include <assert.h>

#include "ui/workspaces.h"

static status only_on_a_screen(call *c) {
    return status_fail(STATUS_UNAVAILABLE, "%s changes the workstation's screen and means nothing without one",
                       c->command->name);
}

#define ENTRY(action, words, line, ...)                                                                                \
    [action] = {.name = words, .help = line, .place = COMMAND_SCREEN, .run = only_on_a_screen, .args = {__VA_ARGS__}}
#define NOTHING                                                                                                        \
    { 0 }

static const command entries[] = {
    ENTRY(SCREEN_MOVE, "move", "move the cursor of the focused pane",
          {.name = "direction", .type = ARG_CHOICE, .choices = "up|down|left|right", .help = "which way"}),
    ENTRY(SCREEN_PAGE, "page", "move by a page",
          {.name = "direction", .type = ARG_CHOICE, .choices = "up|down", .help = "which way"}),
    ENTRY(SCREEN_HOME, "home", "go to the first line", NOTHING),
    ENTRY(SCREEN_END, "end", "go to the last line", NOTHING),
    ENTRY(SCREEN_FOCUS, "focus", "give the keys to another pane",
          {.name = "pane", .type = ARG_TEXT, .help = "next, previous, left, right, up, down, or a pane's name"}),
    ENTRY(SCREEN_ZOOM, "zoom", "show the focused pane alone, or all again", NOTHING),
    ENTRY(SCREEN_WORKSPACE, "workspace", "show another workspace",
          {.name = "name", .type = ARG_CHOICE, .choices = WORKSPACE_CHOICES, .help = "which one"}),
    ENTRY(SCREEN_SORT, "sort", "sort the focused pane by its next column",
          {.name = "how", .type = ARG_CHOICE, .optional = true, .choices = "next|reverse", .help = "default next"}),
    ENTRY(SCREEN_FILTER, "filter", "show only rows that contain a text; without one, all",
          {.name = "text", .type = ARG_TEXT, .optional = true, .repeated = true, .help = "what to look for"}),
    ENTRY(SCREEN_MODE, "mode", "show the focused pane in its next way", NOTHING),
    ENTRY(SCREEN_DRILL, "drill", "open what is under the cursor", NOTHING),
    ENTRY(SCREEN_BACK, "back", "go back: close what is open, leave a detail, clear a filter, end the zoom", NOTHING),
    ENTRY(SCREEN_EXPLAIN, "explain", "say where the figure under the cursor comes from", NOTHING),
    ENTRY(SCREEN_GO, "go", "do what the focused pane is for: a form runs its command", NOTHING),
    ENTRY(SCREEN_STOP, "stop", "end what is under the cursor: a job, a run", NOTHING),
    ENTRY(SCREEN_TICKET, "ticket", "open the order ticket",
          {.name = "side", .type = ARG_CHOICE, .choices = "buy|sell", .help = "buy or sell"},
          {.name = "symbol", .type = ARG_SYMBOL, .optional = true, .help = "default: the selected one"},
          {.name = "quantity", .type = ARG_QUANTITY, .optional = true, .help = "shares"},
          {.name = "price", .type = ARG_PRICE, .optional = true, .help = "limit; without one a market order"},
          {.name = "--here", .type = ARG_FLAG, .help = "at the price under the cursor, where there is one"}),
    ENTRY(SCREEN_PROMPT, "prompt", "open the command line, with a text to begin from",
          {.name = "text", .type = ARG_TEXT, .optional = true, .repeated = true, .help = "beginning of a command"}),
    ENTRY(SCREEN_KEYS, "keys", "show what the keys do here", NOTHING),
    ENTRY(SCREEN_MESSAGES, "messages", "show the messages of this session again", NOTHING),
    ENTRY(SCREEN_COPY, "copy", "copy the focused pane's table to the clipboard of the terminal", NOTHING),
    ENTRY(SCREEN_EXPORT, "export", "write the focused pane's table to a CSV file",
          {.name = "file", .type = ARG_FILE, .help = "where to; an existing file is left alone"}),
    ENTRY(SCREEN_THEME, "theme", "change the colours",
          {.name = "name", .type = ARG_TEXT, .optional = true, .help = "a theme; without a name, the next one"}),
    ENTRY(SCREEN_LAYOUT, "layout", "move the edge of the focused pane",
          {.name = "how",
           .type = ARG_CHOICE,
           .choices = "wider|narrower|higher|lower|reset",
           .help = "reset: as at first"}),
    ENTRY(SCREEN_REDRAW, "redraw", "send the whole screen again", NOTHING),
    ENTRY(SCREEN_QUIT, "quit", "leave the workstation", NOTHING),
};

const command *screen_commands(size_t *n) {
    *n = sizeof entries / sizeof *entries;
    return entries;
}

screen_action screen_action_of(const command *c) {
    assert(c >= entries && c < entries + sizeof entries / sizeof *entries);
    return (screen_action)(c - entries);
}
