#include "ui/widget/grid.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

void grid_free(grid *g) {
    free(g->order);
    *g = (grid){0};
}

// ---- order ----

typedef struct {
    grid_value value;
    uint32_t row;
} sortable;

// Missing numbers come last in both directions, equal ones keep the source's order.
static int compare(const void *pa, const void *pb, void *context) {
    const sortable *a = pa, *b = pb;
    int direction = *(const int *)context, order;
    if (a->value.string && b->value.string) {
        int folded = strcasecmp(a->value.string, b->value.string);
        order = direction > 0 ? folded : -folded;
    } else {
        bool a_missing = isnan(a->value.number), b_missing = isnan(b->value.number);
        if (a_missing || b_missing)
            order = a_missing - b_missing;
        else
            order = ((a->value.number > b->value.number) - (a->value.number < b->value.number)) * direction;
    }
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static void sort_rows(grid *g, const grid_source *s) {
    int by = g->sort - 1;
    if (!s->value || by < 0 || by >= s->column_n || g->n < 2)
        return;
    sortable *rows = mem_new(g->n, sizeof *rows);
    for (size_t i = 0; i < g->n; i++)
        rows[i] = (sortable){s->value(s->context, g->order[i], by), g->order[i]};
    int direction = s->columns[by].falling != g->reversed ? -1 : 1;
    qsort_r(rows, g->n, sizeof *rows, compare, &direction);
    for (size_t i = 0; i < g->n; i++)
        g->order[i] = rows[i].row;
    free(rows);
}

// The cursor goes where its row went; when that row is gone it stays in its place and takes the row that is there now.
static void settle_cursor(grid *g, const grid_source *s) {
    if (!g->n) {
        g->cursor = g->top = 0; // the key is kept: the row may come back with the next filter
        return;
    }
    if (!g->placed) {
        g->cursor = 0;
        g->has_key = false;
    }
    bool found = g->has_key && g->cursor < g->n && s->key(s->context, g->order[g->cursor]) == g->key;
    for (size_t i = 0; g->has_key && i < g->n && !found; i++)
        if (s->key(s->context, g->order[i]) == g->key) {
            g->cursor = i;
            found = true;
        }
    if (g->cursor >= g->n)
        g->cursor = g->n - 1;
    if (!found) {
        g->key = s->key(s->context, g->order[g->cursor]);
        g->has_key = true;
    }
}

void grid_arrange(grid *g, const grid_source *s) {
    if (s->n > g->cap) {
        g->order = mem_resize(g->order, s->n, sizeof *g->order);
        g->cap = s->n;
    }
    g->n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!g->filter[0] || !s->matches || s->matches(s->context, i, g->filter))
            g->order[g->n++] = (uint32_t)i;
    sort_rows(g, s);
    settle_cursor(g, s);
}

long grid_row(const grid *g) { return g->n ? (long)g->order[g->cursor] : -1; }

bool grid_seek(grid *g, const grid_source *s, uint64_t key) {
    grid_arrange(g, s);
    for (size_t i = 0; i < g->n; i++)
        if (s->key(s->context, g->order[i]) == key) {
            g->cursor = i;
            g->key = key;
            g->placed = true;
            g->loose = false;
            return true;
        }
    return false;
}

// ---- filter ----

static bool contains_word(const char *field, const char *word, size_t n) {
    for (; *field; field++)
        if (strncasecmp(field, word, n) == 0)
            return true;
    return false;
}

bool grid_matches(const char *filter, const char *const *fields, size_t n) {
    while (*filter) {
        size_t spaces = strspn(filter, " ");
        filter += spaces;
        size_t word = strcspn(filter, " ");
        bool found = word == 0;
        for (size_t i = 0; i < n && !found; i++)
            found = fields[i] && contains_word(fields[i], filter, word);
        if (!found)
            return false;
        filter += word;
    }
    return true;
}

// ---- drawing ----

static void draw_head(const grid *g, const grid_source *s, canvas *c) {
    for (int i = 0; i < s->column_n; i++) {
        if (g->x[i] < 0)
            continue;
        const grid_column *col = &s->columns[i];
        canvas head = canvas_part(c, (rect){g->x[i], 0, g->width[i], 1});
        int used = (int)text_width(col->title);
        assert(used <= col->width);
        used = used < head.width ? used : head.width;
        canvas_put(&head, col->right ? head.width - used : 0, 0, ROLE_HEADER, col->title);
        if (g->sort - 1 == i)
            canvas_put(c, g->x[i] + (col->right ? g->width[i] : used), 0, ROLE_ACCENT,
                       col->falling != g->reversed ? "▾" : "▴");
    }
}

static void draw_row(const grid *g, const grid_source *s, canvas *c, int y, size_t place, bool focused) {
    for (int i = 0; i < s->column_n; i++) {
        if (g->x[i] < 0)
            continue;
        canvas part = canvas_part(c, (rect){g->x[i], y, g->width[i], 1});
        if (part.width > 0)
            s->cell(s->context, g->order[place], i, &part);
    }
    if (place == g->cursor) {
        canvas_put(c, 0, y, focused ? ROLE_ACCENT : ROLE_DIM, "▸");
        canvas_back(c, (rect){0, y, c->width, 1}, focused ? BACK_SELECTED : BACK_SELECTED_DIM);
    }
}

