// What travels over the workspace's socket: frames, and the messages in them. Pure functions over bytes; the socket
// itself is channel.h's.
//
// A frame is a header of 8 bytes (u32 length of the body, u32 type; little-endian) and a body. Strings are a u32
// length, the bytes, and a zero that the length does not count, so that a decoded string can be used where it lies: all
// that a decoder gives out points into the frame's body.
//
//   client                                server
//   HELLO                             ->  WELCOME, or REFUSED and the end
//   RUN (+ two descriptors, or none)  ->  OUT…, ERR…, ASK…, DONE
//   ANSWER, CANCEL                        (while a command runs; late ones are dropped)
//   ATTACH                            ->  VIEW (+ a descriptor), or REFUSED
//   PING                              ->  PONG
//
// HELLO and REFUSED never change, so that programs of different versions can say so to each other.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/command.h"
#include "src/base/status.h"
#include "src/base/text.h"

enum {
    WIRE_HEADER = 8,
    WIRE_BODY_MAX = 1 << 20,
    WIRE_OUTPUT_MAX = 1 << 16, // bytes of output in one OUT or ERR
    WIRE_WORDS = 256,
    WIRE_DESCRIPTORS = 2, // of a RUN
};

typedef enum {
    WIRE_HELLO = 1,
    WIRE_WELCOME = 2,
    WIRE_REFUSED = 3,
    WIRE_RUN = 4,
    WIRE_OUT = 5, // the body is the bytes
    WIRE_ERR = 6,
    WIRE_ASK = 7, // a string
    WIRE_ANSWER = 8,
    WIRE_CANCEL = 9, // empty
    WIRE_DONE = 10,
    WIRE_ATTACH = 11, // empty
    WIRE_VIEW = 12,   // empty
    WIRE_PING = 13,   // empty
    WIRE_PONG = 14,   // empty
} wire_type;

typedef struct {
    wire_type type;
    const unsigned char *body;
    size_t n;
} wire_frame;

typedef struct {
    const char *version; // of the program
} wire_hello;

typedef struct {
    const char *version, *home;
    int64_t pid;
} wire_welcome;

typedef struct {
    status code;
    const char *sentence;
} wire_refusal;

typedef struct {
    const char *words[WIRE_WORDS];
    size_t n;
    const char *face, *directory;
    int width;
    bool person; // somebody can be asked
    bool progress;
    bool descriptors; // two came along: standard output and standard error
} wire_run;

typedef struct {
    bool given;
    const char *line; // "" when none was given
} wire_answer;

typedef struct {
    int exit_code;
    status result;
    bool needs_confirm;
    command_confirm confirm;
    const char *sentence, *phrase;
} wire_done;

// ---- encoding: each appends one whole frame ----

void wire_put_hello(text *out, const wire_hello *m);
void wire_put_welcome(text *out, const wire_welcome *m);
void wire_put_refusal(text *out, const wire_refusal *m);
// STATUS_INVALID (and nothing appended) when there are too many words or the frame would be too long.
status wire_put_run(text *out, const wire_run *m);
void wire_put_answer(text *out, const wire_answer *m);
void wire_put_done(text *out, const wire_done *m);
void wire_put_ask(text *out, const char *question);
void wire_put_output(text *out, bool error, const char *bytes, size_t n); // n <= WIRE_OUTPUT_MAX
void wire_put_empty(text *out, wire_type type);

// ---- decoding ----

// The first frame of n bytes: STATUS_END when more bytes are needed, STATUS_CORRUPT when they can never become one.
// *used is what the frame takes.
status wire_frame_read(const void *bytes, size_t n, wire_frame *out, size_t *used);

// STATUS_CORRUPT, with a sentence, for a body that is not such a message to its last byte.
status wire_get_hello(const wire_frame *f, wire_hello *out);
status wire_get_welcome(const wire_frame *f, wire_welcome *out);
status wire_get_refusal(const wire_frame *f, wire_refusal *out);
status wire_get_run(const wire_frame *f, wire_run *out);
status wire_get_answer(const wire_frame *f, wire_answer *out);
status wire_get_done(const wire_frame *f, wire_done *out);
status wire_get_ask(const wire_frame *f, const char **question);
