// Frames: the model is brought up to date, panes whose sections changed are drawn anew, and what lies over them
// (output, dialog, prompt) is drawn on a copy.
#include <string.h>

#include "src/base/clock.h"
#include "ui/widget/ticket.h"
#include "ui/workstation_parts.h"

void workstation_fit(workstation *w, int columns, int rows) {
    bool ascii = w->base.ascii;
    canvas_free(&w->base);
    canvas_free(&w->shown);
    w->base = canvas_new(columns, rows);
    w->shown = canvas_new(columns, rows);
    w->base.ascii = w->shown.ascii = ascii;
    for (size_t i = 0; i < w->spaces; i++)
        tiling_fit(&w->space[i], frame_inside(columns, rows));
    w->restless = true;
}

void workstation_show(workstation *w, int number) {
    w->at = number;
    tiling_touch(&w->space[number]);
    w->restless = true;
}

static void say_note(workstation *w) {
    const view_status *s = &w->model->status;
    if (s->note_sequence == w->note_seen)
        return;
    bool first = w->note_seen < 0;
    w->note_seen = s->note_sequence;
    if (!first && s->note[0] && !(workstation_message_stands(w) && w->message_role == ROLE_ERROR))
        workstation_say(w, ROLE_TEXT, "%s", s->note);
}

// A recording that can't go on, and a replay that failed, are said once each.
static void say_trouble(workstation *w, const char *what, const char *before, const char *now) {
    if (*now && strcmp(before, now) != 0)
        workstation_say(w, ROLE_ERROR, "%s: %s", what, now);
}

static void copy_view(workstation *w, const view *now) {
    ui_model *m = w->model;
    char recorded[sizeof m->record.message], replayed[sizeof m->replay.message];
    int64_t replay = m->replay.number;
    memcpy(recorded, m->record.message, sizeof recorded);
    memcpy(replayed, m->replay.message, sizeof replayed);
    w->changed |= ui_model_refresh(m, now);
    if (m->replay.number != replay)
        w->watched[0] = 0; // the same symbol is another book now
    say_trouble(w, "the recording stopped", recorded, m->record.message);
    say_trouble(w, "the replay stopped", replayed, m->replay.message);
}

void workstation_refresh(workstation *w) {
    const view *now = w->host->view(w->host->context);
    bool was_stale = w->model->stale;
    if (now != w->view) { // attached anew: everything is to be read again
        // What another desk has said before is no news; what our own said as it opened is.
        w->note_seen = w->view || w->host->attached ? -1 : 0;
        w->view = now;
        ui_model_forget(w->model);
        w->watched[0] = 0;
    }
    w->generation = view_generation(now);
    w->model->now_mono = clock_mono();
    w->model->now_wall = clock_wall();
    char selected[sizeof w->model->symbol];
    memcpy(selected, w->model->symbol, sizeof selected);
    copy_view(w, now);
    if (strcmp(selected, w->model->symbol) != 0 || was_stale != w->model->stale)
        tiling_touch(&w->space[w->at]);
    if (w->changed & SECTION_BIT(SECTION_STATUS))
        say_note(w);
}

static void draw_base(workstation *w) {
    tiling *space = &w->space[w->at];
    frame_state state = {.role = w->message_role,
                         .message = workstation_message_stands(w) ? text_string(&w->message) : "",
                         .attached = w->host->attached,
                         .running = workstation_running(w)};
    tiling_draw(space, w->model, w->changed, &w->base);
    frame_panes(&w->base, space, w->model);
    frame_top(&w->base, w->model, w->at);
    memcpy(w->shown.cells, w->base.cells, (size_t)w->base.width * (size_t)w->base.height * sizeof *w->base.cells);
    frame_status(&w->shown, w->model, &state);
    w->changed = 0;
}

// The bottom line belongs to what has the keys, in the order in which they are handed out (workstation_input.c).
static void draw_hints(workstation *w) {
    static const char always[] = "Tab next pane  : command  ? help";
    static const char zoomed[] = "Esc all panes  Tab next pane  : command  ? help";
    static const char replaying[] = "Space hold  . step  f on  r back  ] faster  [ slower  ";
    const tiling *space = &w->space[w->at];
    const pane_class *pane = space->pane[space->focus];
    keymap_place at = {pane->name, space->kind->name};
    text own = {0};
    if (w->asking != ASKING_NOTHING)
        dialog_hints(&w->dialog, &own);
    else if (w->output.shown)
        text_put(&own, output_hints(&w->output));
    else if (tiling_typing(space))
        text_put(&own, "Enter accept  Tab next field  Esc leave the field");
    bool of_keys = own.n == 0;
    if (of_keys && w->model->replay.number && strcmp(space->kind->name, "market") == 0)
        text_put(&own, replaying);
    if (of_keys)
        text_put(&own, pane->hint ? pane->hint : "");
    if (of_keys)
        frame_hints(&w->shown, text_string(&own), space->zoomed >= 0 ? zoomed : always, w->keys, at);
    else
        frame_hints(&w->shown, own.at, "", NULL, at);
    text_free(&own);
}

void workstation_compose(workstation *w, int *cursor_x, int *cursor_y) {
    *cursor_x = *cursor_y = -1;
    w->restless = false;
    if (frame_too_small(&w->shown))
        return;
    draw_base(w);
    int bottom = w->shown.height - 1;
    if (w->output.shown)
        output_draw(&w->output, &w->shown, (rect){0, 1, w->shown.width, w->shown.height - 3});
    if (w->asking == ASKING_TICKET)
        ticket_update(&w->dialog, w->model);
    if (w->asking != ASKING_NOTHING)
        dialog_draw(&w->dialog, &w->shown);
    bool covered = w->output.shown || w->asking != ASKING_NOTHING; // the prompt waits until they are closed
    if (w->prompt && prompt_is_open(w->prompt) && !covered) {
        *cursor_y = bottom;
        prompt_draw(w->prompt, &w->shown, bottom, cursor_x);
    } else {
        draw_hints(w);
    }
}
