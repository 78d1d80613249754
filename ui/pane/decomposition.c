#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/bars.h"

// The tree of annual volatility: total, then market, styles, sectors and specific with their factors; or total and
// names. Contributions add up to the total, so a bar is a share of it.

typedef enum { ITEM_TOTAL, ITEM_GROUP, ITEM_FACTOR, ITEM_SPECIFIC, ITEM_NAME } item_kind;

typedef struct {
    item_kind kind;
    int index; // of the group, factor or name
    int depth;
} item;

enum { MARKET, STYLES, SECTORS, GROUPS };

static const char *const group_keys[GROUPS] = {"market", "style", "sector"};
static const char *const group_names[GROUPS] = {"Market", "Styles", "Sectors"};

typedef struct {
    bars bars;
    bool by_name;
    bool folded[GROUPS];
    const view_risk *risk; // of the call under way
    item items[VIEW_NAMES + VIEW_FACTORS + 8];
    int n;
} decomposition;

// ---- the tree ----

static int group_of(const view_factor *f) {
    for (int g = 0; g < GROUPS; g++)
        if (strcmp(f->group, group_keys[g]) == 0)
            return g;
    return STYLES;
}

// A missing contribution sorts last.
static double size_of(double contribution) { return isnan(contribution) ? -1 : fabs(contribution); }

static int by_factor(const void *pa, const void *pb, void *context) {
    const view_risk *r = context;
    const item *a = pa, *b = pb;
    double x = size_of(r->factor_row[a->index].contribution), y = size_of(r->factor_row[b->index].contribution);
    return x != y ? (x < y) - (x > y) : a->index - b->index;
}

static int by_name(const void *pa, const void *pb, void *context) {
    const view_risk *r = context;
    const item *a = pa, *b = pb;
    double x = size_of(r->name_row[a->index].contribution), y = size_of(r->name_row[b->index].contribution);
    return x != y ? (x < y) - (x > y) : a->index - b->index;
}

static void add(decomposition *s, item_kind kind, int index, int depth) {
    s->items[s->n++] = (item){kind, index, depth};
}

static int members(const view_risk *r, int group) {
    int n = 0;
    for (int i = 0; i < r->factors; i++)
        n += group_of(&r->factor_row[i]) == group;
    return n;
}

static void add_group(decomposition *s, const view_risk *r, int group) {
    int n = members(r, group);
    if (!n)
        return;
    add(s, ITEM_GROUP, group, 1);
    if (n == 1 || s->folded[group])
        return;
    int first = s->n;
    for (int i = 0; i < r->factors; i++)
        if (group_of(&r->factor_row[i]) == group)
            add(s, ITEM_FACTOR, i, 2);
    qsort_r(s->items + first, (size_t)(s->n - first), sizeof *s->items, by_factor, (void *)r);
}

static void build(decomposition *s, const view_risk *r) {
    s->risk = r;
    s->n = 0;
    add(s, ITEM_TOTAL, 0, 0);
    if (s->by_name) {
        for (int i = 0; i < r->names; i++)
            add(s, ITEM_NAME, i, 1);
        qsort_r(s->items + 1, (size_t)(s->n - 1), sizeof *s->items, by_name, (void *)r);
        return;
    }
    for (int g = 0; g < GROUPS; g++)
        add_group(s, r, g);
    add(s, ITEM_SPECIFIC, 0, 1);
}

// ---- rows ----

typedef struct {
    double contribution, percent;
} share;

static share group_share(const view_risk *r, int group) {
    share sum = {0, 0};
    for (int i = 0; i < r->factors; i++)
        if (group_of(&r->factor_row[i]) == group) {
            sum.contribution += r->factor_row[i].contribution;
            sum.percent += r->factor_row[i].percent;
        }
    return sum;
}

// What the factors leave of the total.
static share specific_share(const view_risk *r) {
    share left = {r->total, 1};
    for (int i = 0; i < r->factors; i++) {
        left.contribution -= r->factor_row[i].contribution;
        left.percent -= r->factor_row[i].percent;
    }
    return left;
}

static void describe_factor(const view_factor *f, bars_row *out) {
    char exposure[FORMAT_TEXT];
    int group = group_of(f);
    mem_copy_string(out->label, sizeof out->label, f->name);
    if (group == SECTORS)
        snprintf(out->note, FORMAT_TEXT, "w %.40s", format_signed(f->exposure * 100, 1, exposure));
    else
        snprintf(out->note, FORMAT_TEXT, "%s %.40s", group == MARKET ? "β" : "z",
                 format_signed(f->exposure, 2, exposure));
}

