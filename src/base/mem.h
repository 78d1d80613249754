// Memory that is there or ends the program.
// A small allocation that fails on a machine with overcommit means the process is past saving: mem_* then calls the
// hook (which gives the terminal back) and exits with a sentence. What is on disk stays whole, because nothing is
// acknowledged before it is durable. Large arrays whose size comes from input use mem_try, which returns NULL.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// n * size zeroed bytes; never NULL. Release with free().
void *mem_new(size_t n, size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1, 2)));

// As realloc; never NULL, new bytes are not zeroed.
void *mem_resize(void *old, size_t n, size_t size) __attribute__((returns_nonnull));

// A copy of a string, or of its first n bytes; never NULL.
char *mem_string(const char *text) __attribute__((malloc, returns_nonnull));
char *mem_string_n(const char *text, size_t n) __attribute__((malloc, returns_nonnull));

// n * size zeroed bytes aligned to 64, or NULL; huge pages are asked for from a few megabytes on. Release with free().
void *mem_try(size_t n, size_t size) __attribute__((malloc));

// Called once, before the program gives up for want of memory.
void mem_on_exhaustion(void (*hook)(void));

// Copies at most size - 1 bytes of `from` and always ends with a zero. Returns false when it had to cut.
bool mem_copy_string(char *to, size_t size, const char *from);
