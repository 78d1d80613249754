// Risk of the live book: a thread that builds the factor model from the warehouse, follows the positions in the view,
// and publishes the risk and stress sections. It changes nothing of the desk's; store and view are borrowed.
#pragma once

#include "data/store/store.h"
#include "engine/desk/view.h"

typedef struct analytics analytics;

// Works only for analytics_wait, until it is told to follow.
status analytics_start(store *s, view *v, analytics **out);
void analytics_stop(analytics *a);

// From now on builds the model by itself and keeps the published risk that of the positions.
void analytics_follow(analytics *a);

// Returns when the published risk is that of the positions as they are now.
//   STATUS_UNAVAILABLE  no model: too little history, no positions (the sentence says what to do)
//   STATUS_CANCELLED
status analytics_wait(analytics *a, const volatile int *cancelled);

// The warehouse changed: the model is built anew.
void analytics_refresh(analytics *a);
