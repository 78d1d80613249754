#include "engine/desk/order_row.h"

#include <stdio.h>

#include "engine/trade/kind.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

static int32_t shown_state(const order *o) {
    static const int32_t states[] = {
        [STATE_WORKING] = ORDER_WORKING,     [STATE_PARTIAL] = ORDER_PARTIAL,   [STATE_FILLED] = ORDER_FILLED,
        [STATE_CANCELLED] = ORDER_CANCELLED, [STATE_REJECTED] = ORDER_REJECTED, [STATE_EXPIRED] = ORDER_EXPIRED,
    };
    return states[o->state];
}

view_order order_row_of(const order *o) {
    view_order row = {
        .id = o->id,
        .time = o->time,
        .sid = o->sid,
        .side = (int32_t)o->side,
        .type = (int32_t)o->type,
        .tif = (int32_t)o->tif,
        .traits = o->traits,
        .self = (int32_t)o->self,
        .state = shown_state(o),
        .waits = order_is_working(o) && (order_is_stop(o) || o->traits & ORDER_ALL_OR_NONE),
        .quantity = o->quantity,
        .filled = o->filled,
        .price = o->price,
        .average_fill = order_average(o),
        .stop = o->stop,
        .trail = o->trail,
        .display = o->display,
        .expires = o->expires,
        .other = o->other,
    };
    mem_copy_string(row.client, sizeof row.client, o->client);
    mem_copy_string(row.reason, sizeof row.reason, o->reason);
    return row;
}

static const char *price_text(int64_t price, char out[DECIMAL_TEXT]) {
    return decimal_text(price, price % 100 ? 4 : 2, out);
}

// Rows may come from another process, with any numbers in them.
static int64_t minus(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }

const char *order_row_kind(const view_order *o, char out[ORDER_ROW_TEXT]) {
    char price[DECIMAL_TEXT];
    int64_t open = minus(o->quantity, o->filled), shown = o->shown ? o->shown : o->display < open ? o->display : open;
    if (o->type == ORDER_TRAILING_STOP)
        snprintf(out, ORDER_ROW_TEXT, "trail %s", price_text(o->trail, price));
    else if (kind_waits((order_type)o->type))
        snprintf(out, ORDER_ROW_TEXT, "stop %s", price_text(o->stop, price));
    else if (o->display)
        snprintf(out, ORDER_ROW_TEXT, "ice %lld/%lld", (long long)shown, (long long)minus(open, shown));
    else if (o->traits & ORDER_ALL_OR_NONE)
        snprintf(out, ORDER_ROW_TEXT, "aon");
    else if (o->traits & ORDER_POST_ONLY)
        snprintf(out, ORDER_ROW_TEXT, "post");
    else
        snprintf(out, ORDER_ROW_TEXT, "%s", o->type == ORDER_MARKET ? "mkt" : kind_tif_name(o->tif));
    return out;
}

const char *order_row_price(const view_order *o, char out[ORDER_ROW_TEXT]) {
    char price[DECIMAL_TEXT], stop[DECIMAL_TEXT];
    price_text(o->price, price);
    price_text(o->stop, stop);
    if (o->type == ORDER_LIMIT)
        snprintf(out, ORDER_ROW_TEXT, "at %s", price);
    else if (o->type == ORDER_STOP_LIMIT)
        snprintf(out, ORDER_ROW_TEXT, "at %s behind the stop %s", price, stop);
    else if (o->type == ORDER_TRAILING_STOP)
        snprintf(out, ORDER_ROW_TEXT, "at the stop %s trailing by %s", stop, price_text(o->trail, price));
    else if (o->type == ORDER_STOP)
        snprintf(out, ORDER_ROW_TEXT, "at the stop %s", stop);
    else
        snprintf(out, ORDER_ROW_TEXT, "at the market");
    return out;
}

const char *order_row_traits(const view_order *o) {
    return o->traits & ORDER_POST_ONLY ? "post-only" : o->traits & ORDER_ALL_OR_NONE ? "all-or-none" : "";
}

int64_t order_row_worth(const view_order *o) { return o->price ? o->price : o->stop; }
