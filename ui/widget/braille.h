// Dots on a canvas: every cell holds 2 × 4 of them as a braille pattern, so the canvas itself is the picture. A canvas
// for ASCII alone is drawn in the same way and then turned to characters that lie about where the dots do.
#pragma once

#include "ui/canvas.h"

// Sets the dot at x, y (0 … 2·width-1, 0 … 4·height-1 from the top left); outside is clipped. What stood in the cell,
// if it wasn't dots, is replaced.
void braille_dot(canvas *c, int x, int y, role r);
void braille_line(canvas *c, int x0, int y0, int x1, int y1, role r);
// Turns the dots of an ASCII canvas to characters; does nothing on others. Called when a picture is done.
void braille_finish(canvas *c);
