#include "ui/term/terminal.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "src/base/mem.h"

// An unset or uninstalled locale is read by its name, since a name without "UTF-8" says that the
// terminal can't, and a machine without the user's locale is common.
bool terminal_utf8(void) {
    if (setlocale(LC_CTYPE, "") && !strcmp(nl_langinfo(CODESET), "UTF-8"))
        return true;
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *name = NULL;
    for (size_t i = 0; i < 3 && !(name && *name); i++)
        name = getenv(variables[i]);
    if (name && *name && !strcasestr(name, "utf-8") && !strcasestr(name, "utf8"))
        return false;
    return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

const char *terminal_capability(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

static bool known(const char *terminal) {
    int problem;
    if (setupterm(terminal, STDOUT_FILENO, &problem) != OK)
        return false;
    bool usable = terminal_capability("cup") && terminal_capability("el") && terminal_capability("clear");
    del_curterm(cur_term);
    return usable;
}

// A description with direct colours for a terminal that says it has them. For the many that call themselves xterm the
// one of VTE comes first: it spells colours with semicolons, which all of them read.
static void choose_direct(const char *term, char out[TERMINAL_NAME]) {
    char stem[32];
    mem_copy_string(stem, sizeof stem, term);
    char *suffix = strstr(stem, "-256color");
    if (suffix)
        *suffix = 0;
    snprintf(out, TERMINAL_NAME, "%s-direct", stem);
    bool xterm = !strncmp(stem, "xterm", 5);
    if (!xterm && known(out))
        return;
    static const char *const xterms[] = {"vte-direct", "xterm-direct2", "xterm-direct"};
    for (size_t i = 0; xterm && i < sizeof xterms / sizeof *xterms; i++)
        if (known(xterms[i])) {
            snprintf(out, TERMINAL_NAME, "%s", xterms[i]);
            return;
        }
    snprintf(out, TERMINAL_NAME, "%s", term);
}

bool terminal_flag(const char *name) { return tigetflag(name) == 1 || tigetnum(name) > 0 || terminal_capability(name); }

static bool says_truecolor(void) {
    const char *value = getenv("COLORTERM");
    return value && (!strcmp(value, "truecolor") || !strcmp(value, "24bit"));
}

status terminal_choose(int colours, char out[TERMINAL_NAME]) {
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return status_fail(STATUS_USAGE,
                           "standard %s is not a terminal, and the workstation needs one; from a script use commands "
                           "(plimsoll position list) or plimsoll screenshot desk",
                           isatty(STDIN_FILENO) ? "output" : "input");
    if (!term || !*term)
        return status_fail(STATUS_UNAVAILABLE, "TERM is not set, so the terminal is unknown; try TERM=xterm-256color");
    int problem;
    if (setupterm(term, STDOUT_FILENO, &problem) != OK)
        return status_fail(STATUS_UNAVAILABLE,
                           "TERM=%s is unknown on this machine; try TERM=xterm-256color, or install the package "
                           "ncurses-term",
                           term);
    del_curterm(cur_term);
    if (!known(term))
        return status_fail(STATUS_UNAVAILABLE,
                           "TERM=%s can't place the cursor; use another terminal, or if it can do more than it says "
                           "TERM=xterm-256color",
                           term);
    if (colours == 1 << 24 || (colours == 0 && says_truecolor()))
        choose_direct(term, out);
    else
        mem_copy_string(out, TERMINAL_NAME, term);
    return STATUS_OK;
}
