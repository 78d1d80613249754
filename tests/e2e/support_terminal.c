#include "tests/e2e/support_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "src/base/mem.h"
#include "src/base/text.h"

struct terminal {
    VTerm *vt;
    VTermScreen *screen;
    int fd; // the master's side, -1 when closed
    pid_t pid;
    int columns, rows;
    char home[256];
    bool own_home, exited, cursor_visible, alternate, mouse;
    VTermPos cursor;
    char tail[5]; // the latest bytes
    char held[4]; // of a character whose end has not come yet
    size_t held_n;
    int wait_status;
    uint64_t received;
    text row;
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

_Noreturn static void give_up(const char *what) {
    fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
    exit(99);
}

static int on_cursor(VTermPos pos, VTermPos old, int visible, void *user) {
    terminal *t = user;
    (void)old;
    (void)visible;
    t->cursor = pos;
    return 1;
}

static int on_property(VTermProp property, VTermValue *value, void *user) {
    terminal *t = user;
    if (property == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = value->boolean;
    if (property == VTERM_PROP_ALTSCREEN)
        t->alternate = value->boolean;
    return 1;
}

static void to_program(const char *bytes, size_t n, void *user) {
    terminal *t = user;
    while (n > 0 && t->fd >= 0) {
        ssize_t done = write(t->fd, bytes, n);
        if (done < 0 && errno != EINTR)
            return;
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
}

static void make_screen(terminal *t) {
    static const VTermScreenCallbacks callbacks = {.movecursor = on_cursor, .settermprop = on_property};
    t->vt = vterm_new(t->rows, t->columns);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, to_program, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_reset(t->screen, 1);
    t->cursor_visible = true;
}

// Runs in the child.
static void scrub(const terminal *t, const terminal_options *o) {
    static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"};
    char *values[sizeof kept / sizeof *kept];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        values[i] = getenv(kept[i]);
    static char lines[8][512];
    static const char *const xdg[][2] = {{"HOME", ""},
                                         {"XDG_DATA_HOME", "/data"},
                                         {"XDG_CONFIG_HOME", "/config"},
                                         {"XDG_STATE_HOME", "/state"},
                                         {"XDG_RUNTIME_DIR", "/run"}};
    clearenv();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (values[i])
            setenv(kept[i], values[i], 1);
    for (size_t i = 0; i < sizeof xdg / sizeof *xdg; i++) {
        snprintf(lines[i], sizeof lines[i], "%s%s", t->home, xdg[i][1]);
        setenv(xdg[i][0], lines[i], 1);
    }
    setenv("TERM", o->term ? o->term : "konsole-direct", 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
    setenv("NCURSES_GPM_TERMS", "none", 1); // on TERM=linux ncurses would load libgpm and look for the machine's daemon
    for (size_t i = 0; o->environment && o->environment[i]; i++)
        putenv(mem_string(o->environment[i]));
}

terminal *terminal_start(terminal_options o, char *const arguments[]) {
    terminal *t = mem_new(1, sizeof *t);
    t->columns = o.columns;
    t->rows = o.rows;
    t->own_home = !o.home;
    snprintf(t->home, sizeof t->home, "%s", o.home ? o.home : "/tmp/plimsoll-test-XXXXXX");
    if (t->own_home && !mkdtemp(t->home))
        give_up("mkdtemp");
    make_screen(t);
    char program[PATH_MAX];
    if (!realpath(arguments[0], program))
        give_up(arguments[0]);
    struct winsize size = {.ws_row = (unsigned short)o.rows, .ws_col = (unsigned short)o.columns};
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid < 0)
        give_up("forkpty");
    if (t->pid == 0) {
        scrub(t, &o);
        if (chdir(t->home) == 0)
            execv(program, arguments);
        fprintf(stderr, "terminal: %s: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    return t;
}

const char *terminal_program(void) {
    const char *program = getenv("PLIMSOLL_PROGRAM");
    return program ? program : "build/plimsoll";
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void terminal_stop(terminal *t) {
    if (t->fd >= 0)
        close(t->fd);
    if (!t->exited) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, NULL, 0);
    }
    if (t->own_home)
        nftw(t->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    vterm_free(t->vt);
    text_free(&t->row);
    free(t);
}

const char *terminal_home(const terminal *t) { return t->home; }

int terminal_pid(const terminal *t) { return t->pid; }

static void reap(terminal *t) {
    if (!t->exited && waitpid(t->pid, &t->wait_status, WNOHANG) == t->pid)
        t->exited = true;
}

// libvterm 0.1.4 reads only the first of several modes that are set at once, and reports of the mouse are asked for
// with ?1006;1000h; and it doesn't know the oldest name of the alternate screen, 47.
static void note_modes(terminal *t, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool set = bytes[i] == 'h';
        memmove(t->tail, t->tail + 1, sizeof t->tail - 1);
        t->tail[sizeof t->tail - 1] = bytes[i];
        if (!set && bytes[i] != 'l')
            continue;
        if (!memcmp(t->tail, "1000", 4))
            t->mouse = set;
        if (!memcmp(t->tail + 1, "?47", 3))
            t->alternate = set;
    }
}

// Bytes at the end that begin a UTF-8 character without ending it. libvterm 0.1.4 forgets such a beginning from one
// call to the next, and where a read ends is chance.
static size_t unfinished(const char *bytes, size_t n) {
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char c = (unsigned char)bytes[n - back];
        if ((c & 0xC0) == 0x80)
            continue;
        size_t whole = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        return whole > back ? back : 0;
    }
    return 0;
}

// Reads what is there, waiting at most `ms` for something; whether anything came.
static bool listen_for(terminal *t, int ms) {
    char bytes[16384];
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    if (poll(&p, 1, ms) <= 0)
        return false;
    memcpy(bytes, t->held, t->held_n);
    ssize_t n = read(t->fd, bytes + t->held_n, sizeof bytes - t->held_n);
    if (n <= 0) {
        if (n == 0 || errno != EINTR)
            usleep(1000); // the other side is closed: its exit will follow
        return false;
    }
    t->received += (uint64_t)n;
    note_modes(t, bytes + t->held_n, (size_t)n);
    size_t all = t->held_n + (size_t)n;
    t->held_n = unfinished(bytes, all);
    memcpy(t->held, bytes + all - t->held_n, t->held_n);
    vterm_input_write(t->vt, bytes, all - t->held_n);
    return true;
}

typedef bool condition(terminal *t, const char *string, int number);

static bool wait_for(terminal *t, condition *holds, const char *string, int number, int ms) {
    int64_t end = now_ms() + ms;
    for (;;) {
        while (listen_for(t, 0))
            ;
        if (holds(t, string, number))
            return true;
        int64_t left = end - now_ms();
        if (left <= 0)
            return false;
        listen_for(t, left < 20 ? (int)left : 20);
    }
}

static bool is_there(terminal *t, const char *string, int number) {
    int x, y;
    (void)number;
    return terminal_find(t, string, &x, &y);
}

static bool is_gone(terminal *t, const char *string, int number) { return !is_there(t, string, number); }

static bool is_in_row(terminal *t, const char *string, int number) { return strstr(terminal_row(t, number), string); }

static bool has_exited(terminal *t, const char *string, int number) {
    (void)string;
    (void)number;
    reap(t);
    return t->exited;
}

static bool complain(terminal *t, bool good, const char *wanted, const char *string) {
    if (!good) {
        fprintf(stderr, "terminal: waited in vain for %s \"%s\"\n", wanted, string);
        terminal_print(t);
    }
    return good;
}

bool terminal_wait(terminal *t, const char *string, int ms) {
    return complain(t, wait_for(t, is_there, string, 0, ms), "the text", string);
}

bool terminal_wait_gone(terminal *t, const char *string, int ms) {
    return complain(t, wait_for(t, is_gone, string, 0, ms), "the end of", string);
}

bool terminal_wait_row(terminal *t, int row, const char *string, int ms) {
    return complain(t, wait_for(t, is_in_row, string, row, ms), "the row with", string);
}

bool terminal_wait_exit(terminal *t, int ms) {
    bool good = complain(t, wait_for(t, has_exited, NULL, 0, ms), "the program's", "exit");
    while (good && listen_for(t, 0))
        ;
    return good;
}

static bool is_there_or_over(terminal *t, const char *string, int number) {
    return is_there(t, string, number) || has_exited(t, string, number);
}

bool terminal_wait_or_exit(terminal *t, const char *string, int ms) {
    complain(t, wait_for(t, is_there_or_over, string, 0, ms), "an exit or the text", string);
    return is_there(t, string, 0);
}

typedef struct {
    bool (*holds)(terminal *t, void *context);
    void *context;
} wish;

static bool fulfilled(terminal *t, const char *of, int number) {
    const wish *w = (const void *)of;
    (void)number;
    return w->holds(t, w->context);
}

bool terminal_wait_until(terminal *t, bool (*holds)(terminal *t, void *context), void *context, int ms) {
    wish w = {holds, context};
    return complain(t, wait_for(t, fulfilled, (const void *)&w, 0, ms), "a condition of", "the test");
}

bool terminal_settle(terminal *t, int quiet_ms, int ms) {
    int64_t end = now_ms() + ms;
    while (now_ms() < end)
        if (!listen_for(t, quiet_ms))
            return true;
    return complain(t, false, "a quiet", "screen");
}

uint64_t terminal_listen(terminal *t, int ms) {
    uint64_t before = t->received;
    int64_t end = now_ms() + ms;
    for (int64_t left; (left = end - now_ms()) > 0;)
        listen_for(t, (int)left);
    return t->received - before;
}

static bool nothing_waits(terminal *t, const char *string, int number) {
    int waiting = 1, side = open(ptsname(t->fd), O_RDONLY | O_NOCTTY | O_CLOEXEC);
    (void)string;
    (void)number;
    if (side < 0)
        return false;
    ioctl(side, FIONREAD, &waiting);
    close(side);
    return waiting == 0;
}

bool terminal_taken(terminal *t, int ms) {
    return complain(t, wait_for(t, nothing_waits, NULL, 0, ms), "the program to", "read");
}

void terminal_type(terminal *t, const char *bytes) { to_program(bytes, strlen(bytes), t); }

void terminal_key(terminal *t, const char *name) {
    static const char *const keys[][2] = {
        {"Enter", "\r"},     {"Tab", "\t"},      {"S-Tab", "\033[Z"}, {"Esc", "\033"},     {"Backspace", "\177"},
        {"Space", " "},      {"Up", "\033OA"},   {"Down", "\033OB"},  {"Right", "\033OC"}, {"Left", "\033OD"},
        {"Home", "\033OH"},  {"End", "\033OF"},  {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"}, {"Del", "\033[3~"},
        {"Ins", "\033[2~"},  {"F1", "\033OP"},   {"F2", "\033OQ"},    {"F3", "\033OR"},    {"F4", "\033OS"},
        {"F5", "\033[15~"},  {"F6", "\033[17~"}, {"F7", "\033[18~"},  {"F8", "\033[19~"},  {"F9", "\033[20~"},
        {"F10", "\033[21~"}, {"F12", "\033[24~"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(keys[i][0], name)) {
            terminal_type(t, keys[i][1]);
            return;
        }
    if (name[0] == '^' && name[1] >= '@' && name[1] <= '_' && !name[2])
        to_program((char[]){(char)(name[1] - '@')}, 1, t);
    else if (!strncmp(name, "M-", 2) && name[2]) {
        terminal_type(t, "\033");
        terminal_type(t, name + 2);
    } else
        terminal_type(t, name);
}

static void report_mouse(terminal *t, int button, int x, int y, char ending) {
    char bytes[64];
    snprintf(bytes, sizeof bytes, "\033[<%d;%d;%d%c", button, x + 1, y + 1, ending);
    terminal_type(t, bytes);
}

void terminal_click(terminal *t, int x, int y) {
    report_mouse(t, 0, x, y, 'M');
    report_mouse(t, 0, x, y, 'm'); // let go again
}

void terminal_wheel(terminal *t, int x, int y, int lines) {
    for (int i = 0; i < abs(lines); i++)
        report_mouse(t, lines < 0 ? 64 : 65, x, y, 'M');
}

void terminal_resize(terminal *t, int columns, int rows) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    t->columns = columns;
    t->rows = rows;
    vterm_set_size(t->vt, rows, columns);
    ioctl(t->fd, TIOCSWINSZ, &size); // the kernel sends SIGWINCH
}

void terminal_spoil(terminal *t) { vterm_input_write(t->vt, "\033[2J", 4); }

void terminal_signal(terminal *t, int signal) {
    pid_t group = tcgetpgrp(t->fd);
    kill(group > 0 ? -group : t->pid, signal);
}

void terminal_hang_up(terminal *t) {
    close(t->fd);
    t->fd = -1;
}

static uint32_t character_at(terminal *t, int x, int y) {
    VTermScreenCell c;
    if (!vterm_screen_get_cell(t->screen, (VTermPos){.row = y, .col = x}, &c))
        return ' ';
    return c.chars[0] ? c.chars[0] : ' ';
}

const char *terminal_row(terminal *t, int row) {
    int end = t->columns;
    while (end > 0 && character_at(t, end - 1, row) == ' ')
        end--;
    text_clear(&t->row);
    for (int x = 0; x < end; x++) {
        uint32_t ch = character_at(t, x, row);
        char utf8[5];
        if (ch != (uint32_t)-1) // the right half of a wide character
            text_put_n(&t->row, utf8, text_encode(ch, utf8));
    }
    return text_string(&t->row);
}

bool terminal_find(terminal *t, const char *string, int *x, int *y) {
    for (int row = 0; row < t->rows; row++) {
        const char *line = terminal_row(t, row), *found = strstr(line, string);
        if (!found)
            continue;
        char *before = mem_string_n(line, (size_t)(found - line));
        *x = (int)text_width(before);
        *y = row;
        free(before);
        return true;
    }
    return false;
}

static int colour_of(terminal *t, VTermColor *c) {
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return -1;
    vterm_screen_convert_color_to_rgb(t->screen, c);
    return c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

terminal_cell terminal_at(terminal *t, int x, int y) {
    VTermScreenCell c = {0};
    vterm_screen_get_cell(t->screen, (VTermPos){.row = y, .col = x}, &c);
    return (terminal_cell){.ch = character_at(t, x, y),
                           .fore = colour_of(t, &c.fg),
                           .back = colour_of(t, &c.bg),
                           .bold = c.attrs.bold,
                           .underline = c.attrs.underline,
                           .reverse = c.attrs.reverse};
}

bool terminal_cursor(terminal *t, int *x, int *y) {
    *x = t->cursor.col;
    *y = t->cursor.row;
    return t->cursor_visible;
}

bool terminal_alternate(const terminal *t) { return t->alternate; }

bool terminal_mouse(const terminal *t) { return t->mouse; }

uint64_t terminal_received(const terminal *t) { return t->received; }

bool terminal_echoes(const terminal *t) {
    struct termios lines;
    return tcgetattr(t->fd, &lines) == 0 && (lines.c_lflag & ECHO) && (lines.c_lflag & ICANON);
}

bool terminal_ended(terminal *t) { return has_exited(t, NULL, 0); }

int terminal_status(const terminal *t) {
    return WIFSIGNALED(t->wait_status) ? 128 + WTERMSIG(t->wait_status) : WEXITSTATUS(t->wait_status);
}

void terminal_print(terminal *t) {
    fprintf(stderr, "terminal %dx%d:\n", t->columns, t->rows);
    for (int row = 0; row < t->rows; row++)
        fprintf(stderr, "%3d|%s\n", row, terminal_row(t, row));
}
