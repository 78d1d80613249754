#include "ui/widget/bars.h"

#include <string.h>

#include "src/base/text.h"
#include "ui/widget/cells.h"

enum { DEEPEST = 8 };

typedef struct {
    int label, note, figure, bar, share; // widths; 0: not shown
} layout;

static int clamp(int x, int low, int high) { return x > high ? high < low ? low : high : x < low ? low : x; }

// Whether a later sibling follows at depth `level` under the same parent.
static bool continues(const bars_source *s, int i, int level) {
    for (int k = i + 1; k < s->n; k++) {
        int depth = s->depth(s->context, k);
        if (depth <= level)
            return depth == level;
    }
    return false;
}

// "│ ├ " before a row.
static int draw_branches(const bars_source *s, int i, int depth, canvas *c, int x, int y) {
    int used = 0;
    for (int level = 1; level <= depth && level <= DEEPEST; level++) {
        bool more = continues(s, i, level);
        const char *branch = level < depth ? (more ? "│ " : "  ") : more ? "├ " : "└ ";
        used += canvas_put(c, x + used, y, ROLE_FRAME, branch);
    }
    return used;
}

static int larger(int a, const char *utf8) {
    int w = (int)text_width(utf8);
    return w > a ? w : a;
}

// Widths over all rows, so that nothing jumps while the list scrolls.
static layout measure(const bars_source *s, int width) {
    layout l = {0};
    for (int i = 0; i < s->n; i++) {
        bars_row row;
        s->row(s->context, i, &row);
        int indent = 2 * (row.depth < DEEPEST ? row.depth : DEEPEST), label = larger(0, row.label) + indent;
        l.label = label > l.label ? label : l.label;
        l.note = larger(l.note, row.note);
        l.figure = larger(l.figure, row.figure);
        l.share = larger(l.share, row.share);
    }
    l.label = clamp(l.label + 1, 4, width >= 90 ? 32 : width >= 60 ? 24 : 18);
    int fixed = 1 + l.label + l.figure + 1;
    int rest = width - fixed - (l.share ? l.share + 2 : 0) - (l.note ? l.note + 2 : 0);
    if (rest < 12 && l.note) {
        rest += l.note + 2;
        l.note = 0;
    }
    if (rest < 4 && l.share) {
        rest += l.share + 2;
        l.share = 0;
    }
    l.bar = rest >= 4 ? clamp(rest - 2, 2, 80) : 0;
    return l;
}

static void draw_row(const bars *b, const bars_source *s, const layout *l, canvas *c, int i, bool focused) {
    bars_row row;
    s->row(s->context, i, &row);
    int y = i - b->top, x = 1 + draw_branches(s, i, row.depth, c, 1, y);
    role r = row.strong || row.depth == 0 ? ROLE_STRONG : ROLE_TEXT;
    if (row.foldable)
        x += canvas_put(c, x, y, ROLE_DIM, row.folded ? "▸ " : "▾ ");
    canvas_put_n(c, x, y, 1 + l->label - x, r, row.label);
    x = 1 + l->label + 1;
    if (l->note) {
        canvas_put_n(c, x, y, l->note, ROLE_DIM, row.note);
        x += l->note + 2;
    }
    canvas figure = canvas_part(c, (rect){x, y, l->figure, 1});
    cells_figure(&figure, r, row.figure, NULL);
    x += l->figure + 2;
    cells_bar_at(c, x, y, l->bar, row.length);
    if (l->share)
        canvas_right(c, x + l->bar + 2 + l->share, y, row.depth > 1 ? ROLE_DIM : ROLE_TEXT, row.share);
    if (i == b->at && focused) {
        canvas_put(c, 0, y, ROLE_ACCENT, "▸");
        canvas_back(c, (rect){0, y, c->width, 1}, BACK_SELECTED);
    }
}

void bars_draw(bars *b, const bars_source *s, canvas *c, bool focused) {
    b->seen = c->height;
    b->at = clamp(b->at, 0, s->n - 1);
    if (b->at < b->top)
        b->top = b->at;
    if (b->seen && b->at >= b->top + b->seen)
        b->top = b->at - b->seen + 1;
    b->top = clamp(b->top, 0, s->n - b->seen);
    layout l = measure(s, c->width);
    for (int i = b->top; i < s->n && i < b->top + b->seen; i++)
        draw_row(b, s, &l, c, i, focused);
}

static bool move(bars *b, const bars_source *s, int to) {
    to = clamp(to, 0, s->n - 1);
    bool moved = to != b->at;
    b->at = to;
    return moved;
}

bool bars_act(bars *b, const bars_source *s, const pane_act *act) {
    int page = b->seen > 1 ? b->seen - 1 : 1;
    switch (act->kind) {
    case ACT_UP:
        return move(b, s, b->at - 1);
    case ACT_DOWN:
        return move(b, s, b->at + 1);
    case ACT_PAGE_UP:
        return move(b, s, b->at - page);
    case ACT_PAGE_DOWN:
        return move(b, s, b->at + page);
    case ACT_HOME:
        return move(b, s, 0);
    case ACT_END:
        return move(b, s, s->n - 1);
    case ACT_SCROLL:
        return move(b, s, b->at + act->amount);
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        return act->y >= 0 && b->top + act->y < s->n && move(b, s, b->top + act->y);
    default:
        return false;
    }
}
