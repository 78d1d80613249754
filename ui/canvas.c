#include "ui/canvas.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

// What stands for a character on a terminal that shows ASCII alone. Sorted by code point; ranges catch the drawing
// characters that are too many to list.
typedef struct {
    uint32_t from, to;
    char ascii;
} fallback;

static const fallback fallbacks[] = {
    {0x00A0, 0x00A0, ' '},  {0x00A7, 0x00A7, 'S'}, {0x00B0, 0x00B0, 'o'}, {0x00B1, 0x00B1, '~'}, {0x00B2, 0x00B2, '2'},
    {0x00B7, 0x00B7, '.'},  {0x00C0, 0x00C5, 'A'}, {0x00C7, 0x00C7, 'C'}, {0x00C8, 0x00CB, 'E'}, {0x00CC, 0x00CF, 'I'},
    {0x00D1, 0x00D1, 'N'},  {0x00D2, 0x00D6, 'O'}, {0x00D7, 0x00D7, 'x'}, {0x00D9, 0x00DC, 'U'}, {0x00DF, 0x00DF, 's'},
    {0x00E0, 0x00E5, 'a'},  {0x00E7, 0x00E7, 'c'}, {0x00E8, 0x00EB, 'e'}, {0x00EC, 0x00EF, 'i'}, {0x00F1, 0x00F1, 'n'},
    {0x00F2, 0x00F6, 'o'},  {0x00F9, 0x00FC, 'u'}, {0x0394, 0x0394, 'D'}, {0x03A3, 0x03A3, 'S'}, {0x03B1, 0x03B1, 'a'},
    {0x03B2, 0x03B2, 'b'},  {0x03B3, 0x03B3, 'g'}, {0x03BC, 0x03BC, 'u'}, {0x03C3, 0x03C3, 's'}, {0x2010, 0x2015, '-'},
    {0x2018, 0x2019, '\''}, {0x201C, 0x201D, '"'}, {0x2022, 0x2022, '*'}, {0x2026, 0x2026, '~'}, {0x2190, 0x2190, '<'},
    {0x2191, 0x2191, '^'},  {0x2192, 0x2192, '>'}, {0x2193, 0x2193, 'v'}, {0x2212, 0x2212, '-'}, {0x221A, 0x221A, 'V'},
    {0x2248, 0x2248, '~'},  {0x2264, 0x2264, '<'}, {0x2265, 0x2265, '>'}, {0x2500, 0x2501, '-'}, {0x2502, 0x2503, '|'},
    {0x2504, 0x2505, '-'},  {0x2506, 0x2507, '|'}, {0x2508, 0x2509, '-'}, {0x250A, 0x250B, '|'}, {0x250C, 0x254B, '+'},
    {0x2550, 0x2550, '='},  {0x2551, 0x2551, '|'}, {0x2552, 0x256C, '+'}, {0x256D, 0x2570, '+'}, {0x2581, 0x2583, '.'},
    {0x2584, 0x2586, '='},  {0x2580, 0x2580, '#'}, {0x2587, 0x258B, '#'}, {0x258C, 0x258F, '|'}, {0x2591, 0x2591, '.'},
    {0x2592, 0x2592, ':'},  {0x2593, 0x2593, '#'}, {0x25A0, 0x25A0, '#'}, {0x25B2, 0x25B2, '^'}, {0x25B4, 0x25B4, '^'},
    {0x25B6, 0x25B8, '>'},  {0x25BC, 0x25BC, 'v'}, {0x25BE, 0x25BE, 'v'}, {0x25C0, 0x25C2, '<'}, {0x25CB, 0x25CB, 'o'},
    {0x25CF, 0x25CF, '*'},  {0x25D0, 0x25D1, '%'}, {0x2713, 0x2714, 'v'}, {0x2717, 0x2718, 'x'}, {0x2801, 0x28FF, '*'},
};

