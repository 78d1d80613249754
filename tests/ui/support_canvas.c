#include "tests/ui/support_canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"

enum { FENCE = 3, MARK = 0xE000 };

fenced fenced_new(int width, int height, bool ascii) {
    fenced f = {.whole = canvas_new(width + 2 * FENCE, height + 2 * FENCE)};
    for (int i = 0; i < f.whole.width * f.whole.height; i++)
        f.whole.cells[i] = (cell){.ch = MARK};
    f.whole.ascii = ascii;
    f.part = canvas_part(&f.whole, (rect){FENCE, FENCE, width, height});
    canvas_clear(&f.part);
    return f;
}

void fenced_check(const fenced *f) {
    for (int y = 0; y < f->whole.height; y++)
        for (int x = 0; x < f->whole.width; x++) {
            bool inside = x >= FENCE && y >= FENCE && x < f->whole.width - FENCE && y < f->whole.height - FENCE;
            cell c = f->whole.cells[y * f->whole.stride + x];
            if (!inside)
                assert_true(cell_same(c, (cell){.ch = MARK}));
            else
                assert_true(c.ch != MARK && c.role < ROLE_COUNT && c.back < BACK_COUNT);
        }
}

void fenced_free(fenced *f) { canvas_free(&f->whole); }

char *support_line(const canvas *c, int y) {
    text t = {0};
    size_t end = 0;
    for (int x = 0; x < c->width; x++) {
        uint32_t ch = c->cells[y * c->stride + x].ch;
        char utf8[5];
        if (!ch)
            continue;
        text_encode(ch, utf8);
        text_put(&t, utf8);
        if (ch != ' ')
            end = t.n;
    }
    char *line = mem_string_n(text_string(&t), end);
    text_free(&t);
    return line;
}

bool support_shows(const canvas *c, const char *utf8) {
    bool found = false;
    for (int y = 0; y < c->height && !found; y++) {
        char *line = support_line(c, y);
        found = strstr(line, utf8) != NULL;
        free(line);
    }
    return found;
}

int support_role_of(const canvas *c, const char *utf8) {
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            const char *at = utf8;
            unsigned point;
            int k = x;
            for (size_t n; (n = text_decode(at, &point)) > 0; at += n, k++)
                if (k >= c->width || c->cells[y * c->stride + k].ch != point)
                    break;
            if (!*at)
                return c->cells[y * c->stride + x].role;
        }
    return -1;
}

bool support_is_ascii(const canvas *c) {
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            if (c->cells[y * c->stride + x].ch >= 0x7F || c->cells[y * c->stride + x].ch < ' ')
                return false;
    return true;
}
