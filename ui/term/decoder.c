// Bytes wait in a buffer until its beginning is understood. A beginning is, in this order: a sequence that was taught,
// a sequence by its shape, a character. Each of these answers with how many bytes it took, that it needs more, or that
// it is something else. The strings (OSC and the like) can be longer than any buffer, so their contents are dropped as
// they come.
//
// Shapes: ECMA-48, 5th edition, 5.4 (control sequences) and 5.6 (control strings); XTerm Control Sequences, "Mouse
// Tracking".
#include "ui/term/decoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

#define ESC_NS (25 * NS_PER_MS)   // silence that makes ESC a key
#define LATE_NS (500 * NS_PER_MS) // in which the rest of a sequence may follow an ESC that was taken for a key
#define REST_NS NS_PER_S          // silence that ends a sequence which has begun

enum { ESC = 27, CANCEL = 24, SUBSTITUTE = 26, BELL = 7, DELETE = 127, MOST_BYTES = 256, MOST_TAUGHT = 64 };

typedef struct {
    char *bytes;
    size_t n;
    int key;
} taught;

struct decoder {
    VEC(taught) taught;
    unsigned char held[MOST_BYTES];
    size_t n;
    int64_t heard;           // when the latest byte came
    int64_t lone;            // when an ESC was taken for the key; 0: what follows can't belong to it
    unsigned char in_string; // the introducer of the string that is being dropped; 0: none
    bool empty;              // nothing of the string has come yet
    bool mended;             // the ESC in front is there for one that was taken for the key
};

// What the beginning of the buffer is. IS_LOST: it was understood, and says nothing.
typedef enum { IS_WHOLE, IS_LOST, IS_OPEN, IS_OTHER } shape;

decoder *decoder_new(void) { return mem_new(1, sizeof(decoder)); }

void decoder_free(decoder *d) {
    for (size_t i = 0; i < d->taught.n; i++)
        free(d->taught.at[i].bytes);
    vec_free(&d->taught);
    free(d);
}

static bool is_printable(unsigned char c) { return c >= ' ' && c < DELETE; }

void decoder_teach(decoder *d, const char *sequence, int key) {
    size_t n = strlen(sequence);
    if (n == 0 || n > MOST_TAUGHT || is_printable((unsigned char)sequence[0]))
        return;
    vec_push(&d->taught, (taught){mem_string(sequence), n, key});
}

// One byte is for an ESC that is put in front.
size_t decoder_room(const decoder *d) { return d->n < MOST_BYTES ? MOST_BYTES - 1 - d->n : 0; }

void decoder_feed(decoder *d, const char *bytes, size_t n, int64_t now) {
    memcpy(d->held + d->n, bytes, n);
    d->n += n;
    d->heard = now;
}

static void drop(decoder *d, size_t n) {
    d->n -= n;
    memmove(d->held, d->held + n, d->n);
}

// The ESC that is missing in front.
static void put_escape(decoder *d) {
    memmove(d->held + 1, d->held, d->n++);
    d->held[0] = ESC;
}

// ---- what was taught ----

// The longest that is there whole, unless a longer one may still come.
static shape read_taught(const decoder *d, bool over, size_t *used, decoded *out) {
    bool open = false;
    *used = 0;
    for (size_t i = 0; i < d->taught.n; i++) {
        const taught *t = &d->taught.at[i];
        size_t common = t->n < d->n ? t->n : d->n;
        if (memcmp(t->bytes, d->held, common) != 0)
            continue;
        open |= t->n > d->n;
        if (t->n <= d->n && t->n > *used) {
            *used = t->n;
            *out = (decoded){.kind = DECODED_KEY, .key = t->key};
        }
    }
    if (open && !over)
        return IS_OPEN;
    return *used ? IS_WHOLE : IS_OTHER;
}

// ---- shapes ----

