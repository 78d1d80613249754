// Bytes of a terminal as keys, characters and reports of the mouse. What the terminal's description calls a key is
// taught; every other sequence of control (ECMA-48: CSI, SS3, OSC, DCS, APC, PM, SOS) is recognised by its shape and
// swallowed whole, so that an answer of the terminal or a key that nobody knows is never read as letters. Pure: time
// is passed in, and what a sequence means does not depend on how it was cut into pieces.
//
// Alone, Esc and the byte ESC that begins a sequence look the same. After 25 ms of silence it is Esc; should the rest
// of a sequence come in the half second after that, it is still taken as one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    DECODED_CHARACTER, // code_point, with alt
    DECODED_KEY,       // as taught
    DECODED_MOUSE,     // button as xterm reports it, cell x, y from 0, pressed or let go
} decoded_kind;

typedef struct {
    decoded_kind kind;
    unsigned code_point;
    bool alt;
    int key;
    int button, x, y;
    bool pressed;
} decoded;

typedef struct decoder decoder;

decoder *decoder_new(void);
void decoder_free(decoder *d);

// The bytes that a key sends; the first meaning of a sequence holds. Those that begin with a printable character are
// left out.
void decoder_teach(decoder *d, const char *sequence, int key);

size_t decoder_room(const decoder *d); // bytes that can be fed now; never 0 after decoder_next said false
void decoder_feed(decoder *d, const char *bytes, size_t n, int64_t now);

// The next one; false when more bytes, or time, are needed first. `now` is in nanoseconds and never goes back.
bool decoder_next(decoder *d, int64_t now, decoded *out);
// The moment at which decoder_next has more to say without further bytes; INT64_MAX: none.
int64_t decoder_deadline(const decoder *d);
