#include "ui/widget/form.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

static int end_of(const form *f) { return (int)strlen(f->value[f->at]); }

static void go_to(form *f, int at) {
    f->at = at < 0 ? 0 : at >= f->n ? f->n - 1 : at;
    f->caret = end_of(f);
    f->fresh = true;
}

// The next field that is shown, up or down; stays where there is none.
static void move(form *f, int by) {
    int at = f->at + by;
    while (at >= 0 && at < f->n && f->hidden[at])
        at += by;
    go_to(f, at >= 0 && at < f->n ? at : f->at);
}

// The first or last one.
static void move_to_end(form *f, int by) {
    int at = by < 0 ? 0 : f->n - 1;
    while (f->hidden[at] && at != f->at)
        at -= by;
    go_to(f, at);
}

void form_open(form *f, const field *fields, int n) {
    assert(n > 0 && n <= FORM_FIELDS);
    *f = (form){.fields = fields, .n = n};
    for (int i = 0; i < n; i++)
        mem_copy_string(f->value[i], FORM_VALUE, fields[i].initial ? fields[i].initial : "");
    go_to(f, 0);
}

void form_edit(form *f, bool on) {
    f->editing = on;
    go_to(f, f->at);
}

static int index_of(const form *f, const char *name) {
    for (int i = 0; i < f->n; i++)
        if (strcmp(f->fields[i].name, name) == 0)
            return i;
    return -1;
}

const char *form_value(const form *f, const char *name) {
    int i = index_of(f, name);
    assert(i >= 0);
    return f->value[i];
}

void form_set(form *f, const char *name, const char *value) {
    int i = index_of(f, name);
    assert(i >= 0);
    mem_copy_string(f->value[i], FORM_VALUE, value);
    if (i == f->at)
        go_to(f, i);
}

// ---- checking and the command ----

bool form_check(const form *f, int i, char message[FIELD_MESSAGE]) {
    if (f->hidden[i])
        return true;
    if (!field_check(&f->fields[i], f->value[i], message))
        return false;
    if (f->fields[i].type == FIELD_SYMBOL && f->value[i][0] && f->knows && !f->knows(f->context, f->value[i])) {
        snprintf(message, FIELD_MESSAGE, "there is no security %.15s", f->value[i]);
        return false;
    }
    int related = -1;
    const char *sentence = f->relation && f->value[i][0] ? f->relation(f, &related) : NULL;
    if (!sentence || related != i)
        return true;
    mem_copy_string(message, FIELD_MESSAGE, sentence);
    return false;
}

int form_wrong(const form *f, char message[FIELD_MESSAGE]) {
    for (int i = 0; i < f->n; i++)
        if (!form_check(f, i, message))
            return i;
    return -1;
}

static void put_word(const char *value, text *out) {
    const char *safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,_+-/:^=@%";
    if (*value && !value[strspn(value, safe)]) {
        text_put(out, value);
        return;
    }
    text_char(out, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            text_char(out, '\\');
        text_char(out, *value);
    }
    text_char(out, '"');
}

bool form_command(form *f, const char *start, text *out) {
    char message[FIELD_MESSAGE];
    int wrong = form_wrong(f, message);
    f->tried = true;
    if (wrong >= 0) {
        if (wrong != f->at) // what is being typed may only be unfinished
            go_to(f, wrong);
        return false;
    }
    text_put(out, start);
    for (int i = 0; i < f->n; i++) {
        const char *flag = f->fields[i].flag;
        if (f->hidden[i] || !f->value[i][0] || (flag && !*flag))
            continue;
        if (flag)
            text_printf(out, " %s", flag);
        text_char(out, ' ');
        put_word(f->value[i], out);
    }
    return true;
}

// ---- acts ----

static void touch(form *f) {
    f->touched[f->at] = true;
    f->fresh = false;
}

static void erase(form *f, int from, int to) {
    char *value = f->value[f->at];
    memmove(value + from, value + to, strlen(value + to) + 1);
    f->caret = from;
    touch(f);
}

static int before(const char *value, int caret) {
    while (caret > 0 && (value[--caret] & 0xC0) == 0x80)
        ;
    return caret;
}

static int after(const char *value, int caret) {
    if (value[caret])
        caret++;
    while ((value[caret] & 0xC0) == 0x80)
        caret++;
    return caret;
}

