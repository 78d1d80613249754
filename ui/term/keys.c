#include "ui/term/keys.h"

#include <curses.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/text.h"
#include "src/base/vec.h"
#include "ui/term/decoder.h"
#include "ui/term/terminal.h"

enum { PASTE_MAX = 1 << 16 };
#define DOUBLE_NS (400 * NS_PER_MS)
#define PASTE_WAIT_NS NS_PER_S

typedef struct {
    char name[KEY_NAME];
} taught_key;

struct keys {
    int descriptor;
    bool mouse;
    decoder *decoder;
    VEC(taught_key) taught; // what the decoder was taught, by number
    int paste_begin, paste_end;
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

static int teach(keys *k, const char *sequence, const char *name) {
    taught_key named = {0};
    snprintf(named.name, sizeof named.name, "%s", name);
    if (sequence)
        decoder_teach(k->decoder, sequence, (int)k->taught.n);
    vec_push(&k->taught, named);
    return (int)k->taught.n - 1;
}

// As the terminal's description has them; keys with modifiers have names of their own there ("kUP5" is control and up),
// as xterm numbers those.
static void teach_modified(keys *k) {
    static const char *const bases[][2] = {{"kUP", "Up"},    {"kDN", "Down"}, {"kLFT", "Left"}, {"kRIT", "Right"},
                                           {"kHOM", "Home"}, {"kEND", "End"}, {"kNXT", "PgDn"}, {"kPRV", "PgUp"},
                                           {"kDC", "Del"},   {"kIC", "Ins"}};
    static const char *const modifiers[][2] = {{"", "S-"},  {"3", "M-"},   {"4", "M-S-"},
                                               {"5", "C-"}, {"6", "C-S-"}, {"7", "C-M-"}};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        for (size_t m = 0; m < sizeof modifiers / sizeof *modifiers; m++) {
            char capability[16], name[KEY_NAME];
            snprintf(capability, sizeof capability, "%s%s", bases[i][0], modifiers[m][0]);
            snprintf(name, sizeof name, "%s%s", modifiers[m][1], bases[i][1]);
            teach(k, terminal_capability(capability), name);
        }
}

static void teach_functions(keys *k) {
    static const char *const banks[] = {"", "S-", "C-", "C-S-"}; // xterm: F13 is shift and F1
    for (int n = 0; n < 48; n++) {
        char capability[16], name[KEY_NAME];
        snprintf(capability, sizeof capability, "kf%d", n + 1);
        snprintf(name, sizeof name, "%sF%d", banks[n / 12], n % 12 + 1);
        teach(k, terminal_capability(capability), name);
    }
}

static void teach_all(keys *k) {
    static const char *const plain[][2] = {
        {"kcuu1", "Up"},   {"kcud1", "Down"},    {"kcub1", "Left"}, {"kcuf1", "Right"}, {"khome", "Home"},
        {"kend", "End"},   {"kpp", "PgUp"},      {"knp", "PgDn"},   {"kdch1", "Del"},   {"kich1", "Ins"},
        {"kent", "Enter"}, {"kbs", "Backspace"}, {"kcbt", "S-Tab"}, {"kri", "S-Up"},    {"kind", "S-Down"},
        {"kfnd", "Home"},  {"kslt", "End"},      {"ka1", "Home"},   {"ka3", "PgUp"},    {"kb2", "Home"},
        {"kc1", "End"},    {"kc3", "PgDn"}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        teach(k, terminal_capability(plain[i][0]), plain[i][1]);
    teach_modified(k);
    teach_functions(k);
    k->paste_begin = teach(k, "\033[200~", "");
    k->paste_end = teach(k, "\033[201~", "");
}

keys *keys_open(int descriptor, bool mouse) {
    keys *k = mem_new(1, sizeof *k);
    k->descriptor = descriptor;
    k->mouse = mouse;
    k->decoder = decoder_new();
    keypad(stdscr, TRUE); // the terminal sends what its description says
    teach_all(k);
    if (mouse)
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL); // the terminal reports them
    return k;
}

void keys_close(keys *k) {
    decoder_free(k->decoder);
    vec_free(&k->taught);
    text_free(&k->paste);
    free(k);
}

static void name_key(input *out, const char *name) {
    out->kind = INPUT_KEY;
    mem_copy_string(out->key, sizeof out->key, name);
}

static void name_character(unsigned ch, input *out) {
    static const struct {
        unsigned ch;
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
        out->key[text_encode(ch, out->key)] = 0;
}

static void name_alt(unsigned ch, input *out) {
    input inner = {0};
    name_character(ch, &inner);
    out->kind = INPUT_KEY;
    snprintf(out->key, sizeof out->key, "M-%.20s", inner.key);
}

// Buttons as xterm numbers them; what is pressed besides (shift 4, alt 8, control 16) makes no difference.
static bool read_mouse(keys *k, const decoded *d, input *out) {
    enum { BESIDES = 4 | 8 | 16, FIRST = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };
    int button = d->button & ~BESIDES;
    if (!k->mouse || !d->pressed || d->x < 0 || d->y < 0)
        return false;
    out->x = d->x;
    out->y = d->y;
    if (button == WHEEL_UP || button == WHEEL_DOWN) {
        out->kind = INPUT_WHEEL;
        out->amount = button == WHEEL_UP ? -3 : 3;
        return true;
    }
    if (button != FIRST)
        return false;
    int64_t now = clock_mono();
    bool twice = d->x == k->press_x && d->y == k->press_y && now - k->press_time < DOUBLE_NS;
    out->kind = twice ? INPUT_DOUBLE : INPUT_PRESS;
    k->press_time = twice ? 0 : now;
    k->press_x = d->x;
    k->press_y = d->y;
    return true;
}

// Gathers pasted characters; true when the paste is whole.
static bool read_paste(keys *k, const decoded *d, input *out) {
    k->paste_heard = clock_mono();
    if (d->kind == DECODED_KEY && d->key == k->paste_end) {
        k->pasting = false;
        out->kind = INPUT_PASTE;
        out->paste = text_string(&k->paste);
        return true;
    }
    if (d->kind == DECODED_CHARACTER && k->paste.n < PASTE_MAX) {
        char utf8[5];
        text_put_n(&k->paste, utf8, text_encode(d->code_point < ' ' ? ' ' : d->code_point, utf8));
    }
    return false;
}

// Before anything is decided by time: what waits to be read came earlier.
static void take_bytes(keys *k) {
    char bytes[256];
    size_t room = decoder_room(k->decoder);
    int waiting = 0;
    if (!room || ioctl(k->descriptor, FIONREAD, &waiting) != 0 || waiting <= 0)
        return;
    ssize_t n = read(k->descriptor, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (n > 0)
        decoder_feed(k->decoder, bytes, (size_t)n, clock_mono());
}

// Whether it is something for the program.
static bool understand(keys *k, const decoded *d, input *out) {
    *out = (input){0};
    if (k->pasting)
        return read_paste(k, d, out);
    if (d->kind == DECODED_MOUSE)
        return read_mouse(k, d, out);
    if (d->kind == DECODED_KEY && d->key == k->paste_begin) {
        k->pasting = true;
        k->paste_heard = clock_mono();
        text_clear(&k->paste);
        return false;
    }
    if (d->kind == DECODED_KEY)
        name_key(out, k->taught.at[d->key].name);
    else if (d->alt)
        name_alt(d->code_point, out);
    else
        name_character(d->code_point, out);
    return *out->key;
}

bool keys_read(keys *k, input *out) {
    decoded d;
    for (;;) {
        take_bytes(k);
        if (!decoder_next(k->decoder, clock_mono(), &d)) {
            if (k->pasting && clock_mono() - k->paste_heard > PASTE_WAIT_NS)
                k->pasting = false; // its end got lost: keys are keys again
            return false;
        }
        if (understand(k, &d, out))
            return true;
    }
}

int keys_patience(const keys *k) {
    int64_t deadline = decoder_deadline(k->decoder);
    if (deadline == INT64_MAX)
        return INT_MAX;
    int64_t left = deadline - clock_mono();
    return left <= 0 ? 0 : (int)(left / NS_PER_MS) + 1;
}
