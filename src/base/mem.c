#include "src/base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20 };

static void (*exhaustion_hook)(void);

static _Noreturn void give_up(void) {
    static const char text[] = "plimsoll: out of memory; nothing acknowledged is lost\n";
    if (exhaustion_hook)
        exhaustion_hook();
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(1);
}

void *mem_new(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        give_up();
    return p;
}

void *mem_resize(void *old, size_t n, size_t size) {
    if (size && n > SIZE_MAX / size)
        give_up();
    size_t bytes = n * size;
    void *p = realloc(old, bytes ? bytes : 1);
    if (!p)
        give_up();
    return p;
}

char *mem_string(const char *text) { return mem_string_n(text, strlen(text)); }

char *mem_string_n(const char *text, size_t n) {
    char *copy = mem_new(n + 1, 1);
    memcpy(copy, text, n);
    return copy;
}

void *mem_try(size_t n, size_t size) {
    if (size && n > (SIZE_MAX - 64) / size)
        return NULL;
    bool huge = n * size >= 2 * (size_t)HUGE_PAGE && n * size <= SIZE_MAX - HUGE_PAGE;
    size_t align = huge ? HUGE_PAGE : 64, bytes = (n * size + align - 1) & ~(align - 1);
    void *p = aligned_alloc(align, bytes ? bytes : align);
    if (p && huge)
        madvise(p, bytes, MADV_HUGEPAGE); // a wish: without it all works the same, with more misses of the page table
    if (p)
        memset(p, 0, bytes ? bytes : align);
    return p;
}

void mem_on_exhaustion(void (*hook)(void)) { exhaustion_hook = hook; }

bool mem_copy_string(char *to, size_t size, const char *from) {
    size_t n = strnlen(from, size);
    bool whole = n < size;
    if (!whole)
        n = size - 1;
    memcpy(to, from, n);
    to[n] = 0;
    return whole;
}
