#include "ui/frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/clock.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"
#include "ui/widget/format.h"
#include "ui/widget/wrap.h"

rect frame_inside(int columns, int rows) { return (rect){0, 1, columns, rows > 3 ? rows - 3 : 0}; }

bool frame_too_small(canvas *c) {
    if (c->width >= FRAME_LEAST_COLUMNS && c->height >= FRAME_LEAST_ROWS)
        return false;
    canvas_clear(c);
    char sentence[64];
    snprintf(sentence, sizeof sentence, "terminal too small: %dx%d is the least", FRAME_LEAST_COLUMNS,
             FRAME_LEAST_ROWS);
    wrap_draw(c, (rect){0, 0, c->width, c->height}, ROLE_WARN, sentence, 0);
    return true;
}

// Pieces of a line from the right end on, each only when it fits.
typedef struct {
    canvas *c;
    int end, least; // columns least … end - 1 are free
} right_end;

static bool put_right(right_end *r, role ro, const char *utf8) {
    int width = (int)text_width(utf8);
    if (!*utf8 || r->end - width < r->least)
        return false;
    r->end -= width;
    canvas_put(r->c, r->end, 0, ro, utf8);
    r->end -= 2;
    return true;
}

static role state_role(const char *state) {
    if (!strcmp(state, "LIVE"))
        return ROLE_LIVE;
    return strcmp(state, "PAPER") ? ROLE_DEMO : ROLE_PAPER;
}

// Without a journal nothing passes, whatever the breaker says.
static const char *breaker_text(const ui_model *m) {
    if (m->status.unwritten)
        return "■ NO JOURNAL";
    return m->status.breaker == BREAKER_TRIPPED ? "■ TRIPPED"
           : m->status.breaker == BREAKER_QUIET ? "◐ QUIET"
                                                : "● TRADING";
}

static role breaker_role(const ui_model *m) {
    if (m->status.unwritten || m->status.breaker == BREAKER_TRIPPED)
        return ROLE_ERROR;
    return m->status.breaker == BREAKER_QUIET ? ROLE_WARN : ROLE_OK;
}

// Names of workspaces. As the line gets narrower the program's name goes, then all names but that of the active one.
typedef enum { TABS_FULL, TABS_CLOSE, TABS_BRIEF } tabs_style;

static int put_tabs(canvas *c, int active, tabs_style style, int wanted_x, int *found) {
    size_t n;
    const workspace_kind *kinds = workspaces_all(&n);
    int gap = style == TABS_FULL ? 2 : 1;
    int x = style == TABS_FULL ? canvas_put(c, 1, 0, ROLE_STRONG, "PLIMSOLL") + 3 : 1;
    for (size_t i = 0; i < n; i++) {
        bool here = (int)i == active;
        char number[16];
        int from = x;
        snprintf(number, sizeof number, "%d", kinds[i].number);
        x += canvas_put(c, x, 0, ROLE_KEY, number);
        if (style != TABS_BRIEF || here)
            x += 1 + canvas_put(c, x + 1, 0, here ? ROLE_TITLE_FOCUS : ROLE_TITLE, kinds[i].title);
        if (here)
            canvas_back(c, (rect){from - 1, 0, x - from + 2, 1}, BACK_SELECTED);
        if (found && wanted_x >= from - 1 && wanted_x <= x)
            *found = (int)i;
        x += gap;
    }
    return x;
}

static const char *stale_text(const ui_model *m, char out[FORMAT_TEXT + 8]) {
    char age[FORMAT_TEXT];
    if (!m->stale)
        return "";
    snprintf(out, FORMAT_TEXT + 8, "STALE %s", format_age(m->now_mono - m->status.beat_mono, age));
    return out;
}

// "REPLAY 10x" where there is room, else "REPLAY".
static const char *badge_text(const ui_model *m, bool whole, char out[FORMAT_TEXT]) {
    char word[FORMAT_TEXT];
    bool replay = m->replay.number && !strcmp(m->status.state, "REPLAY");
    snprintf(out, FORMAT_TEXT, "%s%s%s", m->status.state, replay && whole ? " " : "",
             replay && whole ? transport_word(&m->replay, word) : "");
    return out;
}

