// Themes: what each role and each background look like. A theme is a text file; those in themes/ are carried inside the
// program, files NAME.theme in the user's configuration directory (themes/) add to them or take their place.
//
//   [theme]
//   title = Dark, quiet frame            shown in lists
//   base  = dark                         take from there what is not given here (an embedded theme); optional
//   mono  = yes                          attributes alone, no colour
//   [roles]                              one line a role of ui/canvas.h, in lower case
//   up    = #5fd787 bold 256:78 16:10    #rrggbb, then any of bold, underline, reverse, dim; 256: and 16: are the
//                                        nearest colours unless given
//   heat  = #d9603b #8a8f98 #4a90d9      from negative over neutral to positive
//   heat_0 = #ff0000                     … and single steps, 0 to 12, may be given
//   [backs]
//   normal = #0f1216
//
// Plain data; nothing is owned.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/status.h"
#include "ui/canvas.h"

enum { THEME_NAME = 24, THEME_DIM = 8 }; // THEME_DIM goes on from the ATTR_ bits

typedef struct {
    uint32_t rgb;
    uint8_t c256, c16; // entries of the terminal's palette
} theme_colour;

typedef struct {
    char name[THEME_NAME], title[64];
    bool mono;
    theme_colour fore[ROLE_COUNT], back[BACK_COUNT];
    uint8_t fore_attr[ROLE_COUNT], back_attr[BACK_COUNT];
} theme;

// Name of a role or a background in theme files: "title_focus", "heat_12", "selected".
const char *theme_role_name(int r, char out[THEME_NAME]);
const char *theme_back_name(int b);

// Reads a theme; `file` names it in messages. STATUS_INVALID names line and key, and roles that are missing.
status theme_read(const char *name, const char *file, const char *content, theme *out);

// Finds a theme by name: in `directory`/themes first (NULL: none), then among the embedded ones. NULL is the default.
// STATUS_NOT_FOUND lists the names there are.
status theme_find(const char *directory, const char *name, theme *out);

// Calls `add` for every name, the embedded ones first, each once.
void theme_each(const char *directory, void (*add)(void *to, const char *name), void *to);

// What a cell looks like on a terminal with that many colours (2, 8, 16, 256 or 1 << 24). Colours are palette entries,
// or 0xRRGGBB for 1 << 24; -1 is the terminal's own. Where so few colours would make text vanish in its background,
// another is taken. Monochrome terminals show every theme as "mono" does; `t` must then be that one.
typedef struct {
    int32_t fore, back;
    uint8_t attr;
} theme_look;

theme_look theme_cell(const theme *t, int colours, cell c);
