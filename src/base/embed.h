// Files that the program carries inside itself: themes, key map, migrations, sample data.
//   EMBED(theme_dark, "themes/dark.theme");  →  const char theme_dark[] (ends with a zero) and size_t theme_dark_size()
#pragma once

#include <stddef.h>
#include <stdint.h>

// NOLINTBEGIN(bugprone-macro-parentheses): `name` is declared and becomes assembler text; parentheses break both
#define EMBED(name, path)                                                                                              \
    __asm__(".pushsection .rodata\n"                                                                                   \
            ".balign 16\n" #name ":\n"                                                                                 \
            ".incbin \"" path "\"\n" #name "_end:\n"                                                                   \
            ".byte 0\n"                                                                                                \
            ".popsection\n");                                                                                          \
    extern const char name[];                                                                                          \
    extern const char name##_end[];                                                                                    \
    __attribute__((unused)) static inline size_t name##_size(void) { return (uintptr_t)name##_end - (uintptr_t)name; } \
    extern const char name[]
// NOLINTEND(bugprone-macro-parentheses)
