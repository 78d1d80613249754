// Text broken into lines at spaces. Words wider than a line are cut; a newline always ends a line.
#pragma once

#include <stddef.h>

#include "ui/canvas.h"

// The bytes of `utf8` that make the next line of at most `width` columns (one character at least), and in *skip those
// to step over after it. 0 with *skip 0 at the end.
size_t wrap_line(const char *utf8, int width, size_t *skip);
int wrap_count(const char *utf8, int width); // lines
// Draws lines from number `first` on, inside the area; returns how many were drawn.
int wrap_draw(canvas *c, rect area, role r, const char *utf8, int first);
