// What the files of the workstation (ui/workstation*.c) share; nobody else includes this. One workstation runs on one
// thread; everything here is that thread's.
#pragma once

#include "src/base/vec.h"
#include "ui/frame.h"
#include "ui/keymap.h"
#include "ui/output.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/remember.h"
#include "ui/term/screen.h"
#include "ui/tiling.h"
#include "ui/widget/dialog.h"
#include "ui/workstation.h"

enum { WORKSPACES = 8 };

// A command line under way, or one that waits for its confirmation.
typedef struct {
    uint64_t token;
    char *line;
    bool quiet; // the screen's own doing: only a failure is shown, unless it is that there is no desk
} submission;

// An answer that asks for confirmation, until its turn at the dialog comes.
typedef struct {
    char *line, *sentence, *phrase;
    command_confirm kind;
} question;

typedef enum { ASKING_NOTHING, ASKING_MESSAGE, ASKING_CONFIRM, ASKING_TICKET, ASKING_QUIT } asking;

typedef struct {
    const ui_host *host;
    screen *screen; // NULL for a screenshot
    bool done;
    ui_end end;

    const view *view;
    uint64_t generation;
    ui_model *model;
    uint64_t changed; // sections, since the last frame
    int64_t framed;   // when the last frame began
    int64_t due;      // when the next one may show what was published
    bool restless;    // something changed that needs a frame now

    canvas base;  // frame and panes
    canvas shown; // the same with what lies over it
    tiling space[WORKSPACES];
    size_t spaces;
    int at; // index of the shown one
    theme theme;
    char themed[THEME_NAME]; // chosen by command, to be remembered

    keymap *keys;
    prompt *prompt;
    output output;
    dialog dialog;
    asking asking;
    VEC(question) questions; // the first one is in the dialog while asking is ASKING_CONFIRM
    VEC(submission) under_way;
    uint64_t token;
    char watched[16];
    bool watching; // a watch command is under way

    text message;
    role message_role;
    int64_t message_time;
    text log; // every message so far
    int64_t note_seen;
} workstation;

// workstation_draw.c
void workstation_fit(workstation *w, int columns, int rows);
void workstation_refresh(workstation *w); // the model from the view
void workstation_compose(workstation *w, int *cursor_x, int *cursor_y);
void workstation_show(workstation *w, int number);

// workstation_say.c: messages
void workstation_say(workstation *w, role r, const char *format, ...) __attribute__((format(printf, 3, 4)));
void workstation_keep(workstation *w, const char *sentence); // for `messages` alone
void workstation_hush(workstation *w);                       // the message has been read
bool workstation_message_stands(const workstation *w);

// workstation_run.c: command lines and what comes back
void workstation_run_line(workstation *w, const char *line);
void workstation_watch(workstation *w); // tells the desk what is selected, when that changed
void workstation_collect(workstation *w);
void workstation_ask_next(workstation *w);
void workstation_answer(workstation *w, bool accepted); // of a confirmation
const char *workstation_running(const workstation *w);  // the oldest line under way, or ""

// workstation_input.c
void workstation_input(workstation *w, const input *in);

// workstation_help.c
void workstation_help(workstation *w);

// workstation_acts.c: the screen's own commands
int workstation_act(workstation *w, int node, const pane_act *act); // NEXT_*
void workstation_screen_command(workstation *w, const call *c);
