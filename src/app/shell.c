#include "src/app/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "src/base/mem.h"
#include "src/base/vec.h"

enum { LINE_WORDS = 256, HISTORY_LINES = 5000 };

// What readline's callbacks can't be handed.
static const shell_host *shell;
static volatile int interrupted;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    __atomic_store_n(&interrupted, 1, __ATOMIC_RELAXED);
}

static bool was_interrupted(void) { return __atomic_load_n(&interrupted, __ATOMIC_RELAXED); }

// ---- running a line ----

static int run_words(const char *const *words, size_t n) {
    const request q = {.words = words, .n = n, .user = shell->user, .face = "prompt", .cancelled = &interrupted};
    fflush(stdout);
    return request_at_terminal(q, shell->run, shell->context);
}

// Runs one line. *leave is set by "exit" and "quit".
static int run_line(const char *line, bool *leave) {
    const char *list[LINE_WORDS], *const *words = list;
    char *memory;
    size_t n;
    int code = 0;
    if (line[strspn(line, " \t\r")] == '#')
        return 0;
    status split = command_split(line, &memory, list, LINE_WORDS, &n);
    if (split != STATUS_OK) {
        fprintf(stderr, "plimsoll: %s\n", status_message());
        return status_exit_code(split);
    }
    if (n > 0 && strcmp(words[0], "plimsoll") == 0) {
        words++;
        n--;
    }
    if (n == 1 && (strcmp(words[0], "exit") == 0 || strcmp(words[0], "quit") == 0))
        *leave = true;
    else if (n > 0)
        code = run_words(words, n);
    free(memory);
    return code;
}

// ---- completion ----

typedef struct {
    VEC(char *) words;
    const char *typed; // what readline would leave standing in front of the text it replaces
    size_t typed_n;
} matches;

static matches found;

static void add_match(void *to, const char *word) {
    matches *m = to;
    // The completion stands for the whole word; readline replaces it from the last blank on, which may lie in quotes.
    if (strncmp(word, m->typed, m->typed_n) == 0)
        vec_push(&m->words, mem_string(word + m->typed_n));
}

// Hands readline one match a call; it frees them.
static char *next_match(const char *prefix, int state) {
    static size_t at;
    (void)prefix;
    if (state == 0)
        at = 0;
    return at < found.words.n ? found.words.at[at++] : NULL;
}

static char **complete(const char *prefix, int start, int end) {
    char *line = mem_string_n(rl_line_buffer, (size_t)end);
    size_t word = command_last_word(line);
    rl_attempted_completion_over = 1; // no names of files where the table does not ask for them
    found = (matches){.typed = line + word, .typed_n = (size_t)start > word ? (size_t)start - word : 0};
    command_complete(shell->commands, line, shell->symbols, shell->symbols_context, add_match, &found);
    char **list = found.words.n ? rl_completion_matches(prefix, next_match) : NULL;
    if (found.words.n == 1) {
        const char *only = list[0];
        size_t n = strlen(only);
        rl_completion_suppress_append = n > 0 && (only[n - 1] == '/' || only[n - 1] == '=');
    }
    vec_free(&found.words);
    free(line);
    return list;
}

// ---- history ----

static char *history_path(void) {
    text path = {0};
    if (!shell->state_directory)
        return NULL;
    text_printf(&path, "%s/history", shell->state_directory);
    return path.at;
}

static void load_history(const char *path) {
    using_history();
    stifle_history(HISTORY_LINES);
    if (!path)
        return;
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) {
        fprintf(stderr, "plimsoll: no history is kept: %s: %s\n", path, strerror(errno));
        return;
    }
    fchmod(file, 0600);
    close(file);
    history_truncate_file(path, HISTORY_LINES);
    read_history(path);
}

