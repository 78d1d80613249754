#include "tests/engine/market/support_itch.h"

#include <stdio.h>
#include <unistd.h>

void itch_add_message(text *file, const void *message, size_t n) {
    text_char(file, (char)(n >> 8));
    text_char(file, (char)n);
    text_put_n(file, message, n);
}

itch_message itch_head(char type, uint16_t locate, uint64_t time) {
    return (itch_message){.type = type, .locate = itch_put16(locate), .time = itch_put48(time)};
}

itch_add itch_order(uint16_t locate, uint64_t reference, char side, uint32_t shares, uint32_t price) {
    return (itch_add){.head = itch_head('A', locate, reference),
                      .reference = itch_put64(reference),
                      .side = side,
                      .shares = itch_put32(shares),
                      .stock = "ABC     ",
                      .price = itch_put32(price)};
}

#define STOCK .stock = "ABC     "

static void add_notices(text *file) {
    ITCH_ADD(file, (itch_system){itch_head('S', 0, 1), 'O'});
    ITCH_ADD(file, (itch_directory){.head = itch_head('R', 1, 2), STOCK, .round_lot = itch_put32(100)});
    ITCH_ADD(file, (itch_trading){.head = itch_head('H', 1, 3), STOCK, .state = 'T', .reserved = ' '});
    ITCH_ADD(file, (itch_short_sale){.head = itch_head('Y', 1, 4), STOCK, .action = '0'});
    ITCH_ADD(file, (itch_participant){.head = itch_head('L', 1, 5), .participant = "MAKE", STOCK, .primary = 'Y'});
    ITCH_ADD(file, (itch_breaker_levels){.head = itch_head('V', 0, 6), .level[2] = itch_put64(7)});
    ITCH_ADD(file, (itch_breaker){itch_head('W', 0, 7), '1'});
    ITCH_ADD(file, (itch_ipo){.head = itch_head('K', 1, 8), STOCK, .qualifier = 'A', .price = itch_put32(9)});
    ITCH_ADD(file, (itch_collar){.head = itch_head('J', 1, 9), STOCK, .extension = itch_put32(1)});
    ITCH_ADD(file, (itch_operational){.head = itch_head('h', 1, 10), STOCK, .market = 'Q', .action = 'T'});
}

static void add_orders(text *file) {
    itch_add order = itch_order(1, 20, 'S', 300, 1001200);
    itch_add_attributed attributed = {itch_order(1, 21, 'B', 500, 1000000), "MAKE"};
    attributed.add.head.type = 'F';
    itch_executed executed = {
        .head = itch_head('E', 1, 22), .reference = itch_put64(20), .shares = itch_put32(100), .match = itch_put64(1)};
    itch_executed_at at = {.executed = executed, .printable = 'Y', .price = itch_put32(1001100)};
    at.executed.head.type = 'C';
    ITCH_ADD(file, order);
    ITCH_ADD(file, attributed);
    ITCH_ADD(file, executed);
    ITCH_ADD(file, at);
    ITCH_ADD(file,
             (itch_cancel){.head = itch_head('X', 1, 24), .reference = itch_put64(21), .shares = itch_put32(200)});
    ITCH_ADD(file, (itch_delete){.head = itch_head('D', 1, 25), .reference = itch_put64(20)});
    ITCH_ADD(file, (itch_replace){.head = itch_head('U', 1, 26),
                                  .reference = itch_put64(21),
                                  .fresh = itch_put64(27),
                                  .shares = itch_put32(400),
                                  .price = itch_put32(999900)});
}

static void add_trades(text *file) {
    ITCH_ADD(file, (itch_trade){.head = itch_head('P', 1, 28),
                                .side = 'B',
                                .shares = itch_put32(50),
                                STOCK,
                                .price = itch_put32(1000000),
                                .match = itch_put64(2)});
    ITCH_ADD(file, (itch_cross){.head = itch_head('Q', 1, 29),
                                .shares = itch_put64(5000),
                                STOCK,
                                .price = itch_put32(1000500),
                                .match = itch_put64(3),
                                .kind = 'C'});
    ITCH_ADD(file, (itch_broken){itch_head('B', 1, 30), itch_put64(2)});
    ITCH_ADD(file, (itch_imbalance){.head = itch_head('I', 1, 31), STOCK, .direction = 'N', .kind = 'C'});
    ITCH_ADD(file, (itch_retail){.head = itch_head('N', 1, 32), STOCK, .interest = 'N'});
    ITCH_ADD(file, (itch_listing){.head = itch_head('O', 1, 33), STOCK, .eligible = 'N'});
}

void itch_one_of_each(text *file) {
    add_notices(file);
    add_orders(file);
    add_trades(file);
}

const char *itch_sample(void) {
    static const char path[] = "../shared/data/itch50/ex20101224.TEST_ITCH_50.gz";
    if (access(path, R_OK) == 0)
        return path;
    printf("SKIP: no ITCH sample at %s\n", path);
    return NULL;
}
