#include "src/app/wire.h"

#include <assert.h>
#include <string.h>

static const char magic[8] = {'P', 'L', 'I', 'M', 'S', 'O', 'L', 'L'};

enum { WIDTH_MAX = 1 << 16, RUN_PERSON = 1, RUN_PROGRESS = 2, RUN_DESCRIPTORS = 4, RUN_FLAGS = 7 };

// ---- encoding ----

static void put_u32(text *out, uint32_t value) {
    char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (char)(value >> (8 * i) & 0xff);
    text_put_n(out, bytes, sizeof bytes);
}

static void put_u64(text *out, uint64_t value) {
    put_u32(out, (uint32_t)value);
    put_u32(out, (uint32_t)(value >> 32));
}

static void put_string(text *out, const char *string) {
    size_t n = strlen(string);
    put_u32(out, (uint32_t)n);
    text_put_n(out, string, n);
    text_char(out, 0);
}

// A sentence that is too long for any frame is cut; nobody writes one.
static void put_sentence(text *out, const char *string) {
    enum { SENTENCE_MAX = WIRE_BODY_MAX / 4 };
    size_t n = strnlen(string, SENTENCE_MAX);
    put_u32(out, (uint32_t)n);
    text_put_n(out, string, n);
    text_char(out, 0);
}

// Writes a header whose length frame_end fills in; returns where it stands.
static size_t frame_begin(text *out, wire_type type) {
    size_t at = out->n;
    put_u32(out, 0);
    put_u32(out, (uint32_t)type);
    return at;
}

static void frame_end(text *out, size_t at) {
    size_t n = out->n - at - WIRE_HEADER;
    assert(n <= WIRE_BODY_MAX);
    for (int i = 0; i < 4; i++)
        out->at[at + (size_t)i] = (char)(n >> (8 * i) & 0xff);
}

void wire_put_hello(text *out, const wire_hello *m) {
    size_t at = frame_begin(out, WIRE_HELLO);
    text_put_n(out, magic, sizeof magic);
    put_string(out, m->version);
    frame_end(out, at);
}

void wire_put_welcome(text *out, const wire_welcome *m) {
    size_t at = frame_begin(out, WIRE_WELCOME);
    put_string(out, m->version);
    put_string(out, m->home);
    put_u64(out, (uint64_t)m->pid);
    frame_end(out, at);
}

void wire_put_refusal(text *out, const wire_refusal *m) {
    size_t at = frame_begin(out, WIRE_REFUSED);
    put_u32(out, (uint32_t)m->code);
    put_sentence(out, m->sentence);
    frame_end(out, at);
}

static status check_run(const wire_run *m) {
    size_t bytes = strlen(m->face) + strlen(m->directory) + 64;
    if (m->n > WIRE_WORDS)
        return status_fail(STATUS_INVALID, "the command has %zu words; at most %d travel to a running desk", m->n,
                           (int)WIRE_WORDS);
    for (size_t i = 0; i < m->n; i++)
        bytes += strlen(m->words[i]) + 8;
    if (bytes > WIRE_BODY_MAX)
        return status_fail(STATUS_INVALID, "the command has %zu bytes; at most %d travel to a running desk", bytes,
                           (int)WIRE_BODY_MAX);
    return STATUS_OK;
}

status wire_put_run(text *out, const wire_run *m) {
    TRY(check_run(m));
    size_t at = frame_begin(out, WIRE_RUN);
    put_u32(out, (m->person ? RUN_PERSON : 0U) | (m->progress ? RUN_PROGRESS : 0U) |
                     (m->descriptors ? RUN_DESCRIPTORS : 0U));
    put_u32(out, m->width < 0 ? 0 : m->width < WIDTH_MAX ? (uint32_t)m->width : WIDTH_MAX - 1);
    put_string(out, m->face);
    put_string(out, m->directory);
    put_u32(out, (uint32_t)m->n);
    for (size_t i = 0; i < m->n; i++)
        put_string(out, m->words[i]);
    frame_end(out, at);
    return STATUS_OK;
}

void wire_put_answer(text *out, const wire_answer *m) {
    size_t at = frame_begin(out, WIRE_ANSWER);
    put_u32(out, m->given);
    put_sentence(out, m->line);
    frame_end(out, at);
}

void wire_put_done(text *out, const wire_done *m) {
    size_t at = frame_begin(out, WIRE_DONE);
    put_u32(out, (uint32_t)m->exit_code & 0xff);
    put_u32(out, (uint32_t)m->result);
    put_u32(out, m->needs_confirm);
    put_u32(out, (uint32_t)m->confirm);
    put_sentence(out, m->sentence);
    put_sentence(out, m->phrase);
    frame_end(out, at);
}

void wire_put_ask(text *out, const char *question) {
    size_t at = frame_begin(out, WIRE_ASK);
    put_sentence(out, question);
    frame_end(out, at);
}

void wire_put_output(text *out, bool error, const char *bytes, size_t n) {
    assert(n <= WIRE_OUTPUT_MAX);
    size_t at = frame_begin(out, error ? WIRE_ERR : WIRE_OUT);
    text_put_n(out, bytes, n);
    frame_end(out, at);
}

