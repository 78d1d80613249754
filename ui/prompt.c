// readline in callback mode: rl_callback_read_char takes its characters from a small queue of bytes that keys are
// turned into. With a redisplay function of our own set before it starts, readline neither looks at TERM nor writes
// anything. Its state is global, so there can be but one prompt.
#include "ui/prompt.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "src/base/mem.h"
#include "src/base/vec.h"

enum { HISTORY_MAX = 1000 };

struct prompt {
    const command_table *commands;
    command_words symbols;
    void *symbols_context;
    const char *history;
    FILE *nowhere;
    bool open, entered;
    text line;   // the entered one
    text queue;  // bytes on their way to readline
    size_t next; // of the queue
    VEC(char *) candidates;
    int scroll; // first column of the line that is shown
};

static prompt *the_prompt;

static int get_byte(FILE *stream) {
    (void)stream;
    prompt *p = the_prompt;
    return p->next < p->queue.n ? (unsigned char)p->queue.at[p->next++] : EOF;
}

static int has_byte(void) { return the_prompt->next < the_prompt->queue.n; }

static void draw_nothing(void) {}

static void take_nothing(int meta) { (void)meta; }

static void forget_candidates(prompt *p) {
    for (size_t i = 0; i < p->candidates.n; i++)
        free(p->candidates.at[i]);
    p->candidates.n = 0;
}

static void add_candidate(void *to, const char *word) {
    prompt *p = to;
    vec_push(&p->candidates, mem_string(word));
}

static size_t common_prefix(const prompt *p) {
    const char *first = p->candidates.at[0];
    size_t n = strlen(first);
    for (size_t i = 1; i < p->candidates.n; i++) {
        size_t same = 0;
        while (same < n && p->candidates.at[i][same] == first[same])
            same++;
        n = same;
    }
    while (n > 0 && (first[n] & 0xC0) == 0x80)
        n--; // not in the middle of a character
    return n;
}

// Tab: what all completions share is put in; when there are several they are shown.
static int complete(int count, int key) {
    prompt *p = the_prompt;
    (void)count;
    (void)key;
    char *before = mem_string_n(rl_line_buffer, (size_t)rl_point);
    forget_candidates(p);
    command_complete(p->commands, before, p->symbols, p->symbols_context, add_candidate, p);
    if (p->candidates.n > 0) {
        size_t n = common_prefix(p), start = command_last_word(before);
        char *word = mem_string_n(p->candidates.at[0], n);
        bool whole = p->candidates.n == 1 && n > 0 && word[n - 1] != '/';
        if (n >= strlen(before + start)) {
            rl_begin_undo_group();
            rl_delete_text((int)start, rl_point);
            rl_point = (int)start;
            rl_insert_text(word);
            if (whole)
                rl_insert_text(" ");
            rl_end_undo_group();
        }
        free(word);
        if (p->candidates.n == 1)
            forget_candidates(p);
    }
    free(before);
    return 0;
}

static void on_line(char *line) {
    prompt *p = the_prompt;
    text_clear(&p->line);
    text_put(&p->line, line ? line : "");
    p->entered = true;
    free(line);
    rl_callback_handler_remove();
}

