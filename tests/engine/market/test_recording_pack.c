// Entries of books as a recording may hold them, and as no recording does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/recording_pack.h"

static recording_book plain_book(const char *symbol) {
    recording_book b = {.config = {.tick = 100,
                                   .lot = 1,
                                   .max_quantity = 1000,
                                   .max_price = 10000000,
                                   .max_orders = 64,
                                   .window = 256,
                                   .number = 3}};
    memcpy(b.symbol, symbol, strlen(symbol));
    return b;
}

// Is a book with so many orders on display read as it was packed?
static bool is_read(const recording_book *b, size_t orders) {
    uint8_t bytes[2 * PACK_MOST] = {0};
    pack_model to = {0}, from = {0};
    book_event unused;
    pack_entry entry;
    const uint8_t *end = pack_book_begin(&to, b, orders, bytes);
    const uint8_t *read = unpack(&from, bytes, &unused, &entry);
    if (read) {
        assert_ptr_equal(read, end);
        assert_string_equal(entry.book.symbol, b->symbol);
        assert_int_equal(entry.book.config.max_orders, b->config.max_orders);
        assert_int_equal(entry.orders, orders);
    }
    pack_free(&to);
    pack_free(&from);
    return read != NULL;
}

static void test_book_shows_no_more_orders_than_it_has_room_for(void **state) {
    (void)state;
    recording_book b = plain_book("ABC");
    assert_true(is_read(&b, 64));
    assert_false(is_read(&b, 65));
    assert_false(is_read(&b, UINT32_MAX));
    b.config.max_orders = BOOK_MAX_ORDERS;
    assert_true(is_read(&b, BOOK_MAX_ORDERS));
    b.config.max_orders++;
    assert_false(is_read(&b, 0));
    b.config.max_orders = UINT32_MAX;
    assert_false(is_read(&b, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book_shows_no_more_orders_than_it_has_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
