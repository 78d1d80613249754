#include "ui/term/ansi.h"

static void put_colour(text *out, int32_t colour, int colours, bool fore) {
    int base = fore ? 30 : 40;
    if (colour < 0)
        return;
    if (colours >= 1 << 24)
        text_printf(out, ";%d;2;%d;%d;%d", base + 8, colour >> 16, colour >> 8 & 255, colour & 255);
    else if (colours >= 256)
        text_printf(out, ";%d;5;%d", base + 8, colour);
    else
        text_printf(out, ";%d", colour < 8 ? base + colour : base + 60 + colour - 8);
}

static void put_look(text *out, theme_look look, int colours) {
    text_put(out, "\033[0");
    if (look.attr & ATTR_BOLD)
        text_put(out, ";1");
    if (look.attr & THEME_DIM)
        text_put(out, ";2");
    if (look.attr & ATTR_UNDERLINE)
        text_put(out, ";4");
    if (look.attr & ATTR_REVERSE)
        text_put(out, ";7");
    put_colour(out, look.fore, colours, true);
    put_colour(out, look.back, colours, false);
    text_char(out, 'm');
}

static bool look_same(theme_look a, theme_look b) { return a.fore == b.fore && a.back == b.back && a.attr == b.attr; }

void present_ansi(const canvas *c, const theme *t, int colours, text *out) {
    for (int y = 0; y < c->height; y++) {
        const cell *row = c->cells + (ptrdiff_t)y * c->stride;
        theme_look now = {-2, -2, 0};
        for (int x = 0; x < c->width; x++) {
            theme_look look = theme_cell(t, colours, row[x]);
            char utf8[5];
            if (!row[x].ch)
                continue;
            if (!look_same(look, now))
                put_look(out, look, colours);
            now = look;
            text_put_n(out, utf8, text_encode(row[x].ch, utf8));
        }
        text_put(out, "\033[0m\n");
    }
}
