// Plimsoll: a terminal workstation for an equity desk.
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/program.h"
#include "src/base/matrix.h"
#include "src/base/special.h"
#include "ui/screen_commands.h"

static command_table *make_commands(void) {
    command_table *t = command_table_new();
    commands_add_all(t);
    size_t n;
    const command *screen = screen_commands(&n);
    command_add(t, screen, n);
    return t;
}

static bool alone(char **words, int n, const char *word) { return n == 1 && strcmp(words[0], word) == 0; }

// A replay wants somebody to look at it: with nobody at home, and a terminal, it opens the workstation.
static bool opens_replay(const program *p, char **words, int n) {
    call parsed;
    bool help = false;
    status s = command_parse(p->commands, (const char *const *)words, (size_t)n, &parsed, &help);
    bool wanted = s == STATUS_OK && !help && parsed.command && !strcmp(parsed.command->name, "replay");
    call_free(&parsed);
    return wanted && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && program_nobody_home(p);
}

static int start_replay(program *p, char **words, int n) {
    text line = {0};
    for (int i = 0; i < n; i++) {
        text_put(&line, i ? " " : "");
        command_quote(words[i], &line);
    }
    int code = mode_workstation(p, "market", text_string(&line));
    text_free(&line);
    return code;
}

static int start(program *p, char **words, int n) {
    if (n == 0)
        return mode_workstation(p, NULL, NULL);
    if (strcmp(words[0], "--version") == 0)
        words[0] = "version";
    if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0)
        words[0] = "help";
    if (alone(words, n, "desk"))
        return mode_desk(p);
    if (alone(words, n, "shell"))
        return mode_shell(p);
    if (strcmp(words[0], "workstation") == 0 && (n == 1 || (n == 2 && words[1][0] != '-')))
        return mode_workstation(p, n == 2 ? words[1] : NULL, NULL);
    if (opens_replay(p, words, n))
        return start_replay(p, words, n);
    return program_command(p, (const char *const *)words, (size_t)n);
}

int main(int argc, char **argv) {
    // A locale without UTF-8 would break what users type and see; C.UTF-8 is always there.
    if (!setlocale(LC_ALL, "") || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    signal(SIGPIPE, SIG_IGN);
    matrix_init();
    special_init();
    command_table *commands = make_commands();
    program p;
    int used, code;
    status s = program_start(&p, commands, argc, argv, &used);
    if (s == STATUS_OK) {
        code = start(&p, argv + used, argc - used);
    } else {
        fprintf(stderr, "plimsoll: %s\n", status_message());
        code = status_exit_code(s);
    }
    program_end(&p);
    command_table_free(commands);
    return code;
}
