#include "ui/term/screen.h"

#include <curses.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "src/base/mem.h"
#include "src/base/text.h"
#include "ui/term/outlet.h"
#include "ui/term/pairs.h"
#include "ui/term/signals.h"
#include "ui/term/terminal.h"

struct screen {
    SCREEN *curses;
    FILE *in, *out; // descriptors of our own, so that a lost terminal can be replaced behind ncurses' back
    outlet outlet;
    char terminal[TERMINAL_NAME];
    bool ascii, paste, lost, readable;
    keys *keys;
    pairs *pairs;
    canvas shown; // what the terminal shows
    bool whole;   // nothing of it can be relied on
    cchar_t *row; // one line on its way to ncurses
    unsigned pending;
    int cursor_x, cursor_y;
    struct termios lines; // as they were, to return to
};

static void put_capability(text *t, const char *value) {
    for (const char *p = value ? value : ""; *p; p++) {
        const char *end = p[0] == '$' && p[1] == '<' ? strchr(p, '>') : NULL; // padding
        if (end)
            p = end;
        else
            text_char(t, *p);
    }
}

// What gives the terminal back when there is no time for ncurses to do it.
static void prepare_rescue(const screen *s) {
    text t = {0};
    put_capability(&t, terminal_capability("sgr0"));
    put_capability(&t, terminal_capability("op"));
    if (pairs_palette_changed(s->pairs))
        put_capability(&t, terminal_capability("oc"));
    if (terminal_capability("kmous"))
        text_put(&t, "\033[?1000l\033[?1006l");
    if (s->paste)
        text_put(&t, "\033[?2004l");
    put_capability(&t, terminal_capability("rmkx"));
    put_capability(&t, terminal_capability("cnorm"));
    put_capability(&t, terminal_capability("rmcup"));
    text_put(&t, "\r");
    if (!terminal_capability("rmcup"))
        put_capability(&t, terminal_capability("el"));
    signals_rescue(outlet_terminal(&s->outlet), text_string(&t), t.n, &s->lines);
    text_free(&t);
}

static void write_raw(screen *s, const char *bytes) {
    fputs(bytes, s->out);
    fflush(s->out);
}

static FILE *open_own(int descriptor, const char *mode) {
    int own = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    FILE *f = own < 0 ? NULL : fdopen(own, mode);
    if (!f && own >= 0)
        close(own);
    return f;
}