// Parameters, intermediate bytes, one final byte. A byte that can't stand there ends the sequence and is itself left.
// The Linux console puts a second "[" in front of the letter of F1 to F5.
static shape measure_csi(const unsigned char *bytes, size_t n, size_t *used) {
    size_t i = 2;
    while (i < n && bytes[i] >= 0x20 && bytes[i] <= 0x3F)
        i++;
    if (i == 2 && i < n && bytes[i] == '[')
        i++;
    if (i == n)
        return IS_OPEN;
    *used = i + (bytes[i] >= 0x40 && bytes[i] < DELETE);
    return IS_LOST;
}

// "ESC [ < button ; x ; y M", with m when the button was let go.
static shape read_mouse(const unsigned char *bytes, size_t n, decoded *out) {
    char line[MOST_BYTES + 1], last;
    int button, x, y;
    memcpy(line, bytes, n);
    line[n] = 0;
    if (sscanf(line + 3, "%5d;%5d;%5d%c", &button, &x, &y, &last) != 4 || (last != 'M' && last != 'm'))
        return IS_LOST;
    *out = (decoded){.kind = DECODED_MOUSE, .button = button, .x = x - 1, .y = y - 1, .pressed = last == 'M'};
    return IS_WHOLE;
}

// The older report, "ESC [ M" and three bytes: button, x and y, each and 32.
static shape read_old_mouse(const unsigned char *bytes, size_t n, size_t *used, decoded *out) {
    enum { BYTES = 6, LET_GO = 3, WHEEL = 64 };
    if (n < BYTES)
        return IS_OPEN;
    int button = bytes[3] - 32;
    bool pressed = button >= WHEEL || (button & LET_GO) != LET_GO;
    *out =
        (decoded){.kind = DECODED_MOUSE, .button = button, .x = bytes[4] - 33, .y = bytes[5] - 33, .pressed = pressed};
    *used = BYTES;
    return IS_WHOLE;
}

static shape read_csi(const unsigned char *bytes, size_t n, size_t *used, decoded *out) {
    if (n > 2 && bytes[2] == 'M')
        return read_old_mouse(bytes, n, used, out);
    shape s = measure_csi(bytes, n, used);
    return s == IS_LOST && bytes[2] == '<' ? read_mouse(bytes, *used, out) : s;
}

