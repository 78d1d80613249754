#include "ui/workspaces.h"

#include <strings.h>

#define ROW(share, n)                                                                                                  \
    { .kind = LAYOUT_ROW, .weight = (share), .children = (n) }
#define COLUMN(share, n)                                                                                               \
    { .kind = LAYOUT_COLUMN, .weight = (share), .children = (n) }
#define PANE(name, share, width, height)                                                                               \
    { .kind = LAYOUT_PANE, .pane = (name), .weight = (share), .min_width = (width), .min_height = (height) }

// The least widths of a row add up to 80 columns at most, separators included, so that the smallest usual terminal
// shows the same picture.
static const layout_node desk[] = {
    ROW(1, 2),
    COLUMN(60, 2),
    PANE("positions", 62, 48, 7),
    PANE("orders", 38, 48, 5),
    COLUMN(40, 5),
    PANE("depth", 42, 31, 10),
    PANE("tape", 12, 31, 4),
    PANE("breaker", 18, 31, 7),
    PANE("pnl", 14, 31, 6),
    PANE("chart", 14, 31, 6),
};
static const layout_node risk[] = {
    ROW(1, 2), PANE("decomposition", 55, 44, 8), COLUMN(45, 2), PANE("heatmap", 60, 35, 8), PANE("var", 40, 35, 8),
};
static const layout_node stress[] = {
    ROW(1, 2),
    PANE("stress", 50, 40, 6),
    PANE("scenario", 50, 39, 6),
};
static const layout_node backtest[] = {
    ROW(1, 2), COLUMN(40, 2), PANE("form", 50, 38, 9), PANE("runs", 50, 38, 5), PANE("result", 60, 41, 10),
};
static const layout_node ops[] = {
    ROW(1, 2), COLUMN(45, 2), PANE("health", 50, 38, 7), PANE("jobs", 50, 38, 5), PANE("audit", 55, 41, 6),
};
static const layout_node market[] = {
    ROW(1, 2),
    COLUMN(42, 2),
    PANE("market", 58, 43, 9),
    PANE("cumulative", 42, 43, 8),
    COLUMN(58, 3),
    PANE("depth", 58, 36, 11),
    PANE("tape", 15, 36, 4),
    PANE("chart", 27, 36, 6),
};

#define NODES(tree) .nodes = (tree), .n = sizeof(tree) / sizeof *(tree)
static const workspace_kind kinds[] = {
    {.name = "desk", .title = "DESK", .number = 1, NODES(desk)},
    {.name = "risk", .title = "RISK", .number = 2, NODES(risk)},
    {.name = "stress", .title = "STRESS", .number = 3, NODES(stress)},
    {.name = "backtest", .title = "BACKTEST", .number = 4, NODES(backtest)},
    {.name = "ops", .title = "OPS", .number = 7, NODES(ops)},
    {.name = "market", .title = "MARKET", .number = 9, NODES(market)},
};

const workspace_kind *workspaces_all(size_t *n) {
    *n = sizeof kinds / sizeof *kinds;
    return kinds;
}

int workspaces_find(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcasecmp(kinds[i].name, name))
            return (int)i;
    return -1;
}
