#include "ui/workstation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/log.h"
#include "ui/term/ansi.h"
#include "ui/term/terminal.h"
#include "ui/term/text.h"
#include "ui/workstation_parts.h"

#define FRAME_NS (NS_PER_S / 30)
#define QUIET_FRAME_NS NS_PER_S // ages and clocks go on when nothing is published

static void open_workspaces(workstation *w, const remembered_screen *kept) {
    const workspace_kind *kinds = workspaces_all(&w->spaces);
    assert(w->spaces <= WORKSPACES);
    for (size_t i = 0; i < w->spaces; i++) {
        tiling_open(&w->space[i], &kinds[i]);
        for (int k = 0; k < kept->spaces; k++)
            if (!strcmp(kept->sizes[k].workspace, kinds[i].name) && kept->sizes[k].n == kinds[i].n)
                memcpy(w->space[i].weight, kept->sizes[k].weight, sizeof w->space[i].weight);
    }
}

static status choose_workspace(workstation *w, const char *wanted, const char *kept) {
    w->at = workspaces_find(wanted ? wanted : kept);
    if (w->at < 0 && wanted)
        return status_fail(STATUS_NOT_FOUND, "there is no workspace %s; there are " WORKSPACE_CHOICES, wanted);
    w->at = w->at < 0 ? 0 : w->at;
    return STATUS_OK;
}

// A theme that was remembered and is gone is no reason to stay away.
static status choose_theme(workstation *w, const char *wanted, const char *kept) {
    if (wanted)
        return theme_find(w->host->config_directory, wanted, &w->theme);
    if (*kept && theme_find(w->host->config_directory, kept, &w->theme) == STATUS_OK) {
        mem_copy_string(w->themed, sizeof w->themed, kept);
        return STATUS_OK;
    }
    return theme_find(NULL, NULL, &w->theme);
}

static void close_all(workstation *w) {
    for (size_t i = 0; i < w->spaces; i++)
        tiling_close(&w->space[i]);
    for (size_t i = 0; i < w->questions.n; i++) {
        free(w->questions.at[i].line);
        free(w->questions.at[i].sentence);
        free(w->questions.at[i].phrase);
    }
    for (size_t i = 0; i < w->under_way.n; i++)
        free(w->under_way.at[i].line);
    vec_free(&w->questions);
    vec_free(&w->under_way);
    dialog_close(&w->dialog);
    output_close(&w->output);
    prompt_free(w->prompt);
    keymap_free(w->keys);
    canvas_free(&w->base);
    canvas_free(&w->shown);
    text_free(&w->message);
    text_free(&w->log);
    free(w->model);
}

static status open_all(workstation *w, const ui_host *host, const ui_options *options, remembered_screen *kept) {
    *w = (workstation){.host = host, .note_seen = -1, .end = UI_QUIT};
    w->model = mem_new(1, sizeof *w->model);
    w->keys = keymap_new();
    if (options->symbol)
        mem_copy_string(w->model->symbol, sizeof w->model->symbol, options->symbol);
    open_workspaces(w, kept);
    TRY(choose_workspace(w, options->workspace, kept->workspace));
    return choose_theme(w, options->theme, kept->theme);
}

static void read_user_keys(workstation *w) {
    text path = {0};
    if (!w->host->config_directory)
        return;
    text_printf(&path, "%s/keys.ini", w->host->config_directory);
    status s = keymap_read(w->keys, path.at);
    text trouble = {0};
    if (s != STATUS_OK && s != STATUS_NOT_FOUND)
        text_printf(&trouble, "%s; the other keys hold", status_message());
    for (size_t i = keymap_count(w->keys); i-- > 0;) {
        const binding *b = keymap_at(w->keys, i);
        if (b->users && b->command[0] && keymap_check(b, w->host->commands) != STATUS_OK)
            workstation_say(w, ROLE_ERROR, "%s: %s", path.at, status_message());
    }
    if (trouble.n)
        workstation_say(w, ROLE_ERROR, "%s", trouble.at);
    text_free(&trouble);
    text_free(&path);
}

static void keep_screen(const workstation *w) {
    remembered_screen kept = {0};
    if (!w->host->state_directory)
        return;
    mem_copy_string(kept.workspace, sizeof kept.workspace, w->space[w->at].kind->name);
    mem_copy_string(kept.theme, sizeof kept.theme, w->themed);
    for (size_t i = 0; i < w->spaces; i++) {
        const tiling *space = &w->space[i];
        mem_copy_string(kept.sizes[i].workspace, sizeof kept.sizes[i].workspace, space->kind->name);
        kept.sizes[i].n = space->kind->n;
        memcpy(kept.sizes[i].weight, space->weight, sizeof space->weight);
        kept.spaces++;
    }
    if (remember_write(w->host->state_directory, &kept) != STATUS_OK)
        log_warn("ui", "%s", status_message());
}

