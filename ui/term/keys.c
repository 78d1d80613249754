#include "ui/term/keys.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/text.h"

enum { PASTE_BEGIN = 0x5000, PASTE_END, PASTE_MAX = 1 << 16 };
#define DOUBLE_NS (400 * NS_PER_MS)
#define PASTE_WAIT_NS NS_PER_S

struct keys {
    WINDOW *pad; // reading from a pad never repaints the screen
    bool pasting;
    text paste;
    int64_t paste_heard;
    int64_t press_time;
    int press_x, press_y;
};

const char *input_text(const input *in) {
    unsigned point;
    if (in->kind != INPUT_KEY)
        return NULL;
    if (!strcmp(in->key, "Space"))
        return " ";
    size_t n = text_decode(in->key, &point);
    return n && !in->key[n] && point > ' ' ? in->key : NULL;
}

keys *keys_open(bool mouse) {
    keys *k = mem_new(1, sizeof *k);
    k->pad = newpad(1, 1);
    if (!k->pad) {
        free(k);
        return NULL;
    }
    keypad(k->pad, TRUE);
    nodelay(k->pad, TRUE);
    meta(k->pad, TRUE);
    set_escdelay(25);
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    if (mouse) {
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
        mouseinterval(0); // presses are reported at once; double ones are told apart here
    }
    return k;
}

void keys_close(keys *k) {
    delwin(k->pad);
    text_free(&k->paste);
    free(k);
}

static void name_key(input *out, const char *name) {
    out->kind = INPUT_KEY;
    mem_copy_string(out->key, sizeof out->key, name);
}

static void name_character(wint_t ch, input *out) {
    static const struct {
        wint_t ch;
        const char *name;
    } special[] = {{'\t', "Tab"},  {'\r', "Enter"},  {'\n', "Enter"},    {27, "Esc"},
                   {' ', "Space"}, {8, "Backspace"}, {127, "Backspace"}, {0, "^Space"}};
    out->kind = INPUT_KEY;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (special[i].ch == ch) {
            name_key(out, special[i].name);
            return;
        }
    if (ch < 32)
        snprintf(out->key, sizeof out->key, "^%c", (int)ch + '@');
    else
        out->key[text_encode((unsigned)ch, out->key)] = 0;
}

// Names as terminfo has them for keys with modifiers ("kUP5" is control and up), as xterm numbers those.
static bool name_modified(const char *capability, input *out) {
    static const char *const bases[][2] = {{"kUP", "Up"},    {"kDN", "Down"}, {"kLFT", "Left"}, {"kRIT", "Right"},
                                           {"kHOM", "Home"}, {"kEND", "End"}, {"kNXT", "PgDn"}, {"kPRV", "PgUp"},
                                           {"kDC", "Del"},   {"kIC", "Ins"}};
    static const char *const modifiers[] = {"S-", "S-", "S-", "M-", "M-S-", "C-", "C-S-", "C-M-"};
    for (size_t i = 0; capability && i < sizeof bases / sizeof *bases; i++) {
        size_t n = strlen(bases[i][0]);
        if (strncmp(capability, bases[i][0], n) != 0)
            continue;
        int digit = capability[n] ? capability[n] - '0' : 0;
        if (digit < 0 || digit > 7 || (capability[n] && capability[n + 1]))
            continue;
        out->kind = INPUT_KEY;
        snprintf(out->key, sizeof out->key, "%s%s", modifiers[digit], bases[i][1]);
        return true;
    }
    return false;
}