// Whether the line holds something that must not be kept.
static bool is_secret(const char *line) {
    const char *words[LINE_WORDS];
    char *memory;
    size_t n;
    call c;
    bool help, secret = false;
    if (command_split(line, &memory, words, LINE_WORDS, &n) != STATUS_OK)
        return false;
    if (command_parse(shell->commands, words, n, &c, &help) == STATUS_OK) {
        for (size_t i = 0; c.command && i < COMMAND_ARGS && c.command->args[i].name; i++)
            secret |= c.command->args[i].type == ARG_SECRET && c.values[i];
        call_free(&c);
    }
    free(memory);
    return secret;
}

static void remember(const char *line, const char *path) {
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (!line[strspn(line, " \t")] || line[0] == ' ' || (last && strcmp(last->line, line) == 0) || is_secret(line) ||
        strlen(line) > COMMAND_LINE_KEPT)
        return;
    add_history(line);
    if (path)
        append_history(1, path);
}

// ---- the prompt ----

// Waits until there is a byte to read (true) or a signal has come. Signals are let in during the wait alone, so that
// none slips between the last look and the wait.
static bool wait_for_byte(int descriptor) {
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};
    sigset_t all, before;
    int count = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!rl_pending_signal() && !was_interrupted())
        count = ppoll(&ready, 1, NULL, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    rl_check_signals();
    return count > 0;
}

// Reads a byte for readline. After Ctrl-C it gives line ends and nothing else, which leaves whatever mode readline is
// in (a search, an argument) and then the line; prompt_line drops what that line holds.
static int read_byte(FILE *stream) {
    unsigned char byte;
    while (!was_interrupted())
        if (wait_for_byte(fileno(stream)))
            return read(fileno(stream), &byte, 1) == 1 ? byte : EOF;
    return '\n';
}

// The next line typed, NULL at the end of input; "" for one that Ctrl-C dropped.
static char *prompt_line(void) {
    __atomic_store_n(&interrupted, 0, __ATOMIC_RELAXED);
    char *line = readline("plimsoll> ");
    if (!line || !was_interrupted())
        return line;
    __atomic_store_n(&interrupted, 0, __ATOMIC_RELAXED);
    line[0] = 0;
    return line;
}

// A paste may hold several lines.
static void run_lines(char *lines, bool *leave) {
    char *rest = lines, *line;
    while (!*leave && !was_interrupted() && (line = strsep(&rest, "\n")))
        run_line(line, leave);
}

static void run_prompt(void) {
    char *path = history_path(), *line;
    bool leave = false;
    rl_readline_name = "plimsoll";
    rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
    rl_attempted_completion_function = complete;
    rl_basic_word_break_characters = " \t\n";
    rl_completer_word_break_characters = (char *)(uintptr_t) " \t\n";
    rl_completer_quote_characters = NULL;
    rl_getc_function = read_byte;
    load_history(path);
    while (!leave && (line = prompt_line())) {
        remember(line, path);
        run_lines(line, &leave);
        free(line);
    }
    if (!leave)
        fputc('\n', rl_outstream);
    clear_history();
    free(path);
}

// ---- lines from elsewhere ----

static int run_input(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int first = 0;
    bool leave = false;
    for (unsigned long number = 1; !leave && !was_interrupted() && (n = getline(&line, &room, stdin)) >= 0; number++) {
        line[n > 0 && line[n - 1] == '\n' ? n - 1 : n] = 0;
        int code = run_line(line, &leave);
        if (code != 0)
            fprintf(stderr, "plimsoll: line %lu failed\n", number);
        first = first ? first : code;
    }
    free(line);
    return first || !was_interrupted() ? first : 1;
}

int shell_run(const shell_host *host) {
    struct sigaction interrupt = {.sa_handler = on_interrupt}, before;
    shell = host;
    interrupted = 0;
    sigemptyset(&interrupt.sa_mask);
    sigaction(SIGINT, &interrupt, &before); // no SA_RESTART: whatever waits is to wake up
    int code = 0;
    if (isatty(STDIN_FILENO))
        run_prompt();
    else
        code = run_input();
    sigaction(SIGINT, &before, NULL);
    shell = NULL;
    return code;
}
