#include "ui/pane.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "ui/widget/format.h"

// ---- checking what was copied ----

static void clamp(int32_t *n, int32_t most) { *n = *n < 0 ? 0 : *n > most ? most : *n; }

#define END(string) ((string)[sizeof(string) - 1] = 0)

static void check_status(view_status *s) {
    END(s->program), END(s->workspace), END(s->state), END(s->user), END(s->role), END(s->portfolio);
    END(s->data_version), END(s->note);
}

static void check_positions(view_positions *p) {
    clamp(&p->n, VIEW_POSITIONS_MAX);
    for (int i = 0; i < p->n; i++) {
        END(p->rows[i].symbol), END(p->rows[i].sector);
        clamp(&p->rows[i].spark_n, VIEW_SPARK);
    }
}

static void check_orders(view_orders *o) {
    clamp(&o->n, VIEW_ORDERS_MAX);
    for (int i = 0; i < o->n; i++)
        END(o->rows[i].symbol), END(o->rows[i].client), END(o->rows[i].reason);
}

static void check_fills(view_fills *f) {
    clamp(&f->n, VIEW_FILLS_MAX);
    for (int i = 0; i < f->n; i++)
        END(f->rows[i].symbol);
}

static void check_breaker(view_breaker *b) {
    END(b->cause), END(b->user);
    clamp(&b->limits, (int32_t)(sizeof b->limit / sizeof *b->limit));
    clamp(&b->trips, VIEW_TRIPS);
    for (int i = 0; i < b->limits; i++)
        END(b->limit[i].name), END(b->limit[i].unit);
    for (int i = 0; i < b->trips; i++)
        END(b->trip[i].user), END(b->trip[i].cause);
}

static void check_risk(view_risk *r) {
    END(r->message), END(r->model), END(r->data);
    clamp(&r->factors, VIEW_FACTORS);
    clamp(&r->names, VIEW_NAMES);
    clamp(&r->var_days, VIEW_VAR_DAYS);
    for (int i = 0; i < r->factors; i++)
        END(r->factor_row[i].name), END(r->factor_row[i].group);
    for (int i = 0; i < r->names; i++)
        END(r->name_row[i].symbol), END(r->name_row[i].sector);
}

static void check_stress(view_stress *s) {
    END(s->message);
    clamp(&s->n, VIEW_SCENARIOS);
    for (int i = 0; i < s->n; i++) {
        view_scenario *row = &s->row[i];
        END(row->name), END(row->how), END(row->message);
        clamp(&row->factors, VIEW_FACTORS);
        clamp(&row->worst_n, VIEW_WORST);
        for (int k = 0; k < row->worst_n; k++)
            END(row->worst[k].symbol);
    }
}

static void check_runs(view_runs *r) {
    clamp(&r->n, VIEW_RUNS);
    for (int i = 0; i < r->n; i++)
        END(r->row[i].run_id), END(r->row[i].strategy), END(r->row[i].parameters), END(r->row[i].message);
}

static void check_jobs(view_jobs *j) {
    clamp(&j->n, VIEW_JOBS);
    for (int i = 0; i < j->n; i++)
        END(j->row[i].what), END(j->row[i].message);
}

static void check_audit(view_audit *a) {
    clamp(&a->n, VIEW_AUDIT);
    for (int i = 0; i < a->n; i++)
        END(a->row[i].user), END(a->row[i].face), END(a->row[i].command), END(a->row[i].result);
}

static void check_market(view_market *q) {
    clamp(&q->n, VIEW_QUOTES);
    for (int i = 0; i < q->n; i++)
        END(q->row[i].symbol);
}

static void check_replay(view_replay *r) { END(r->file), END(r->format), END(r->symbol), END(r->message); }

static void check_book(view_book *b) {
    END(b->symbol), END(b->name), END(b->sector);
    clamp(&b->bids, VIEW_LEVELS);
    clamp(&b->asks, VIEW_LEVELS);
    clamp(&b->prints, VIEW_TAPE);
    clamp(&b->closes, VIEW_CLOSES);
    clamp(&b->course.n, COURSE_POINTS);
}

