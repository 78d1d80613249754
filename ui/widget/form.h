// A form: typed fields with defaults and ranges, checked as they are typed, with the error under the field. It makes
// the text of a command from its values. The fields are borrowed and must outlive the form; the form itself is plain
// memory.
#pragma once

#include <stdbool.h>

#include "src/base/text.h"
#include "ui/canvas.h"
#include "ui/pane.h"
#include "ui/widget/field.h"

enum { FORM_FIELDS = 24, FORM_VALUE = 96, FORM_CHOICES = 16 };

typedef struct form form;
struct form {
    const field *fields;
    int n;
    // What must hold between fields: the sentence, and the field it belongs to; NULL when all is well. May be NULL.
    const char *(*relation)(const form *f, int *field);
    // Called after each act, for fields that follow others: sets their values, hides and shows them. May be NULL.
    void (*follow)(form *f);
    bool (*knows)(const void *context, const char *symbol); // whether there is such a security; NULL: all there are
    const void *context;
    char value[FORM_FIELDS][FORM_VALUE];
    bool touched[FORM_FIELDS];
    bool hidden[FORM_FIELDS]; // neither shown nor checked nor in the command; whoever hides the one with the cursor
                              // moves it
    int at;                   // field with the cursor
    int caret;                // byte in its value
    bool editing;             // characters go into the field
    bool fresh;               // the next character replaces the whole value
    bool tried;               // somebody asked for the command: every error shows
    int line[FORM_FIELDS];    // of the last drawing, -1 when out of sight
};

void form_open(form *f, const field *fields, int n);
void form_edit(form *f, bool on); // begins or ends editing the field with the cursor
// Up, down, left, right, typing, erasing, clicks. True when the act was for the form.
bool form_act(form *f, const pane_act *act);

const char *form_value(const form *f, const char *name); // "" when empty; asserts that the field exists
void form_set(form *f, const char *name, const char *value);

// Whether field i is right; if not, the sentence.
bool form_check(const form *f, int i, char message[FIELD_MESSAGE]);
// The first field that is wrong, or -1.
int form_wrong(const form *f, char message[FIELD_MESSAGE]);

// Appends `start` and the values as words of a command line. False, with the cursor on the first wrong field, when
// there is one.
bool form_command(form *f, const char *start, text *out);

// Lines that form_draw would use without limit.
int form_height(const form *f);
void form_draw(form *f, canvas *c, bool focused);
