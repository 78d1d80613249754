// The tree is walked twice: bottom-up for the least sizes, top-down to hand out space. A split gives each child its
// share by weight, but no child less than it needs as long as the whole suffices (sizes that would be too small are
// fixed at the least, and the rest is shared anew). Where it does not suffice, panes fold into stacks, whose need is
// that of their largest pane.
#include "ui/layout.h"

#include <assert.h>
#include <string.h>

typedef struct {
    const layout_node *nodes;
    int n;
    const int *weight;
    const uint32_t *recency;
    layout *out;
    int end[LAYOUT_NODES]; // one past the last node of the subtree
    int min_width[LAYOUT_NODES], min_height[LAYOUT_NODES];
} work;

static int larger(int a, int b) { return a > b ? a : b; }

// Sets end and the least sizes of node i and all below it; returns its end.
static int measure(work *w, int i) {
    const layout_node *node = &w->nodes[i];
    assert(i < w->n);
    w->end[i] = i + 1;
    w->min_width[i] = node->min_width;
    w->min_height[i] = node->min_height;
    if (node->kind == LAYOUT_PANE)
        return i + 1;
    assert(node->children > 0);
    int width = node->kind == LAYOUT_ROW ? node->children - 1 : 0, height = 0, child = i + 1;
    for (int c = 0; c < node->children; c++) {
        int next = measure(w, child);
        bool row = node->kind == LAYOUT_ROW;
        width = row ? width + w->min_width[child] : larger(width, w->min_width[child]);
        height = row ? larger(height, w->min_height[child]) : height + w->min_height[child];
        child = next;
    }
    w->min_width[i] = width;
    w->min_height[i] = height;
    return w->end[i] = child;
}

// Shares `total` by weight, none below its least size while that is possible.
static void share(int total, int n, const int *weight, const int *least, int *size) {
    bool fixed[LAYOUT_NODES] = {false};
    for (bool again = true; again;) {
        long left = total, weights = 0, given = 0, sum = 0;
        again = false;
        for (int i = 0; i < n; i++) {
            left -= fixed[i] ? least[i] : 0;
            weights += fixed[i] ? 0 : larger(weight[i], 1);
        }
        left = left > 0 ? left : 0;
        for (int i = 0; i < n && !again; i++) {
            if (fixed[i]) {
                size[i] = least[i];
                continue;
            }
            sum += larger(weight[i], 1); // shares of the running sum, so that rounding never adds up
            long upto = (left * sum + weights / 2) / weights;
            size[i] = (int)(upto - given);
            given = upto;
            again = fixed[i] = size[i] < least[i];
        }
    }
    int over = -total;
    for (int i = 0; i < n; i++)
        over += size[i];
    for (int i = n - 1; i >= 0 && over > 0; i--) { // not even the least sizes fit: the last ones suffer
        int cut = over < size[i] ? over : size[i];
        size[i] -= cut;
        over -= cut;
    }
}

static void place_pane(work *w, int i, rect area) {
    layout_place *p = &w->out->place[i];
    int title = area.height > 0 ? 1 : 0;
    p->area = area;
    p->title = (rect){area.x, area.y, area.width, title};
    p->body = (rect){area.x, area.y + title, area.width, area.height - title};
    p->shown = area.width > 0 && area.height > 0;
    p->stack = i;
}

static void place_stack(work *w, const int *panes, int n, rect area) {
    int front = panes[0];
    for (int i = 0; i < n; i++) {
        place_pane(w, panes[i], area);
        w->out->place[panes[i]].stack = panes[0];
        if (w->recency[panes[i]] > w->recency[front])
            front = panes[i];
    }
    for (int i = 0; i < n; i++)
        w->out->place[panes[i]].shown &= panes[i] == front;
}

static int collect_panes(const work *w, int from, int to, int *panes) {
    int n = 0;
    for (int i = from; i < to; i++)
        if (w->nodes[i].kind == LAYOUT_PANE)
            panes[n++] = i;
        else
            w->out->place[i].folded = true;
    return n;
}

static void place_node(work *w, int i, rect area);

// How many of the nodes stand by themselves when the others share a stack; all of them if that fits.
static int standing(const work *w, const int *list, int n, int height) {
    int total = 0, stack[LAYOUT_NODES + 1] = {0}; // stack[k]: the need of list[k …] as one stack
    for (int k = n - 1; k >= 0; k--) {
        stack[k] = stack[k + 1];
        for (int i = list[k]; i < w->end[list[k]]; i++)
            if (w->nodes[i].kind == LAYOUT_PANE)
                stack[k] = larger(stack[k], w->min_height[i]);
        total += w->min_height[list[k]];
    }
    if (total <= height)
        return n;
    for (int k = n - 1; k > 0; k--) {
        total -= w->min_height[list[k]];
        if (total + stack[k] <= height)
            return k;
    }
    return 0;
}

// A list of nodes on top of each other.
static void place_column(work *w, int parent, const int *list, int n, rect area) {
    int size[LAYOUT_NODES], weight[LAYOUT_NODES] = {0}, least[LAYOUT_NODES] = {0}, panes[LAYOUT_NODES] = {0};
    assert(n > 0);
    int alone = standing(w, list, n, area.height), parts = alone < n ? alone + 1 : n;
    for (int k = 0; k < n; k++) {
        int part = k < alone ? k : alone, need = w->min_height[list[k]];
        weight[part] += w->weight[list[k]];
        least[part] = part < alone ? need : larger(least[part], need);
    }
    int stacked = alone < n ? collect_panes(w, list[alone], w->end[list[n - 1]], panes) : 0;
    assert(stacked > 0 || alone == n);
    if (stacked) {
        least[alone] = 0;
        for (int k = 0; k < stacked; k++)
            least[alone] = larger(least[alone], w->min_height[panes[k]]);
        if (parent >= 0)
            w->out->place[parent].folded = true;
    }
    share(area.height, parts, weight, least, size);
    for (int k = 0, y = area.y; k < parts; y += size[k++]) {
        rect part = {area.x, y, area.width, size[k]};
        if (k < alone)
            place_node(w, list[k], part);
        else
            place_stack(w, panes, stacked, part);
    }
}

