#include "ui/tiling.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

void tiling_open(tiling *w, const workspace_kind *kind) {
    *w = (tiling){.kind = kind, .zoomed = -1, .focus = -1};
    for (int i = 0; i < kind->n; i++) {
        w->weight[i] = kind->nodes[i].weight;
        if (kind->nodes[i].kind != LAYOUT_PANE)
            continue;
        w->pane[i] = pane_find(kind->nodes[i].pane);
        assert(w->pane[i]);
        w->state[i] = mem_new(1, w->pane[i]->state_size);
        if (w->pane[i]->open)
            w->pane[i]->open(w->state[i]);
        if (w->focus < 0)
            w->focus = i;
    }
}

void tiling_close(tiling *w) {
    for (int i = 0; w->kind && i < w->kind->n; i++) {
        if (w->pane[i] && w->pane[i]->close)
            w->pane[i]->close(w->state[i]);
        free(w->state[i]);
    }
    *w = (tiling){0};
}

void tiling_touch(tiling *w) { memset(w->dirty, true, sizeof w->dirty); }

void tiling_fit(tiling *w, rect area) {
    w->area = area;
    layout_compute(w->kind->nodes, w->kind->n, w->weight, w->recency, area, w->zoomed, &w->layout);
    tiling_touch(w);
}

void tiling_focus(tiling *w, int node) {
    if (node < 0 || node == w->focus)
        return;
    w->focus = node;
    w->recency[node] = ++w->clock;
    if (w->zoomed >= 0)
        w->zoomed = node;
    tiling_fit(w, w->area);
}

void tiling_focus_by(tiling *w, int steps) {
    int node = w->focus, n = w->kind->n, way = steps < 0 ? -1 : 1;
    do
        node = (node + way + n) % n;
    while (!w->pane[node]);
    tiling_focus(w, node);
}

int tiling_find(const tiling *w, const char *pane) {
    for (int i = 0; i < w->kind->n; i++)
        if (w->pane[i] && !strcmp(w->pane[i]->name, pane))
            return i;
    return -1;
}

void tiling_zoom(tiling *w) {
    w->zoomed = w->zoomed < 0 ? w->focus : -1;
    tiling_fit(w, w->area);
}

bool tiling_resize(tiling *w, int columns, int rows) {
    if (w->zoomed >= 0 || !layout_resize(w->kind->nodes, w->kind->n, &w->layout, w->weight, w->focus, columns, rows))
        return false;
    tiling_fit(w, w->area);
    return true;
}

void tiling_reset(tiling *w) {
    for (int i = 0; i < w->kind->n; i++)
        w->weight[i] = w->kind->nodes[i].weight;
    w->zoomed = -1;
    tiling_fit(w, w->area);
}

void tiling_draw(tiling *w, const ui_model *m, uint64_t changed, canvas *screen) {
    for (int i = 0; i < w->kind->n; i++) {
        if (!w->pane[i] || !w->layout.place[i].shown)
            continue;
        if (!w->dirty[i] && !(w->pane[i]->sections & changed))
            continue;
        canvas body = canvas_part(screen, w->layout.place[i].body);
        canvas_clear(&body);
        if (body.width > 0 && body.height > 0)
            w->pane[i]->draw(w->state[i], m, &body, i == w->focus);
        w->dirty[i] = false;
    }
}

bool tiling_typing(const tiling *w) {
    const pane_class *p = w->pane[w->focus];
    return p->typing && p->typing(w->state[w->focus]);
}

int tiling_act(tiling *w, int node, ui_model *m, const pane_act *act, pane_reply *reply) {
    const pane_class *p = w->pane[node];
    int next = p->act ? p->act(w->state[node], m, act, reply) : NEXT_NOTHING;
    if (next & NEXT_REDRAW)
        w->dirty[node] = true;
    if (next & NEXT_SELECTION)
        tiling_touch(w);
    return next;
}
