#include "ui/term/pairs.h"

#include <curses.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/term/colour.h"

enum { ATTRS = 8, PAIRS_MAX = 1024, ENTRIES_FROM = 16, ENTRIES = 256 };

typedef struct {
    style style;
    bool known;
} remembered;

struct pairs {
    int colours;
    bool direct;          // numbers are 0xRRGGBB, whatever themes are asked for
    bool palette;         // entries are redefined
    bool palette_changed; // … and were
    theme theme;
    struct {
        int32_t fore, back;
    } pair[PAIRS_MAX]; // those in use, from 1
    int used;
    struct {
        uint32_t rgb;
        bool taken;
    } entry[ENTRIES];
    remembered styles[ROLE_COUNT][BACK_COUNT][ATTRS];
};

static int offered(bool direct) {
    if (!has_colors())
        return 2;
    if (direct)
        return 1 << 24;
    if (COLORS >= 256)
        return 256;
    return COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 2;
}

pairs *pairs_open(int wanted, bool direct) {
    pairs *p = mem_new(1, sizeof *p);
    if (has_colors() && wanted != 2)
        start_color();
    p->colours = offered(direct);
    p->direct = p->colours == 1 << 24;
    p->palette = p->colours == 256 && can_change_color() && (wanted == 0 || wanted == 1 << 24);
    if (p->palette)
        p->colours = 1 << 24;
    if (wanted && wanted < p->colours)
        p->colours = wanted;
    if (p->colours >= 8)
        use_default_colors();
    return p;
}

void pairs_free(pairs *p) { free(p); }

int pairs_colours(const pairs *p) { return p->colours; }

bool pairs_palette_changed(const pairs *p) { return p->palette_changed; }

void pairs_theme(pairs *p, const theme *t) {
    p->theme = *t;
    p->used = 0;
    memset(p->styles, 0, sizeof p->styles);
    memset(p->entry, 0, sizeof p->entry);
}

static double distance(uint32_t x, uint32_t y) {
    oklab a = colour_oklab(x), b = colour_oklab(y);
    return hypot(hypot(a.l - b.l, a.a - b.a), a.b - b.b);
}

// The palette entry that is made to show `rgb`: one that does already, or the nearest that is free.
static int32_t entry_for(pairs *p, uint32_t rgb) {
    int best = -1;
    double best_distance = HUGE_VAL;
    for (int i = ENTRIES_FROM; i < ENTRIES; i++) {
        if (p->entry[i].taken && p->entry[i].rgb == rgb)
            return i;
        double d = distance(rgb, colour_xterm(i));
        if (!p->entry[i].taken && d < best_distance) {
            best = i;
            best_distance = d;
        }
    }
    if (best < 0)
        return colour_nearest(rgb, ENTRIES_FROM, ENTRIES);
    p->entry[best].taken = true;
    p->entry[best].rgb = rgb;
    // ncurses counts to 1000 and terminfo's formula cuts: rounding up comes back as the same byte.
    int parts[3];
    for (int i = 0; i < 3; i++)
        parts[i] = (int)((rgb >> (16 - 8 * i) & 255) * 1000 + 254) / 255;
    init_extended_color(best, parts[0], parts[1], parts[2]);
    p->palette_changed = true;
    return best;
}

// Descriptions of direct colours keep the values 0 … 7 for the basic palette; 8 is as good as black.
static int32_t number_of(pairs *p, int32_t colour) {
    if (colour < 0)
        return colour;
    if (p->palette && p->colours == 1 << 24)
        return entry_for(p, (uint32_t)colour);
    if (!p->direct)
        return colour;
    if (p->colours < 1 << 24)
        colour = (int32_t)colour_xterm(colour);
    return colour < 8 ? 8 : colour;
}

static int pair_for(pairs *p, int32_t fore, int32_t behind) {
    for (int i = 1; i <= p->used; i++)
        if (p->pair[i].fore == fore && p->pair[i].back == behind)
            return i;
    if (p->used + 1 >= PAIRS_MAX || p->used + 1 >= COLOR_PAIRS) {
        for (int i = 1; i <= p->used; i++) // too few pairs: the right background at least
            if (p->pair[i].back == behind)
                return i;
        return 0;
    }
    int pair = ++p->used;
    p->pair[pair].fore = fore;
    p->pair[pair].back = behind;
    init_extended_pair(pair, fore, behind);
    return pair;
}

static style make_style(pairs *p, cell c) {
    theme_look look = theme_cell(&p->theme, p->colours, c);
    style s = {0};
    s.attributes |= look.attr & ATTR_BOLD ? A_BOLD : 0;
    s.attributes |= look.attr & ATTR_UNDERLINE ? A_UNDERLINE : 0;
    s.attributes |= look.attr & ATTR_REVERSE ? A_REVERSE : 0;
    s.attributes |= look.attr & THEME_DIM ? A_DIM : 0;
    if (p->colours >= 8 && !p->theme.mono)
        s.pair = pair_for(p, number_of(p, look.fore), number_of(p, look.back));
    return s;
}

style pairs_style(pairs *p, cell c) {
    remembered *r = &p->styles[c.role][c.back][c.attr & (ATTRS - 1)];
    if (!r->known) {
        r->style = make_style(p, c);
        r->known = true;
    }
    return r->style;
}
