#include "tests/engine/market/support_property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_shrink.h"

enum { LAST_COMMANDS = 12, MOST_PRINTED = 200, ALARM_EVERY = 1024, ALARM_SECONDS = 60 };

uint64_t property_seed(void) { return support_seed(20180207); }

uint32_t property_operations(uint32_t usual) {
    const char *given = getenv("PLIMSOLL_OPERATIONS");
    return given ? (uint32_t)strtoul(given, NULL, 10) : usual;
}

static void run(const market *m, uint64_t seed, uint64_t stream, uint32_t operations, progress *p) {
    command_source source = command_source_start(m, seed, stream);
    compared *c = compared_new(m, p, false, false);
    for (uint32_t i = 0; i < operations; i++) {
        if (i % ALARM_EVERY == 0)
            alarm(ALARM_SECONDS); // an endless loop ends as a crash does
        command next = command_draw(&source, compared_reference(c));
        compared_do(c, &next);
    }
    compared_finish(c);
    compared_free(c);
    alarm(0);
}

// The status of the process that ran.
static int runs(const market *m, uint64_t seed, uint64_t stream, uint32_t operations, progress *p) {
    int child = process_start();
    if (child == 0) {
        run(m, seed, stream, operations, p);
        exit(0);
    }
    return process_end(child);
}

// The commands of a run up to one of them: they depend on the reference alone.
static command_list redraw(const market *m, uint64_t seed, uint64_t stream, uint32_t last) {
    command_list commands = {0};
    VEC(uint64_t) ids = {0}; // by number
    command_source source = command_source_start(m, seed, stream);
    reference *r = reference_new(&m->book);
    vec_push(&ids, 0);
    for (uint32_t i = 0; i < last; i++) {
        command c = command_draw(&source, r);
        vec_push(&commands, c);
        vec_push(&ids, 0);
        ids.at[c.number] = command_to_reference(&c, r, c.stray ? UINT64_MAX : ids.at[command_names(&c)]);
    }
    vec_free(&ids);
    reference_free(r);
    return commands;
}

static void print_last(const command_list *commands, size_t n) {
    for (size_t i = commands->n > n ? commands->n - n : 0; i < commands->n; i++)
        command_print(&commands->at[i]);
}

static void explain(const market *m, uint64_t seed, uint64_t stream, int ended, progress *p) {
    command_list commands = redraw(m, seed, stream, p->operation);
    printf("PLIMSOLL_SEED=%llu, stream %llu: %s after command #%u; the last before it:\n", (unsigned long long)seed,
           (unsigned long long)stream, WIFSIGNALED(ended) ? strsignal(WTERMSIG(ended)) : "differs", p->operation);
    print_last(&commands, LAST_COMMANDS);
    fflush(stdout);
    commands_shrink(m, &commands, p);
    printf("%zu commands show it, in a book of tick %lld, lot %lld, state %d:\n", commands.n, (long long)m->book.tick,
           (long long)m->book.lot, (int)m->book.state);
    print_last(&commands, MOST_PRINTED);
    commands_fail(m, &commands, p, false);
    vec_free(&commands);
}

void property_holds(const market *m, uint64_t seed, uint64_t stream, uint32_t operations, coverage *sum) {
    progress *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(p != MAP_FAILED);
    int ended = runs(m, seed, stream, operations, p);
    if (ended == 0)
        coverage_add(sum, &p->coverage);
    else
        explain(m, seed, stream, ended, p);
    munmap(p, sizeof *p);
    if (ended != 0)
        fail_msg("the book differs from the reference, see above");
}
