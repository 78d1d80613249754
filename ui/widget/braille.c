#include "ui/widget/braille.h"

#include <stdlib.h>

enum { EMPTY = 0x2800 };

static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

void braille_dot(canvas *c, int x, int y, role r) {
    if (x < 0 || y < 0 || x >= c->width * 2 || y >= c->height * 4)
        return;
    cell *p = c->cells + (ptrdiff_t)(y / 4) * c->stride + x / 2;
    bool dots = p->ch >= EMPTY && p->ch < EMPTY + 256;
    *p = (cell){.ch = (dots ? p->ch : EMPTY) | bits[y % 4][x % 2], .role = (uint8_t)r, .back = c->back};
}

// Bresenham's line.
void braille_line(canvas *c, int x0, int y0, int x1, int y1, role r) {
    int dx = abs(x1 - x0), dy = -abs(y1 - y0), sx = x0 < x1 ? 1 : -1, sy = y0 < y1 ? 1 : -1, error = dx + dy;
    for (;;) {
        braille_dot(c, x0, y0, r);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x0 += sx;
        }
        if (twice <= dx) {
            error += dx;
            y0 += sy;
        }
    }
}

// The character whose ink lies where the dots are: by the rows that are used, and the slope between the two columns.
static uint32_t ascii_of(unsigned pattern) {
    int count = 0, top[2] = {-1, -1}, first = 4, last = -1;
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 2; x++)
            if (pattern & bits[y][x]) {
                count++;
                top[x] = top[x] < 0 ? y : top[x];
                first = y < first ? y : first;
                last = y;
            }
    if (!count)
        return ' ';
    if (count >= 6)
        return '#';
    if (last - first >= 2)
        return top[0] < 0 || top[1] < 0 || top[0] == top[1] ? '|' : top[0] < top[1] ? '\\' : '/';
    return first == 0 ? '\'' : last == 3 ? '.' : '-';
}

void braille_finish(canvas *c) {
    for (int y = 0; c->ascii && y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            cell *p = c->cells + (ptrdiff_t)y * c->stride + x;
            if (p->ch >= EMPTY && p->ch < EMPTY + 256)
                p->ch = ascii_of(p->ch - EMPTY);
        }
}
