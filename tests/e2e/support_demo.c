#include "tests/e2e/support_demo.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"

int demo_setup(void **state) {
    demo *d = mem_new(1, sizeof *d);
    *state = d;
    snprintf(d->root, sizeof d->root, "/tmp/plimsoll-demo-XXXXXX");
    if (!mkdtemp(d->root))
        return -1;
    snprintf(d->home, sizeof d->home, "%s/workspace", d->root);
    return demo_run(d, "demo create --stocks 40 --years 3");
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

int demo_teardown(void **state) {
    demo *d = *state;
    for (size_t i = 0; i < sizeof d->open / sizeof *d->open && d->open[i]; i++)
        terminal_stop(d->open[i]);
    nftw(d->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    text_free(&d->out);
    text_free(&d->err);
    free(d);
    return 0;
}

static void read_back(const demo *d, const char *name, text *out) {
    char path[128], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", d->root, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text_clear(out);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        text_put_n(out, bytes, n);
    fclose(f);
}

static int run(demo *d, const char *format, va_list args) {
    text line = {0};
    text_printf(&line, "HOME=%s XDG_CONFIG_HOME=%s/config %s --home %s ", d->root, d->root, terminal_program(),
                d->home);
    text_vprintf(&line, format, args);
    text_printf(&line, " </dev/null >%s/out 2>%s/err", d->root, d->root);
    int result = system(line.at);
    text_free(&line);
    read_back(d, "out", &d->out);
    read_back(d, "err", &d->err);
    return WIFSIGNALED(result) ? 128 + WTERMSIG(result) : WEXITSTATUS(result);
}

int demo_run(demo *d, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int code = run(d, format, args);
    va_end(args);
    return code;
}

const char *demo_ask(demo *d, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int code = run(d, format, args);
    va_end(args);
    if (code != 0)
        fail_msg("%s: exit code %d\n%s", format, code, text_string(&d->err));
    return text_string(&d->out);
}

const char *demo_phrase(demo *d, const char *line) {
    static char phrase[80];
    static const char before[] = "\"phrase\":\"";
    const char *at = strstr(demo_ask(d, "%s --dry-run --format json", line), before);
    if (!at || sscanf(at + strlen(before), "%79[^\"]", phrase) != 1)
        fail_msg("%s asks for no phrase", line);
    return phrase;
}

terminal *demo_start(demo *d, terminal_options options, const char *const *more) {
    char *arguments[16] = {(char *)terminal_program(), "--home", d->home};
    size_t at = 0;
    for (int i = 0; more && more[i]; i++)
        arguments[i + 3] = (char *)more[i];
    while (d->open[at])
        at++;
    assert_in_range(at, 0, sizeof d->open / sizeof *d->open - 1);
    options.home = d->root;
    return d->open[at] = terminal_start(options, arguments);
}

bool demo_wait_frame(terminal *t) { return terminal_wait(t, "? help", DEMO_WAIT); }

terminal *demo_open_live(demo *d, int columns, int rows) {
    terminal *t = demo_start(d, (terminal_options){.columns = columns, .rows = rows}, NULL);
    assert_true(demo_wait_frame(t));
    return t;
}

terminal *demo_open(demo *d, int columns, int rows) {
    demo_ask(d, "venue pause"); // remembered: the desk begins paused, and nothing moves before the test does
    terminal *t = demo_open_live(d, columns, rows);
    demo_ask(d, "venue pause");
    assert_true(terminal_wait_row(t, rows - 2, "the venue is paused", DEMO_WAIT));
    terminal_key(t, "Esc"); // the message has been read
    assert_true(terminal_wait_gone(t, "the venue is paused", DEMO_WAIT));
    assert_true(terminal_wait_row(t, rows - 2, "venue paused", DEMO_WAIT));
    return t;
}

void demo_quit(terminal *t) {
    terminal_key(t, "q");
    if (terminal_wait_or_exit(t, "Leave?", DEMO_WAIT))
        terminal_key(t, "y");
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
    assert_int_equal(terminal_status(t), 0);
}

void demo_command(terminal *t, const char *format, ...) {
    text line = {0};
    va_list args;
    va_start(args, format);
    text_put(&line, ":");
    text_vprintf(&line, format, args);
    text_put(&line, "\r");
    va_end(args);
    terminal_type(t, line.at);
    text_free(&line);
}

double demo_number(terminal *t, const char *label) {
    int x, y;
    if (!terminal_find(t, label, &x, &y)) {
        terminal_print(t);
        fail_msg("there is no \"%s\" on the screen", label);
    }
    const char *at = strstr(terminal_row(t, y), label) + strlen(label);
    char digits[32];
    size_t n = 0;
    for (at += strspn(at, " "); *at && n < sizeof digits - 1; at++)
        if ((*at >= '0' && *at <= '9') || *at == '.' || (*at == '-' && n == 0))
            digits[n++] = *at;
        else if (*at != ',')
            break;
    digits[n] = 0;
    if (n == 0)
        fail_msg("no number follows \"%s\": %s", label, at);
    return strtod(digits, NULL);
}
