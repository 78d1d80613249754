#include "ui/output.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"

void output_show(output *o, const char *title, const char *body) {
    output_close(o);
    mem_copy_string(o->title, sizeof o->title, title);
    text line = {0};
    for (const char *at = body; *at;) {
        size_t n = strcspn(at, "\n");
        text_clear(&line);
        text_put_n(&line, at, n);
        int width = (int)text_width(text_string(&line));
        o->widest = width > o->widest ? width : o->widest;
        o->lines++;
        text_put_n(&o->body, at, n);
        text_char(&o->body, '\n');
        at += n + (at[n] != 0);
    }
    text_free(&line);
    o->shown = true;
}

void output_close(output *o) {
    text_free(&o->body);
    *o = (output){0};
}

static int clamp(int x, int most) { return x < 0 || most < 0 ? 0 : x > most ? most : x; }

static void scroll(output *o, int lines, int columns) {
    o->first = clamp(o->first + lines, o->lines - o->page);
    o->left = clamp(o->left + columns, o->widest - 20);
}

enum { FAR = 1000000 };

output_end output_input(output *o, const input *in) {
    static const struct {
        const char *key;
        int lines, pages, columns;
    } moves[] = {{"Up", -1, 0, 0},   {"k", -1, 0, 0},         {"Down", 1, 0, 0},    {"j", 1, 0, 0},
                 {"PgUp", 0, -1, 0}, {"^B", 0, -1, 0},        {"PgDn", 0, 1, 0},    {"^F", 0, 1, 0},
                 {"Space", 0, 1, 0}, {"Left", 0, 0, -8},      {"h", 0, 0, -8},      {"Right", 0, 0, 8},
                 {"l", 0, 0, 8},     {"Home", -FAR, 0, -FAR}, {"g", -FAR, 0, -FAR}, {"End", FAR, 0, 0},
                 {"G", FAR, 0, 0}};
    if (in->kind == INPUT_WHEEL)
        scroll(o, in->amount, 0);
    if (in->kind != INPUT_KEY)
        return OUTPUT_OPEN;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (!strcmp(in->key, moves[i].key)) {
            scroll(o, moves[i].lines + moves[i].pages * (o->page - 1), moves[i].columns);
            return OUTPUT_OPEN;
        }
    if (!strcmp(in->key, "y"))
        return OUTPUT_COPY;
    bool closes = !strcmp(in->key, "q") || !strcmp(in->key, "Esc") || !strcmp(in->key, "Enter") ||
                  !strcmp(in->key, "?") || !strcmp(in->key, "^C") || !strcmp(in->key, "Backspace");
    return closes ? OUTPUT_CLOSED : OUTPUT_OPEN;
}

static void draw_body(const output *o, canvas *c) {
    const char *at = text_string(&o->body);
    for (int skip = 0; skip < o->first && *at; skip++)
        at += strcspn(at, "\n") + 1;
    text line = {0};
    for (int y = 0; y < c->height && *at; y++) {
        size_t n = strcspn(at, "\n");
        text_clear(&line);
        text_put_n(&line, at, n);
        canvas_put(c, -o->left, y, ROLE_TEXT, text_string(&line));
        at += n + 1;
    }
    text_free(&line);
}

enum { LEAST_TITLE = 12 };

void output_draw(output *o, canvas *c, rect area) {
    canvas box = canvas_part(c, area);
    box.back = BACK_DIALOG;
    canvas_clear(&box);
    if (box.height < 2)
        return;
    o->page = box.height - 1;
    o->wide = box.width - 2;
    scroll(o, 0, 0);
    canvas_hline(&box, 0, 0, box.width, ROLE_FRAME_FOCUS);
    char place[64];
    int last = o->first + o->page < o->lines ? o->first + o->page : o->lines;
    snprintf(place, sizeof place, " %d-%d of %d  %s scroll  y copy  Esc close ", o->lines ? o->first + 1 : 0, last,
             o->lines, o->widest > o->wide ? "↑↓←→" : "↑↓");
    int room = box.width - (int)text_width(place) - 6; // of the title, which is what the user typed
    if (room >= LEAST_TITLE)
        canvas_right(&box, box.width - 1, 0, ROLE_DIM, place);
    else
        room = box.width - 4;
    int used = canvas_put_n(&box, 2, 0, room, ROLE_TITLE_FOCUS, o->title);
    canvas_put(&box, 1, 0, ROLE_TITLE, " ");
    canvas_put(&box, 2 + used, 0, ROLE_TITLE, " ");
    canvas body = canvas_part(&box, (rect){1, 1, box.width - 2, box.height - 1});
    draw_body(o, &body);
}

const char *output_hints(const output *o) {
    bool long_one = o->lines > o->page, wide = o->left > 0 || o->widest > o->wide;
    if (long_one)
        return wide ? "↑↓←→ scroll  Space next page  g first  G last  y copy  : command  Esc close"
                    : "↑↓ scroll  Space next page  g first  G last  y copy  : command  Esc close";
    return wide ? "←→ scroll  y copy  : command  Esc close" : "y copy  : command  Esc close";
}
