#include "ui/widget/dialog.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/widget/wrap.h"

enum { WIDEST = 84, MARGIN = 2 };

static void open_dialog(dialog *d, const char *title, const char *body, const char *choices) {
    text old = d->body;
    text_clear(&old);
    *d = (dialog){.shown = true, .body = old, .choice = -1};
    mem_copy_string(d->title, sizeof d->title, title);
    mem_copy_string(d->choices, sizeof d->choices, choices);
    text_put(&d->body, body);
}

static void add_form(dialog *d, const field *fields, int n) {
    d->has_form = true;
    form_open(&d->form, fields, n);
    form_edit(&d->form, true);
}

void dialog_message(dialog *d, const char *title, const char *body) { open_dialog(d, title, body, "Close"); }

void dialog_confirm(dialog *d, const char *title, command_confirm kind, const char *sentence, const char *phrase) {
    open_dialog(d, title, sentence, kind == CONFIRM_YES || kind == CONFIRM_NONE ? "Yes|No" : "Do it|Back");
    if (kind == CONFIRM_YES && d->body.n && !strchr(".?!", d->body.at[d->body.n - 1]))
        text_char(&d->body, '?');
    mem_copy_string(d->phrase, sizeof d->phrase, phrase ? phrase : "");
    if (kind == CONFIRM_REASON)
        d->own[0] = (field){.name = "answer", .label = "reason", .type = FIELD_TEXT};
    else if (kind == CONFIRM_PHRASE)
        d->own[0] = (field){.name = "answer", .label = "phrase", .type = FIELD_TEXT, .exactly = d->phrase};
    else
        return;
    if (kind == CONFIRM_PHRASE)
        text_printf(&d->body, "\n\nTo do it, type: %s", d->phrase);
    add_form(d, d->own, 1);
}

void dialog_ask(dialog *d, const char *title, const char *body, const field *fields, int n, const char *accept) {
    char choices[sizeof d->choices];
    snprintf(choices, sizeof choices, "%.40s|Back", accept);
    open_dialog(d, title, body, choices);
    add_form(d, fields, n);
}

void dialog_close(dialog *d) {
    text_free(&d->body);
    *d = (dialog){0};
}

const char *dialog_answer(const dialog *d) { return d->has_form ? d->form.value[0] : ""; }

// ---- choices ----

static int choice_count(const dialog *d) {
    int n = 1;
    for (const char *at = d->choices; *at; at++)
        n += *at == '|';
    return n;
}

static void choice_text(const dialog *d, int i, char out[64]) {
    const char *at = d->choices;
    while (i-- > 0)
        at += strcspn(at, "|") + 1;
    snprintf(out, 64, "%.*s", (int)strcspn(at, "|"), at);
}

static dialog_end end_with(dialog *d, int choice) {
    int last = choice_count(d) - 1;
    if (choice < 0)
        return DIALOG_OPEN;
    if (choice == last)
        return DIALOG_DISMISSED;
    if (d->has_form) {
        text unused = {0};
        bool right = form_command(&d->form, "", &unused);
        text_free(&unused);
        if (!right)
            return DIALOG_OPEN;
    }
    return DIALOG_ACCEPTED;
}

static dialog_end by_letter(dialog *d, const char *string) {
    for (int i = 0; i < choice_count(d); i++) {
        char name[64];
        choice_text(d, i, name);
        if (tolower((unsigned char)name[0]) == tolower((unsigned char)string[0]))
            return end_with(d, i);
    }
    return DIALOG_OPEN;
}

// ---- acts ----

static dialog_end click(dialog *d, const pane_act *act) {
    int x = act->x - d->area.x, y = act->y - d->area.y;
    if (y == d->choice_y)
        for (int i = 0; i < d->choice_n; i++) {
            char name[64];
            choice_text(d, i, name);
            if (x >= d->choice_x[i] && x < d->choice_x[i] + (int)text_width(name) + 4)
                return end_with(d, i);
        }
    if (d->has_form && y >= d->form_y)
        form_act(&d->form, &(pane_act){.kind = ACT_CLICK, .x = x - MARGIN, .y = y - d->form_y});
    return DIALOG_OPEN;
}

static void scroll(dialog *d, int by) {
    int last = d->lines > d->page ? d->lines - d->page : 0, to = d->scroll + by;
    d->scroll = to < 0 ? 0 : to > last ? last : to;
}

static dialog_end move(dialog *d, const pane_act *act) {
    int n = choice_count(d), by = act->kind == ACT_LEFT || act->kind == ACT_UP ? -1 : 1;
    if (act->kind == ACT_SCROLL || act->kind == ACT_PAGE_UP || act->kind == ACT_PAGE_DOWN)
        scroll(d, act->kind == ACT_SCROLL ? act->amount : act->kind == ACT_PAGE_UP ? -d->page : d->page);
    else if (d->has_form)
        form_act(&d->form, act);
    else if (act->kind == ACT_UP || act->kind == ACT_DOWN)
        scroll(d, by);
    else if (act->kind == ACT_LEFT || act->kind == ACT_RIGHT)
        d->choice = d->choice < 0 ? (by > 0 ? 0 : n - 1) : (d->choice + by + n) % n;
    return DIALOG_OPEN;
}

dialog_end dialog_act(dialog *d, const pane_act *act) {
    switch (act->kind) {
    case ACT_BACK:
        return DIALOG_DISMISSED;
    case ACT_DRILL:
        return end_with(d, d->has_form || choice_count(d) == 1 ? 0 : d->choice);
    case ACT_TYPE:
        if (!d->has_form && act->string)
            return by_letter(d, act->string);
        return move(d, act);
    case ACT_CLICK:
    case ACT_DOUBLE_CLICK:
        return click(d, act);
    default:
        return move(d, act);
    }
}