// What the desk publishes is shown on a beat of thirtieths of a second, counted from when a frame begins, so that what
// drawing and waking up take does not slow it. A frame between two beats (a key was pressed, an answer came) shows what
// is new by then, and the next beat is the same as without it.
static void frame(workstation *w) {
    int x, y;
    w->framed = clock_mono();
    if (w->due <= w->framed)
        w->due = w->due + FRAME_NS > w->framed ? w->due + FRAME_NS : w->framed + FRAME_NS;
    workstation_refresh(w);
    workstation_watch(w);
    workstation_compose(w, &x, &y);
    screen_present(w->screen, &w->shown, x, y);
}

// Milliseconds until there is something to look at: input and results wake the wait by themselves. A desk that is late
// for the beat is looked at more often, until it has been quiet for a while.
static int patience(const workstation *w) {
    const int64_t often = 4 * NS_PER_MS, quiet = 4 * FRAME_NS;
    int64_t now = clock_mono(), left = w->due - now;
    if (left <= 0)
        left = now - w->framed < quiet ? often : FRAME_NS;
    return (int)((left + NS_PER_MS - 1) / NS_PER_MS);
}

static bool wants_frame(const workstation *w) {
    int64_t now = clock_mono();
    bool published = view_generation(w->view) != w->generation || w->host->view(w->host->context) != w->view;
    return w->restless || (published && now >= w->due) || now - w->framed >= QUIET_FRAME_NS;
}

static void loop(workstation *w, const char *first) {
    frame(w);
    if (first)
        workstation_run_line(w, first);
    while (!w->done) {
        input in;
        screen_wait(w->screen, w->host->wake, patience(w));
        while (!w->done && screen_next(w->screen, &in))
            workstation_input(w, &in);
        workstation_collect(w);
        if (!w->done && wants_frame(w))
            frame(w);
    }
}

static status run_on_screen(workstation *w, const ui_options *options) {
    screen_options wanted = {.colours = options->colours, .ascii = options->ascii};
    text history = {0};
    int columns, rows;
    TRY(screen_open(&wanted, &w->screen));
    if (w->host->state_directory)
        text_printf(&history, "%s/history", w->host->state_directory);
    w->prompt = prompt_new(w->host->commands, w->host->symbols, w->host->context, history.at);
    w->base.ascii = screen_ascii(w->screen);
    screen_theme(w->screen, &w->theme);
    screen_size(w->screen, &columns, &rows);
    workstation_fit(w, columns, rows);
    read_user_keys(w);
    log_info("ui", "terminal=%s colours=%d columns=%d rows=%d", screen_terminal(w->screen), screen_colours(w->screen),
             columns, rows);
    loop(w, options->first);
    screen_close(w->screen);
    keep_screen(w);
    prompt_free(w->prompt);
    w->prompt = NULL;
    text_free(&history);
    return STATUS_OK;
}

status workstation_check(void) {
    char terminal[TERMINAL_NAME];
    return terminal_choose(0, terminal);
}

status workstation_run(const ui_host *host, const ui_options *options, ui_end *end) {
    static workstation w; // too large for the stack, and there is one terminal
    remembered_screen kept = {0};
    if (host->state_directory)
        remember_read(host->state_directory, &kept);
    status s = open_all(&w, host, options, &kept);
    if (s == STATUS_OK)
        s = run_on_screen(&w, options);
    *end = w.end;
    close_all(&w);
    return s;
}

status workstation_screenshot(const ui_host *host, const ui_options *options, int columns, int rows, bool ansi,
                              text *out) {
    workstation *w = mem_new(1, sizeof *w);
    remembered_screen kept = {0};
    int x, y;
    status s = open_all(w, host, options, &kept);
    if (s == STATUS_OK) {
        w->base.ascii = options->ascii;
        workstation_fit(w, columns, rows);
        workstation_refresh(w);
        workstation_compose(w, &x, &y);
        canvas_mend(&w->shown);
        if (ansi)
            present_ansi(&w->shown, &w->theme, options->colours ? options->colours : 1 << 24, out);
        else
            present_text(&w->shown, out);
    }
    close_all(w);
    free(w);
    return s;
}
