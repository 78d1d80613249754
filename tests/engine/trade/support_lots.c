#include "tests/engine/trade/support_lots.h"

#include <math.h>
#include <stdlib.h>

int64_t lots_quantity(const lots *l) {
    long double sum = 0;
    for (size_t i = 0; i < l->n; i++)
        sum += l->at[i].quantity;
    return llroundl(sum);
}

long double lots_cost(const lots *l) {
    long double sum = 0;
    for (size_t i = 0; i < l->n; i++)
        sum += l->at[i].quantity * l->at[i].price;
    return sum;
}

// Takes `quantity` shares out of all lots alike, at `price` each.
static void close_lots(lots *l, int64_t quantity, int64_t price) {
    int64_t held = lots_quantity(l);
    long double part = (long double)quantity / (long double)llabs(held);
    for (size_t i = 0; i < l->n; i++) {
        long double out = l->at[i].quantity * part;
        l->realised += out * ((long double)price - l->at[i].price);
        l->at[i].quantity -= out;
    }
    if (quantity == llabs(held))
        l->n = 0;
    l->closes++;
}

void lots_fill(lots *l, side s, int64_t quantity, int64_t price, int64_t fee) {
    int64_t sign = s == SIDE_BUY ? 1 : -1, held = lots_quantity(l);
    l->cash -= sign * quantity * price;
    l->day_cash -= sign * quantity * price;
    l->fees += fee;
    l->day_fees += fee;
    if (held * sign < 0) {
        int64_t closing = quantity < llabs(held) ? quantity : llabs(held);
        close_lots(l, closing, price);
        quantity -= closing;
    }
    if (quantity)
        l->at[l->n++] = (lot){(long double)(sign * quantity), (long double)price};
}

void lots_start_session(lots *l, int64_t mark) {
    l->start_value = lots_quantity(l) * mark;
    l->day_cash = l->day_fees = 0;
}
