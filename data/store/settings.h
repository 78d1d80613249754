// Small named values of the workspace, kept in desk.db: whether it is a demo, layouts, defaults set by commands.
#pragma once

#include "data/store/store.h"

// STATUS_NOT_FOUND when it was never set. STATUS_FULL when the value does not fit.
status settings_get(store *s, const char *name, char *out, size_t size);
status settings_set(store *s, const char *name, const char *value); // NULL takes the setting away
