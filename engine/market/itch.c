#include "engine/market/itch.h"

_Static_assert(sizeof(itch_message) == 11 && _Alignof(itch_listing) == 1, "as it stands in the file");
_Static_assert(offsetof(itch_directory, etp_leverage) == 34 && offsetof(itch_ipo, price) == 24, "the vendor's offsets");
_Static_assert(offsetof(itch_add, price) == 32 && offsetof(itch_executed_at, price) == 32, "the vendor's offsets");
_Static_assert(offsetof(itch_replace, price) == 31 && offsetof(itch_trade, match) == 36, "the vendor's offsets");
_Static_assert(offsetof(itch_cross, kind) == 39 && offsetof(itch_imbalance, kind) == 48, "the vendor's offsets");
_Static_assert(offsetof(itch_listing, near_time) == 32, "the vendor's offsets");

// Type, length and structure, from which the tables below are made; lengths as the specification prints them.
#define MESSAGES(EACH)                                                                                                 \
    EACH('S', 12, itch_system, "system event")                                                                         \
    EACH('R', 39, itch_directory, "stock directory")                                                                   \
    EACH('H', 25, itch_trading, "trading action")                                                                      \
    EACH('Y', 20, itch_short_sale, "short sale restriction")                                                           \
    EACH('L', 26, itch_participant, "market participant position")                                                     \
    EACH('V', 35, itch_breaker_levels, "circuit breaker levels")                                                       \
    EACH('W', 12, itch_breaker, "circuit breaker")                                                                     \
    EACH('K', 28, itch_ipo, "IPO quoting period")                                                                      \
    EACH('J', 35, itch_collar, "auction collar")                                                                       \
    EACH('h', 21, itch_operational, "operational halt")                                                                \
    EACH('A', 36, itch_add, "add order")                                                                               \
    EACH('F', 40, itch_add_attributed, "add attributed order")                                                         \
    EACH('E', 31, itch_executed, "order executed")                                                                     \
    EACH('C', 36, itch_executed_at, "order executed with price")                                                       \
    EACH('X', 23, itch_cancel, "order cancel")                                                                         \
    EACH('D', 19, itch_delete, "order delete")                                                                         \
    EACH('U', 35, itch_replace, "order replace")                                                                       \
    EACH('P', 44, itch_trade, "trade")                                                                                 \
    EACH('Q', 40, itch_cross, "cross trade")                                                                           \
    EACH('B', 19, itch_broken, "broken trade")                                                                         \
    EACH('I', 50, itch_imbalance, "order imbalance")                                                                   \
    EACH('N', 20, itch_retail, "retail interest")                                                                      \
    EACH('O', 48, itch_listing, "direct listing")

#define CHECK(type, size, structure, name)                                                                             \
    _Static_assert(sizeof(structure) == (size) && (size) <= ITCH_MOST, "as long as the specification says");
MESSAGES(CHECK)

#define SIZE(type, size, structure, name) [type] = (size),
const uint8_t itch_sizes[256] = {MESSAGES(SIZE)};

#define TYPE(type, size, structure, name) type,
const char itch_types[] = {MESSAGES(TYPE) 0};

#define CASE(type, size, structure, name)                                                                              \
    case type:                                                                                                         \
        return name;
const char *itch_name(char type) {
    switch (type) {
        MESSAGES(CASE)
    default:
        return NULL;
    }
}
