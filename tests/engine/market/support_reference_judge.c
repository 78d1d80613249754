#include "tests/engine/market/support_reference_judge.h"

#include "tests/engine/market/support_reference_match.h"

static book_reject judge_kind(const book_request *q) {
    if ((int)q->side < 0 || (int)q->side > 1 || q->type > ORDER_TRAILING_STOP || q->tif > TIF_GTD ||
        q->self > SELF_DECREMENT_BOTH || q->traits > 15)
        return REJECT_KIND;
    bool resting = is_resting_tif((time_in_force)q->tif);
    bool special = q->traits & (ORDER_POST_ONLY | ORDER_ALL_OR_NONE | ORDER_ICEBERG);
    if (special && (q->type != ORDER_LIMIT || !resting))
        return REJECT_KIND;
    if (q->traits & ORDER_ALL_OR_NONE && q->traits & (ORDER_POST_ONLY | ORDER_ICEBERG))
        return REJECT_KIND;
    if (is_stop((order_type)q->type) && !resting)
        return REJECT_KIND;
    if (q->type == ORDER_MARKET && (q->tif == TIF_GTC || q->tif == TIF_GTD))
        return REJECT_KIND;
    if (q->traits & ORDER_ONE_CANCELS_OTHER && (q->type == ORDER_MARKET || !resting))
        return REJECT_KIND;
    return REJECT_NONE;
}

static bool takes_cancels_only(const reference *r) { return r->state == STATE_HALTED || r->state == STATE_CLOSED; }

static book_reject judge_state(const reference *r, const book_request *q) {
    bool at_once = q->tif == TIF_IOC || q->tif == TIF_FOK || q->traits & ORDER_POST_ONLY;
    if (takes_cancels_only(r) || (is_collecting(r->state) && at_once))
        return REJECT_STATE;
    return REJECT_NONE;
}

static book_reject judge_size(const reference *r, int64_t quantity, int64_t most) {
    bool good = quantity > 0 && quantity <= most && quantity % r->config.lot == 0;
    return good ? REJECT_NONE : REJECT_QUANTITY;
}

static book_reject judge_quantity(const reference *r, const book_request *q) {
    book_reject reason = judge_size(r, q->quantity, r->config.max_quantity);
    if (!reason && q->traits & ORDER_ICEBERG)
        reason = judge_size(r, q->display, q->quantity);
    return reason;
}

static book_reject judge_one_price(const reference *r, int64_t price) {
    if (price <= 0 || price > r->config.max_price)
        return REJECT_PRICE;
    return price % r->config.tick == 0 ? REJECT_NONE : REJECT_TICK;
}

static bool has_limit(const book_request *q) { return q->type == ORDER_LIMIT || q->type == ORDER_STOP_LIMIT; }

static book_reject judge_limit(const reference *r, const book_request *q) {
    if (!has_limit(q) && q->price == 0)
        return REJECT_NONE;
    if (q->type == ORDER_MARKET && is_collecting(r->state))
        return REJECT_PRICE;
    return judge_one_price(r, q->price);
}

int64_t reference_stop_price(const reference *r, const book_request *q) {
    if (q->type != ORDER_TRAILING_STOP || q->stop != 0)
        return q->stop;
    return q->side == SIDE_BUY ? r->last + q->trail : r->last - q->trail;
}

static book_reject judge_stop(const reference *r, const book_request *q) {
    if (!is_stop((order_type)q->type))
        return REJECT_NONE;
    bool computed = q->type == ORDER_TRAILING_STOP && q->stop == 0;
    book_reject reason = computed ? REJECT_NONE : judge_one_price(r, q->stop);
    if (!reason && q->type == ORDER_TRAILING_STOP)
        reason = judge_one_price(r, q->trail);
    if (!reason && computed)
        reason = r->last == 0 ? REJECT_PRICE : judge_one_price(r, reference_stop_price(r, q));
    return reason;
}

static book_reject judge_collar(const reference *r, int64_t price) {
    bool outside = (r->low && price < r->low) || (r->high && price > r->high);
    return outside ? REJECT_COLLAR : REJECT_NONE;
}

static book_reject judge_expiry(const reference *r, const book_request *q) {
    return q->tif == TIF_GTD && q->expires <= r->time ? REJECT_EXPIRY : REJECT_NONE;
}

static book_reject judge_pair(const reference *r, const book_request *q) {
    if (!(q->traits & ORDER_ONE_CANCELS_OTHER))
        return REJECT_NONE;
    const ref_order *other = reference_find(r, q->other);
    bool good = other && other->asked.owner == q->owner && !other->other && other->place != PLACE_MARKET;
    return good ? REJECT_NONE : REJECT_PAIR;
}

static book_reject judge_room(const reference *r, const book_request *q) {
    bool waits = is_stop((order_type)q->type) || (q->type == ORDER_MARKET && is_collecting(r->state)) ||
                 (q->type == ORDER_LIMIT && is_resting_tif((time_in_force)q->tif));
    return waits && r->orders.n == r->config.max_orders ? REJECT_FULL : REJECT_NONE;
}

static bool would_meet_the_display(const reference *r, side s, int64_t price) {
    const ref_order *best = reference_best_displayed(r, side_against(s));
    return best && !price_better(side_against(s), price, best->asked.price);
}

static book_reject judge_trading(const reference *r, const book_request *q) {
    if (r->state != STATE_CONTINUOUS)
        return REJECT_NONE;
    if (q->type == ORDER_MARKET && !reference_best_displayed(r, side_against(q->side)))
        return REJECT_NO_LIQUIDITY;
    if (q->traits & ORDER_POST_ONLY && would_meet_the_display(r, q->side, q->price))
        return REJECT_POST_ONLY;
    ref_order taker = {.asked = *q, .open = q->quantity};
    if (q->tif == TIF_FOK && !reference_would_fill_whole(r, &taker))
        return REJECT_FOK;
    return REJECT_NONE;
}

book_reject reference_judge(const reference *r, const book_request *q) {
    book_reject reason = judge_kind(q);
    if (!reason)
        reason = judge_state(r, q);
    if (!reason)
        reason = judge_quantity(r, q);
    if (!reason)
        reason = judge_limit(r, q);
    if (!reason)
        reason = judge_stop(r, q);
    if (!reason && has_limit(q))
        reason = judge_collar(r, q->price);
    if (!reason)
        reason = judge_expiry(r, q);
    if (!reason)
        reason = judge_pair(r, q);
    if (!reason)
        reason = judge_room(r, q);
    if (!reason)
        reason = judge_trading(r, q);
    return reason;
}

book_reject reference_judge_replace(const reference *r, const ref_order *o, int64_t quantity, int64_t price) {
    if (o->place == PLACE_MARKET)
        return REJECT_KIND;
    if (takes_cancels_only(r))
        return REJECT_STATE;
    book_reject reason = judge_size(r, quantity, r->config.max_quantity);
    if (!reason)
        reason = judge_one_price(r, price);
    if (!reason && o->place != PLACE_STOP)
        reason = judge_collar(r, price);
    bool stands_only = o->asked.traits & ORDER_POST_ONLY && r->state == STATE_CONTINUOUS;
    if (!reason && stands_only && would_meet_the_display(r, o->asked.side, price))
        reason = REJECT_POST_ONLY;
    return reason;
}
