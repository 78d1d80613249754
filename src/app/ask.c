#include "src/app/ask.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/text.h"

enum { ANSWER_MAX = 4096 };

bool ask_possible(void) {
    if (!isatty(STDIN_FILENO) && !isatty(STDERR_FILENO))
        return false;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return false;
    close(terminal);
    return true;
}

static bool write_all(int descriptor, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t written = write(descriptor, bytes, n);
        if (written <= 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

// Names in a question come from data: nothing in them may steer the terminal.
static bool put_question(int terminal, const char *question) {
    char *clean = mem_string(question);
    for (char *at = clean; *at; at++)
        if ((unsigned char)*at < 0x20 && *at != '\n')
            *at = ' ';
    bool put = write_all(terminal, clean, strlen(clean));
    free(clean);
    return put;
}

// Reads the line once it is there. `mask` lets in the signals that ask_terminal holds off.
static bool read_line(int terminal, const sigset_t *mask, text *line) {
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    if (ppoll(&ready, 1, NULL, mask) <= 0)
        return false;
    char c;
    ssize_t n;
    while ((n = read(terminal, &c, 1)) == 1 && c != '\n')
        if (line->n < ANSWER_MAX)
            text_char(line, c);
    return n == 1;
}

static char *trimmed(const text *line) {
    const char *start = text_string(line);
    start += strspn(start, " \t\r");
    size_t n = strlen(start);
    while (n > 0 && strchr(" \t\r", start[n - 1]))
        n--;
    return mem_string_n(start, n);
}

char *ask_terminal(void *context, const char *question) {
    (void)context;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return NULL;
    // A signal that comes once the question is shown must end the wait, also when it comes before the wait begins: it
    // is held off until then.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    text line = {0};
    bool answered = put_question(terminal, question) && read_line(terminal, &before, &line);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!answered)
        write_all(terminal, "\n", 1);
    close(terminal);
    char *answer = answered ? trimmed(&line) : NULL;
    text_free(&line);
    return answer;
}
