#include "ui/term/theme.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/embed.h"
#include "src/base/ini.h"
#include "src/base/mem.h"
#include "ui/term/colour.h"

EMBED(theme_file_dark, "themes/dark.theme");
EMBED(theme_file_light, "themes/light.theme");
EMBED(theme_file_contrast, "themes/contrast.theme");
EMBED(theme_file_colourblind, "themes/colourblind.theme");
EMBED(theme_file_mono, "themes/mono.theme");

static const struct {
    const char *name, *content;
} embedded[] = {
    {"dark", theme_file_dark},         {"light", theme_file_light},
    {"contrast", theme_file_contrast}, {"colourblind", theme_file_colourblind},
    {"mono", theme_file_mono},
};
enum { EMBEDDED = sizeof embedded / sizeof *embedded };

static const char *const role_names[ROLE_HEAT] = {
    [ROLE_TEXT] = "text",
    [ROLE_DIM] = "dim",
    [ROLE_STRONG] = "strong",
    [ROLE_TITLE] = "title",
    [ROLE_TITLE_FOCUS] = "title_focus",
    [ROLE_FRAME] = "frame",
    [ROLE_FRAME_FOCUS] = "frame_focus",
    [ROLE_HEADER] = "header",
    [ROLE_UP] = "up",
    [ROLE_DOWN] = "down",
    [ROLE_BID] = "bid",
    [ROLE_ASK] = "ask",
    [ROLE_OWN] = "own",
    [ROLE_ACCENT] = "accent",
    [ROLE_BAR] = "bar",
    [ROLE_BAR_NEGATIVE] = "bar_negative",
    [ROLE_LINE] = "line",
    [ROLE_LINE_2] = "line_2",
    [ROLE_OK] = "ok",
    [ROLE_WARN] = "warn",
    [ROLE_ERROR] = "error",
    [ROLE_STALE] = "stale",
    [ROLE_KEY] = "key",
    [ROLE_INPUT] = "input",
    [ROLE_DEMO] = "demo",
    [ROLE_PAPER] = "paper",
    [ROLE_LIVE] = "live",
};
static const char *const back_names[BACK_COUNT] = {
    [BACK_NORMAL] = "normal", [BACK_SELECTED] = "selected", [BACK_SELECTED_DIM] = "selected_dim",
    [BACK_STATUS] = "status", [BACK_DIALOG] = "dialog",     [BACK_INPUT] = "input",
};

const char *theme_role_name(int r, char out[THEME_NAME]) {
    if (r < ROLE_HEAT)
        snprintf(out, THEME_NAME, "%s", role_names[r]);
    else
        snprintf(out, THEME_NAME, "heat_%d", r - ROLE_HEAT);
    return out;
}

const char *theme_back_name(int b) { return back_names[b]; }

typedef struct {
    theme *t;
    const char *file; // for messages
    bool fore_given[ROLE_COUNT], back_given[BACK_COUNT];
} reading;

static bool read_hex(const char *word, uint32_t *rgb) {
    if (*word == '#')
        word++;
    if (strlen(word) != 6 || strspn(word, "0123456789abcdefABCDEF") != 6)
        return false;
    *rgb = (uint32_t)strtoul(word, NULL, 16);
    return true;
}

static bool read_attr(const char *word, uint8_t *attr) {
    static const struct {
        const char *name;
        uint8_t bit;
    } names[] = {{"plain", 0},
                 {"bold", ATTR_BOLD},
                 {"underline", ATTR_UNDERLINE},
                 {"reverse", ATTR_REVERSE},
                 {"dim", THEME_DIM}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(word, names[i].name)) {
            *attr |= names[i].bit;
            return true;
        }
    return false;
}

static bool read_index(const char *word, const char *prefix, unsigned long below, uint8_t *out) {
    size_t n = strlen(prefix);
    if (strncmp(word, prefix, n) != 0 || !word[n] || strspn(word + n, "0123456789") != strlen(word + n))
        return false;
    unsigned long value = strtoul(word + n, NULL, 10);
    *out = (uint8_t)value;
    return value < below;
}

static void set_colour(theme_colour *c, uint32_t rgb) {
    c->rgb = rgb;
    c->c256 = (uint8_t)colour_nearest(rgb, 16, 256);
    c->c16 = (uint8_t)colour_nearest(rgb, 0, 16);
}

