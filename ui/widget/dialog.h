// A box in the middle of the screen: a text, perhaps a form, and choices. It is used for messages, confirmations and
// the ticket. Nothing is chosen beforehand: what can't be undone has no default answer.
// The dialog owns its texts and points into itself, so it stays where it is; fields given to dialog_ask are borrowed.
// While one is shown every key goes to it.
#pragma once

#include <stdbool.h>

#include "src/base/command.h"
#include "ui/pane.h"
#include "ui/widget/form.h"

typedef enum {
    DIALOG_OPEN,
    DIALOG_ACCEPTED, // the first choice, or Enter in a form whose values are right
    DIALOG_DISMISSED,
} dialog_end;

typedef struct {
    bool shown;
    char title[96];
    text body;
    char choices[64]; // "Send|Back"; the last one dismisses
    int choice;       // -1: none yet
    bool has_form;
    form form;
    field own[1]; // of confirmations
    char phrase[160];
    int scroll, lines, page; // of the body
    rect area;               // of the last drawing, and of its parts
    int form_y, choice_y;
    int choice_x[4], choice_n;
} dialog;

// Something to read; Enter and Esc close it.
void dialog_message(dialog *d, const char *title, const char *body);
// What a command asks before it is done: a yes (y or n), a reason, or the phrase to type.
void dialog_confirm(dialog *d, const char *title, command_confirm kind, const char *sentence, const char *phrase);
// A form; `accept` names what Enter does ("Send").
void dialog_ask(dialog *d, const char *title, const char *body, const field *fields, int n, const char *accept);
void dialog_close(dialog *d); // frees its text

// Every key comes here while it is shown: arrows (Tab is ACT_DOWN, Shift-Tab ACT_UP), ACT_DRILL for Enter, ACT_BACK for
// Esc, ACT_TYPE and ACT_ERASE, clicks in screen coordinates.
dialog_end dialog_act(dialog *d, const pane_act *act);
// The reason, or the phrase, that was typed into a confirmation; "" for a plain yes.
const char *dialog_answer(const dialog *d);

void dialog_draw(dialog *d, canvas *screen);
// What keys do in it, as a line of hints: "y yes  n no  Esc leave".
void dialog_hints(const dialog *d, text *out);
