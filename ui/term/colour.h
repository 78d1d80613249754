// Colour arithmetic for themes: 24-bit sRGB values 0xRRGGBB in and out, nothing kept.
#pragma once

#include <stdint.h>

typedef struct {
    double l, a, b; // OKLab: lightness 0 … 1, green-red, blue-yellow
} oklab;

// Björn Ottosson, "A perceptual color space for image processing" (2020). Distances in it follow what eyes see, which
// is why nearest colours are searched there and not in RGB.
oklab colour_oklab(uint32_t rgb);
uint32_t colour_from_oklab(oklab c); // clipped to what sRGB can show

uint32_t colour_mix(uint32_t from, uint32_t to, double t); // straight line in OKLab, t 0 … 1

// WCAG 2.1 contrast ratio, 1 … 21, whichever is the lighter.
double colour_contrast(uint32_t a, uint32_t b);

// Entry 0 … 255 of xterm's palette: 16 basic colours, the 6x6x6 cube, 24 greys.
uint32_t colour_xterm(int index);

// The entry from … to - 1 of xterm's palette that looks most like `rgb`.
int colour_nearest(uint32_t rgb, int from, int to);