// "5fd787 bold 256:78 16:10"
static status read_look(const reading *r, const char *key, const char *value, theme_colour *colour, uint8_t *attr) {
    char copy[128];
    char *at = copy;
    bool fits = mem_copy_string(copy, sizeof copy, value);
    *attr = 0;
    for (char *word; fits && (word = strsep(&at, " \t"));) {
        uint32_t rgb;
        if (!*word)
            continue;
        if (!r->t->mono && read_hex(word, &rgb))
            set_colour(colour, rgb);
        else if (!read_attr(word, attr) && !read_index(word, "256:", 256, &colour->c256) &&
                 !read_index(word, "16:", 16, &colour->c16))
            fits = false;
    }
    if (fits)
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "%s = %s is not %sbold, underline, reverse, dim or plain%s", key, value,
                       r->t->mono ? "" : "a colour #rrggbb with any of ", r->t->mono ? "" : ", 256:N, 16:N");
}

// Negative over neutral to positive, six steps each way.
static status read_ramp(reading *r, const char *value) {
    char word[3][16];
    uint32_t rgb[3];
    bool good = sscanf(value, "%15s %15s %15s", word[0], word[1], word[2]) == 3;
    for (int i = 0; good && i < 3; i++)
        good = read_hex(word[i], &rgb[i]);
    if (!good)
        return status_fail(STATUS_INVALID, "heat = %s is not three colours #rrggbb", value);
    for (int i = 0; i < 13; i++) {
        uint32_t mixed = i < 6 ? colour_mix(rgb[0], rgb[1], i / 6.0) : colour_mix(rgb[1], rgb[2], (i - 6) / 6.0);
        set_colour(&r->t->fore[ROLE_HEAT + i], mixed);
        r->fore_given[ROLE_HEAT + i] = true;
    }
    return STATUS_OK;
}

static status read_role(reading *r, const char *key, const char *value) {
    char name[THEME_NAME];
    for (int i = 0; i < ROLE_COUNT; i++)
        if (!strcmp(key, theme_role_name(i, name))) {
            r->fore_given[i] = true;
            return read_look(r, key, value, &r->t->fore[i], &r->t->fore_attr[i]);
        }
    return status_fail(STATUS_INVALID, "there is no role %s", key);
}

static status read_back(reading *r, const char *key, const char *value) {
    for (int i = 0; i < BACK_COUNT; i++)
        if (!strcmp(key, back_names[i])) {
            r->back_given[i] = true;
            return read_look(r, key, value, &r->t->back[i], &r->t->back_attr[i]);
        }
    return status_fail(STATUS_INVALID, "there is no background %s", key);
}

static const char *embedded_text(const char *name) {
    for (int i = 0; i < EMBEDDED; i++)
        if (!strcmp(embedded[i].name, name))
            return embedded[i].content;
    return NULL;
}

static status read_base(reading *r, const char *base) {
    const char *content = embedded_text(base);
    if (!content || !strcmp(base, r->file))
        return status_fail(STATUS_INVALID, "base = %s is not a theme of the program", base);
    theme from;
    TRY(theme_read(base, base, content, &from));
    memcpy(from.name, r->t->name, sizeof from.name);
    memcpy(from.title, r->t->title, sizeof from.title);
    *r->t = from;
    memset(r->fore_given, true, sizeof r->fore_given);
    memset(r->back_given, true, sizeof r->back_given);
    return STATUS_OK;
}

static status visit(void *context, const char *section, const char *key, const char *value, int line) {
    (void)line; // the reader of the file puts it before the sentence
    reading *r = context;
    if (!strcmp(section, "roles"))
        return strcmp(key, "heat") ? read_role(r, key, value) : read_ramp(r, value);
    if (!strcmp(section, "backs"))
        return read_back(r, key, value);
    if (!strcmp(section, "theme") && !strcmp(key, "title")) {
        mem_copy_string(r->t->title, sizeof r->t->title, value);
        return STATUS_OK;
    }
    if (!strcmp(section, "theme") && !strcmp(key, "base"))
        return read_base(r, value);
    if (!strcmp(section, "theme") && !strcmp(key, "mono") && (!strcmp(value, "yes") || !strcmp(value, "no"))) {
        r->t->mono = !strcmp(value, "yes");
        return STATUS_OK;
    }
    return status_fail(STATUS_INVALID, "[%s] %s = %s is not a setting of a theme", section, key, value);
}