// What the right side of the line can't do without: badge, breaker, clock, and the age when the desk is stale.
static int right_least(const ui_model *m) {
    char part[FORMAT_TEXT + 8];
    int width = 1 + (int)text_width("14:32:07") + 2 + (int)text_width(breaker_text(m)) + 2;
    width += (int)text_width(badge_text(m, false, part));
    return width + (m->stale ? (int)text_width(stale_text(m, part)) + 2 : 0);
}

static tabs_style style_for(const canvas *c, const ui_model *m, int active) {
    canvas scratch = canvas_new(1, 1);
    tabs_style style = TABS_FULL;
    while (style < TABS_BRIEF && put_tabs(&scratch, active, style, -1, NULL) + right_least(m) > c->width)
        style++;
    canvas_free(&scratch);
    return style;
}

void frame_top(canvas *c, const ui_model *m, int active) {
    canvas line = canvas_part(c, (rect){0, 0, c->width, 1});
    line.back = BACK_STATUS;
    canvas_clear(&line);
    int x = put_tabs(&line, active, style_for(c, m, active), -1, NULL);
    right_end r = {&line, line.width - 1, x};
    char part[FORMAT_TEXT + 8], day[DATE_TEXT], time[FORMAT_TEXT], badge[FORMAT_TEXT];
    snprintf(part, sizeof part, "%s " FORMAT_ZONE, format_local(part_market_time(m), 0, time));
    put_right(&r, m->stale ? ROLE_STALE : ROLE_TEXT, line.width >= 100 ? part : time);
    put_right(&r, ROLE_ERROR, stale_text(m, part));
    put_right(&r, breaker_role(m), breaker_text(m));
    if (!put_right(&r, state_role(m->status.state), badge_text(m, true, badge)))
        put_right(&r, state_role(m->status.state), badge_text(m, false, badge));
    date shown = m->replay.number ? m->replay.day : m->status.session;
    if (shown > 0)
        put_right(&r, ROLE_DIM, date_text(shown, day));
}

int frame_top_at(const canvas *c, const ui_model *m, int active, int x) {
    canvas scratch = canvas_new(1, 1);
    int found = -1;
    put_tabs(&scratch, active, style_for(c, m, active), x, &found);
    canvas_free(&scratch);
    return found;
}

enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8 };

static const char *const joints[16] = {[LEFT] = "─",
                                       [RIGHT] = "─",
                                       [LEFT | RIGHT] = "─",
                                       [UP] = "│",
                                       [DOWN] = "│",
                                       [UP | DOWN] = "│",
                                       [LEFT | UP] = "┘",
                                       [LEFT | DOWN] = "┐",
                                       [RIGHT | UP] = "└",
                                       [RIGHT | DOWN] = "┌",
                                       [LEFT | RIGHT | UP] = "┴",
                                       [LEFT | RIGHT | DOWN] = "┬",
                                       [LEFT | UP | DOWN] = "┤",
                                       [RIGHT | UP | DOWN] = "├",
                                       [LEFT | RIGHT | UP | DOWN] = "┼"};

static bool title_ends_at(const layout *l, int x, int y) {
    for (int i = 0; i < l->n; i++) {
        rect t = l->place[i].title;
        if (l->place[i].shown && t.y == y && t.x + t.width == x)
            return true;
    }
    return false;
}

static bool title_begins_at(const layout *l, int x, int y) {
    for (int i = 0; i < l->n; i++)
        if (l->place[i].shown && l->place[i].title.y == y && l->place[i].title.x == x)
            return true;
    return false;
}

static void draw_separators(canvas *c, const layout *l) {
    for (int s = 0; s < l->separators; s++) {
        rect r = l->separator[s];
        for (int y = r.y; y < r.y + r.height; y++) {
            int joint = y > r.y ? UP | DOWN : DOWN;
            joint |= title_ends_at(l, r.x, y) ? LEFT : 0;
            joint |= title_begins_at(l, r.x + 1, y) ? RIGHT : 0;
            canvas_put(c, r.x, y, ROLE_FRAME, joints[joint]);
        }
    }
}

