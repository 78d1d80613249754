#include "ui/widget/wrap.h"

#include "src/base/text.h"

static int glyph_width(const char *utf8, size_t n) {
    char one[8] = {0};
    for (size_t i = 0; i < n && i < sizeof one - 1; i++)
        one[i] = utf8[i];
    return (int)text_width(one);
}

size_t wrap_line(const char *utf8, int width, size_t *skip) {
    size_t at = 0, space = 0;
    int used = 0;
    unsigned point;
    *skip = 0;
    for (;;) {
        size_t n = text_decode(utf8 + at, &point);
        if (!n)
            return at;
        if (point == '\n') {
            *skip = 1;
            return at;
        }
        int w = glyph_width(utf8 + at, n);
        if (used + w > width && at > 0) {
            bool at_space = point == ' ';
            *skip = at_space || space;
            return at_space ? at : space ? space : at;
        }
        if (point == ' ' && at > 0)
            space = at;
        used += w;
        at += n;
    }
}

int wrap_count(const char *utf8, int width) {
    int lines = 0;
    while (*utf8) {
        size_t skip, n = wrap_line(utf8, width, &skip);
        utf8 += n + skip;
        lines++;
    }
    return lines;
}

int wrap_draw(canvas *c, rect area, role r, const char *utf8, int first) {
    int line = 0, drawn = 0;
    canvas part = canvas_part(c, area);
    text t = {0};
    while (*utf8 && drawn < part.height) {
        size_t skip, n = wrap_line(utf8, area.width, &skip);
        if (line++ >= first) {
            text_clear(&t);
            text_put_n(&t, utf8, n);
            canvas_put(&part, 0, drawn++, r, text_string(&t));
        }
        utf8 += n + skip;
    }
    text_free(&t);
    return drawn;
}
