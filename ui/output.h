// What a command printed, over the panes, to scroll through. Owned by the workstation.
#pragma once

#include <stdbool.h>

#include "src/base/text.h"
#include "ui/canvas.h"
#include "ui/term/keys.h"

typedef struct {
    bool shown;
    char title[160];
    text body;
    int lines, widest; // of the body
    int first, left;   // what is at the top left
    int page, wide;    // lines and columns of the last drawing
} output;

// Takes a copy of the text.
void output_show(output *o, const char *title, const char *body);
void output_close(output *o);

typedef enum { OUTPUT_OPEN, OUTPUT_CLOSED, OUTPUT_COPY } output_end; // OUTPUT_COPY: y was pressed
output_end output_input(output *o, const input *in);
void output_draw(output *o, canvas *c, rect area);
const char *output_hints(const output *o); // what keys do in it
