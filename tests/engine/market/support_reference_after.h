// What follows every command of the reference in continuous trading.
#pragma once

#include "tests/engine/market/support_reference_orders.h"

void reference_look_after(reference *r);
