// What the store knows of a security for the simulated venue (engine/market/venue.h).
#pragma once

#include "data/store/store.h"
#include "engine/market/venue.h"
#include "src/base/clock.h"

// For a session on a day: daily volatility and mean volume of 90 days of bars before it (up to the end of the data, the
// day of the last bar, when the session is later), in the shares of their last day; plain values (2 %, a million
// shares) where there are fewer than ten. The tick: a cent, or a hundredth of one below a dollar (Regulation NMS, rule
// 612). And the session's own bar, or the next one within four days, when the store has it. The volatility is that of a
// normal distribution with this median of absolute returns: one wild day makes no wild market. The reference price is
// the caller's. Bars that can't be read are as if there were none, and are logged.
venue_security listing_measure(store *s, int32_t sid, int64_t reference, date session, date data);