static share describe(const decomposition *s, const item *it, bars_row *out) {
    const view_risk *r = s->risk;
    char weight[FORMAT_TEXT];
    switch (it->kind) {
    case ITEM_TOTAL:
        mem_copy_string(out->label, sizeof out->label, "TOTAL");
        return (share){r->total, 1};
    case ITEM_GROUP:
        if (members(r, it->index) == 1)
            for (int i = 0; i < r->factors; i++)
                if (group_of(&r->factor_row[i]) == it->index)
                    describe_factor(&r->factor_row[i], out);
        mem_copy_string(out->label, sizeof out->label, group_names[it->index]);
        out->foldable = members(r, it->index) > 1;
        out->folded = s->folded[it->index];
        return group_share(r, it->index);
    case ITEM_FACTOR:
        describe_factor(&r->factor_row[it->index], out);
        return (share){r->factor_row[it->index].contribution, r->factor_row[it->index].percent};
    case ITEM_SPECIFIC:
        mem_copy_string(out->label, sizeof out->label, "Specific");
        return specific_share(r);
    default:
        mem_copy_string(out->label, sizeof out->label, r->name_row[it->index].symbol);
        snprintf(out->note, FORMAT_TEXT, "w %.40s", format_signed(r->name_row[it->index].weight * 100, 1, weight));
        return (share){r->name_row[it->index].contribution, r->name_row[it->index].percent};
    }
}

static int depth_of(const void *context, int i) { return ((const decomposition *)context)->items[i].depth; }

static void row_of(const void *context, int i, bars_row *out) {
    const decomposition *s = context;
    const item *it = &s->items[i];
    *out = (bars_row){.depth = it->depth, .strong = it->depth <= 1 && !s->by_name};
    share sh = describe(s, it, out);
    if (it->kind == ITEM_TOTAL)
        format_percent(sh.contribution, 1, out->figure);
    else {
        format_number(sh.contribution * 100, 1, out->figure);
        strncat(out->figure, "  ", FORMAT_TEXT - strlen(out->figure) - 1); // under the digits of the total
        format_percent(sh.percent, 0, out->share);
    }
    out->length = s->risk->total > 0 ? sh.contribution / s->risk->total : NAN;
}

static bars_source source(decomposition *s, const ui_model *m) {
    build(s, &m->risk);
    return (bars_source){s->n, s, depth_of, row_of};
}

// ---- the pane ----

static void draw_figures(const view_risk *r, canvas *c) {
    part_figure figures[] = {
        {.label = "beta", .role = ROLE_TEXT, .keep = 0},
        {.label = "effective names", .role = ROLE_TEXT, .keep = 1},
        {.label = "R²", .role = ROLE_TEXT, .keep = 2},
        {.label = "Herfindahl", .role = ROLE_TEXT, .keep = 3},
        {.label = "securities", .role = ROLE_TEXT, .keep = 4},
        {.label = "days", .role = ROLE_TEXT, .keep = 5},
    };
    format_number(r->beta, 2, figures[0].value);
    format_number(r->effective_names, 1, figures[1].value);
    format_number(r->r2, 2, figures[2].value);
    format_number(r->herfindahl, 3, figures[3].value);
    format_integer(r->securities, figures[4].value);
    format_integer(r->history, figures[5].value);
    part_figures(c, 1, 0, figures, sizeof figures / sizeof *figures);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    decomposition *s = state;
    if (!part_ready(c, m->risk.state, m->risk.message, "No risk figures yet.",
                    "They are computed once there are positions and a year of prices: :portfolio load FILE.csv, "
                    ":import yahoo FILE.csv."))
        return;
    bars_source rows = source(s, m);
    bool foot = c->height >= 7;
    canvas body = canvas_part(c, (rect){0, 0, c->width, c->height - foot});
    bars_draw(&s->bars, &rows, &body, focused);
    canvas line = canvas_part(c, (rect){0, c->height - 1, c->width, 1});
    if (foot)
        draw_figures(&m->risk, &line);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const decomposition *s = state;
    char day[FORMAT_TEXT];
    text_put(out, "Risk");
    if (m->status.portfolio[0])
        text_printf(out, " · %s", m->status.portfolio);
    text_printf(out, " · annual volatility by %s", s->by_name ? "name" : "factor");
    if (m->risk.state == ANALYTICS_READY && s->by_name && m->risk.names_total > m->risk.names)
        text_printf(out, " · the largest %d of %d", m->risk.names, m->risk.names_total);
    if (m->risk.state == ANALYTICS_READY)
        text_printf(out, " · model %.12s of %s", m->risk.model, format_date(m->risk.as_of, day));
    part_title_end(m, out);
}

