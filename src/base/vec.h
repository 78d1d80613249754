// A growable array of any type.
//   VEC(int) v = {0};  vec_push(&v, 7);  v.at[0];  v.n;  vec_free(&v);
// Whoever declares it frees it. Growing moves the elements: pointers into it are good until the next push.
#pragma once

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

#define VEC(type)                                                                                                      \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t n, cap;                                                                                                 \
    }

// Room for at least `want` elements in all.
#define vec_reserve(v, want)                                                                                           \
    do {                                                                                                               \
        size_t vec_want_ = (want);                                                                                     \
        if (vec_want_ > (v)->cap) {                                                                                    \
            size_t vec_cap_ = (v)->cap ? (v)->cap * 2 : 16;                                                            \
            if (vec_cap_ < vec_want_)                                                                                  \
                vec_cap_ = vec_want_;                                                                                  \
            (v)->at = mem_resize((v)->at, vec_cap_, sizeof *(v)->at);                                                  \
            (v)->cap = vec_cap_;                                                                                       \
        }                                                                                                              \
    } while (0)

#define vec_push(v, ...)                                                                                               \
    do {                                                                                                               \
        vec_reserve(v, (v)->n + 1);                                                                                    \
        (v)->at[(v)->n++] = (__VA_ARGS__);                                                                             \
    } while (0)

// Takes out element i; those behind it move up.
#define vec_remove(v, i)                                                                                               \
    do {                                                                                                               \
        size_t vec_i_ = (i);                                                                                           \
        memmove((v)->at + vec_i_, (v)->at + vec_i_ + 1, ((v)->n - vec_i_ - 1) * sizeof *(v)->at);                      \
        (v)->n--;                                                                                                      \
    } while (0)

#define vec_free(v)                                                                                                    \
    do {                                                                                                               \
        free((v)->at);                                                                                                 \
        (v)->at = NULL;                                                                                                \
        (v)->n = (v)->cap = 0;                                                                                         \
    } while (0)
