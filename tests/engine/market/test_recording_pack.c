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

static void test_book_has_a_symbol_that_can_be_written_and_shown(void **state) {
    (void)state;
    static const char *const good[] = {"A", "BRK.B", "A-LONGER-NAME-T", "!~", "x_1"};
    static const char *const bad[] = {"", "A B", " A", "A'", "A\"B", "A\n", "\033[2J", "A\177", "\303\204"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const recording_book b = plain_book(good[i]);
        assert_true(is_read(&b, 0));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const recording_book b = plain_book(bad[i]);
        assert_false(is_read(&b, 0));
    }
}

// The end of a text is no letter.
static void test_book_has_a_symbol_of_its_whole_length(void **state) {
    (void)state;
    uint8_t bytes[2 * PACK_MOST] = {0};
    pack_model to = {0}, from = {0};
    book_event unused;
    pack_entry entry;
    const recording_book b = plain_book("ABC");
    pack_book_begin(&to, &b, 0, bytes);
    assert_int_equal(bytes[3], 'B');
    bytes[3] = 0;
    assert_null(unpack(&from, bytes, &unused, &entry));
    pack_free(&to);
    pack_free(&from);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book_shows_no_more_orders_than_it_has_room_for),
        cmocka_unit_test(test_book_has_a_symbol_that_can_be_written_and_shown),
        cmocka_unit_test(test_book_has_a_symbol_of_its_whole_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
