// A pane is a view: it draws from the model into a canvas and turns what the user does into commands. Each kind of pane
// is one file in ui/pane/ and one pane_class; its state is plain memory that the workstation keeps.
#pragma once

#include "engine/desk/view.h"
#include "src/base/table.h"
#include "ui/canvas.h"

// The workstation's private copy of the published sections, refreshed before each frame. Panes read it, never the
// mapping.
typedef struct {
    view_status status;
    view_positions positions;
    view_orders orders;
    view_fills fills;
    view_breaker breaker;
    view_risk risk;
    view_stress stress;
    view_runs runs;
    view_pnl pnl;
    view_jobs jobs;
    view_audit audit;
    view_market market;
    view_replay replay;
    view_record record;
    view_book book[VIEW_BOOKS];
    view_curve curve[VIEW_CURVES];
    uint64_t seen[SECTION_COUNT];
    int64_t now_mono; // of this frame; the workstation sets both before ui_model_refresh
    int64_t now_wall;
    bool stale; // the desk has not beaten for two seconds
    // What is selected, shared by all linked panes.
    char symbol[16]; // "" when none
    int32_t sid;
    int64_t order; // 0 when none
    char run_id[17];
    int64_t ended_job; // the last backtest of this desk that was seen to end
    int64_t replayed;  // the replay that the selection was settled for, 0 for the venue
    char factor[32], scenario[40];
} ui_model;

// Copies what was published since the last time and says which sections that was: bit SECTION_BIT(SECTION_X), books and
// curves one bit each; all of them when the desk falls silent or is heard again, for everything looks different then.
// While nothing is selected, the position with the largest value becomes the selection (symbol and
// sid), and with no position the first book; a selected factor, scenario, order or run is let go when the section that
// it stood in has been published (risk and stress: is ready) without it.
uint64_t ui_model_refresh(ui_model *m, const view *v);
// Another desk will be looked at: forgets what was published, keeps what is selected.
void ui_model_forget(ui_model *m);
// What refresh does to the sections that were copied: counts are kept within their arrays and strings are ended, so
// that panes can take every model as it is, whoever wrote it.
void ui_model_check(ui_model *m, uint64_t sections);
#define SECTION_BIT(section) (UINT64_C(1) << (section))
#define SECTION_BITS_BOOKS (((UINT64_C(1) << VIEW_BOOKS) - 1) << SECTION_BOOK)
#define SECTION_BITS_CURVES (((UINT64_C(1) << VIEW_CURVES) - 1) << SECTION_CURVE)
const view_book *ui_model_book(const ui_model *m, const char *symbol); // NULL while the desk has no slot for it

// What a key or the mouse asks of the focused pane. The key map binds keys to commands; the screen's own commands
// ("move down", "sort", "drill", …) arrive here.
typedef enum {
    ACT_UP,
    ACT_DOWN,
    ACT_LEFT,
    ACT_RIGHT,
    ACT_PAGE_UP,
    ACT_PAGE_DOWN,
    ACT_HOME,
    ACT_END,
    ACT_DRILL,  // Enter
    ACT_BACK,   // Esc
    ACT_SORT,   // next sort column; amount -1 reverses
    ACT_FILTER, // text
    ACT_MODE,   // the pane's next way of showing (volatility / VaR / ES …)
    ACT_CLICK,  // x, y inside the pane
    ACT_DOUBLE_CLICK,
    ACT_SCROLL,  // amount lines
    ACT_EXPLAIN, // fill `explain`
    ACT_RUN,     // r: do what the pane is for with what it holds (a form gives its command)
    ACT_CANCEL,  // c, Del: the command that ends what stands under the cursor (a job, a run)
    ACT_POINT,   // select what stands under the cursor: a key is about to act on the selection
    ACT_TYPE,    // string: what was typed or pasted, while typing() says yes
    ACT_ERASE,   // the character before the caret; amount 1: the one behind it
} pane_act_kind;

typedef struct {
    pane_act_kind kind;
    int x, y, amount;
    const char *string;
} pane_act;

// What must happen next. Flags are or-ed.
enum {
    NEXT_NOTHING = 0,
    NEXT_REDRAW = 1,
    NEXT_SELECTION = 2, // the model's selection changed: other panes follow, the desk is asked to watch
    NEXT_COMMAND = 4,   // run pane_reply.command
};

typedef struct {
    char command[512]; // text of a command
    int64_t price;     // ACT_POINT: under the cursor; 0 without one
    text explain;      // provenance of what stands under the cursor (ACT_EXPLAIN): inputs, formula, convention, version
} pane_reply;

typedef struct pane_class {
    const char *name; // "positions": key map sections and layouts use it
    const char *hint; // "b buy  s sell  c cancel …" for the bottom line; keys are checked against the key map
    size_t state_size;
    void (*open)(void *state);  // may be NULL: zeroed memory will do
    void (*close)(void *state); // may be NULL
    // "Positions · demo-core · 48 names · marks 0.2 s": what, of what, how old.
    void (*title)(void *state, const ui_model *m, text *out);
    void (*draw)(void *state, const ui_model *m, canvas *c, bool focused);
    int (*act)(void *state, ui_model *m, const pane_act *act, pane_reply *reply); // NEXT_*; may be NULL
    // The pane's content as a table, for copying and export; NULL when it has none. The caller frees it.
    table *(*export)(void *state, const ui_model *m);
    uint64_t sections; // bits of the sections it draws from: it is redrawn when one of them changes
    // Whether printable keys are text for this pane now (a field is being edited) rather than keys of the key map;
    // Enter and Esc arrive as ACT_DRILL and ACT_BACK, arrows as usual. NULL: never.
    bool (*typing)(const void *state);
} pane_class;

// All kinds, in ui/pane/panes.c.
const pane_class *pane_find(const char *name);
const pane_class *const *pane_all(size_t *n);
