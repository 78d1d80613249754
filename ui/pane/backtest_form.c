#include <stdio.h>
#include <string.h>

#include "engine/backtest/run_config.h"
#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/form.h"
#include "ui/widget/wrap.h"

// The form of a backtest, made from the registry of strategies: its parameters, then what every run has. Values that
// are the default stay out of the command.

enum { CHOICES_SIZE = 256, FIRST_PARAMETER = 1 };

// Strategies list their parameters by name; people set the signal first, then what is bought, then how often.
static const char *const usual_order[] = {"symbol", "lookback", "skip",      "fast", "slow",
                                          "top",    "quantile", "rebalance", "days", "holding"};

typedef struct {
    form form;
    field fields[FORM_FIELDS];
    char choices[CHOICES_SIZE]; // names of strategies, with | between
    const strategy *strategy;
    int order[STRATEGY_PARAMETERS]; // its parameters as they stand in the form
} backtest_form;

// What every run has, in the order in which people think of it.
static const int settings[RUN_SETTINGS] = {RUN_FROM,    RUN_TO,       RUN_COMMISSION, RUN_SLIPPAGE,
                                           RUN_CAPITAL, RUN_UNIVERSE, RUN_FILL,       RUN_SEED};

static field field_of(const strategy_parameter *p) {
    static const field_type types[] = {[STRATEGY_INT] = FIELD_INT,
                                       [STRATEGY_NUMBER] = FIELD_NUMBER,
                                       [STRATEGY_CHOICE] = FIELD_CHOICE,
                                       [STRATEGY_SYMBOL] = FIELD_SYMBOL,
                                       [STRATEGY_DATE] = FIELD_DATE};
    bool may_be_empty = p->type == STRATEGY_SYMBOL || p->type == STRATEGY_DATE;
    return (field){.name = p->name,
                   .label = p->title,
                   .type = types[p->type],
                   .flag = "",
                   .initial = p->preset,
                   .low = p->min,
                   .high = p->max,
                   .choices = p->choices,
                   .unit = p->unit,
                   .optional = may_be_empty,
                   .help = p->help};
}

static int usual_place(const char *name) {
    int n = sizeof usual_order / sizeof *usual_order, i = 0;
    while (i < n && strcmp(usual_order[i], name) != 0)
        i++;
    return i;
}

static void order_parameters(backtest_form *s) {
    int n = (int)s->strategy->parameter_count;
    const strategy_parameter *p = s->strategy->parameters;
    for (int i = 0; i < n; i++) { // insertion keeps equals as they were
        int at = i;
        for (; at > 0 && usual_place(p[s->order[at - 1]].name) > usual_place(p[i].name); at--)
            s->order[at] = s->order[at - 1];
        s->order[at] = i;
    }
}

// The parameter or setting behind a field.
static const strategy_parameter *parameter_of(const backtest_form *s, int i) {
    int own = (int)s->strategy->parameter_count;
    return i - FIRST_PARAMETER < own ? &s->strategy->parameters[s->order[i - FIRST_PARAMETER]]
                                     : &run_settings[settings[i - FIRST_PARAMETER - own]];
}

// The run that the form describes; the sentence of what is wrong with it as a whole begins with a field's name.
static const char *relation(const form *f, int *wrong) {
    const strategy *chosen = strategy_find(f->value[0]);
    if (!chosen)
        return NULL;
    run_config config = run_config_default(chosen);
    for (int i = FIRST_PARAMETER; i < f->n; i++)
        if (run_config_set(&config, f->fields[i].name, f->value[i]) != STATUS_OK)
            return NULL; // the field says so itself
    if (run_config_check(&config) == STATUS_OK)
        return NULL;
    const char *sentence = status_message();
    *wrong = FIRST_PARAMETER;
    for (int i = FIRST_PARAMETER; i < f->n; i++) {
        size_t n = strlen(f->fields[i].name);
        if (strncmp(sentence, f->fields[i].name, n) == 0 && sentence[n] == ':')
            *wrong = i;
    }
    return sentence;
}

// Makes the fields of a strategy. Values that the old form has under the same name are kept.
static void choose(backtest_form *s, const strategy *chosen) {
    form old = s->form;
    char names[FORM_FIELDS][32];
    for (int i = 0; i < old.n; i++)
        mem_copy_string(names[i], sizeof names[i], old.fields[i].name);
    s->strategy = chosen;
    order_parameters(s);
    s->fields[0] = (field){.name = "strategy",
                           .label = "Strategy",
                           .type = FIELD_CHOICE,
                           .choices = s->choices,
                           .initial = chosen->name,
                           .help = chosen->help};
    int n = FIRST_PARAMETER + (int)chosen->parameter_count + RUN_SETTINGS;
    for (int i = FIRST_PARAMETER; i < n; i++)
        s->fields[i] = field_of(parameter_of(s, i));
    form_open(&s->form, s->fields, n);
    s->form.relation = relation;
    for (int i = 1; i < old.n; i++)
        for (int k = 1; k < n; k++)
            if (strcmp(names[i], s->fields[k].name) == 0 && old.touched[i]) {
                form_set(&s->form, s->fields[k].name, old.value[i]);
                s->form.touched[k] = true;
            }
    s->form.editing = old.editing;
}

