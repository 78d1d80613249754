// A disk that is full for the workspace's journal: files of this process may not grow beyond what it has, and so much
// more.
#pragma once

#include "tests/engine/desk/support_trading.h"

// Pages of the journal's write-ahead log that may still be written; a small commit takes a few.
void disk_fill(const trading *t, int pages);
void disk_free(void);