static status check_whole(const reading *r) {
    char key[THEME_NAME];
    for (int i = 0; i < ROLE_COUNT; i++)
        if (!r->fore_given[i])
            return status_fail(STATUS_INVALID, "%s: [roles] lacks %s (or say base = dark under [theme])", r->file,
                               theme_role_name(i, key));
    for (int i = 0; i < BACK_COUNT; i++)
        if (!r->back_given[i])
            return status_fail(STATUS_INVALID, "%s: [backs] lacks %s (or say base = dark under [theme])", r->file,
                               back_names[i]);
    return STATUS_OK;
}

static reading start_reading(const char *name, const char *file, theme *out) {
    *out = (theme){0};
    mem_copy_string(out->name, sizeof out->name, name);
    mem_copy_string(out->title, sizeof out->title, name);
    return (reading){.t = out, .file = file};
}

status theme_read(const char *name, const char *file, const char *content, theme *out) {
    reading r = start_reading(name, file, out);
    TRY(ini_read_text(file, content, visit, &r));
    return check_whole(&r);
}

static status read_file(const char *name, const char *path, theme *out) {
    reading r = start_reading(name, path, out);
    TRY(ini_read_file(path, visit, &r));
    return check_whole(&r);
}

static void add_name(void *to, const char *name) { text_printf(to, " %s", name); }

status theme_find(const char *directory, const char *name, theme *out) {
    if (!name)
        name = "dark";
    if (directory && !strchr(name, '/')) {
        text path = {0};
        text_printf(&path, "%s/themes/%s.theme", directory, name);
        status s = read_file(name, path.at, out);
        text_free(&path);
        if (s != STATUS_NOT_FOUND)
            return s;
    }
    const char *carried = embedded_text(name);
    if (carried)
        return theme_read(name, name, carried, out);
    text names = {0};
    theme_each(directory, add_name, &names);
    status s = status_fail(STATUS_NOT_FOUND, "there is no theme %s; there are:%s", name, text_string(&names));
    text_free(&names);
    return s;
}

void theme_each(const char *directory, void (*add)(void *to, const char *name), void *to) {
    for (int i = 0; i < EMBEDDED; i++)
        add(to, embedded[i].name);
    if (!directory)
        return;
    text path = {0};
    text_printf(&path, "%s/themes", directory);
    struct dirent **entries = NULL;
    int n = scandir(path.at, &entries, NULL, alphasort);
    text_free(&path);
    for (int i = 0; i < n; i++) {
        char *name = entries[i]->d_name, *dot = strrchr(name, '.');
        if (dot && dot != name && !strcmp(dot, ".theme")) {
            *dot = 0;
            if (!embedded_text(name))
                add(to, name);
        }
        free(entries[i]);
    }
    free(entries);
}

// Of a palette of 16, a foreground that can be told from the background: the wanted one, its bright or dark twin, or
// black or white.
static int readable(int fore, int behind) {
    enum { ENOUGH = 2 };
    int candidates[] = {fore, fore ^ 8, 15, 0};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (colour_contrast(colour_xterm(candidates[i]), colour_xterm(behind)) >= ENOUGH)
            return candidates[i];
    return 15;
}

// Terminals of eight colours show the bright half of 16 as bold; bold black is black on many, so it becomes white.
static void to_eight(theme_look *look) {
    look->back &= 7;
    if (look->fore == 8)
        look->fore = 7;
    if (look->fore > 8) {
        look->fore -= 8;
        look->attr |= ATTR_BOLD;
    }
    if (look->fore == look->back)
        look->fore = look->back == 7 ? 0 : 7;
}

theme_look theme_cell(const theme *t, int colours, cell c) {
    uint8_t attr = t->fore_attr[c.role] | c.attr;
    theme_look look = {-1, -1, (uint8_t)(attr ^ (t->back_attr[c.back] & ATTR_REVERSE))};
    look.attr |= t->back_attr[c.back] & (uint8_t)~ATTR_REVERSE;
    if (t->mono || colours < 8)
        return look;
    const theme_colour *fore = &t->fore[c.role], *behind = &t->back[c.back];
    if (colours >= 1 << 24) {
        look.fore = (int32_t)fore->rgb;
        look.back = (int32_t)behind->rgb;
    } else if (colours >= 256) {
        look.fore = fore->c256;
        look.back = behind->c256;
    } else {
        look.back = behind->c16;
        look.fore = readable(fore->c16, behind->c16);
        if (colours < 16)
            to_eight(&look);
    }
    return look;
}
