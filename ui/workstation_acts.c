// The screen's own commands.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/screen_commands.h"
#include "ui/widget/ticket.h"
#include "ui/workstation_parts.h"

static tiling *here(workstation *w) { return &w->space[w->at]; }

// A key that was meant to do something here and can't is not passed over in silence. Moving on at an end, and Esc where
// there is nothing to leave, need no word.
static void say_nothing_done(workstation *w, const pane_act *act, const char *pane) {
    switch (act->kind) {
    case ACT_MODE:
        workstation_say(w, ROLE_DIM, "the %s pane has one view only", pane);
        break;
    case ACT_SORT:
        workstation_say(
            w, ROLE_DIM,
            act->amount < 0 ? "the %s pane has no order to reverse" : "the %s pane has no columns to sort by", pane);
        break;
    case ACT_FILTER:
        workstation_say(w, ROLE_DIM, "the %s pane has no rows to filter", pane);
        break;
    case ACT_RUN:
        workstation_say(w, ROLE_DIM, "the %s pane has nothing to run", pane);
        break;
    case ACT_CANCEL:
        workstation_say(w, ROLE_DIM,
                        strcmp(pane, "depth") ? "nothing under the cursor that still runs"
                                              : "no order of yours at the price under the cursor");
        break;
    case ACT_DRILL:
        workstation_say(w, ROLE_DIM, "nothing to open here");
        break;
    case ACT_EXPLAIN:
        workstation_say(w, ROLE_DIM, "nothing to explain here");
        break;
    default:
        break;
    }
}

int workstation_act(workstation *w, int node, const pane_act *act) {
    pane_reply reply = {0};
    int next = tiling_act(here(w), node, w->model, act, &reply);
    if (next)
        w->restless = true;
    else if (!reply.explain.n)
        say_nothing_done(w, act, here(w)->pane[node]->name);
    if (act->kind == ACT_EXPLAIN && reply.explain.n) {
        dialog_message(&w->dialog, "Where this comes from", text_string(&reply.explain));
        w->asking = ASKING_MESSAGE;
    }
    text_free(&reply.explain);
    if (next & NEXT_COMMAND)
        workstation_run_line(w, reply.command);
    return next;
}

static void act(workstation *w, pane_act_kind kind, int amount) {
    workstation_act(w, here(w)->focus, &(pane_act){.kind = kind, .amount = amount});
}

static void move(workstation *w, const char *direction) {
    switch (direction[0]) {
    case 'u':
        act(w, ACT_UP, 0);
        break;
    case 'd':
        act(w, ACT_DOWN, 0);
        break;
    case 'l':
        act(w, ACT_LEFT, 0);
        break;
    default:
        act(w, ACT_RIGHT, 0);
    }
}

static void focus(workstation *w, const char *pane) {
    static const struct {
        const char *word;
        int steps, dx, dy;
    } ways[] = {{"next", 1, 0, 0},  {"previous", -1, 0, 0}, {"left", 0, -1, 0},
                {"right", 0, 1, 0}, {"up", 0, 0, -1},       {"down", 0, 0, 1}};
    tiling *space = here(w);
    w->restless = true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(pane, ways[i].word) != 0)
            continue;
        if (ways[i].steps)
            tiling_focus_by(space, ways[i].steps);
        else
            tiling_focus(space, layout_neighbour(&space->layout, space->focus, ways[i].dx, ways[i].dy));
        return;
    }
    int node = tiling_find(space, pane);
    if (node < 0)
        workstation_say(w, ROLE_ERROR, "there is no pane %s in %s", pane, space->kind->title);
    tiling_focus(space, node);
}

// Esc: a pane that goes back by itself does; else the zoom ends.
static void go_back(workstation *w) {
    pane_reply reply = {0};
    int next = tiling_act(here(w), here(w)->focus, w->model, &(pane_act){.kind = ACT_BACK}, &reply);
    text_free(&reply.explain);
    w->restless = true;
    if (next & NEXT_COMMAND)
        workstation_run_line(w, reply.command);
    else if (next == NEXT_NOTHING && here(w)->zoomed >= 0)
        tiling_zoom(here(w));
}

static void put_rest(const call *c, text *out) {
    for (size_t i = 0; i < c->rest_n; i++)
        text_printf(out, "%s%s", i ? " " : "", c->rest[i]);
}

static void open_prompt(workstation *w, const call *c) {
    text beginning = {0};
    put_rest(c, &beginning);
    // A filter begins with all rows; where there are none to choose from it does not begin.
    if (!strcmp(text_string(&beginning), "filter") &&
        !workstation_act(w, here(w)->focus, &(pane_act){.kind = ACT_FILTER, .string = ""})) {
        text_free(&beginning);
        return;
    }
    if (beginning.n)
        text_char(&beginning, ' ');
    prompt_open(w->prompt, text_string(&beginning));
    text_free(&beginning);
    w->restless = true;
}

