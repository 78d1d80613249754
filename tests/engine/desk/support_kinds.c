#include "tests/engine/desk/support_kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int64_t kinds_cents(int64_t price) { return price / 100 * 100; }

order_intent kinds_far(trading *t, side s) {
    int64_t last = trading_last(t, t->stocks[0]);
    return (order_intent){.sid = t->stocks[0],
                          .side = s,
                          .self = SELF_CANCEL_NEWEST,
                          .quantity = 100,
                          .price = kinds_cents(s == SIDE_BUY ? last / 2 : last * 2)};
}

order_intent kinds_stop(trading *t, side s, int64_t stop) {
    order_intent intent = kinds_far(t, s);
    intent.type = ORDER_STOP;
    intent.price = 0;
    intent.stop = stop;
    return intent;
}

order kinds_send(trading *t, const order_intent *intent) {
    order o;
    if (trading_try(t, intent, &o) != STATUS_OK)
        fail_msg("an order: %s", status_message());
    return o;
}

int64_t kinds_bid(trading *t, int n) { return trading_book(t, t->stocks[0])->bid[n].price; }

const view_order *kinds_row(trading *t, const order *o) {
    const view_order *row = trading_order(t, o->id);
    assert_non_null(row);
    return row;
}