// ---- drawing ----

static void draw_frame(const dialog *d, canvas *box) {
    int w = box->width, h = box->height;
    canvas_hline(box, 1, 0, w - 2, ROLE_FRAME_FOCUS);
    canvas_hline(box, 1, h - 1, w - 2, ROLE_FRAME_FOCUS);
    canvas_vline(box, 0, 1, h - 2, ROLE_FRAME_FOCUS);
    canvas_vline(box, w - 1, 1, h - 2, ROLE_FRAME_FOCUS);
    canvas_put(box, 0, 0, ROLE_FRAME_FOCUS, "╭");
    canvas_put(box, w - 1, 0, ROLE_FRAME_FOCUS, "╮");
    canvas_put(box, 0, h - 1, ROLE_FRAME_FOCUS, "╰");
    canvas_put(box, w - 1, h - 1, ROLE_FRAME_FOCUS, "╯");
    int used = canvas_put_n(box, 3, 0, w - 6, ROLE_TITLE_FOCUS, d->title);
    if (used) {
        canvas_put(box, 2, 0, ROLE_FRAME, " ");
        canvas_put(box, 3 + used, 0, ROLE_FRAME, " ");
    }
}

static void draw_choices(dialog *d, canvas *box, int y) {
    int n = choice_count(d), x = MARGIN;
    d->choice_n = n < 4 ? n : 4;
    d->choice_y = y;
    for (int i = 0; i < d->choice_n; i++) {
        char name[64], first[2] = {0};
        choice_text(d, i, name);
        first[0] = name[0];
        bool here = i == d->choice;
        d->choice_x[i] = x;
        int used = canvas_put(box, x, y, here ? ROLE_ACCENT : ROLE_DIM, here ? "▸ " : "[ ");
        canvas_put(box, x + used, y, ROLE_STRONG, name);
        if (!d->has_form && n > 1)
            canvas_put(box, x + used, y, ROLE_KEY, first);
        used += (int)text_width(name);
        canvas_put(box, x + used, y, ROLE_DIM, here ? "  " : " ]");
        x += used + 4;
    }
    const char *keys = d->has_form ? "Enter accepts  Esc leaves" : n > 1 ? "y or n  Esc leaves" : "Enter or Esc closes";
    if (box->width - MARGIN - x >= (int)text_width(keys))
        canvas_right(box, box->width - MARGIN, y, ROLE_DIM, keys);
}

static int widest_line(const char *body) {
    int widest = 0;
    text line = {0};
    while (*body) {
        size_t n = strcspn(body, "\n");
        text_clear(&line);
        text_put_n(&line, body, n);
        int w = (int)text_width(text_string(&line));
        widest = w > widest ? w : widest;
        body += n + (body[n] != 0);
    }
    text_free(&line);
    return widest;
}

static int box_width(const dialog *d, const canvas *screen) {
    int want = widest_line(text_string(&d->body)) + 2 * MARGIN + 2;
    int least = d->has_form ? 64 : 44, title = (int)text_width(d->title) + 8;
    want = want < least ? least : want;
    want = want < title ? title : want;
    want = want > WIDEST ? WIDEST : want;
    return want > screen->width - 2 ? screen->width : want;
}

void dialog_draw(dialog *d, canvas *screen) {
    if (!d->shown || screen->width < 4 || screen->height < 3)
        return;
    int width = box_width(d, screen), inner = width - 2 * MARGIN;
    d->lines = wrap_count(text_string(&d->body), inner);
    int fields = d->has_form ? form_height(&d->form) + 1 : 0;
    int want = d->lines + (d->lines > 0) + fields + 3, height = want < screen->height ? want : screen->height;
    d->page = height - (want - d->lines);
    if (d->page < 0)
        d->page = 0;
    scroll(d, 0);
    d->area = (rect){(screen->width - width) / 2, (screen->height - height) / 3, width, height};
    canvas box = canvas_part(screen, d->area);
    box.back = BACK_DIALOG;
    canvas_clear(&box);
    draw_frame(d, &box);
    wrap_draw(&box, (rect){MARGIN, 1, inner, d->page}, ROLE_TEXT, text_string(&d->body), d->scroll);
    d->form_y = 1 + d->page + (d->lines > 0 && d->page > 0);
    if (d->has_form) {
        int room = height - 2 - d->form_y;
        canvas part = canvas_part(&box, (rect){MARGIN - 1, d->form_y, inner + 1, room < fields ? room : fields});
        form_draw(&d->form, &part, true);
    }
    if (d->page < d->lines)
        canvas_right(&box, width - MARGIN, height - 1, ROLE_DIM, " ↑↓ more ");
    if (height > 3)
        draw_choices(d, &box, height - 2);
}

static void put_lower(text *out, const char *word) {
    for (; *word; word++)
        text_char(out, (char)tolower((unsigned char)*word));
}

void dialog_hints(const dialog *d, text *out) {
    char name[64];
    choice_text(d, 0, name);
    if (d->has_form) {
        text_put(out, "Enter ");
        put_lower(out, name);
        text_put(out, d->form.n > 1 ? "  Tab next field  ←→ change a choice" : "");
    } else if (choice_count(d) == 1) {
        text_put(out, "Enter close");
    }
    for (int i = 0; i < choice_count(d) && !d->has_form && choice_count(d) > 1; i++) {
        choice_text(d, i, name);
        text_printf(out, "%s%c ", i ? "  " : "", tolower((unsigned char)name[0]));
        put_lower(out, name);
    }
    if (d->page < d->lines)
        text_put(out, d->has_form ? "  PgDn scroll" : "  ↑↓ scroll");
    text_put(out, choice_count(d) == 1 ? "  Esc close" : "  Esc leave");
}