// The line that a title stands on; where a separator ends above it they join.
static void draw_rule(canvas *c, const layout *l, rect title, role r) {
    canvas_hline(c, title.x, title.y, title.width, r);
    for (int s = 0; s < l->separators; s++) {
        rect v = l->separator[s];
        if (v.y + v.height == title.y && v.x >= title.x && v.x < title.x + title.width)
            canvas_put(c, v.x, title.y, ROLE_FRAME, joints[LEFT | RIGHT | UP]);
    }
}

// The panes that stand behind this one, by name where that leaves room for its own title, or how many.
static void put_stack(const tiling *w, int node, int room, text *out) {
    int count = 0;
    for (int i = 0; i < w->kind->n; i++) {
        if (i == node || !w->pane[i] || w->zoomed >= 0 || w->layout.place[i].stack != w->layout.place[node].stack)
            continue;
        text_printf(out, "%s%s", count++ ? " · " : "", w->pane[i]->name);
    }
    if (count && (int)text_width(out->at) >= room) {
        text_clear(out);
        text_printf(out, "%d behind", count);
    }
}

enum { LEAST_TITLE = 16 };

static const char between[] = " · ";

// The last part that may go, from its separator on; NULL when all others must stay.
static char *last_loose_part(text *title) {
    char *last = NULL;
    for (char *at = strstr(title->at, between); at; at = strstr(at + 1, between))
        if (!part_title_stays(at + strlen(between)))
            last = at;
    return last;
}

// A part is there whole or not at all: "sessions to 20…" says nothing.
static void fit_title(text *title, int room) {
    while ((int)text_width(text_string(title)) > room) {
        char *part = last_loose_part(title), *next = part ? strstr(part + 1, between) : NULL;
        if (!part)
            return;
        size_t rest = next ? strlen(next) : 0;
        memmove(part, next ? next : "", rest + 1);
        title->n = (size_t)(part - title->at) + rest;
    }
}

static void draw_title(canvas *c, const tiling *w, const ui_model *m, int node) {
    rect t = w->layout.place[node].title;
    bool focused = node == w->focus;
    text title = {0}, behind = {0};
    w->pane[node]->title(w->state[node], m, &title);
    put_stack(w, node, t.width - LEAST_TITLE, &behind);
    if (w->zoomed >= 0)
        text_put(&behind, "zoomed");
    draw_rule(c, &w->layout, t, focused ? ROLE_FRAME_FOCUS : ROLE_FRAME);
    int tabs = (int)text_width(text_string(&behind));
    bool both = tabs > 0 && t.width > tabs + LEAST_TITLE;
    int room = t.width - 2 - (both ? tabs + 4 : 0);
    fit_title(&title, room);
    int used = canvas_put_n(c, t.x + 1, t.y, room, focused ? ROLE_TITLE_FOCUS : ROLE_TITLE, text_string(&title));
    if (used > 0) {
        canvas_put(c, t.x, t.y, ROLE_TITLE, " ");
        canvas_put(c, t.x + 1 + used, t.y, ROLE_TITLE, " ");
    }
    if (both) {
        canvas_right(c, t.x + t.width - 2, t.y, ROLE_DIM, text_string(&behind));
        canvas_put(c, t.x + t.width - 3 - tabs, t.y, ROLE_TITLE, " ");
        canvas_put(c, t.x + t.width - 2, t.y, ROLE_TITLE, " ");
    }
    text_free(&title);
    text_free(&behind);
}

void frame_panes(canvas *c, const tiling *w, const ui_model *m) {
    draw_separators(c, &w->layout);
    for (int i = 0; i < w->kind->n; i++)
        if (w->pane[i] && w->layout.place[i].shown)
            draw_title(c, w, m, i);
}

static void put_long_message(canvas *c, int y, const frame_state *s) {
    int lines = wrap_count(s->message, c->width - 2), most = c->height / 3 > 0 ? c->height / 3 : 1;
    lines = lines < most ? lines : most;
    canvas box = canvas_part(c, (rect){0, y - lines + 1, c->width, lines});
    box.back = BACK_DIALOG;
    canvas_clear(&box);
    wrap_draw(&box, (rect){1, 0, box.width - 2, lines}, s->role, s->message, 0);
}

