// A model with made-up, plausible data: the same on every machine and in every run.
#pragma once

#include "src/base/rng.h"
#include "ui/pane.h"

ui_model *support_model(void); // free() it

// Every byte of every section at random, counts and strings included; made safe as ui_model_refresh would.
void support_model_garbage(ui_model *m, rng *r);