static bool name_code(int code, input *out) {
    static const struct {
        int code;
        const char *name;
    } names[] = {{KEY_UP, "Up"},          {KEY_DOWN, "Down"},    {KEY_LEFT, "Left"},   {KEY_RIGHT, "Right"},
                 {KEY_HOME, "Home"},      {KEY_END, "End"},      {KEY_PPAGE, "PgUp"},  {KEY_NPAGE, "PgDn"},
                 {KEY_DC, "Del"},         {KEY_IC, "Ins"},       {KEY_ENTER, "Enter"}, {KEY_BACKSPACE, "Backspace"},
                 {KEY_BTAB, "S-Tab"},     {KEY_SR, "S-Up"},      {KEY_SF, "S-Down"},   {KEY_SLEFT, "S-Left"},
                 {KEY_SRIGHT, "S-Right"}, {KEY_SHOME, "S-Home"}, {KEY_SEND, "S-End"},  {KEY_SDC, "S-Del"},
                 {KEY_FIND, "Home"},      {KEY_SELECT, "End"},   {KEY_A1, "Home"},     {KEY_A3, "PgUp"},
                 {KEY_B2, "Home"},        {KEY_C1, "End"},       {KEY_C3, "PgDn"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code) {
            name_key(out, names[i].name);
            return true;
        }
    if (code > KEY_F0 && code <= KEY_F(48)) {
        static const char *const banks[] = {"", "S-", "C-", "C-S-"}; // xterm: F13 is shift and F1
        int n = code - KEY_F0 - 1;
        out->kind = INPUT_KEY;
        snprintf(out->key, sizeof out->key, "%sF%d", banks[n / 12], n % 12 + 1);
        return true;
    }
    return name_modified(keyname(code), out);
}

static bool read_mouse(keys *k, input *out) {
    MEVENT event;
    if (getmouse(&event) != OK)
        return false;
    out->x = event.x;
    out->y = event.y;
    if (event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
        out->kind = INPUT_WHEEL;
        out->amount = event.bstate & BUTTON4_PRESSED ? -3 : 3;
        return true;
    }
    if (!(event.bstate & BUTTON1_PRESSED))
        return false;
    int64_t now = clock_mono();
    bool twice = event.x == k->press_x && event.y == k->press_y && now - k->press_time < DOUBLE_NS;
    out->kind = twice ? INPUT_DOUBLE : INPUT_PRESS;
    k->press_time = twice ? 0 : now;
    k->press_x = event.x;
    k->press_y = event.y;
    return true;
}

// Gathers pasted characters; true when the paste is whole.
static bool read_paste(keys *k, bool is_code, wint_t ch, input *out) {
    k->paste_heard = clock_mono();
    if (is_code && ch == PASTE_END) {
        k->pasting = false;
        out->kind = INPUT_PASTE;
        out->paste = text_string(&k->paste);
        return true;
    }
    if (!is_code && k->paste.n < PASTE_MAX) {
        char utf8[5];
        text_put_n(&k->paste, utf8, text_encode(ch < ' ' ? ' ' : (unsigned)ch, utf8));
    }
    return false;
}

// After an escape character: alt and a key, when one follows at once; else the key Esc.
static void read_escape(keys *k, input *out) {
    wint_t next;
    input inner = {0};
    name_key(out, "Esc");
    int kind = wget_wch(k->pad, &next);
    if (kind == ERR)
        return;
    if (kind == KEY_CODE_YES || next == 27) {
        ungetch((int)next);
        return;
    }
    name_character(next, &inner);
    snprintf(out->key, sizeof out->key, "M-%.20s", inner.key);
}

bool keys_read(keys *k, input *out) {
    wint_t ch;
    for (;;) {
        *out = (input){0};
        int kind = wget_wch(k->pad, &ch);
        if (kind == ERR) {
            if (k->pasting && clock_mono() - k->paste_heard > PASTE_WAIT_NS)
                k->pasting = false; // its end got lost: keys are keys again
            return false;
        }
        bool is_code = kind == KEY_CODE_YES;
        if (k->pasting) {
            if (read_paste(k, is_code, ch, out))
                return true;
        } else if (is_code && ch == PASTE_BEGIN) {
            k->pasting = true;
            k->paste_heard = clock_mono();
            text_clear(&k->paste);
        } else if (is_code && ch == KEY_MOUSE) {
            if (read_mouse(k, out))
                return true;
        } else if (is_code) {
            if (name_code((int)ch, out))
                return true;
        } else {
            if (ch == 27)
                read_escape(k, out);
            else
                name_character(ch, out);
            return true;
        }
    }
}