// "● REC 12,345": the events written so far.
static void put_recording(right_end *r, const ui_model *m) {
    char part[FORMAT_TEXT + 16], n[FORMAT_TEXT];
    if (!m->record.file[0])
        return;
    snprintf(part, sizeof part, "● REC %s", format_integer((int64_t)m->record.events, n));
    put_right(r, m->record.message[0] ? ROLE_ERROR : ROLE_WARN, m->record.message[0] ? "■ REC failed" : part);
}

// The market stands still.
static void put_rest(right_end *r, const ui_model *m) {
    char part[FORMAT_TEXT + 16], word[FORMAT_TEXT];
    if (m->status.venue_running)
        return;
    snprintf(part, sizeof part, "replay %s", transport_word(&m->replay, word));
    put_right(r, ROLE_WARN, m->replay.number ? part : "venue paused");
}

void frame_status(canvas *c, const ui_model *m, const frame_state *s) {
    int y = c->height - 2;
    canvas line = canvas_part(c, (rect){0, y, c->width, 1});
    line.back = BACK_STATUS;
    canvas_clear(&line);
    int need = (int)text_width(s->message) + 2, room = line.width - 1;
    right_end r = {&line, room, need < line.width / 2 ? need : line.width / 2};
    char part[96];
    if (*s->running) {
        snprintf(part, sizeof part, "%.60s…  ^C cancels", s->running);
        put_right(&r, ROLE_ACCENT, part);
    }
    put_recording(&r, m);
    put_rest(&r, m);
    snprintf(part, sizeof part, "%s%s%s", m->status.user, *m->status.role ? " " : "", m->status.role);
    put_right(&r, ROLE_DIM, part);
    if (m->status.data_date > 0) {
        char day[DATE_TEXT];
        snprintf(part, sizeof part, "data %s", date_text(m->status.data_date, day));
        put_right(&r, ROLE_DIM, part);
    }
    snprintf(part, sizeof part, "queue %" PRId32, m->status.queue);
    put_right(&r, m->status.queue > 100 ? ROLE_WARN : ROLE_DIM, part);
    snprintf(part, sizeof part, "%" PRId32 " working", m->status.working);
    put_right(&r, ROLE_DIM, part);
    if (s->attached)
        put_right(&r, ROLE_DIM, "attached");
    if (need <= r.end + 2)
        canvas_put(&line, 1, 0, s->role, s->message);
    else
        put_long_message(c, y, s);
}

// One "key label" of a hint; the columns used, 0 when it does not fit before `end`.
static int put_hint(canvas *c, int x, int end, const char *key, const char *label) {
    int width = (int)(text_width(key) + text_width(label)) + 1;
    if (x + width > end)
        return 0;
    int used = canvas_put(c, x, 0, ROLE_KEY, key);
    canvas_put(c, x + used + 1, 0, ROLE_DIM, label);
    return width;
}

// The key of a hint as it is now. Commands and arrows have no key to look up.
static const char *key_now(const char *key, keymap_place at, const keymap *keys) {
    bool said = !keys || (key[0] == ':' && key[1]) || (key[0] & 0x80);
    return said ? key : keymap_moved(keys, at, key);
}

static int put_hints(canvas *c, int x, int end, const char *hints, keymap_place at, const keymap *keys) {
    while (*hints) {
        const char *stop = strstr(hints, "  ");
        size_t n = stop ? (size_t)(stop - hints) : strlen(hints);
        char one[64];
        snprintf(one, sizeof one, "%.*s", (int)n, hints);
        char *label = strchr(one, ' ');
        hints += n;
        hints += strspn(hints, " ");
        if (!label)
            continue;
        *label++ = 0;
        const char *key = key_now(one, at, keys);
        int used = key ? put_hint(c, x, end, keymap_shown(key), label) : 0;
        if (key && !used)
            break;
        x += used ? used + 2 : 0;
    }
    return x;
}

void frame_hints(canvas *c, const char *hints, const char *always, const keymap *keys, keymap_place at) {
    canvas line = canvas_part(c, (rect){0, c->height - 1, c->width, 1});
    canvas_clear(&line);
    int tail = (int)text_width(always), end = line.width - 1;
    int x = put_hints(&line, 1, tail ? end - tail - 1 : end + 1, hints, at, keys);
    put_hints(&line, x, end + 1, always, at, keys);
}
