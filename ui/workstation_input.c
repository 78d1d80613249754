// What the user does, and who it is for: a dialog has every key while it is shown, then output that is being read, then
// the prompt, then a pane that is being typed into, and what is left is looked up in the key map.
#include <stdio.h>
#include <string.h>

#include "ui/widget/ticket.h"
#include "ui/workstation_parts.h"

// A key as dialogs understand it; false when it says nothing to them.
static bool dialog_act_of(const input *in, pane_act *act) {
    static const struct {
        const char *key;
        pane_act_kind kind;
        int amount;
    } acts[] = {{"Up", ACT_UP, 0},        {"S-Tab", ACT_UP, 0},        {"Down", ACT_DOWN, 0},
                {"Tab", ACT_DOWN, 0},     {"Left", ACT_LEFT, 0},       {"Right", ACT_RIGHT, 0},
                {"PgUp", ACT_PAGE_UP, 0}, {"PgDn", ACT_PAGE_DOWN, 0},  {"Home", ACT_HOME, 0},
                {"End", ACT_END, 0},      {"Enter", ACT_DRILL, 0},     {"Esc", ACT_BACK, 0},
                {"^C", ACT_BACK, 0},      {"Backspace", ACT_ERASE, 0}, {"Del", ACT_ERASE, 1}};
    *act = (pane_act){.x = in->x, .y = in->y, .amount = in->amount};
    switch (in->kind) {
    case INPUT_PRESS:
    case INPUT_DOUBLE:
        act->kind = ACT_CLICK;
        return true;
    case INPUT_WHEEL:
        act->kind = ACT_SCROLL;
        return true;
    case INPUT_PASTE:
        act->kind = ACT_TYPE;
        act->string = in->paste;
        return true;
    case INPUT_KEY:
        break;
    default:
        return false;
    }
    act->kind = ACT_TYPE;
    act->string = input_text(in);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (!strcmp(in->key, acts[i].key)) {
            act->kind = acts[i].kind;
            act->amount = acts[i].amount;
            return true;
        }
    return act->string;
}

// A confirmation is a single key at a prompt; nothing pasted may answer one.
static void to_dialog(workstation *w, const input *in) {
    pane_act act;
    if (!dialog_act_of(in, &act) || (in->kind == INPUT_PASTE && !w->dialog.has_form))
        return;
    dialog_end end = dialog_act(&w->dialog, &act);
    w->restless = true;
    if (end == DIALOG_OPEN)
        return;
    asking was = w->asking;
    bool accepted = end == DIALOG_ACCEPTED;
    text line = {0};
    if (was == ASKING_TICKET && accepted && !ticket_command(&w->dialog, &line)) {
        text_free(&line);
        return; // a field is wrong and says so
    }
    w->asking = ASKING_NOTHING;
    if (was == ASKING_CONFIRM)
        workstation_answer(w, accepted);
    dialog_close(&w->dialog);
    if (was == ASKING_QUIT && accepted)
        w->done = true;
    if (was == ASKING_TICKET && accepted)
        workstation_run_line(w, line.at);
    text_free(&line);
    workstation_ask_next(w);
}

// A filter acts while it is typed.
static void filter_live(workstation *w) {
    const char *line = prompt_line(w->prompt);
    if (strncmp(line, "filter ", 7) != 0)
        return;
    pane_act act = {.kind = ACT_FILTER, .string = line + 7};
    workstation_act(w, w->space[w->at].focus, &act);
}

static void to_prompt(workstation *w, const input *in) {
    bool filtered = !strncmp(prompt_line(w->prompt), "filter ", 7);
    prompt_end end = prompt_key(w->prompt, in);
    w->restless = true;
    if (end == PROMPT_ENTERED)
        workstation_run_line(w, prompt_line(w->prompt));
    else if (end == PROMPT_OPEN)
        filter_live(w);
    else if (filtered)
        workstation_act(w, w->space[w->at].focus, &(pane_act){.kind = ACT_FILTER, .string = ""});
}

// Whether the input was text for the focused pane.
static bool to_field(workstation *w, const input *in) {
    const char *typed = in->kind == INPUT_PASTE ? in->paste : input_text(in);
    pane_act act = {.kind = ACT_TYPE, .string = typed};
    if (!tiling_typing(&w->space[w->at]))
        return false;
    if (!typed) {
        bool erases = in->kind == INPUT_KEY && (!strcmp(in->key, "Backspace") || !strcmp(in->key, "Del"));
        bool moves = in->kind == INPUT_KEY && (!strcmp(in->key, "Tab") || !strcmp(in->key, "S-Tab"));
        if (!erases && !moves)
            return false;
        act.kind = erases ? ACT_ERASE : !strcmp(in->key, "Tab") ? ACT_DOWN : ACT_UP;
        act.amount = erases && !strcmp(in->key, "Del");
    }
    workstation_act(w, w->space[w->at].focus, &act);
    return true;
}