static void filter(workstation *w, const call *c) {
    text wanted = {0};
    put_rest(c, &wanted);
    workstation_act(w, here(w)->focus, &(pane_act){.kind = ACT_FILTER, .string = text_string(&wanted)});
    text_free(&wanted);
}

typedef struct {
    const char *wanted;
    bool any, found;
} symbol_search;

static void meet_symbol(void *to, const char *word) {
    symbol_search *search = to;
    search->any = true;
    search->found |= strcmp(word, search->wanted) == 0;
}

// A desk whose list of securities has not come yet is asked when the order goes.
static bool knows_symbol(const void *context, const char *symbol) {
    const workstation *w = context;
    symbol_search search = {.wanted = symbol}, all = {.wanted = ""};
    if (!w->host->symbols)
        return true;
    w->host->symbols(w->host->context, symbol, meet_symbol, &search);
    if (!search.any)
        w->host->symbols(w->host->context, "", meet_symbol, &all);
    return search.found || (!search.any && !all.any);
}

// The price under the cursor of the focused pane; 0 where there is none.
static int64_t pointed_price(workstation *w) {
    pane_reply reply = {0};
    tiling_act(here(w), here(w)->focus, w->model, &(pane_act){.kind = ACT_POINT}, &reply);
    return reply.price;
}

static void open_ticket(workstation *w, const call *c) {
    const char *symbol = call_text(c, "symbol"), *quantity = call_text(c, "quantity"), *price = call_text(c, "price");
    int64_t at = call_flag(c, "--here") && !price ? pointed_price(w) : 0;
    char lot[16], limit[DECIMAL_TEXT];
    snprintf(lot, sizeof lot, "%d", TICKET_QUANTITY);
    ticket_open(&w->dialog, w->model, call_text(c, "side"), symbol ? symbol : w->model->symbol,
                at > 0 && !quantity ? lot : quantity, at > 0 ? ticket_price(at, limit) : price);
    w->dialog.form.knows = knows_symbol;
    w->dialog.form.context = w;
    w->asking = ASKING_TICKET;
    w->restless = true;
}

static void show_messages(workstation *w) {
    output_show(&w->output, "Messages of this session, wall clock in New York", w->log.n ? w->log.at : "none yet\n");
    w->restless = true;
}

static table *pane_table(workstation *w) {
    const pane_class *p = here(w)->pane[here(w)->focus];
    table *t = p->export ? p->export(here(w)->state[here(w)->focus], w->model) : NULL;
    if (!t)
        workstation_say(w, ROLE_WARN, "the %s pane has no table", p->name);
    return t;
}

static void copy(workstation *w) {
    table *t = pane_table(w);
    text csv = {0};
    if (!t)
        return;
    table_print(t, FORMAT_CSV, false, NULL, &csv);
    if (screen_copy(w->screen, text_string(&csv), csv.n))
        workstation_say(w, ROLE_TEXT, "copied %zu rows to the clipboard", table_rows(t));
    else
        workstation_say(w, ROLE_WARN, "this terminal has no clipboard that programs can write to; use export FILE");
    text_free(&csv);
    table_free(t);
}