static void explain(const decomposition *s, const ui_model *m, const bars_source *rows, text *out) {
    bars_row row;
    rows->row(rows->context, s->bars.at, &row);
    text_printf(out, "Contribution of %s to annual volatility: %s %s\n", row.label, row.figure, row.share);
    part_explain(out, "formula",
                 s->by_name ? "weight × (Σ w) / √(wᵀ Σ w), with Σ = X F Xᵀ + D"
                            : "exposure × (F x) / σ for factors; wᵀ D w / σ for the specific part");
    part_explain(out, "convention",
                 "daily covariance × 252; contributions add up to the total; volatilities do not, their squares do");
    part_explain(out, "inputs", "weights at current marks, exposures X, factor covariance F, specific variances D");
    part_explain_model(out, m);
    part_explain_origin(out, m);
}

static int choose(const decomposition *s, ui_model *m) {
    const item *it = &s->items[s->bars.at];
    if (it->kind == ITEM_NAME) {
        const view_name *name = &m->risk.name_row[it->index];
        return part_select(m, name->symbol, name->sid) ? NEXT_SELECTION | NEXT_REDRAW : NEXT_NOTHING;
    }
    const char *factor = it->kind == ITEM_FACTOR ? m->risk.factor_row[it->index].name : "";
    if (strcmp(m->factor, factor) == 0)
        return NEXT_NOTHING;
    mem_copy_string(m->factor, sizeof m->factor, factor);
    return NEXT_SELECTION | NEXT_REDRAW;
}

static int fold(decomposition *s, pane_act_kind kind) {
    const item *it = &s->items[s->bars.at];
    if (it->kind != ITEM_GROUP || members(s->risk, it->index) < 2)
        return NEXT_NOTHING;
    bool *folded = &s->folded[it->index], want = kind == ACT_LEFT ? true : kind == ACT_RIGHT ? false : !*folded;
    int next = want != *folded ? NEXT_REDRAW : NEXT_NOTHING;
    *folded = want;
    return next;
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    decomposition *s = state;
    if (m->risk.state != ANALYTICS_READY)
        return NEXT_NOTHING;
    if (act->kind == ACT_MODE) {
        s->by_name = !s->by_name;
        s->bars = (bars){0};
        return NEXT_REDRAW;
    }
    bars_source rows = source(s, m);
    int next = bars_act(&s->bars, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    s->bars.at = s->bars.at < s->n ? s->bars.at : s->n - 1;
    if (act->kind == ACT_EXPLAIN)
        explain(s, m, &rows, &reply->explain);
    if (act->kind == ACT_DRILL || act->kind == ACT_LEFT || act->kind == ACT_RIGHT || act->kind == ACT_DOUBLE_CLICK)
        next |= fold(s, act->kind);
    if (next || act->kind == ACT_DRILL)
        next |= choose(s, m);
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"name", "NAME", COLUMN_TEXT, 0},           {"kind", "KIND", COLUMN_TEXT, 0},
        {"exposure", "EXPOSURE", COLUMN_NUMBER, 4}, {"contribution", "CONTRIBUTION", COLUMN_PERCENT, 3},
        {"percent", "SHARE", COLUMN_PERCENT, 2},
    };
    (void)state;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; i < m->risk.factors; i++) {
        const view_factor *f = &m->risk.factor_row[i];
        table_text(t, f->name);
        table_text(t, f->group);
        table_number(t, f->exposure);
        table_number(t, f->contribution);
        table_number(t, f->percent);
    }
    for (int i = 0; i < m->risk.names; i++) {
        const view_name *n = &m->risk.name_row[i];
        table_text(t, n->symbol);
        table_text(t, "name");
        table_number(t, n->weight);
        table_number(t, n->contribution);
        table_number(t, n->percent);
    }
    return t;
}

static void open_pane(void *state) { ((decomposition *)state)->folded[SECTORS] = true; }

const pane_class pane_decomposition = {
    .name = "decomposition",
    .hint = "Enter open or close a group  m factors/names  i explain  z zoom",
    .state_size = sizeof(decomposition),
    .open = open_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_RISK),
};