static void open_pane(void *state) {
    backtest_form *s = state;
    for (size_t i = 0; i < strategy_count(); i++) {
        size_t n = strlen(s->choices);
        snprintf(s->choices + n, sizeof s->choices - n, "%s%s", i ? "|" : "", strategy_at(i)->name);
    }
    const strategy *momentum = strategy_find("momentum");
    choose(s, momentum ? momentum : strategy_at(0));
}

// Flags are given to fields whose value is not the default, so that the command says what was chosen and no more.
static bool make_command(backtest_form *s, text *out) {
    char flags[FORM_FIELDS][40];
    s->fields[0].flag = NULL;
    for (int i = FIRST_PARAMETER; i < s->form.n; i++) {
        const strategy_parameter *p = parameter_of(s, i);
        snprintf(flags[i], sizeof flags[i], "--%s", p->name);
        s->fields[i].flag = strcmp(s->form.value[i], p->preset) == 0 ? "" : flags[i];
    }
    bool right = form_command(&s->form, "backtest run", out);
    for (int i = 0; i < s->form.n; i++)
        s->fields[i].flag = "";
    return right;
}

static void draw_command(backtest_form *s, canvas *c) {
    text command = {0};
    char message[FIELD_MESSAGE];
    if (form_wrong(&s->form, message) >= 0)
        canvas_put_n(c, 1, 0, c->width - 1, ROLE_ERROR, "a field is not right yet");
    else if (make_command(s, &command)) {
        int x = 1 + canvas_put(c, 1, 0, ROLE_KEY, "r");
        canvas_put_n(c, x + 1, 0, c->width - x - 1, ROLE_DIM, text_string(&command));
    }
    text_free(&command);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    backtest_form *s = state;
    (void)m;
    const char *help = s->fields[s->form.at].help ? s->fields[s->form.at].help : "";
    bool tried = s->form.tried;
    int foot = c->height < 6 ? 0 : c->height < 9 ? 2 : 3; // two lines of help, so that it is whole, and the command
    canvas body = canvas_part(c, (rect){0, 0, c->width, c->height - foot});
    form_draw(&s->form, &body, focused);
    canvas line = canvas_part(c, (rect){0, c->height - 1, c->width, 1});
    if (foot) {
        int lines = wrap_count(help, c->width - 1);
        lines = lines < foot - 1 ? lines : foot - 1;
        wrap_draw(c, (rect){1, c->height - 1 - lines, c->width - 1, lines}, ROLE_DIM, help, 0);
        draw_command(s, &line);
    }
    s->form.tried = tried; // looking is not trying
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const backtest_form *s = state;
    char day[FORMAT_TEXT];
    text_printf(out, "Backtest · %s · data to %s", s->strategy->title, format_date(m->status.data_date, day));
    part_title_end(m, out);
}

static void explain(const backtest_form *s, const ui_model *m, text *out) {
    const field *f = &s->fields[s->form.at];
    char range[FIELD_MESSAGE];
    field_describe(f, range);
    text_printf(out, "%s: %s\n", f->label, f->help ? f->help : "");
    part_explain(out, "range", "%s; default %s", range[0] ? range : "any",
                 f->initial && f->initial[0] ? f->initial : "none");
    part_explain(out, "strategy", "%s: %s", s->strategy->name, s->strategy->help);
    part_explain(
        out, "run",
        "named by the hash of strategy, parameters, dates, data and program: the same run is found, not repeated");
    part_explain_origin(out, m);
}

static int run(backtest_form *s, pane_reply *reply) {
    text command = {0};
    bool right = make_command(s, &command);
    text_put(&command, " --background"); // it shows in runs; the screen is not kept waiting
    if (right)
        mem_copy_string(reply->command, sizeof reply->command, text_string(&command));
    text_free(&command);
    form_edit(&s->form, false);
    return right ? NEXT_COMMAND | NEXT_REDRAW : NEXT_REDRAW;
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    backtest_form *s = state;
    switch (act->kind) {
    case ACT_RUN:
        return run(s, reply);
    case ACT_EXPLAIN:
        explain(s, m, &reply->explain);
        return NEXT_NOTHING;
    case ACT_DRILL:
    case ACT_DOUBLE_CLICK:
        if (act->kind == ACT_DOUBLE_CLICK)
            form_act(&s->form, act);
        form_edit(&s->form, !s->form.editing);
        return NEXT_REDRAW;
    case ACT_BACK:
        if (!s->form.editing)
            return NEXT_NOTHING;
        form_edit(&s->form, false);
        return NEXT_REDRAW;
    default:
        if (!form_act(&s->form, act))
            return NEXT_NOTHING;
    }
    const strategy *chosen = strategy_find(s->form.value[0]);
    if (chosen && chosen != s->strategy)
        choose(s, chosen);
    return NEXT_REDRAW;
}

static bool typing(const void *state) { return ((const backtest_form *)state)->form.editing; }

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {{"name", "NAME", COLUMN_TEXT, 0}, {"value", "VALUE", COLUMN_TEXT, 0}};
    const backtest_form *s = state;
    (void)m;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; i < s->form.n; i++) {
        table_text(t, s->fields[i].name);
        table_text(t, s->form.value[i]);
    }
    return t;
}

const pane_class pane_backtest_form = {
    .name = "form",
    .hint = "Enter edit  ←→ change  r run  i explain  z zoom",
    .state_size = sizeof(backtest_form),
    .open = open_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS),
    .typing = typing,
};
