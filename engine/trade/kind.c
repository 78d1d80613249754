#include "engine/trade/kind.h"

#include <string.h>

static const char *const names[] = {[ORDER_LIMIT] = "limit",
                                    [ORDER_MARKET] = "market",
                                    [ORDER_STOP] = "stop",
                                    [ORDER_STOP_LIMIT] = "stop-limit",
                                    [ORDER_TRAILING_STOP] = "trailing-stop"};
static const char *const tifs[] = {
    [TIF_DAY] = "day", [TIF_IOC] = "ioc", [TIF_FOK] = "fok", [TIF_GTC] = "gtc", [TIF_GTD] = "gtd"};
static const char *const selves[] = {[SELF_TRADE] = "off",
                                     [SELF_CANCEL_NEWEST] = "newest",
                                     [SELF_CANCEL_OLDEST] = "oldest",
                                     [SELF_DECREMENT_BOTH] = "both"};

enum {
    NAMES = sizeof names / sizeof *names,
    TIFS = sizeof tifs / sizeof *tifs,
    SELVES = sizeof selves / sizeof *selves
};

static const char *name_of(const char *const *words, int n, int i) { return i >= 0 && i < n ? words[i] : "?"; }

const char *kind_name(int type) { return name_of(names, NAMES, type); }
const char *kind_tif_name(int tif) { return name_of(tifs, TIFS, tif); }
const char *kind_self_name(int self) { return name_of(selves, SELVES, self); }

static int number_of(const char *const *words, int n, const char *word, int otherwise) {
    for (int i = 0; word && i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return otherwise;
}

time_in_force kind_tif(const char *word, time_in_force otherwise) {
    return (time_in_force)number_of(tifs, TIFS, word, (int)otherwise);
}

self_trade kind_self(const char *word, self_trade otherwise) {
    return (self_trade)number_of(selves, SELVES, word, (int)otherwise);
}

static bool is_at_once(const order_intent *i) { return i->tif == TIF_IOC || i->tif == TIF_FOK; }

static const char *stop_wrong(const order_intent *i) {
    bool trails = i->type == ORDER_TRAILING_STOP;
    if (!kind_waits(i->type))
        return i->stop || i->trail ? "only a stop has a stop price, and only a trailing stop a distance" : NULL;
    if (is_at_once(i))
        return "a stop waits: it can't be immediate or cancel, nor fill or kill";
    if (trails && i->trail < 1)
        return "a trailing stop needs a distance above zero";
    if (!trails && i->trail)
        return "only a trailing stop has a distance";
    if (!trails && i->stop < 1)
        return "a stop needs a stop price above zero";
    return NULL;
}

static const char *traits_wrong(const order_intent *i) {
    if (!i->traits && !i->display)
        return NULL;
    if (i->type != ORDER_LIMIT || is_at_once(i))
        return "post-only, all-or-none and a displayed quantity are for limit orders that rest";
    if (i->traits & ORDER_ALL_OR_NONE && (i->traits & ORDER_POST_ONLY || i->display))
        return "all-or-none goes with neither post-only nor a displayed quantity";
    if (i->display > i->quantity)
        return "the displayed quantity is larger than the order";
    return NULL;
}

const char *kind_wrong(const order_intent *i) {
    if ((unsigned)i->side > SIDE_SELL || (unsigned)i->type > ORDER_TRAILING_STOP || (unsigned)i->tif > TIF_GTD ||
        (unsigned)i->self > SELF_DECREMENT_BOTH || i->traits & ~KIND_TRAITS)
        return "there is no such side, type, time in force, trait or self-trade rule";
    const char *wrong = stop_wrong(i);
    if (!wrong)
        wrong = traits_wrong(i);
    if (wrong)
        return wrong;
    if (i->type == ORDER_MARKET && (i->tif == TIF_GTC || i->tif == TIF_GTD))
        return "a market order can't rest: it is immediate or cancel, or fill or kill";
    if ((i->tif == TIF_GTD) != (i->expires != 0))
        return "good till a date or time, and that date or time, go together";
    if (i->other && (i->type == ORDER_MARKET || is_at_once(i)))
        return "an order of a pair must rest or wait";
    return NULL;
}
