// Looking at what was drawn.
#pragma once

#include "ui/canvas.h"

// A canvas whose cells are the middle of a larger one filled with a mark, to notice drawing outside.
typedef struct {
    canvas whole, part;
} fenced;

fenced fenced_new(int width, int height, bool ascii);
void fenced_check(const fenced *f); // asserts that nothing outside the part was touched
void fenced_free(fenced *f);

// Line y as UTF-8 without blanks at its end. free() it.
char *support_line(const canvas *c, int y);
bool support_shows(const canvas *c, const char *utf8); // somewhere, on one line
// The role of the first character of `utf8` where it is shown first; -1 when it isn't.
int support_role_of(const canvas *c, const char *utf8);
bool support_is_ascii(const canvas *c);
