// ITCH files for tests, message by message.
#pragma once

#include "engine/market/itch.h"
#include "src/base/text.h"

// Appends a message of n bytes with its length before it.
void itch_add_message(text *file, const void *message, size_t n);
#define ITCH_ADD(file, ...)                                                                                            \
    do {                                                                                                               \
        __typeof__(__VA_ARGS__) itch_message_ = (__VA_ARGS__);                                                         \
        itch_add_message((file), &itch_message_, sizeof itch_message_);                                                \
    } while (0)

itch_message itch_head(char type, uint16_t locate, uint64_t time);
itch_add itch_order(uint16_t locate, uint64_t reference, char side, uint32_t shares, uint32_t price);

// One message of every type, in the order of itch.h, that make a small market of security 1.
void itch_one_of_each(text *file);

// The sample of the shared data, or NULL where it is absent.
const char *itch_sample(void);
