#include "engine/market/guards.h"

#include "engine/market/inside.h"

divider divider_make(int64_t step, int64_t limit) {
    divider d = {.shift = (unsigned)__builtin_ctzll((uint64_t)step), .most = (uint64_t)(limit / step)};
    uint64_t odd = (uint64_t)step >> d.shift;
    // Newton's iteration doubles the bits that are right; odd * odd = 1 modulo 8 gives the first three.
    d.inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2)
        d.inverse *= 2 - odd * d.inverse;
    return d;
}

const char *book_reject_text(book_reject reason) {
    static const char *const texts[] = {
        [REJECT_NONE] = "not rejected",
        [REJECT_KIND] = "no such side, type, time in force or trait, or they don't go together",
        [REJECT_STATE] = "the market is in a state that does not take it",
        [REJECT_QUANTITY] = "quantity is not positive, over the limit or not a multiple of the lot",
        [REJECT_PRICE] = "price is not positive or over the limit",
        [REJECT_TICK] = "price is not a multiple of the tick",
        [REJECT_COLLAR] = "price is outside the collar",
        [REJECT_UNKNOWN] = "no such live order",
        [REJECT_EXPIRY] = "it would be good till a time that is past",
        [REJECT_PAIR] = "the other order of the pair is not live, not of the account or in a pair already",
        [REJECT_FULL] = "the book is full",
        [REJECT_NO_LIQUIDITY] = "nothing rests on the other side",
        [REJECT_POST_ONLY] = "it would trade, and is post-only",
        [REJECT_FOK] = "can't be filled whole at once",
    };
    return (size_t)reason < sizeof texts / sizeof *texts ? texts[reason] : "unknown reason";
}

status guards_check_config(const book_config *c) {
    if (c->tick <= 0)
        return status_fail(STATUS_INVALID, "tick %lld of a book is not positive", (long long)c->tick);
    if (c->lot <= 0)
        return status_fail(STATUS_INVALID, "lot %lld of a book is not positive", (long long)c->lot);
    if (c->max_quantity < c->lot || c->max_quantity > UINT32_MAX)
        return status_fail(STATUS_INVALID, "max_quantity %lld of a book is not between the lot and %lu",
                           (long long)c->max_quantity, (unsigned long)UINT32_MAX);
    if (c->max_price < c->tick || c->max_price / c->tick > ANY_PRICE)
        return status_fail(STATUS_INVALID, "max_price %lld of a book is not between 1 and %lu ticks",
                           (long long)c->max_price, (unsigned long)ANY_PRICE);
    if (c->reference < 0 || c->reference > c->max_price || c->reference % c->tick != 0)
        return status_fail(STATUS_INVALID, "reference %lld of a book is no price of it", (long long)c->reference);
    if (c->max_orders < 1 || c->max_orders > BOOK_MAX_ORDERS)
        return status_fail(STATUS_INVALID, "max_orders %u of a book is not between 1 and %d", c->max_orders,
                           BOOK_MAX_ORDERS);
    if ((uint64_t)c->max_quantity * c->max_orders >> (64 - BOOK_HELD_BITS))
        return status_fail(STATUS_INVALID, "%u orders of up to %lld shares can come to 2^44 shares at one price",
                           c->max_orders, (long long)c->max_quantity);
    if (c->window && (c->window % 64 || c->window < LEVELS_WINDOW_MIN || c->window > LEVELS_WINDOW_MAX))
        return status_fail(STATUS_INVALID, "window %u of a book is not a multiple of 64 from %d to %d", c->window,
                           LEVELS_WINDOW_MIN, LEVELS_WINDOW_MAX);
    if ((unsigned)c->state > STATE_CLOSED)
        return status_fail(STATUS_INVALID, "state %u of a book is none", (unsigned)c->state);
    return STATUS_OK;
}

book_reject guards_judge_quantity(const book *b, int64_t quantity) {
    return divider_divide(&b->quantity, quantity) ? REJECT_NONE : REJECT_QUANTITY;
}

book_reject guards_judge_price(const book *b, int64_t price, uint32_t *ticks) {
    *ticks = divider_divide(&b->price, price);
    if (*ticks)
        return REJECT_NONE;
    return price <= 0 || price > b->config.max_price ? REJECT_PRICE : REJECT_TICK;
}

