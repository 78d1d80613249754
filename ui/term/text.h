// Presents a canvas as plain text: one line a row, blanks at the end of a line left out.
#pragma once

#include "ui/canvas.h"

void present_text(const canvas *c, text *out);
