// The market of the made-up model (support_model.h), and a replay in its place.
#pragma once

#include "src/base/rng.h"
#include "ui/pane.h"

void support_market(ui_model *m, rng *r); // quotes of the model's positions
// A day from a file plays at ten times its pace, three securities, nothing of the venue.
void support_replay(ui_model *m);
void support_recording(ui_model *m); // 12,345 events so far
