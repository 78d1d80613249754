#include "ui/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/workspaces.h"

enum { COLUMNS = 250, ROWS = 80 };

static const uint32_t no_recency[LAYOUT_NODES];

static void weights_of(const layout_node *nodes, int n, int *weight) {
    for (int i = 0; i < n; i++)
        weight[i] = nodes[i].weight;
}

static layout compute(const workspace_kind *kind, int columns, int rows, const uint32_t *recency, int zoomed) {
    int weight[LAYOUT_NODES];
    layout l;
    weights_of(kind->nodes, kind->n, weight);
    layout_compute(kind->nodes, kind->n, weight, recency, (rect){0, 0, columns, rows}, zoomed, &l);
    return l;
}

static const workspace_kind *named(const char *name) {
    size_t n;
    return &workspaces_all(&n)[workspaces_find(name)];
}

static int node_of(const workspace_kind *kind, const char *pane) {
    for (int i = 0; i < kind->n; i++)
        if (kind->nodes[i].pane && !strcmp(kind->nodes[i].pane, pane))
            return i;
    fail_msg("no pane %s", pane);
    return -1;
}

static bool overlap(rect a, rect b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

static bool reachable(const layout *l, int pane) {
    for (int i = 0; i < l->n; i++)
        if (l->place[i].shown && l->place[i].stack == l->place[pane].stack)
            return true;
    return false;
}

// Shown panes and separators lie inside, never overlap, and add up to the whole area; every pane can be reached: it is
// shown, or behind one that is.
static void check_cover(const workspace_kind *kind, const layout *l, int columns, int rows) {
    rect part[2 * LAYOUT_NODES];
    int n = 0, cells = 0;
    for (int i = 0; i < l->n; i++)
        if (l->place[i].shown)
            part[n++] = l->place[i].area;
    for (int i = 0; i < l->separators; i++)
        part[n++] = l->separator[i];
    for (int i = 0; i < n; i++) {
        rect r = part[i];
        assert_true(r.x >= 0 && r.y >= 0 && r.x + r.width <= columns && r.y + r.height <= rows);
        cells += r.width * r.height;
        for (int j = 0; j < i; j++)
            if (overlap(r, part[j]))
                fail_msg("%s at %dx%d: parts overlap at %d,%d", kind->name, columns, rows, r.x, r.y);
    }
    if (cells != columns * rows)
        fail_msg("%s at %dx%d: %d cells of %d are covered", kind->name, columns, rows, cells, columns * rows);
    for (int i = 0; i < l->n; i++)
        if (kind->nodes[i].kind == LAYOUT_PANE && !reachable(l, i))
            fail_msg("%s at %dx%d: pane %s vanished", kind->name, columns, rows, kind->nodes[i].pane);
}

static void test_layout_covers_every_size_from_1x1_with_every_pane(void **state) {
    (void)state;
    size_t n;
    const workspace_kind *kinds = workspaces_all(&n);
    for (size_t k = 0; k < n; k++)
        for (int rows = 1; rows <= ROWS; rows++)
            for (int columns = 1; columns <= COLUMNS; columns++) {
                layout l = compute(&kinds[k], columns, rows, no_recency, -1);
                check_cover(&kinds[k], &l, columns, rows);
            }
}

static void test_layout_survives_no_room_at_all(void **state) {
    (void)state;
    size_t n;
    const workspace_kind *kinds = workspaces_all(&n);
    for (size_t k = 0; k < n; k++) {
        layout l = compute(&kinds[k], 0, 0, no_recency, -1);
        for (int i = 0; i < l.n; i++)
            assert_false(l.place[i].shown);
    }
}

static void test_layout_keeps_least_sizes_where_they_fit(void **state) {
    (void)state;
    size_t n;
    const workspace_kind *kinds = workspaces_all(&n);
    for (size_t k = 0; k < n; k++)
        for (int rows = 21; rows <= ROWS; rows++)
            for (int columns = 80; columns <= COLUMNS; columns += 13) {
                layout l = compute(&kinds[k], columns, rows, no_recency, -1);
                for (int i = 0; i < l.n; i++)
                    if (l.place[i].shown) {
                        assert_true(l.place[i].area.width >= kinds[k].nodes[i].min_width);
                        assert_true(l.place[i].area.height >= kinds[k].nodes[i].min_height);
                    }
            }
}

static void test_layout_of_the_desk_at_80x24_shows_the_four_that_matter(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    layout l = compute(desk, 80, 21, no_recency, -1);
    assert_true(l.place[node_of(desk, "positions")].shown);
    assert_true(l.place[node_of(desk, "orders")].shown);
    assert_true(l.place[node_of(desk, "depth")].shown);
    assert_true(l.place[node_of(desk, "breaker")].shown);
    assert_int_equal(l.place[node_of(desk, "pnl")].stack, node_of(desk, "breaker"));
}

static void test_layout_brings_the_pane_used_last_to_the_front_of_its_stack(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    uint32_t recency[LAYOUT_NODES] = {0};
    recency[node_of(desk, "pnl")] = 7;
    layout l = compute(desk, 80, 21, recency, -1);
    assert_true(l.place[node_of(desk, "pnl")].shown);
    assert_false(l.place[node_of(desk, "breaker")].shown);
}

static void test_layout_gives_a_zoomed_pane_everything(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    int depth = node_of(desk, "depth");
    layout l = compute(desk, 120, 37, no_recency, depth);
    for (int i = 0; i < l.n; i++)
        assert_int_equal(l.place[i].shown, i == depth);
    assert_int_equal(l.place[depth].body.width, 120);
    assert_int_equal(l.place[depth].body.height, 36);
    assert_int_equal(l.separators, 0);
}

static void test_layout_moves_an_edge_and_keeps_least_sizes(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    int positions = node_of(desk, "positions"), depth = node_of(desk, "depth"), weight[LAYOUT_NODES];
    rect area = {0, 0, 120, 37};
    layout before, after;
    weights_of(desk->nodes, desk->n, weight);
    layout_compute(desk->nodes, desk->n, weight, no_recency, area, -1, &before);
    assert_true(layout_resize(desk->nodes, desk->n, &before, weight, positions, 4, 2));
    layout_compute(desk->nodes, desk->n, weight, no_recency, area, -1, &after);
    assert_int_equal(after.place[positions].area.width, before.place[positions].area.width + 4);
    assert_int_equal(after.place[positions].area.height, before.place[positions].area.height + 2);
    assert_int_equal(after.place[depth].area.width, before.place[depth].area.width - 4);
    assert_false(layout_resize(desk->nodes, desk->n, &after, weight, positions, 60, 0));
}

static void test_layout_finds_neighbours(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    layout l = compute(desk, 120, 60, no_recency, -1);
    int positions = node_of(desk, "positions"), orders = node_of(desk, "orders"), depth = node_of(desk, "depth");
    assert_int_equal(layout_neighbour(&l, positions, 1, 0), depth);
    assert_int_equal(layout_neighbour(&l, positions, 0, 1), orders);
    assert_int_equal(layout_neighbour(&l, depth, -1, 0), positions);
    assert_int_equal(layout_neighbour(&l, positions, -1, 0), -1);
    assert_int_equal(layout_neighbour(&l, positions, 0, -1), -1);
}

static void test_layout_tells_what_is_at_a_point(void **state) {
    (void)state;
    const workspace_kind *desk = named("desk");
    layout l = compute(desk, 120, 60, no_recency, -1);
    bool title;
    assert_int_equal(layout_at(&l, 3, 0, &title), node_of(desk, "positions"));
    assert_true(title);
    assert_int_equal(layout_at(&l, 3, 1, &title), node_of(desk, "positions"));
    assert_false(title);
    assert_int_equal(layout_at(&l, l.separator[0].x, 5, &title), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_covers_every_size_from_1x1_with_every_pane),
        cmocka_unit_test(test_layout_survives_no_room_at_all),
        cmocka_unit_test(test_layout_keeps_least_sizes_where_they_fit),
        cmocka_unit_test(test_layout_of_the_desk_at_80x24_shows_the_four_that_matter),
        cmocka_unit_test(test_layout_brings_the_pane_used_last_to_the_front_of_its_stack),
        cmocka_unit_test(test_layout_gives_a_zoomed_pane_everything),
        cmocka_unit_test(test_layout_moves_an_edge_and_keeps_least_sizes),
        cmocka_unit_test(test_layout_finds_neighbours),
        cmocka_unit_test(test_layout_tells_what_is_at_a_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