book_reject guards_judge_collar(const book *b, uint32_t ticks) {
    return ticks < b->collar_low || ticks > b->collar_high ? REJECT_COLLAR : REJECT_NONE;
}

static bool kind_is_good(const book_request *r) {
    enum { RESTING = ORDER_POST_ONLY | ORDER_ALL_OR_NONE | ORDER_ICEBERG, ALL = RESTING | ORDER_ONE_CANCELS_OTHER };
    if ((unsigned)r->side > SIDE_SELL || r->type > ORDER_TRAILING_STOP || r->tif > TIF_GTD ||
        r->self > SELF_DECREMENT_BOTH || r->traits & ~ALL)
        return false;
    bool at_once = r->tif == TIF_IOC || r->tif == TIF_FOK;
    if (r->traits & RESTING && !kind_rests(r))
        return false;
    if (r->traits & ORDER_ALL_OR_NONE && r->traits & (ORDER_POST_ONLY | ORDER_ICEBERG))
        return false;
    if (kind_is_stop(r) && at_once)
        return false;
    if (r->type == ORDER_MARKET && (r->tif == TIF_GTC || r->tif == TIF_GTD))
        return false;
    return !(r->traits & ORDER_ONE_CANCELS_OTHER && (r->type == ORDER_MARKET || at_once));
}

static bool state_takes(const book *b, const book_request *r) {
    if (b->state == STATE_CONTINUOUS)
        return true;
    return state_collects(b->state) && r->tif != TIF_IOC && r->tif != TIF_FOK && !(r->traits & ORDER_POST_ONLY);
}

// Where a trailing stop begins that comes without a stop price.
static book_reject stop_behind(const book *b, side s, uint32_t trail, uint32_t *stop) {
    uint64_t at = s == SIDE_BUY ? (uint64_t)b->last + trail : (uint64_t)b->last - trail;
    *stop = (uint32_t)at;
    bool good = b->last && (s == SIDE_BUY ? at <= b->price.most : b->last > trail);
    return good ? REJECT_NONE : REJECT_PRICE;
}

static book_reject judge_stop(const book *b, const book_request *r, guarded *out) {
    book_reject reason = REJECT_NONE;
    bool trails = r->type == ORDER_TRAILING_STOP;
    if (!trails || r->stop)
        reason = guards_judge_price(b, r->stop, &out->stop);
    if (!reason && trails)
        reason = guards_judge_price(b, r->trail, &out->trail);
    if (!reason && trails && !r->stop)
        reason = stop_behind(b, r->side, out->trail, &out->stop);
    return reason;
}

static book_reject judge_prices(const book *b, const book_request *r, guarded *out) {
    bool limited = r->type == ORDER_LIMIT || r->type == ORDER_STOP_LIMIT;
    book_reject reason = REJECT_NONE;
    if (r->type == ORDER_MARKET && r->price && state_collects(b->state))
        return REJECT_PRICE;
    if (limited || r->price)
        reason = guards_judge_price(b, r->price, &out->price);
    if (!reason && kind_is_stop(r))
        reason = judge_stop(b, r, out);
    return reason || !limited ? reason : guards_judge_collar(b, out->price);
}

static bool pair_is_good(const book *b, const book_request *r) {
    uint32_t slot = pool_find(&b->resting.pool, r->other);
    return slot && b->resting.pool.at[slot].owner == r->owner && !other_of(b, slot) &&
           place_of(b, slot) != PLACE_AUCTION;
}

book_reject guards_judge(const book *b, const book_request *r, guarded *out) {
    *out = (guarded){0};
    if (!kind_is_good(r))
        return REJECT_KIND;
    if (!state_takes(b, r))
        return REJECT_STATE;
    if (guards_judge_quantity(b, r->quantity))
        return REJECT_QUANTITY;
    if (r->traits & ORDER_ICEBERG && (guards_judge_quantity(b, r->display) || r->display > r->quantity))
        return REJECT_QUANTITY;
    book_reject reason = judge_prices(b, r, out);
    if (reason)
        return reason;
    if (r->tif == TIF_GTD && r->expires <= r->time)
        return REJECT_EXPIRY;
    return r->traits & ORDER_ONE_CANCELS_OTHER && !pair_is_good(b, r) ? REJECT_PAIR : REJECT_NONE;
}