// SS3: a modifier's digits on some terminals, and one byte.
static shape read_ss3(const unsigned char *bytes, size_t n, size_t *used) {
    size_t i = 2;
    while (i < n && ((bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == ';'))
        i++;
    if (i == n)
        return IS_OPEN;
    *used = i + is_printable(bytes[i]);
    return IS_LOST;
}

static bool begins_string(unsigned char c) { return c && strchr("]P_^X", c); }

static bool begins_sequence(unsigned char c) { return c == '[' || c == 'O' || begins_string(c); }

// Drops what there is of the string. It ends with ESC \, an OSC also with BEL; a cancelling character, or ESC and
// something else, ends it too. Whether it has ended.
static bool drop_string(decoder *d) {
    for (size_t i = 0; i < d->n; i++) {
        unsigned char c = d->held[i];
        if (c == CANCEL || c == SUBSTITUTE || (c == BELL && d->in_string == ']')) {
            drop(d, i + 1);
            return true;
        }
        if (c == ESC) {
            drop(d, i);
            d->empty &= i == 0;
            if (d->n > 1 && d->held[1] == '\\')
                drop(d, 2);
            else if (d->n == 1)
                return false;
            return true;
        }
    }
    d->empty &= d->n == 0;
    d->n = 0;
    return false;
}

// ---- characters ----

// By the locale. What is no character is dropped.
static shape read_character(const unsigned char *bytes, size_t n, bool over, size_t *used, decoded *out) {
    wchar_t wide = 0;
    mbstate_t fresh = {0};
    size_t length = mbrtowc(&wide, (const char *)bytes, n, &fresh);
    if (length == (size_t)-2 && !over)
        return IS_OPEN;
    bool broken = length >= (size_t)-2;
    *used = broken || length == 0 ? 1 : length;
    *out = (decoded){.kind = DECODED_CHARACTER, .code_point = (unsigned)wide};
    return broken || (wide >= 0x80 && wide < 0xA0) ? IS_LOST : IS_WHOLE;
}

// ESC in front, and it is no sequence that was taught.
static shape read_escape(decoder *d, bool over, size_t *used, decoded *out) {
    const unsigned char *bytes = d->held;
    shape s;
    *out = (decoded){.kind = DECODED_CHARACTER, .code_point = ESC};
    *used = 1;
    if (d->n == 1 && !over)
        return IS_OPEN;
    if (d->n == 1)
        d->lone = d->heard;
    if (d->n == 1 || bytes[1] == ESC)
        return IS_WHOLE;
    if (begins_string(bytes[1])) {
        d->in_string = bytes[1];
        d->empty = true;
        *used = 2;
        return IS_LOST;
    }
    if (begins_sequence(bytes[1])) {
        s = bytes[1] == '[' ? read_csi(bytes, d->n, used, out) : read_ss3(bytes, d->n, used);
        if (s != IS_OPEN || !over)
            return s;
        *out = (decoded){.kind = DECODED_CHARACTER, .code_point = bytes[1], .alt = !d->mended};
        *used = d->n;
        return d->n == 2 ? IS_WHOLE : IS_LOST;
    }
    s = read_character(bytes + 1, d->n - 1, over, used, out);
    out->alt = true;
    *used += s != IS_OPEN;
    return s;
}

// ---- all of it ----

// What follows an ESC that was taken for the key too early: a bracket is held back; a letter only when it came together
// with more, faster than anybody types. And the bytes that are ESC and a letter in one, where they begin no character.
static void mend_front(decoder *d) {
    unsigned char c = d->held[0];
    bool late = d->lone && d->heard - d->lone <= LATE_NS && begins_sequence(c);
    d->lone = 0;
    if (late && (c == '[' || c == ']' || d->n > 1)) {
        put_escape(d);
        d->mended = true;
    } else if (c >= 0x80 && c < 0xA0 && begins_sequence((unsigned char)(c - 0x40))) {
        d->held[0] = (unsigned char)(c - 0x40);
        put_escape(d);
    }
}

// A sequence that fills the buffer loses what stands in its middle; it was nothing that anybody knows.
static void shorten(decoder *d) {
    if (decoder_room(d) > 0)
        return;
    d->held[2] = '0';
    d->n = 3;
}

static int64_t patience(const decoder *d) {
    return d->in_string || (d->n > 1 && d->held[0] == ESC && begins_sequence(d->held[1])) ? REST_NS : ESC_NS;
}

// The string that begins here has ended, or nothing more of it comes. Of one that never went on, the key that it began
// with is left.
static bool end_string(decoder *d, bool ended, decoded *out) {
    *out = (decoded){.kind = DECODED_CHARACTER, .code_point = d->in_string, .alt = !d->mended};
    d->in_string = 0;
    bool key = !ended && d->empty;
    d->mended = false;
    return key;
}

bool decoder_next(decoder *d, int64_t now, decoded *out) {
    while (d->n > 0 || d->in_string) {
        if (!d->in_string)
            mend_front(d);
        bool over = now - d->heard >= patience(d);
        if (d->in_string) {
            bool ended = drop_string(d);
            if (!ended && !over)
                return false;
            if (end_string(d, ended, out))
                return true;
            continue;
        }
        size_t used = 0;
        shape s = read_taught(d, over, &used, out);
        if (s == IS_OTHER)
            s = d->held[0] == ESC ? read_escape(d, over, &used, out) : read_character(d->held, d->n, over, &used, out);
        if (s == IS_OPEN) {
            shorten(d);
            return false;
        }
        drop(d, used);
        d->mended &= d->in_string != 0;
        if (s == IS_WHOLE)
            return true;
    }
    return false;
}

int64_t decoder_deadline(const decoder *d) { return d->n > 0 || d->in_string ? d->heard + patience(d) : INT64_MAX; }
