// Presents a canvas as text with ANSI colours (ECMA-48 SGR; 24-bit colours as ISO 8613-6 has them, in the form with
// semicolons that every terminal reads). Every line ends in plain style.
#pragma once

#include "ui/canvas.h"
#include "ui/term/theme.h"

// colours: 2, 8, 16, 256 or 1 << 24.
void present_ansi(const canvas *c, const theme *t, int colours, text *out);
