#include "tests/engine/market/support_shrink.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUN_SECONDS = 30, SHRINK_SECONDS = 30, CHECK_EACH_BELOW = 4000 };

int process_start(void) {
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGABRT};
    fflush(stdout);
    pid_t child = fork();
    for (size_t i = 0; child == 0 && i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    return child;
}

int process_end(int child) {
    int ended = 0;
    waitpid(child, &ended, 0);
    return ended;
}

static void run_list(const market *m, const command_list *commands, progress *p, bool quiet) {
    if (quiet) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        dup2(nowhere, STDOUT_FILENO);
    }
    alarm(RUN_SECONDS);
    compared *c = compared_new(m, p, quiet, commands->n < CHECK_EACH_BELOW);
    for (size_t i = 0; i < commands->n; i++)
        compared_do(c, &commands->at[i]);
    compared_finish(c);
    compared_free(c);
    fflush(stdout);
    _exit(0);
}

static void cut_after(command_list *commands, uint32_t number) {
    for (size_t i = 0; i < commands->n; i++)
        if (commands->at[i].number == number)
            commands->n = i + 1;
}

bool commands_fail(const market *m, command_list *commands, progress *p, bool quiet) {
    int child = process_start();
    if (child == 0)
        run_list(m, commands, p, quiet);
    int ended = process_end(child);
    if (ended == 0)
        return false;
    if (!quiet && WIFSIGNALED(ended))
        printf("ended by signal %d in command #%u\n", WTERMSIG(ended), p->operation);
    cut_after(commands, p->operation);
    return true;
}

// The list without the part [from, from + n), if that still fails.
static bool leave_out(const market *m, command_list *commands, progress *p, size_t from, size_t n) {
    command_list shorter = {0};
    for (size_t i = 0; i < commands->n; i++)
        if (i < from || i >= from + n)
            vec_push(&shorter, commands->at[i]);
    bool fails = shorter.n < commands->n && commands_fail(m, &shorter, p, true);
    command_list unused = fails ? *commands : shorter;
    if (fails)
        *commands = shorter;
    vec_free(&unused);
    return fails;
}

static bool leave_out_parts(const market *m, command_list *commands, progress *p, size_t part, time_t end) {
    bool any = false;
    for (size_t from = 0; from < commands->n && time(NULL) < end;) {
        if (leave_out(m, commands, p, from, part))
            any = true;
        else
            from += part;
    }
    return any;
}

void commands_shrink(const market *m, command_list *commands, progress *p) {
    time_t end = time(NULL) + SHRINK_SECONDS;
    for (size_t tail = 64; tail < commands->n; tail *= 4)
        if (leave_out(m, commands, p, 0, commands->n - tail))
            break;
    for (size_t part = commands->n / 2; part > 0; part /= 2)
        leave_out_parts(m, commands, p, part, end);
    while (leave_out_parts(m, commands, p, 1, end))
        ;
}
