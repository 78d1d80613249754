#include "engine/market/itch.h"

_Static_assert(sizeof(itch_message) == 11 && _Alignof(itch_listing) == 1, "as it stands in the file");
_Static_assert(offsetof(itch_directory, etp_leverage) == 34 && offsetof(itch_ipo, price) == 24, "the vendor's offsets");
_Static_assert(offsetof(itch_add, price) == 32 && offsetof(itch_executed_at, price) == 32, "the vendor's offsets");
_Static_assert(offsetof(itch_replace, price) == 31 && offsetof(itch_trade, match) == 36, "the vendor's offsets");
_Static_assert(offsetof(itch_cross, kind) == 39 && offsetof(itch_imbalance, kind) == 48, "the vendor's offsets");
_Static_assert(offsetof(itch_listing, near_time) == 32, "the vendor's offsets");

// Type, length and structure, from which the tables below are made; lengths as the specification prints them.
#define MESSAGES(EACH)                                                                                                 \
    EACH('S', 12, itch_system)                                                                                         \
    EACH('R', 39, itch_directory)                                                                                      \
    EACH('H', 25, itch_trading)                                                                                        \
    EACH('Y', 20, itch_short_sale)                                                                                     \
    EACH('L', 26, itch_participant)                                                                                    \
    EACH('V', 35, itch_breaker_levels)                                                                                 \
    EACH('W', 12, itch_breaker)                                                                                        \
    EACH('K', 28, itch_ipo)                                                                                            \
    EACH('J', 35, itch_collar)                                                                                         \
    EACH('h', 21, itch_operational)                                                                                    \
    EACH('A', 36, itch_add)                                                                                            \
    EACH('F', 40, itch_add_attributed)                                                                                 \
    EACH('E', 31, itch_executed)                                                                                       \
    EACH('C', 36, itch_executed_at)                                                                                    \
    EACH('X', 23, itch_cancel)                                                                                         \
    EACH('D', 19, itch_delete)                                                                                         \
    EACH('U', 35, itch_replace)                                                                                        \
    EACH('P', 44, itch_trade)                                                                                          \
    EACH('Q', 40, itch_cross)                                                                                          \
    EACH('B', 19, itch_broken)                                                                                         \
    EACH('I', 50, itch_imbalance)                                                                                      \
    EACH('N', 20, itch_retail)                                                                                         \
    EACH('O', 48, itch_listing)

#define CHECK(type, size, structure)                                                                                   \
    _Static_assert(sizeof(structure) == (size) && (size) <= ITCH_MOST, "as long as the specification says");
MESSAGES(CHECK)

#define SIZE(type, size, structure) [type] = (size),
const uint8_t itch_sizes[256] = {MESSAGES(SIZE)};
