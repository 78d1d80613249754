#include "engine/trade/position.h"

#include <assert.h>
#include <stdlib.h>

#include "src/base/decimal.h"

// a * b / c rounded half away from zero, 128 bits between; c > 0.
static int64_t scale(int64_t a, int64_t b, int64_t c) {
    __extension__ typedef __int128 wide;
    wide product = (wide)a * b;
    wide half = c / 2;
    wide result = product >= 0 ? (product + half) / c : (product - half) / c;
    return (int64_t)result;
}

void position_fill(position *p, side s, int64_t quantity, int64_t price, int64_t fee) {
    assert(quantity > 0 && price > 0);
    int64_t signed_quantity = s == SIDE_BUY ? quantity : -quantity;
    p->day_cash += decimal_times(price, -signed_quantity);
    p->fees += fee;
    p->day_fees += fee;
    p->day_traded += quantity;

    int64_t closing = 0;
    if ((p->quantity > 0 && s == SIDE_SELL) || (p->quantity < 0 && s == SIDE_BUY))
        closing = quantity < llabs(p->quantity) ? quantity : llabs(p->quantity);
    if (closing) {
        int64_t cost_out = scale(p->cost, closing, llabs(p->quantity));
        int64_t closed = s == SIDE_SELL ? closing : -closing; // signed like the position
        p->realised += decimal_times(price, closed) - cost_out;
        p->cost -= cost_out;
        p->quantity -= closed;
    }
    int64_t opening = signed_quantity > 0 ? quantity - closing : closing - quantity;
    p->quantity += opening;
    p->cost += decimal_times(price, opening);
}

void position_adjust(position *p, int64_t quantity, int64_t price) {
    int64_t change = quantity - p->quantity;
    // Shares that come in by adjustment are worth `price` on both sides of the day's account.
    p->day_cash += decimal_times(price, -change);
    p->quantity = quantity;
    p->cost = decimal_times(price, quantity);
}

void position_start_session(position *p, int64_t mark) {
    p->start_quantity = p->quantity;
    p->start_mark = mark;
    p->day_cash = 0;
    p->day_fees = 0;
    p->day_traded = 0;
}

int64_t position_average(const position *p) {
    return p->quantity ? scale(p->cost, 1, llabs(p->quantity)) * (p->quantity > 0 ? 1 : -1) : 0;
}

int64_t position_value(const position *p, int64_t mark) { return decimal_times(mark, p->quantity); }

int64_t position_unrealised(const position *p, int64_t mark) { return position_value(p, mark) - p->cost; }

int64_t position_day_pnl(const position *p, int64_t mark) {
    return position_value(p, mark) - decimal_times(p->start_mark, p->start_quantity) + p->day_cash - p->day_fees;
}