// Where in the whole the lines shown lie: a thumb in the last column.
static void draw_thumb(const grid *g, canvas *c, int y) {
    int page = (int)g->page;
    double scale = (double)page / (double)g->n;
    int size = (int)fmax(1, rint(page * scale)), from = (int)rint((double)g->top * scale);
    if (from > page - size || g->top + g->page >= g->n)
        from = page - size;
    else if (g->top > 0 && from == 0 && size < page)
        from = 1;
    canvas_fill(c, (rect){c->width - 1, y + from, 1, size}, ROLE_FRAME, 0x2503);
}

static void keep_in_sight(grid *g) {
    if (!g->loose && g->cursor < g->top)
        g->top = g->cursor;
    if (!g->loose && g->page && g->cursor >= g->top + g->page)
        g->top = g->cursor - g->page + 1;
    size_t last = g->n > g->page ? g->n - g->page : 0;
    if (g->top > last)
        g->top = last;
}

void grid_draw(grid *g, const grid_source *s, canvas *c, bool focused) {
    assert(s->column_n <= GRID_COLUMNS);
    grid_arrange(g, s);
    g->head = c->height >= 3;
    int foot = s->foot && c->height >= 4;
    int lines = c->height - g->head - foot;
    g->page = lines > 0 ? (size_t)lines : 0;
    keep_in_sight(g);
    bool thumb = g->n > g->page && g->page > 1;
    g->column_n = s->column_n;
    grid_layout(s->columns, s->column_n, 1, c->width - thumb, g->x, g->width);
    canvas body = canvas_part(c, (rect){0, 0, c->width - thumb, c->height});
    if (g->head)
        draw_head(g, s, &body);
    for (size_t i = 0; i < g->page && g->top + i < g->n; i++)
        draw_row(g, s, &body, g->head + (int)i, g->top + i, focused);
    if (!g->n && s->n)
        canvas_printf(&body, 1, g->head, ROLE_DIM, "nothing matches “%s”: Esc shows all %zu", g->filter, s->n);
    if (thumb)
        draw_thumb(g, c, g->head);
    if (foot) {
        canvas line = canvas_part(c, (rect){0, c->height - 1, c->width, 1});
        s->foot(s->context, &line);
    }
}

// ---- acts ----

static bool move_to(grid *g, const grid_source *s, long place) {
    if (!g->n)
        return false;
    long last = (long)g->n - 1;
    place = place < 0 ? 0 : place > last ? last : place;
    bool moved = (size_t)place != g->cursor || g->loose;
    g->cursor = (size_t)place;
    g->key = s->key(s->context, g->order[g->cursor]);
    g->has_key = true;
    g->placed = true;
    g->loose = false;
    return moved;
}

static bool scroll(grid *g, long lines) {
    long last = g->n > g->page ? (long)(g->n - g->page) : 0, top = (long)g->top + lines;
    top = top < 0 ? 0 : top > last ? last : top;
    bool moved = (size_t)top != g->top;
    g->top = (size_t)top;
    g->loose |= moved;
    return moved;
}

static void sort_by(grid *g, int sort) {
    g->reversed = g->sort == sort && !g->reversed;
    g->sort = sort;
}

// The columns that are shown, one after the other, then the source's own order again.
static bool sort_next(grid *g, const grid_source *s) {
    if (!s->value)
        return false;
    int sort = g->sort;
    do
        sort = sort >= s->column_n ? 0 : sort + 1;
    while (sort && g->column_n == s->column_n && g->x[sort - 1] < 0);
    g->sort = sort;
    g->reversed = false;
    return true;
}

static bool click(grid *g, const grid_source *s, int x, int y) {
    if (y < g->head && s->value) {
        for (int i = 0; i < g->column_n && i < s->column_n; i++)
            if (g->x[i] >= 0 && x >= g->x[i] && x < g->x[i] + g->width[i]) {
                sort_by(g, i + 1);
                return true;
            }
        return false;
    }
    size_t line = (size_t)(y - g->head);
    if (y < g->head || line >= g->page || g->top + line >= g->n)
        return false;
    bool moved = g->top + line != g->cursor;
    size_t top = g->top;
    move_to(g, s, (long)(top + line));
    return moved;
}

bool grid_act(grid *g, const grid_source *s, const pane_act *act) {
    grid_arrange(g, s);
    long at = (long)g->cursor, page = g->page > 1 ? (long)g->page - 1 : 1;
    switch (act->kind) {
    case ACT_UP:
        return move_to(g, s, at - 1);
    case ACT_DOWN:
        return move_to(g, s, at + 1);
    case ACT_PAGE_UP:
        return move_to(g, s, at - page);
    case ACT_PAGE_DOWN:
        return move_to(g, s, at + page);
    case ACT_HOME:
        return move_to(g, s, 0);
    case ACT_END:
        return move_to(g, s, (long)g->n - 1);
    case ACT_SCROLL:
        return scroll(g, act->amount);
    case ACT_SORT:
        if (act->amount >= 0)
            return sort_next(g, s);
        g->reversed = g->sort && !g->reversed;
        return g->sort != 0;
    case ACT_FILTER:
        if (!s->matches)
            return false;
        mem_copy_string(g->filter, sizeof g->filter, act->string ? act->string : "");
        g->loose = false;
        return true;
    case ACT_BACK:
        if (!g->filter[0])
            return false;
        g->filter[0] = 0;
        return true;
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        return click(g, s, act->x, act->y);
    default:
        return false;
    }
}
