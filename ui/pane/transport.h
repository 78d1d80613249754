// How the market that is shown comes about: the venue, or a day that is replayed and where that stands.
#pragma once

#include "ui/pane.h"
#include "ui/widget/format.h"

// "venue sim", "venue" or "replay": what books come from.
const char *transport_source(const ui_model *m);
// "10x", "max".
const char *transport_pace(double speed, char out[FORMAT_TEXT]);
// In a word: the pace while it plays, else "paused", "seeking", "ended" or "failed".
const char *transport_word(const view_replay *r, char out[FORMAT_TEXT]);

// "▶ 10:31:22.123   10x   43 % ████░░░░   12.1 M msg/s" in the first line of the canvas, and below it why it failed;
// the lines used, 0 while nothing is replayed.
int transport_draw(const ui_model *m, canvas *c);
