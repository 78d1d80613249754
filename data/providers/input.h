// The files of an import: one file, or the .csv files of a folder, in the order of their names.
// Whoever declares one ({0}) frees it.
#pragma once

#include "src/base/hash.h"
#include "src/base/status.h"
#include "src/base/vec.h"

#include <stdint.h>
#include <time.h>

typedef struct {
    char *path;
    const char *name; // the last part of path
    int64_t bytes;
    struct timespec changed;
} input_file;

typedef struct {
    VEC(input_file) files;
    int64_t bytes;
    bool folder;
} input;

// STATUS_NOT_FOUND when there is nothing there or no .csv in the folder, STATUS_INVALID for what is neither file nor
// folder.
status input_list(const char *path, input *out);
void input_free(input *in);

// Adds the content of all files to a hash.
status input_hash(const input *in, const volatile int *cancelled, hash_state *h);
// STATUS_INVALID names a file that has changed since input_list.
status input_still_the_same(const input *in);
