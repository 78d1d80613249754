// The trading calendar of the New York Stock Exchange: weekdays less its regular holidays. Days on which it closed for
// other reasons (storms, mourning) count as open. Pure.
#pragma once

#include "src/base/clock.h"

bool calendar_is_open(date d);
date calendar_next(date d); // the first open day after d