static bool write_new_file(const char *path, const text *content) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    size_t done = 0;
    while (done < content->n) {
        ssize_t n = write(fd, content->at + done, content->n - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    bool good = done == content->n;
    int problem = errno;
    good = close(fd) == 0 && good;
    if (!good)
        unlink(path);
    errno = problem;
    return good;
}

static void export_table(workstation *w, const call *c) {
    table *t = pane_table(w);
    text csv = {0};
    if (!t)
        return;
    char *path = call_path(c, call_text(c, "file"));
    table_print(t, FORMAT_CSV, false, NULL, &csv);
    if (write_new_file(path, &csv))
        workstation_say(w, ROLE_TEXT, "wrote %zu rows to %s", table_rows(t), path);
    else
        workstation_say(w, ROLE_ERROR, "%s can't be written: %s", path, strerror(errno));
    free(path);
    text_free(&csv);
    table_free(t);
}

typedef struct {
    const char *after;
    char first[THEME_NAME], next[THEME_NAME];
    bool found;
} cycle;

static void visit_theme(void *to, const char *name) {
    cycle *c = to;
    if (!*c->first)
        mem_copy_string(c->first, sizeof c->first, name);
    if (c->found && !*c->next)
        mem_copy_string(c->next, sizeof c->next, name);
    c->found |= !strcmp(name, c->after);
}

static void change_theme(workstation *w, const char *name) {
    cycle c = {.after = w->theme.name};
    theme next;
    if (!name) {
        theme_each(w->host->config_directory, visit_theme, &c);
        name = *c.next ? c.next : c.first;
    }
    if (theme_find(w->host->config_directory, name, &next) != STATUS_OK) {
        workstation_say(w, ROLE_ERROR, "%s", status_message());
        return;
    }
    w->theme = next;
    mem_copy_string(w->themed, sizeof w->themed, next.name);
    screen_theme(w->screen, &w->theme);
    workstation_say(w, ROLE_TEXT, "theme %s: %s", next.name, next.title);
}

static void change_layout(workstation *w, const char *how) {
    enum { COLUMNS = 2, ROWS = 1 };
    bool moved = true;
    if (!strcmp(how, "wider"))
        moved = tiling_resize(here(w), COLUMNS, 0);
    else if (!strcmp(how, "narrower"))
        moved = tiling_resize(here(w), -COLUMNS, 0);
    else if (!strcmp(how, "higher"))
        moved = tiling_resize(here(w), 0, ROWS);
    else if (!strcmp(how, "lower"))
        moved = tiling_resize(here(w), 0, -ROWS);
    else
        tiling_reset(here(w));
    w->restless = true;
    if (!moved)
        workstation_say(w, ROLE_TEXT, "this edge can't move further");
}

// What leaving does to a desk that runs here: to the orders that work, and to the screens that look at it.
static void put_leaving(int working, int screens, text *out) {
    if (screens)
        text_printf(out, "%d other screen%s attached to this desk; one takes the desk over when this one leaves. ",
                    screens, screens == 1 ? " is" : "s are");
    if (working)
        text_printf(out, "%d order%s working%s. ", working, working == 1 ? " is" : "s are",
                    screens ? " and will work on there, their places in the queue lost"
                            : ", and the desk runs in this workstation: leaving stops it");
    text_put(out, screens ? "Leave?" : "Everything is kept and comes back at the next start. Leave?");
}

static void quit(workstation *w) {
    int working = w->model->status.working;
    int screens = w->host->screens ? w->host->screens(w->host->context) : 0;
    if (w->host->attached || (working == 0 && screens == 0)) {
        w->done = true;
        return;
    }
    text sentence = {0};
    put_leaving(working, screens, &sentence);
    dialog_confirm(&w->dialog, "Leave", CONFIRM_YES, text_string(&sentence), NULL);
    text_free(&sentence);
    w->asking = ASKING_QUIT;
    w->restless = true;
}

static void for_pane(workstation *w, const call *c, screen_action action) {
    switch (action) {
    case SCREEN_MOVE:
        move(w, call_text(c, "direction"));
        break;
    case SCREEN_PAGE:
        act(w, call_text(c, "direction")[0] == 'u' ? ACT_PAGE_UP : ACT_PAGE_DOWN, 0);
        break;
    case SCREEN_HOME:
        act(w, ACT_HOME, 0);
        break;
    case SCREEN_END:
        act(w, ACT_END, 0);
        break;
    case SCREEN_SORT:
        act(w, ACT_SORT, call_text(c, "how") && call_text(c, "how")[0] == 'r' ? -1 : 1);
        break;
    case SCREEN_FILTER:
        filter(w, c);
        break;
    case SCREEN_MODE:
        act(w, ACT_MODE, 0);
        break;
    case SCREEN_DRILL:
        act(w, ACT_DRILL, 0);
        break;
    case SCREEN_BACK:
        go_back(w);
        break;
    case SCREEN_EXPLAIN:
        act(w, ACT_EXPLAIN, 0);
        break;
    case SCREEN_GO:
        act(w, ACT_RUN, 0);
        break;
    case SCREEN_STOP:
        act(w, ACT_CANCEL, 0);
        break;
    case SCREEN_COPY:
        copy(w);
        break;
    case SCREEN_EXPORT:
        export_table(w, c);
        break;
    default:
        break;
    }
}

void workstation_screen_command(workstation *w, const call *c) {
    screen_action action = screen_action_of(c->command);
    switch (action) {
    case SCREEN_FOCUS:
        focus(w, call_text(c, "pane"));
        break;
    case SCREEN_ZOOM:
        tiling_zoom(here(w));
        w->restless = true;
        break;
    case SCREEN_WORKSPACE:
        workstation_show(w, workspaces_find(call_text(c, "name")));
        break;
    case SCREEN_TICKET:
        open_ticket(w, c);
        break;
    case SCREEN_PROMPT:
        open_prompt(w, c);
        break;
    case SCREEN_KEYS:
        workstation_help(w);
        break;
    case SCREEN_MESSAGES:
        show_messages(w);
        break;
    case SCREEN_THEME:
        change_theme(w, call_text(c, "name"));
        break;
    case SCREEN_LAYOUT:
        change_layout(w, call_text(c, "how"));
        break;
    case SCREEN_REDRAW:
        screen_redraw(w->screen);
        w->restless = true;
        break;
    case SCREEN_QUIT:
        quit(w);
        break;
    default:
        for_pane(w, c, action);
    }
}