static uint32_t ascii_for(uint32_t ch) {
    if (ch == 0x2800)
        return ' '; // the empty braille pattern
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++)
        if (ch >= fallbacks[i].from && ch <= fallbacks[i].to)
            return (unsigned char)fallbacks[i].ascii;
    return '?';
}

// Characters that move the cursor, hide or reorder text: controls, surrogates, bidirectional and invisible format
// characters, private ones beyond Unicode.
static bool steers(uint32_t ch) {
    return ch < 0x20 || (ch >= 0x7F && ch < 0xA0) || ch == 0xAD || (ch >= 0x200B && ch <= 0x200F) ||
           (ch >= 0x2028 && ch <= 0x202E) || (ch >= 0x2060 && ch <= 0x206F) || (ch >= 0xD800 && ch <= 0xDFFF) ||
           ch == 0xFEFF || (ch >= 0xFFF0 && ch <= 0xFFFB) || ch >= 0xE0000;
}

static int width_of(uint32_t ch) {
    if (ch < 0x300 || (ch >= 0x2500 && ch < 0x25FD) || (ch >= 0x2800 && ch < 0x2900))
        return 1;
    char utf8[5];
    text_encode(ch, utf8);
    return (int)text_width(utf8);
}

// Takes the next character that has a width from *utf8; false at the end. Combining marks have no cell of their own and
// are left out.
static bool next_glyph(const canvas *c, const char **utf8, uint32_t *ch, int *width) {
    for (;;) {
        unsigned point;
        size_t n = text_decode(*utf8, &point);
        if (!n)
            return false;
        *utf8 += n;
        *ch = steers(point) ? '?' : point;
        *width = width_of(*ch);
        if (*width == 0)
            continue;
        if (c->ascii && *ch >= 0x80) {
            *ch = ascii_for(*ch);
            *width = 1;
        }
        return true;
    }
}

static int measure(const canvas *c, const char *utf8) {
    int total = 0, width;
    uint32_t ch;
    while (next_glyph(c, &utf8, &ch, &width))
        total += width;
    return total;
}

canvas canvas_new(int width, int height) {
    canvas c = {.width = width > 0 ? width : 0, .height = height > 0 ? height : 0, .owned = true};
    c.stride = c.width;
    c.cells = mem_new((size_t)c.width * (size_t)c.height, sizeof(cell));
    canvas_clear(&c);
    return c;
}

void canvas_free(canvas *c) {
    if (c->owned)
        free(c->cells);
    *c = (canvas){0};
}

static rect clip(const canvas *c, rect area) {
    int64_t right = (int64_t)area.x + area.width, bottom = (int64_t)area.y + area.height;
    int x = area.x > 0 ? area.x : 0, y = area.y > 0 ? area.y : 0;
    int x_end = right < c->width ? (int)right : c->width, y_end = bottom < c->height ? (int)bottom : c->height;
    if (x >= x_end || y >= y_end)
        return (rect){0};
    return (rect){x, y, x_end - x, y_end - y};
}

canvas canvas_part(canvas *c, rect area) {
    rect r = clip(c, area);
    canvas part = {.width = r.width, .height = r.height, .stride = c->stride, .ascii = c->ascii, .back = c->back};
    part.cells = c->cells + (ptrdiff_t)r.y * c->stride + r.x;
    return part;
}

static cell *at(const canvas *c, int x, int y) { return c->cells + (ptrdiff_t)y * c->stride + x; }

// Writes over the cells x … x + width - 1, which are inside the canvas.
static void set(canvas *c, int x, int y, int width, uint32_t ch, role r) {
    cell *p = at(c, x, y);
    for (int i = 0; i < width; i++)
        p[i] = (cell){.ch = i ? 0 : ch, .role = (uint8_t)r, .back = c->back};
}

void canvas_clear(canvas *c) {
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            *at(c, x, y) = (cell){.ch = ' ', .role = ROLE_TEXT, .back = c->back};
}

