// The order ticket: a dialog with side, symbol, quantity, price, kind and time in force, and what the kind wants (a
// stop price, a trail …); above them what the market and the position look like now and what the order amounts to. It
// ends in the text of an `order` command.
#pragma once

#include "src/base/decimal.h"
#include "ui/pane.h"
#include "ui/widget/dialog.h"

enum { TICKET_QUANTITY = 100 }; // what a ticket at a price begins with: a round lot

// A price as the ticket and commands take it: "121.06".
const char *ticket_price(int64_t price, char out[DECIMAL_TEXT]);

// Opens it. `what` is "buy" or "sell"; the others may be NULL or empty (no price: a market order).
void ticket_open(dialog *d, const ui_model *m, const char *what, const char *symbol, const char *quantity,
                 const char *price);
// Brings the figures above the fields up to date with the fields and the market; called before each drawing.
void ticket_update(dialog *d, const ui_model *m);
// "order buy NVDA 200 121.06 --tif day"; false while a field is wrong.
bool ticket_command(dialog *d, text *out);
