// The command line in the bottom line of the screen: GNU readline edits (so the user's own ~/.inputrc holds), but never
// touches the terminal: keys are fed to it, and what it has is drawn into the canvas here. There is one at a time.
#pragma once

#include <stdbool.h>

#include "src/base/command.h"
#include "src/base/text.h"
#include "ui/canvas.h"
#include "ui/term/keys.h"

typedef struct prompt prompt;

typedef enum {
    PROMPT_OPEN,
    PROMPT_ENTERED, // prompt_line is to be run
    PROMPT_LEFT,
} prompt_end;

// History is kept in `history` (a path, created 0600; NULL: only in memory). All is borrowed.
prompt *prompt_new(const command_table *commands, command_words symbols, void *symbols_context, const char *history);
void prompt_free(prompt *p);

void prompt_open(prompt *p, const char *beginning);
void prompt_close(prompt *p);
bool prompt_is_open(const prompt *p);
prompt_end prompt_key(prompt *p, const input *in); // keys and pastes
const char *prompt_line(const prompt *p);          // as it stands, or as it was entered

// Draws the line into row y of the canvas, what it could become above it, and gives the place of the cursor.
void prompt_draw(prompt *p, canvas *c, int y, int *cursor_x);