static void to_keymap(workstation *w, const input *in) {
    tiling *space = &w->space[w->at];
    keymap_place at = {space->pane[space->focus]->name, space->kind->name};
    const binding *b = keymap_find(w->keys, at, in->key);
    if (b && strchr(b->command, '{'))
        workstation_act(w, space->focus, &(pane_act){.kind = ACT_POINT});
    const ui_model *m = w->model;
    keymap_selection selected = {m->symbol, m->sid, m->order, m->run_id, m->scenario, m->factor};
    text line = {0};
    if (!b)
        workstation_say(w, ROLE_DIM, "%s does nothing here; ? shows what keys do", in->key);
    else if (keymap_expand(b->command, &selected, &line) != STATUS_OK)
        workstation_say(w, ROLE_WARN, "%s", status_message());
    else
        workstation_run_line(w, text_string(&line));
    text_free(&line);
}

static void to_output(workstation *w, const input *in) {
    w->restless = true;
    if (in->kind == INPUT_KEY && strcmp(in->key, ":") == 0) { // a command is more urgent than what is being read
        output_close(&w->output);
        to_keymap(w, in);
        return;
    }
    switch (output_input(&w->output, in)) {
    case OUTPUT_OPEN:
        break;
    case OUTPUT_CLOSED:
        output_close(&w->output);
        break;
    case OUTPUT_COPY:
        if (screen_copy(w->screen, text_string(&w->output.body), w->output.body.n))
            workstation_say(w, ROLE_TEXT, "copied %d lines to the clipboard", w->output.lines);
        else
            workstation_say(w, ROLE_WARN, "this terminal has no clipboard that programs can write to");
        break;
    }
}

// The next pane of the stack that `node` is the front of.
static int behind(const tiling *space, int node) {
    for (int step = 1; step < space->kind->n; step++) {
        int i = (node + step) % space->kind->n;
        if (space->pane[i] && space->layout.place[i].stack == space->layout.place[node].stack)
            return i;
    }
    return node;
}

static void to_mouse(workstation *w, const input *in) {
    tiling *space = &w->space[w->at];
    bool title = false;
    int tab = in->y == 0 && in->kind != INPUT_WHEEL ? frame_top_at(&w->base, w->model, w->at, in->x) : -1;
    int node = layout_at(&space->layout, in->x, in->y, &title);
    if (tab >= 0)
        workstation_show(w, tab);
    if (node < 0)
        return;
    if (in->kind == INPUT_WHEEL) {
        workstation_act(w, node, &(pane_act){.kind = ACT_SCROLL, .amount = in->amount});
        return;
    }
    if (title && node == space->focus)
        node = space->zoomed >= 0 ? node : behind(space, node);
    tiling_focus(space, node);
    w->restless = true;
    rect body = space->layout.place[node].body;
    pane_act act = {
        .kind = in->kind == INPUT_DOUBLE ? ACT_DOUBLE_CLICK : ACT_CLICK, .x = in->x - body.x, .y = in->y - body.y};
    if (!title)
        workstation_act(w, node, &act);
}

static void to_workspace(workstation *w, const input *in) {
    if (to_field(w, in))
        return;
    if (in->kind == INPUT_PASTE)
        workstation_say(w, ROLE_WARN, "what was pasted is left out: text goes behind : only");
    else if (in->kind != INPUT_KEY)
        to_mouse(w, in);
    else if (strcmp(in->key, "^C") != 0)
        to_keymap(w, in);
    else if (*workstation_running(w))
        w->host->cancel(w->host->context);
    else
        workstation_say(w, ROLE_TEXT, "nothing is running; q leaves");
}

void workstation_input(workstation *w, const input *in) {
    switch (in->kind) {
    case INPUT_LOST:
        w->end = UI_LOST_TERMINAL;
        w->done = true;
        return;
    case INPUT_TERMINATE:
        w->end = UI_QUIT;
        w->done = true;
        return;
    case INPUT_RESIZE: {
        int columns, rows;
        screen_size(w->screen, &columns, &rows);
        workstation_fit(w, columns, rows);
        return;
    }
    default:
        break;
    }
    if (in->kind == INPUT_KEY || in->kind == INPUT_PRESS)
        workstation_hush(w);
    if (w->asking != ASKING_NOTHING)
        to_dialog(w, in);
    else if (w->output.shown)
        to_output(w, in);
    else if (prompt_is_open(w->prompt) && (in->kind == INPUT_KEY || in->kind == INPUT_PASTE))
        to_prompt(w, in);
    else
        to_workspace(w, in);
}