static void place_row(work *w, int i, const int *list, int n, rect area) {
    int size[LAYOUT_NODES], weight[LAYOUT_NODES] = {0}, least[LAYOUT_NODES] = {0}, x = area.x;
    if (w->min_width[i] > area.width) {
        int panes[LAYOUT_NODES];
        int count = collect_panes(w, i, w->end[i], panes);
        place_column(w, i, panes, count, area);
        return;
    }
    for (int k = 0; k < n; k++) {
        weight[k] = w->weight[list[k]];
        least[k] = w->min_width[list[k]];
    }
    share(area.width - (n - 1), n, weight, least, size);
    for (int k = 0; k < n; k++) {
        place_node(w, list[k], (rect){x, area.y, size[k], area.height});
        x += size[k];
        if (k + 1 < n)
            w->out->separator[w->out->separators++] = (rect){x++, area.y, 1, area.height};
    }
}

static void place_node(work *w, int i, rect area) {
    const layout_node *node = &w->nodes[i];
    if (node->kind == LAYOUT_PANE) {
        place_pane(w, i, area);
        return;
    }
    int list[LAYOUT_NODES] = {0}, child = i + 1;
    for (int c = 0; c < node->children; c++) {
        list[c] = child;
        child = w->end[child];
    }
    w->out->place[i].area = area;
    if (node->kind == LAYOUT_ROW)
        place_row(w, i, list, node->children, area);
    else
        place_column(w, i, list, node->children, area);
}

void layout_compute(const layout_node *nodes, int n, const int *weight, const uint32_t *recency, rect area, int zoomed,
                    layout *out) {
    assert(n > 0 && n <= LAYOUT_NODES);
    work w = {.nodes = nodes, .n = n, .weight = weight, .recency = recency, .out = out};
    *out = (layout){.n = n};
    for (int i = 0; i < n; i++)
        out->place[i].stack = nodes[i].kind == LAYOUT_PANE ? i : -1;
    int end = measure(&w, 0);
    assert(end == n);
    (void)end;
    if (zoomed >= 0)
        place_pane(&w, zoomed, area);
    else
        place_node(&w, 0, area);
}

// The child of `split` that holds `node`, and its neighbour: the one behind it, or before it when it is the last.
static bool find_edge(const layout_node *nodes, const int *end, int split, int node, int *mine, int *other) {
    int before = -1, child = split + 1;
    for (int c = 0; c < nodes[split].children; c++, child = end[child]) {
        if (node >= child && node < end[child]) {
            *mine = child;
            *other = c + 1 < nodes[split].children ? end[child] : before;
            return *other >= 0;
        }
        before = child;
    }
    return false;
}

static bool resize_split(const work *w, const layout *now, int *weight, int split, int mine, int other, int by) {
    bool row = w->nodes[split].kind == LAYOUT_ROW;
    const int *least = row ? w->min_width : w->min_height;
    int child = split + 1;
    for (int c = 0; c < w->nodes[split].children; c++, child = w->end[child])
        weight[child] = row ? now->place[child].area.width : now->place[child].area.height;
    if (weight[mine] + by < least[mine] || weight[other] - by < least[other])
        return false;
    weight[mine] += by;
    weight[other] -= by;
    return true;
}

static bool resize_along(const work *w, const layout *now, int *weight, int node, layout_kind kind, int by) {
    for (int split = node - 1; by && split >= 0; split--) {
        int mine, other;
        bool above = w->nodes[split].kind == kind && w->end[split] > node && !now->place[split].folded;
        if (above && find_edge(w->nodes, w->end, split, node, &mine, &other))
            return resize_split(w, now, weight, split, mine, other, by);
    }
    return false;
}

bool layout_resize(const layout_node *nodes, int n, const layout *now, int *weight, int node, int columns, int rows) {
    layout scratch;
    work w = {.nodes = nodes, .n = n, .out = &scratch};
    measure(&w, 0);
    bool wider = resize_along(&w, now, weight, node, LAYOUT_ROW, columns);
    bool higher = resize_along(&w, now, weight, node, LAYOUT_COLUMN, rows);
    return wider || higher;
}

static bool within(rect r, int x, int y) { return x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height; }

int layout_at(const layout *l, int x, int y, bool *title) {
    for (int i = 0; i < l->n; i++)
        if (l->place[i].shown && within(l->place[i].area, x, y)) {
            *title = within(l->place[i].title, x, y);
            return i;
        }
    return -1;
}

int layout_neighbour(const layout *l, int node, int dx, int dy) {
    rect a = l->place[node].area;
    // One step beyond the edge (two columns for the separator), at the height of the title or the left end.
    int x = dx > 0 ? a.x + a.width + 1 : dx < 0 ? a.x - 2 : a.x + a.width / 2;
    int y = dy > 0 ? a.y + a.height : dy < 0 ? a.y - 1 : a.y;
    bool title;
    return layout_at(l, x, y, &title);
}
