#include "ui/term/colour.h"

#include <math.h>

static double linear(uint32_t byte) {
    double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static uint32_t companded(double v) {
    v = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;
    return (uint32_t)lround(fmin(fmax(v, 0), 1) * 255);
}

oklab colour_oklab(uint32_t rgb) {
    double r = linear(rgb >> 16 & 255), g = linear(rgb >> 8 & 255), b = linear(rgb & 255);
    double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return (oklab){0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                   1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                   0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

uint32_t colour_from_oklab(oklab c) {
    double l = c.l + 0.3963377774 * c.a + 0.2158037573 * c.b;
    double m = c.l - 0.1055613458 * c.a - 0.0638541728 * c.b;
    double s = c.l - 0.0894841775 * c.a - 1.2914855480 * c.b;
    l = l * l * l, m = m * m * m, s = s * s * s;
    uint32_t red = companded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
    uint32_t green = companded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
    uint32_t blue = companded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    return red << 16 | green << 8 | blue;
}

uint32_t colour_mix(uint32_t from, uint32_t to, double t) {
    oklab x = colour_oklab(from), y = colour_oklab(to);
    return colour_from_oklab((oklab){x.l + t * (y.l - x.l), x.a + t * (y.a - x.a), x.b + t * (y.b - x.b)});
}

static double luminance(uint32_t rgb) {
    return 0.2126 * linear(rgb >> 16 & 255) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
}

double colour_contrast(uint32_t a, uint32_t b) {
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

uint32_t colour_xterm(int index) {
    static const uint32_t basic[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
                                       0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    static const uint32_t step[6] = {0, 95, 135, 175, 215, 255};
    if (index < 16)
        return basic[index];
    if (index < 232) {
        int i = index - 16;
        return step[i / 36] << 16 | step[i / 6 % 6] << 8 | step[i % 6];
    }
    uint32_t grey = 8 + 10 * (uint32_t)(index - 232);
    return grey << 16 | grey << 8 | grey;
}

int colour_nearest(uint32_t rgb, int from, int to) {
    oklab want = colour_oklab(rgb);
    int best = from;
    double best_distance = HUGE_VAL;
    for (int i = from; i < to; i++) {
        oklab have = colour_oklab(colour_xterm(i));
        double dl = want.l - have.l, da = want.a - have.a, db = want.b - have.b;
        double distance = dl * dl + da * da + db * db;
        if (distance < best_distance) {
            best_distance = distance;
            best = i;
        }
    }
    return best;
}
