// What a format of market days does behind the common face (feed.h), whose words the members follow.
#pragma once

#include <stdbool.h>

#include "engine/market/feed.h"

// The first bytes of a file, unpacked when they are gzip's.
typedef struct {
    unsigned char at[256];
    size_t n;
    bool packed;
} feed_head;

typedef struct {
    const char *name;
    bool packs; // it may be packed with gzip
    bool (*begins)(const feed_head *head);
    status (*open)(const char *path, const feed_config *config, void **out);
    void (*close)(void *state);
    date (*day)(const void *state); // NULL: the file itself does not say it
    status (*time)(void *state, int64_t *time);
    status (*run)(void *state, int64_t until, uint64_t most, uint64_t *applied);
    uint64_t (*left_out)(const void *state); // NULL: never any
    bool (*is_cut)(const void *state);       // NULL: never
    size_t (*securities)(const void *state);
    feed_security (*security)(const void *state, size_t i);
} feed_kind;

extern const feed_kind feed_itch, feed_lobster, feed_recording;