static void fit(screen *s) {
    struct winsize size;
    if (ioctl(fileno(s->out), TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        resizeterm(size.ws_row, size.ws_col);
    canvas_free(&s->shown);
    s->shown = canvas_new(COLS, LINES);
    s->row = mem_resize(s->row, (size_t)COLS + 1, sizeof *s->row);
    s->whole = true;
}

static void set_lines(void) {
    raw();
    noecho();
    nonl();
    curs_set(0);
}

status screen_open(const screen_options *options, screen **out) {
    char terminal[TERMINAL_NAME];
    int colours = options->colours;
    const char *no_color = getenv("NO_COLOR"); // no-color.org: set and not empty
    if (colours == 0 && no_color && *no_color)
        colours = 2;
    bool utf8 = terminal_utf8();
    TRY(terminal_choose(colours, terminal));
    screen *s = mem_new(1, sizeof *s);
    s->ascii = options->ascii || !utf8;
    s->in = open_own(STDIN_FILENO, "r");
    s->out = open_own(STDOUT_FILENO, "w");
    mem_copy_string(s->terminal, sizeof s->terminal, terminal);
    tcgetattr(STDIN_FILENO, &s->lines);
    use_env(FALSE);
    use_tioctl(TRUE);
    s->curses = s->in && s->out ? newterm(terminal, s->out, s->in) : NULL;
    if (s->out)
        outlet_open(&s->outlet, fileno(s->out));
    s->keys = s->curses ? keys_open(fileno(s->in), terminal_capability("kmous") != NULL) : NULL;
    if (!s->keys) {
        screen_close(s);
        return status_fail(STATUS_UNAVAILABLE, "the terminal could not be opened as %s; try another TERM", terminal);
    }
    set_lines();
    s->pairs = pairs_open(colours, terminal_flag("RGB"));
    s->paste = terminal_capability("BE") != NULL;
    s->cursor_x = s->cursor_y = -1;
    signals_take();
    prepare_rescue(s);
    if (s->paste)
        write_raw(s, "\033[?2004h");
    fit(s);
    *out = s;
    return STATUS_OK;
}

// ncurses and stdio go on with a descriptor that leads nowhere.
static void lose(screen *s) {
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    signals_no_rescue();
    if (nowhere >= 0) {
        outlet_lose(&s->outlet, nowhere);
        dup3(nowhere, fileno(s->in), O_CLOEXEC);
        close(nowhere);
    }
    s->lost = true;
}

// Where there is no second screen ours stays behind; the prompt gets the bottom line for itself.
static void leave(screen *s) {
    if (!terminal_capability("rmcup")) {
        wmove(stdscr, LINES - 1, 0);
        wclrtoeol(stdscr);
        wrefresh(stdscr);
    }
    endwin();
    if (s->paste)
        write_raw(s, "\033[?2004l");
}

void screen_close(screen *s) {
    if (!s)
        return;
    if (s->curses) {
        if (s->pairs) {
            leave(s);
            signals_no_rescue();
            signals_release();
        }
        if (s->keys)
            keys_close(s->keys);
        delscreen(s->curses);
    }
    if (s->pairs)
        pairs_free(s->pairs);
    if (s->in)
        fclose(s->in);
    if (s->out) {
        outlet_close(&s->outlet);
        fclose(s->out);
    }
    canvas_free(&s->shown);
    free(s->row);
    free(s);
}

bool screen_ascii(const screen *s) { return s->ascii; }

int screen_colours(const screen *s) { return pairs_colours(s->pairs); }

const char *screen_terminal(const screen *s) { return s->terminal; }

void screen_size(const screen *s, int *columns, int *rows) {
    *columns = s->shown.width;
    *rows = s->shown.height;
}

void screen_theme(screen *s, const theme *t) {
    theme mono;
    if (screen_colours(s) < 8 && !t->mono && theme_find(NULL, "mono", &mono) == STATUS_OK)
        t = &mono;
    pairs_theme(s->pairs, t);
    s->whole = true;
}

// ncurses counts columns by the C library's tables; where those disagree with ours a character would push its line
// aside, so it is not shown.
static wchar_t showable(const screen *s, cell c, bool wide) {
    if (c.ch < 0x7F)
        return (wchar_t)c.ch;
    if (s->ascii || wcwidth((wchar_t)c.ch) != (wide ? 2 : 1))
        return L'?';
    return (wchar_t)c.ch;
}

// Hands the cells from … to - 1 of line y to ncurses.
static void put_span(screen *s, const canvas *c, int y, int from, int to) {
    const cell *line = c->cells + (ptrdiff_t)y * c->stride;
    int n = 0;
    for (int x = from; x < to; x++) {
        if (!line[x].ch)
            continue;
        bool wide = x + 1 < c->width && !line[x + 1].ch;
        style st = pairs_style(s->pairs, line[x]);
        wchar_t characters[2] = {showable(s, line[x], wide), 0};
        setcchar(&s->row[n++], characters, (attr_t)st.attributes, 0, &st.pair);
        if (wide && characters[0] == L'?') {
            characters[0] = L' ';
            setcchar(&s->row[n++], characters, (attr_t)st.attributes, 0, &st.pair);
        }
    }
    mvwadd_wchnstr(stdscr, y, from, s->row, n);
}

// Whether there were any.
static bool put_changes(screen *s, const canvas *c, int y) {
    bool any = false;
    const cell *line = c->cells + (ptrdiff_t)y * c->stride;
    cell *shown = s->shown.cells + (ptrdiff_t)y * s->shown.stride;
    int width = c->width < s->shown.width ? c->width : s->shown.width;
    for (int x = 0; x < width;) {
        if (!s->whole && cell_same(line[x], shown[x])) {
            x++;
            continue;
        }
        int from = x;
        while (from > 0 && !line[from].ch)
            from--; // a wide character is sent from its left half
        while (x < width && (s->whole || !cell_same(line[x], shown[x]) || !line[x].ch))
            x++;
        put_span(s, c, y, from, x);
        any = true;
    }
    memcpy(shown, line, (size_t)width * sizeof *shown);
    return any;
}

// After the terminal was given back for a while ncurses sets its lines first, which memory has not.
static void refresh_at_once(screen *s) {
    bool gathers = !isendwin();
    if (gathers)
        outlet_gather(&s->outlet);
    wrefresh(stdscr);
    if (gathers)
        outlet_send(&s->outlet);
}

void screen_present(screen *s, canvas *c, int cursor_x, int cursor_y) {
    if (s->lost)
        return;
    canvas_mend(c);
    int height = c->height < s->shown.height ? c->height : s->shown.height;
    bool palette_before = pairs_palette_changed(s->pairs);
    bool any = s->whole || cursor_x != s->cursor_x || cursor_y != s->cursor_y;
    if (s->whole)
        clearok(curscr, TRUE);
    for (int y = 0; y < height; y++)
        any |= put_changes(s, c, y);
    s->whole = false;
    if (!any)
        return;
    if ((cursor_x >= 0) != (s->cursor_x >= 0))
        curs_set(cursor_x >= 0);
    s->cursor_x = cursor_x;
    s->cursor_y = cursor_y;
    leaveok(stdscr, cursor_x < 0);
    if (cursor_x >= 0)
        wmove(stdscr, cursor_y, cursor_x);
    refresh_at_once(s);
    if (pairs_palette_changed(s->pairs) != palette_before)
        prepare_rescue(s);
}

void screen_redraw(screen *s) { s->whole = true; }

void screen_wait(screen *s, int other, int milliseconds) {
    struct pollfd fds[3] = {{.fd = s->lost ? -1 : fileno(s->in), .events = POLLIN},
                            {.fd = signals_descriptor(), .events = POLLIN},
                            {.fd = other, .events = POLLIN}};
    int patience = keys_patience(s->keys); // an Esc is one when nothing has followed it
    if (!s->lost && patience != INT_MAX && (milliseconds < 0 || patience < milliseconds))
        milliseconds = patience;
    if (poll(fds, 3, milliseconds) <= 0)
        return;
    s->readable = fds[0].revents & POLLIN;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        s->pending |= SIGNAL_HANGUP;
}

static void suspend(screen *s) {
    leave(s);
    signals_stop_here();
    s->pending |= SIGNAL_CONTINUE;
}

static void resume(screen *s) {
    reset_prog_mode();
    set_lines();
    curs_set(s->cursor_x >= 0);
    if (s->paste)
        write_raw(s, "\033[?2004h");
    fit(s);
}

static bool next_signal(screen *s, input *out) {
    s->pending |= signals_pending();
    *out = (input){0};
    if (s->pending & SIGNAL_HANGUP) {
        lose(s);
        out->kind = INPUT_LOST;
    } else if (s->pending & SIGNAL_TERMINATE) {
        s->pending &= ~(unsigned)SIGNAL_TERMINATE;
        out->kind = INPUT_TERMINATE;
    } else if (s->pending & SIGNAL_STOP) {
        s->pending &= ~(unsigned)SIGNAL_STOP;
        suspend(s);
        return next_signal(s, out);
    } else if (s->pending & (SIGNAL_RESIZE | SIGNAL_CONTINUE)) {
        bool stopped = s->pending & SIGNAL_CONTINUE;
        s->pending &= ~(unsigned)(SIGNAL_RESIZE | SIGNAL_CONTINUE);
        if (stopped)
            resume(s);
        else
            fit(s);
        out->kind = INPUT_RESIZE;
    } else {
        return false;
    }
    return true;
}

bool screen_next(screen *s, input *out) {
    if (s->lost)
        return false;
    if (next_signal(s, out))
        return true;
    if (s->readable) {
        int waiting = 0; // readable with nothing to read is the end of the terminal
        if (ioctl(fileno(s->in), FIONREAD, &waiting) != 0 || waiting == 0) {
            s->pending |= SIGNAL_HANGUP;
            return next_signal(s, out);
        }
    }
    s->readable = false;
    return keys_read(s->keys, out);
}

bool screen_copy(screen *s, const char *bytes, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (s->lost || !terminal_capability("Ms"))
        return false;
    text t = {0};
    text_put(&t, "\033]52;c;");
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = 0;
        for (size_t j = 0; j < 3; j++)
            v = v << 8 | (i + j < n ? (unsigned char)bytes[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            text_char(&t, i + j <= n ? digits[v >> (18 - 6 * j) & 63] : '=');
    }
    text_char(&t, '\a');
    write_raw(s, t.at);
    text_free(&t);
    return true;
}
