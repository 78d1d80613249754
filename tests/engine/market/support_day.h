// An ITCH file of a made-up day, 09:30 to 16:00: securities S0, S1, …
#pragma once

#include <stdint.h>

#include "src/base/text.h"

typedef struct {
    char folder[40];
    text path;
    uint64_t messages, bytes;
} itch_day;

void itch_day_make(itch_day *day, uint32_t symbols, uint64_t operations);
void itch_day_remove(itch_day *day);