void ui_model_check(ui_model *m, uint64_t sections) {
    if (sections & SECTION_BIT(SECTION_STATUS))
        check_status(&m->status);
    if (sections & SECTION_BIT(SECTION_POSITIONS))
        check_positions(&m->positions);
    if (sections & SECTION_BIT(SECTION_ORDERS))
        check_orders(&m->orders);
    if (sections & SECTION_BIT(SECTION_FILLS))
        check_fills(&m->fills);
    if (sections & SECTION_BIT(SECTION_BREAKER))
        check_breaker(&m->breaker);
    if (sections & SECTION_BIT(SECTION_RISK))
        check_risk(&m->risk);
    if (sections & SECTION_BIT(SECTION_STRESS))
        check_stress(&m->stress);
    if (sections & SECTION_BIT(SECTION_RUNS))
        check_runs(&m->runs);
    if (sections & SECTION_BIT(SECTION_PNL))
        clamp(&m->pnl.n, VIEW_PNL_POINTS);
    if (sections & SECTION_BIT(SECTION_JOBS))
        check_jobs(&m->jobs);
    if (sections & SECTION_BIT(SECTION_AUDIT))
        check_audit(&m->audit);
    if (sections & SECTION_BIT(SECTION_MARKET))
        check_market(&m->market);
    if (sections & SECTION_BIT(SECTION_REPLAY))
        check_replay(&m->replay);
    if (sections & SECTION_BIT(SECTION_RECORD))
        END(m->record.file), END(m->record.message);
    for (int i = 0; i < VIEW_BOOKS; i++)
        if (sections & SECTION_BIT(SECTION_BOOK + i))
            check_book(&m->book[i]);
    for (int i = 0; i < VIEW_CURVES; i++)
        if (sections & SECTION_BIT(SECTION_CURVE + i)) {
            END(m->curve[i].run_id);
            clamp(&m->curve[i].n, VIEW_CURVE_POINTS);
        }
}

// ---- selection ----

static void select_security(ui_model *m) {
    const view_position *largest = NULL;
    for (int i = 0; i < m->positions.n; i++) {
        const view_position *p = &m->positions.rows[i];
        if (!largest || fabs((double)p->value) > fabs((double)largest->value))
            largest = p;
    }
    if (largest) {
        mem_copy_string(m->symbol, sizeof m->symbol, largest->symbol);
        m->sid = largest->sid;
        return;
    }
    for (int i = 0; i < VIEW_BOOKS; i++)
        if (m->book[i].sid && m->book[i].symbol[0]) {
            mem_copy_string(m->symbol, sizeof m->symbol, m->book[i].symbol);
            m->sid = m->book[i].sid;
            return;
        }
}

static bool is_held(const ui_model *m) {
    for (int i = 0; i < m->positions.n; i++)
        if (strcmp(m->positions.rows[i].symbol, m->symbol) == 0)
            return true;
    return false;
}

static bool is_quoted(const ui_model *m) {
    for (int i = 0; i < m->market.n; i++)
        if (strcmp(m->market.row[i].symbol, m->symbol) == 0)
            return true;
    return false;
}

// A replay is settled for once its market has come, its end once there are positions to return to.
static void settle_replay(ui_model *m) {
    int64_t number = m->replay.number;
    if (number == m->replayed)
        return;
    if (number && m->market.replayed && m->market.n) {
        if (!is_quoted(m)) {
            mem_copy_string(m->symbol, sizeof m->symbol, m->market.row[0].symbol);
            m->sid = m->market.row[0].sid;
        }
        m->replayed = number;
    } else if (!number && m->seen[SECTION_POSITIONS]) {
        if (!is_held(m))
            select_security(m);
        m->replayed = 0;
    }
}

static bool has_order(const ui_model *m) {
    for (int i = 0; i < m->orders.n; i++)
        if (m->orders.rows[i].id == m->order)
            return true;
    return false;
}

static bool has_factor(const ui_model *m) {
    for (int i = 0; i < m->risk.factors; i++)
        if (strcmp(m->risk.factor_row[i].name, m->factor) == 0)
            return true;
    return false;
}

static bool has_scenario(const ui_model *m) {
    for (int i = 0; i < m->stress.n; i++)
        if (strcmp(m->stress.row[i].name, m->scenario) == 0)
            return true;
    return false;
}