// Puts characters until `max` columns are used up.
static int put_until(canvas *c, int x, int y, int max, role r, const char *utf8) {
    int used = 0, width;
    uint32_t ch;
    while (next_glyph(c, &utf8, &ch, &width) && used + width <= max) {
        int column = x + used;
        used += width;
        if (y < 0 || y >= c->height || column + width <= 0 || column >= c->width)
            continue;
        if (column >= 0 && column + width <= c->width)
            set(c, column, y, width, ch, r);
        else // a wide character cut in two by the edge
            set(c, column < 0 ? 0 : column, y, 1, ' ', r);
    }
    return used;
}

int canvas_put(canvas *c, int x, int y, role r, const char *utf8) { return put_until(c, x, y, INT32_MAX / 2, r, utf8); }

int canvas_put_n(canvas *c, int x, int y, int max_width, role r, const char *utf8) {
    if (max_width <= 0)
        return 0;
    if (measure(c, utf8) <= max_width)
        return canvas_put(c, x, y, r, utf8);
    int used = put_until(c, x, y, max_width - 1, r, utf8);
    return used + canvas_put(c, x + used, y, r, "…");
}

int canvas_right(canvas *c, int x_end, int y, role r, const char *utf8) {
    return canvas_put(c, x_end - measure(c, utf8), y, r, utf8);
}

int canvas_printf(canvas *c, int x, int y, role r, const char *format, ...) {
    text t = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    int used = canvas_put(c, x, y, r, text_string(&t));
    text_free(&t);
    return used;
}

void canvas_attr(canvas *c, rect area, uint8_t attr) {
    rect r = clip(c, area);
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x++)
            at(c, x, y)->attr |= attr;
}

void canvas_back(canvas *c, rect area, back b) {
    rect r = clip(c, area);
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x++)
            at(c, x, y)->back = (uint8_t)b;
}

void canvas_fill(canvas *c, rect area, role ro, uint32_t ch) {
    rect r = clip(c, area);
    if (steers(ch))
        ch = '?';
    if (c->ascii && ch >= 0x80)
        ch = ascii_for(ch);
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x++)
            set(c, x, y, 1, ch, ro);
}

void canvas_hline(canvas *c, int x, int y, int n, role r) { canvas_fill(c, (rect){x, y, n, 1}, r, 0x2500); }

void canvas_vline(canvas *c, int x, int y, int n, role r) { canvas_fill(c, (rect){x, y, 1, n}, r, 0x2502); }

void canvas_bar(canvas *c, int x, int y, int width, double fraction, role r) {
    if (width <= 0 || !(fraction > 0))
        return;
    double columns = fmin(fraction, 1) * width;
    if (c->ascii) {
        canvas_fill(c, (rect){x, y, (int)lround(columns), 1}, r, '#');
        return;
    }
    long eighths = lround(columns * 8);
    canvas_fill(c, (rect){x, y, (int)(eighths / 8), 1}, r, 0x2588);
    if (eighths % 8)
        canvas_fill(c, (rect){x + (int)(eighths / 8), y, 1, 1}, r, 0x2590 - (uint32_t)(eighths % 8));
}

void canvas_spark(canvas *c, int x, int y, const uint8_t *levels, int n, role r) {
    static const char ascii[] = " .-=*#%@";
    for (int i = 0; i < n; i++) {
        uint32_t level = levels[i] < 8 ? levels[i] : 7;
        canvas_fill(c, (rect){x + i, y, 1, 1}, r, c->ascii ? (uint32_t)ascii[level] : 0x2581 + level);
    }
}

bool cell_same(cell a, cell b) { return a.ch == b.ch && a.role == b.role && a.back == b.back && a.attr == b.attr; }

void canvas_mend(canvas *c) {
    for (int y = 0; y < c->height; y++) {
        bool want_half = false;
        for (int x = 0; x < c->width; x++) {
            cell *p = at(c, x, y);
            bool half = p->ch == 0;
            if (half != want_half)
                p[half ? 0 : -1].ch = ' ';
            want_half = p->ch && width_of(p->ch) == 2;
        }
        if (want_half)
            at(c, c->width - 1, y)->ch = ' ';
    }
}