static void read_history_file(const prompt *p) {
    using_history();
    stifle_history(HISTORY_MAX);
    if (!p->history)
        return;
    int fd = open(p->history, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return; // a history that can't be kept is no reason to do without a prompt
    fchmod(fd, 0600);
    close(fd);
    read_history(p->history);
    history_truncate_file(p->history, HISTORY_MAX);
}

prompt *prompt_new(const command_table *commands, command_words symbols, void *symbols_context, const char *history) {
    prompt *p = mem_new(1, sizeof *p);
    assert(!the_prompt);
    *p = (prompt){.commands = commands, .symbols = symbols, .symbols_context = symbols_context, .history = history};
    the_prompt = p;
    p->nowhere = fopen("/dev/null", "r+e");
    rl_readline_name = "plimsoll";
    rl_instream = rl_outstream = p->nowhere;
    rl_catch_signals = rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_getc_function = get_byte;
    rl_input_available_hook = has_byte;
    rl_redisplay_function = draw_nothing;
    rl_prep_term_function = take_nothing;
    rl_deprep_term_function = draw_nothing;
    rl_initialize();
    rl_variable_bind("enable-bracketed-paste", "off");
    rl_variable_bind("bell-style", "none");
    rl_bind_key('\t', complete);
    read_history_file(p);
    return p;
}

void prompt_free(prompt *p) {
    if (!p)
        return;
    if (p->open)
        prompt_close(p);
    clear_history();
    forget_candidates(p);
    vec_free(&p->candidates);
    text_free(&p->line);
    text_free(&p->queue);
    rl_instream = rl_outstream = NULL;
    if (p->nowhere)
        fclose(p->nowhere);
    the_prompt = NULL;
    free(p);
}

void prompt_open(prompt *p, const char *beginning) {
    if (p->open)
        prompt_close(p);
    p->open = true;
    p->entered = false;
    p->scroll = 0;
    text_clear(&p->queue);
    text_clear(&p->line);
    p->next = 0;
    forget_candidates(p);
    rl_callback_handler_install(":", on_line);
    rl_insert_text(beginning);
}

void prompt_close(prompt *p) {
    if (!p->entered)
        rl_callback_handler_remove();
    rl_line_buffer[0] = 0;
    rl_point = rl_end = 0;
    rl_free_undo_list();
    forget_candidates(p);
    p->open = false;
}

bool prompt_is_open(const prompt *p) { return p->open; }

const char *prompt_line(const prompt *p) { return p->open && !p->entered ? rl_line_buffer : text_string(&p->line); }

// The bytes that a terminal would send for a key, as readline's own bindings expect them.
static void put_key(text *queue, const input *in) {
    static const char *const sent[][2] = {{"Enter", "\r"},     {"Tab", "\t"},        {"Backspace", "\177"},
                                          {"Esc", "\033"},     {"Up", "\033[A"},     {"Down", "\033[B"},
                                          {"Right", "\033[C"}, {"Left", "\033[D"},   {"Home", "\033[H"},
                                          {"End", "\033[F"},   {"Del", "\033[3~"},   {"PgUp", "\033[5~"},
                                          {"PgDn", "\033[6~"}, {"C-Left", "\033b"},  {"C-Right", "\033f"},
                                          {"M-Left", "\033b"}, {"M-Right", "\033f"}, {"M-Backspace", "\033\177"}};
    const char *typed = input_text(in);
    if (typed) {
        text_put(queue, typed);
        return;
    }
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        if (!strcmp(in->key, sent[i][0])) {
            text_put(queue, sent[i][1]);
            return;
        }
    if (in->key[0] == '^' && in->key[1] && !in->key[2])
        text_char(queue, (char)(in->key[1] & 31));
    else if (in->key[0] == 'M' && in->key[1] == '-') {
        text_char(queue, 27);
        text_put(queue, in->key + 2);
    }
}

static void remember(prompt *p) {
    const char *line = text_string(&p->line);
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (!*line || (last && !strcmp(last->line, line)) || strlen(line) > COMMAND_LINE_KEPT)
        return;
    add_history(line);
    if (p->history)
        append_history(1, p->history);
}

static prompt_end feed(prompt *p) {
    while (p->next < p->queue.n && !p->entered)
        rl_callback_read_char();
    text_clear(&p->queue);
    p->next = 0;
    if (!p->entered)
        return PROMPT_OPEN;
    remember(p);
    prompt_close(p);
    return PROMPT_ENTERED;
}

prompt_end prompt_key(prompt *p, const input *in) {
    bool searching = RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
    if (in->kind == INPUT_PASTE) {
        rl_insert_text(in->paste); // line feeds came as spaces: a paste never runs anything
        return PROMPT_OPEN;
    }
    forget_candidates(p);
    bool leaves = !strcmp(in->key, "Esc") || !strcmp(in->key, "^C") || (!strcmp(in->key, "^D") && !rl_end) ||
                  (!strcmp(in->key, "Backspace") && !rl_end);
    if (leaves && searching) {
        text_char(&p->queue, 'G' & 31); // ends the search, not the prompt
        return feed(p);
    }
    if (leaves) {
        prompt_close(p);
        return PROMPT_LEFT;
    }
    put_key(&p->queue, in);
    return feed(p);
}

static void draw_above(canvas *c, int y, role r, const char *utf8) {
    canvas line = canvas_part(c, (rect){0, y, c->width, 1});
    line.back = BACK_DIALOG;
    canvas_clear(&line);
    canvas_put_n(&line, 1, 0, line.width - 1, r, utf8);
}

static int draw_candidates(const prompt *p, canvas *c, int y) {
    text row = {0};
    int rows = 0, widest = 0;
    for (size_t i = 0; i < p->candidates.n; i++) {
        int width = (int)text_width(p->candidates.at[i]);
        widest = width > widest ? width : widest;
    }
    int columns = c->width / (widest + 2) > 0 ? c->width / (widest + 2) : 1, most = c->height / 3;
    int needed = ((int)p->candidates.n + columns - 1) / columns;
    rows = needed < most ? needed : most;
    for (int r = 0; r < rows; r++) {
        text_clear(&row);
        for (int k = 0; k < columns && (size_t)r * (size_t)columns + (size_t)k < p->candidates.n; k++) {
            const char *word = p->candidates.at[r * columns + k];
            text_put(&row, word);
            text_repeat(&row, " ", (size_t)widest + 2 - text_width(word));
        }
        if (r + 1 == rows && needed > rows)
            text_printf(&row, "…");
        draw_above(c, y - rows + r, ROLE_TEXT, text_string(&row));
    }
    text_free(&row);
    return rows;
}

static void draw_usage(const prompt *p, canvas *c, int y) {
    const command *known = command_at_start(p->commands, rl_line_buffer);
    if (RL_ISSTATE(RL_STATE_ISEARCH)) {
        draw_above(c, y, ROLE_DIM, "^R older  Enter run  Esc back to the line");
        return;
    }
    if (!known) {
        draw_above(c, y, ROLE_DIM, "Tab complete  Up Down history  ^R search it  Enter run  Esc leave");
        return;
    }
    text usage = {0};
    command_usage(known, &usage);
    char *line = usage.at, *end = strchr(line, '\n');
    if (end)
        *end = 0;
    if (!strncmp(line, "usage: plimsoll ", 16))
        line += 16;
    draw_above(c, y, ROLE_DIM, line);
    text_free(&usage);
}

void prompt_draw(prompt *p, canvas *c, int y, int *cursor_x) {
    canvas line = canvas_part(c, (rect){0, y, c->width, 1});
    line.back = BACK_INPUT;
    canvas_clear(&line);
    int start = canvas_put(&line, 0, 0, ROLE_KEY, rl_display_prompt ? rl_display_prompt : ":");
    int room = line.width - start - 1;
    char *before = mem_string_n(rl_line_buffer, (size_t)rl_point);
    int at = (int)text_width(before);
    free(before);
    if (at < p->scroll)
        p->scroll = at;
    if (room > 0 && at - p->scroll > room)
        p->scroll = at - room;
    canvas field = canvas_part(&line, (rect){start, 0, line.width - start, 1});
    canvas_put(&field, -p->scroll, 0, ROLE_INPUT, rl_line_buffer);
    *cursor_x = start + at - p->scroll < line.width ? start + at - p->scroll : line.width - 1;
    if (y > 0 && !draw_candidates(p, c, y))
        draw_usage(p, c, y - 1);
}