void wire_put_empty(text *out, wire_type type) { frame_end(out, frame_begin(out, type)); }

// ---- decoding ----

// Reads a body from its front. After the first thing that is not there `sound` is false and all further values are
// zero.
typedef struct {
    const unsigned char *at, *end;
    bool sound;
} reader;

static reader read_body(const wire_frame *f, wire_type type) {
    return (reader){.at = f->body, .end = f->body + f->n, .sound = f->type == type};
}

static uint32_t take_u32(reader *r) {
    if (!r->sound || r->end - r->at < 4) {
        r->sound = false;
        return 0;
    }
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value |= (uint32_t)r->at[i] << (8 * i);
    r->at += 4;
    return value;
}

static uint64_t take_u64(reader *r) {
    uint64_t low = take_u32(r);
    return low | (uint64_t)take_u32(r) << 32;
}

// A number below `limit`.
static uint32_t take_below(reader *r, uint32_t limit) {
    uint32_t value = take_u32(r);
    r->sound &= value < limit;
    return r->sound ? value : 0;
}

static const char *take_string(reader *r) {
    size_t n = take_u32(r);
    if (!r->sound || (size_t)(r->end - r->at) <= n || r->at[n] != 0 || memchr(r->at, 0, n)) {
        r->sound = false;
        return "";
    }
    const char *string = (const char *)r->at;
    r->at += n + 1;
    return string;
}

static status read_end(const reader *r, const char *what) {
    if (r->sound && r->at == r->end)
        return STATUS_OK;
    return status_fail(STATUS_CORRUPT, "the body of a %s frame is malformed", what);
}

status wire_frame_read(const void *bytes, size_t n, wire_frame *out, size_t *used) {
    reader r = {.at = bytes, .end = (const unsigned char *)bytes + n, .sound = true};
    if (n < WIRE_HEADER)
        return STATUS_END;
    uint32_t length = take_u32(&r), type = take_u32(&r);
    if (length > WIRE_BODY_MAX)
        return status_fail(STATUS_CORRUPT, "a frame of %u bytes; at most %d are allowed", length, (int)WIRE_BODY_MAX);
    if (type < WIRE_HELLO || type > WIRE_PONG)
        return status_fail(STATUS_CORRUPT, "a frame of the unknown type %u", type);
    if (n - WIRE_HEADER < length)
        return STATUS_END;
    *out = (wire_frame){.type = (wire_type)type, .body = r.at, .n = length};
    *used = WIRE_HEADER + length;
    return STATUS_OK;
}

status wire_get_hello(const wire_frame *f, wire_hello *out) {
    reader r = read_body(f, WIRE_HELLO);
    if (f->n < sizeof magic || memcmp(f->body, magic, sizeof magic) != 0)
        r.sound = false;
    else
        r.at += sizeof magic;
    out->version = take_string(&r);
    return read_end(&r, "hello");
}

status wire_get_welcome(const wire_frame *f, wire_welcome *out) {
    reader r = read_body(f, WIRE_WELCOME);
    out->version = take_string(&r);
    out->home = take_string(&r);
    out->pid = (int64_t)take_u64(&r);
    return read_end(&r, "welcome");
}

status wire_get_refusal(const wire_frame *f, wire_refusal *out) {
    reader r = read_body(f, WIRE_REFUSED);
    out->code = (status)take_below(&r, STATUS_END + 1);
    out->sentence = take_string(&r);
    r.sound &= out->code != STATUS_OK;
    return read_end(&r, "refusal");
}

status wire_get_run(const wire_frame *f, wire_run *out) {
    reader r = read_body(f, WIRE_RUN);
    memset(out, 0, sizeof *out);
    uint32_t flags = take_below(&r, RUN_FLAGS + 1);
    out->person = flags & RUN_PERSON;
    out->progress = flags & RUN_PROGRESS;
    out->descriptors = flags & RUN_DESCRIPTORS;
    out->width = (int)take_below(&r, WIDTH_MAX);
    out->face = take_string(&r);
    out->directory = take_string(&r);
    out->n = take_below(&r, WIRE_WORDS + 1);
    for (size_t i = 0; i < out->n; i++)
        out->words[i] = take_string(&r);
    return read_end(&r, "run");
}

status wire_get_answer(const wire_frame *f, wire_answer *out) {
    reader r = read_body(f, WIRE_ANSWER);
    out->given = take_below(&r, 2);
    out->line = take_string(&r);
    return read_end(&r, "answer");
}

status wire_get_done(const wire_frame *f, wire_done *out) {
    reader r = read_body(f, WIRE_DONE);
    out->exit_code = (int)take_below(&r, 256);
    out->result = (status)take_below(&r, STATUS_END + 1);
    out->needs_confirm = take_below(&r, 2);
    out->confirm = (command_confirm)take_below(&r, CONFIRM_PHRASE + 1);
    out->sentence = take_string(&r);
    out->phrase = take_string(&r);
    return read_end(&r, "done");
}

status wire_get_ask(const wire_frame *f, const char **question) {
    reader r = read_body(f, WIRE_ASK);
    *question = take_string(&r);
    return read_end(&r, "question");
}