static void type(form *f, const char *string) {
    if (f->fresh)
        erase(f, 0, end_of(f));
    char *value = f->value[f->at];
    for (; *string; string++) {
        size_t n = strlen(value);
        if ((unsigned char)*string < ' ' || *string == 0x7F || n + 1 >= FORM_VALUE)
            continue;
        memmove(value + f->caret + 1, value + f->caret, n - (size_t)f->caret + 1);
        char c = *string;
        value[f->caret++] = f->fields[f->at].type == FIELD_SYMBOL && c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    touch(f);
}

// The next or previous of the choices, around.
static void cycle(form *f, int by) {
    char options[FORM_CHOICES][FORM_VALUE];
    int n = 0, now = 0;
    for (const char *at = f->fields[f->at].choices; at && n < FORM_CHOICES; n++) {
        size_t length = strcspn(at, "|");
        snprintf(options[n], FORM_VALUE, "%.*s", (int)length, at);
        if (strcmp(options[n], f->value[f->at]) == 0)
            now = n;
        at = at[length] ? at + length + 1 : NULL;
    }
    assert(n > 0);
    mem_copy_string(f->value[f->at], FORM_VALUE, options[(now + by + n) % n]);
    f->caret = end_of(f);
    touch(f);
}

// Choices by their first letter; another letter changes nothing.
static void choose(form *f, const char *string) {
    char old[FORM_VALUE];
    mem_copy_string(old, sizeof old, f->value[f->at]);
    for (int tries = 0; tries < FORM_CHOICES; tries++) {
        cycle(f, 1);
        if (tolower((unsigned char)f->value[f->at][0]) == tolower((unsigned char)*string))
            return;
    }
    mem_copy_string(f->value[f->at], FORM_VALUE, old);
}

static bool step(form *f, int by) {
    const field *kind = &f->fields[f->at];
    double x;
    if ((kind->type != FIELD_INT && kind->type != FIELD_NUMBER) || !field_number(f->value[f->at], &x))
        return false;
    x += by * (kind->step > 0 ? kind->step : 1);
    if (kind->low < kind->high)
        x = fmin(fmax(x, kind->low), kind->high);
    snprintf(f->value[f->at], FORM_VALUE, "%.10g", x);
    f->caret = end_of(f);
    touch(f);
    return true;
}

static bool sideways(form *f, int by) {
    if (f->fields[f->at].type == FIELD_CHOICE) {
        cycle(f, by);
        return true;
    }
    if (!f->editing)
        return step(f, by);
    const char *value = f->value[f->at];
    f->caret = by < 0 ? before(value, f->caret) : after(value, f->caret);
    f->fresh = false;
    return true;
}

static bool backspace(form *f, bool behind) {
    const char *value = f->value[f->at];
    if (f->fields[f->at].type == FIELD_CHOICE)
        return false;
    if (f->fresh)
        erase(f, 0, end_of(f));
    else if (behind)
        erase(f, f->caret, after(value, f->caret));
    else
        erase(f, before(value, f->caret), f->caret);
    return true;
}

// Home and End: within the value while it is edited, among the fields otherwise.
static void leap(form *f, int by) {
    if (!f->editing) {
        move_to_end(f, by);
        return;
    }
    f->caret = by < 0 ? 0 : end_of(f);
    f->fresh = false;
}

static bool click(form *f, int y) {
    for (int i = 0; i < f->n; i++)
        if (f->line[i] == y) {
            go_to(f, i);
            return true;
        }
    return false;
}

static bool do_act(form *f, const pane_act *act) {
    switch (act->kind) {
    case ACT_UP:
        move(f, -1);
        return true;
    case ACT_DOWN:
        move(f, 1);
        return true;
    case ACT_LEFT:
        return sideways(f, -1);
    case ACT_RIGHT:
        return sideways(f, 1);
    case ACT_HOME:
        leap(f, -1);
        return true;
    case ACT_END:
        leap(f, 1);
        return true;
    case ACT_TYPE:
        if (!f->editing || !act->string)
            return false;
        if (f->fields[f->at].type == FIELD_CHOICE)
            choose(f, act->string);
        else
            type(f, act->string);
        return true;
    case ACT_ERASE:
        return f->editing && backspace(f, act->amount > 0);
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        return click(f, act->y);
    default:
        return false;
    }
}

bool form_act(form *f, const pane_act *act) {
    bool done = do_act(f, act);
    if (done && f->follow)
        f->follow(f);
    return done;
}

// ---- drawing ----

// A symbol that is being typed is unknown until it is whole.
static bool error_shows(const form *f, int i, char message[FIELD_MESSAGE]) {
    bool typing = i == f->at && f->editing && f->fields[i].type == FIELD_SYMBOL;
    return ((f->touched[i] && !typing) || f->tried) && !form_check(f, i, message);
}

int form_height(const form *f) {
    char message[FIELD_MESSAGE];
    int lines = 0;
    for (int i = 0; i < f->n; i++)
        lines += f->hidden[i] ? 0 : 1 + error_shows(f, i, message);
    return lines;
}

static void draw_value(const form *f, int i, canvas *c, int x, int y, int width, bool focused) {
    const char *value = f->value[i];
    bool here = i == f->at && focused;
    canvas box = canvas_part(c, (rect){x, y, width, 1});
    box.back = BACK_INPUT;
    canvas_fill(&box, (rect){0, 0, width, 1}, ROLE_INPUT, ' ');
    char head[FORM_VALUE];
    snprintf(head, sizeof head, "%.*s", i == f->at ? f->caret : 0, value);
    int caret = (int)text_width(head), shift = caret >= width ? caret - width + 1 : 0;
    if (f->fields[i].type == FIELD_CHOICE) {
        int used = canvas_put(&box, 0, 0, here ? ROLE_ACCENT : ROLE_DIM, "◂ ");
        used += canvas_put(&box, used, 0, ROLE_INPUT, value);
        canvas_put(&box, used, 0, here ? ROLE_ACCENT : ROLE_DIM, " ▸");
        return;
    }
    canvas_put(&box, -shift, 0, ROLE_INPUT, value);
    if (!here || !f->editing)
        return;
    if (f->fresh && *value)
        canvas_attr(&box, (rect){0, 0, (int)text_width(value), 1}, ATTR_REVERSE);
    else
        canvas_attr(&box, (rect){caret - shift, 0, 1, 1}, ATTR_REVERSE);
}

static int label_width(const form *f) {
    int width = 0;
    for (int i = 0; i < f->n; i++) {
        int w = (int)text_width(f->fields[i].label);
        width = w > width ? w : width;
    }
    return width;
}

static int value_width(const form *f, int room) {
    int width = 12;
    for (int i = 0; i < f->n; i++) {
        const field *kind = &f->fields[i];
        int want = kind->exactly              ? (int)text_width(kind->exactly) + 1
                   : kind->width              ? kind->width
                   : kind->type == FIELD_TEXT ? 40
                                              : 12;
        width = want > width ? want : width;
    }
    width = width < FORM_VALUE ? width : FORM_VALUE;
    return width < room ? width : room;
}

static void draw_field(form *f, int i, canvas *c, int y, bool focused) {
    int labels = label_width(f), x = 1 + labels + 1;
    if (x > c->width / 2) // narrow: the value matters more than its name
        x = c->width / 2;
    int width = value_width(f, c->width - x);
    bool here = i == f->at && focused;
    if (here)
        canvas_put(c, 0, y, ROLE_ACCENT, "▸");
    canvas_put_n(c, 1, y, x - 2, here ? ROLE_STRONG : ROLE_TEXT, f->fields[i].label);
    draw_value(f, i, c, x, y, width, focused);
    char note[FIELD_MESSAGE];
    field_describe(&f->fields[i], note);
    int at = x + width + 2;
    if (c->width - at >= 8)
        canvas_put_n(c, at, y, c->width - at, ROLE_DIM, note);
    char message[FIELD_MESSAGE];
    if (error_shows(f, i, message)) {
        canvas_fill(c, (rect){0, y + 1, c->width, 1}, ROLE_TEXT, ' ');
        canvas_put_n(c, x < 6 ? x : x - 2, y + 1, c->width - x + 2, ROLE_ERROR, "▲ ");
        canvas_put_n(c, x, y + 1, c->width - x, ROLE_ERROR, message);
    }
}

// Where in the whole the lines shown lie.
static void draw_thumb(canvas *c, int top, int lines) {
    int size = c->height * c->height / lines, from = top * c->height / lines;
    size = size > 0 ? size : 1;
    canvas_fill(c, (rect){c->width - 1, from < c->height - size ? from : c->height - size, 1, size}, ROLE_FRAME,
                0x2503);
}

void form_draw(form *f, canvas *c, bool focused) {
    char message[FIELD_MESSAGE];
    int y = 0, at_y = 0, at_end = 0, lines[FORM_FIELDS] = {0};
    for (int i = 0; i < f->n; i++) {
        lines[i] = y;
        y += f->hidden[i] ? 0 : 1 + error_shows(f, i, message);
        if (i == f->at) {
            at_y = lines[i];
            at_end = y;
        }
    }
    int top = at_end > c->height ? at_end - c->height : 0;
    if (top > at_y)
        top = at_y;
    bool thumb = y > c->height && c->height > 1;
    canvas body = canvas_part(c, (rect){0, 0, c->width - thumb, c->height});
    for (int i = 0; i < f->n; i++) {
        int line = lines[i] - top;
        f->line[i] = line >= 0 && line < c->height && !f->hidden[i] ? line : -1;
        if (f->line[i] >= 0)
            draw_field(f, i, &body, line, focused);
    }
    if (thumb)
        draw_thumb(c, top, y);
}