static bool has_run(const ui_model *m) {
    for (int i = 0; i < m->runs.n; i++)
        if (m->run_id[0] && strcmp(m->runs.row[i].run_id, m->run_id) == 0)
            return true;
    return false;
}

static void select_run(ui_model *m) {
    m->run_id[0] = 0;
    for (int i = 0; i < m->runs.n; i++)
        if (m->runs.row[i].state == RUN_DONE) {
            mem_copy_string(m->run_id, sizeof m->run_id, m->runs.row[i].run_id);
            return;
        }
}

// A run that has just ended is what its maker waits to see.
static void select_ended_run(ui_model *m) {
    for (int i = 0; i < m->runs.n; i++) {
        const view_run *r = &m->runs.row[i];
        if (r->state == RUN_DONE && r->job > m->ended_job) {
            m->ended_job = r->job;
            mem_copy_string(m->run_id, sizeof m->run_id, r->run_id);
        }
    }
}

// A selection is let go only by a section that could hold it: one that was published, with results that are ready. A
// desk that has just begun has yet to say what there is.
static void settle_selection(ui_model *m) {
    if (!m->symbol[0])
        select_security(m);
    settle_replay(m);
    if (m->seen[SECTION_ORDERS] && !has_order(m))
        m->order = 0;
    if (m->risk.state == ANALYTICS_READY && !has_factor(m))
        m->factor[0] = 0;
    if (m->stress.state == ANALYTICS_READY && !has_scenario(m))
        mem_copy_string(m->scenario, sizeof m->scenario, m->stress.n ? m->stress.row[0].name : "");
    if (m->seen[SECTION_RUNS] && !has_run(m))
        select_run(m);
    select_ended_run(m);
}

// ---- refreshing ----

static uint64_t copy(ui_model *m, const view *v, view_section section, void *out) {
    return view_read(v, section, out, &m->seen[section]) ? SECTION_BIT(section) : 0;
}

uint64_t ui_model_refresh(ui_model *m, const view *v) {
    uint64_t changed = copy(m, v, SECTION_STATUS, &m->status);
    changed |= copy(m, v, SECTION_POSITIONS, &m->positions);
    changed |= copy(m, v, SECTION_ORDERS, &m->orders);
    changed |= copy(m, v, SECTION_FILLS, &m->fills);
    changed |= copy(m, v, SECTION_BREAKER, &m->breaker);
    changed |= copy(m, v, SECTION_RISK, &m->risk);
    changed |= copy(m, v, SECTION_STRESS, &m->stress);
    changed |= copy(m, v, SECTION_RUNS, &m->runs);
    changed |= copy(m, v, SECTION_PNL, &m->pnl);
    changed |= copy(m, v, SECTION_JOBS, &m->jobs);
    changed |= copy(m, v, SECTION_AUDIT, &m->audit);
    changed |= copy(m, v, SECTION_MARKET, &m->market);
    changed |= copy(m, v, SECTION_REPLAY, &m->replay);
    changed |= copy(m, v, SECTION_RECORD, &m->record);
    for (int i = 0; i < VIEW_BOOKS; i++)
        changed |= copy(m, v, (view_section)(SECTION_BOOK + i), &m->book[i]);
    for (int i = 0; i < VIEW_CURVES; i++)
        changed |= copy(m, v, (view_section)(SECTION_CURVE + i), &m->curve[i]);
    ui_model_check(m, changed);
    bool was_stale = m->stale;
    m->stale = format_span(m->now_mono, m->status.beat_mono) > 2 * NS_PER_S;
    if (changed)
        settle_selection(m);
    return m->stale == was_stale ? changed : ~UINT64_C(0);
}

void ui_model_forget(ui_model *m) {
    memset(m, 0, offsetof(ui_model, now_mono)); // the sections, and which of them were seen
    m->ended_job = 0;                           // another desk counts its jobs from 1 again
}

const view_book *ui_model_book(const ui_model *m, const char *symbol) {
    for (int i = 0; i < VIEW_BOOKS && symbol[0]; i++)
        if (m->book[i].sid && strcmp(m->book[i].symbol, symbol) == 0)
            return &m->book[i];
    return NULL;
}
