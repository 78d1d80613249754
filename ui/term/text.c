#include "ui/term/text.h"

static const cell *row_of(const canvas *c, int y) { return c->cells + (ptrdiff_t)y * c->stride; }

void present_text(const canvas *c, text *out) {
    for (int y = 0; y < c->height; y++) {
        const cell *row = row_of(c, y);
        int end = c->width;
        while (end > 0 && row[end - 1].ch == ' ')
            end--;
        for (int x = 0; x < end; x++) {
            char utf8[5];
            if (row[x].ch)
                text_put_n(out, utf8, text_encode(row[x].ch, utf8));
        }
        text_char(out, '\n');
    }
}
