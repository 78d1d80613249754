#include "tests/engine/market/support_reference_after.h"
#include "tests/engine/market/support_reference_auction.h"
#include "tests/engine/market/support_reference_judge.h"
#include "tests/engine/market/support_reference_match.h"

reference *reference_new(const book_config *config) {
    reference *r = mem_new(1, sizeof *r);
    r->config = *config;
    r->state = config->state;
    return r;
}

void reference_free(reference *r) {
    vec_free(&r->orders);
    vec_free(&r->told);
    free(r);
}

const book_event *reference_events(const reference *r, size_t *n) {
    *n = r->told.n;
    return r->told.at;
}

// All orders that are chosen go, in the order of book_cancel_all.
static uint32_t end_all(reference *r, order_choice chosen, const void *context, book_event_kind kind, uint8_t reason) {
    uint64_t *ids = mem_new(r->orders.n + 1, sizeof *ids);
    size_t n = reference_choose(r, chosen, context, ids);
    for (size_t i = 0; i < n; i++)
        reference_end(r, ids[i], kind, reason);
    free(ids);
    return (uint32_t)n;
}

static bool is_past(const reference *r, const ref_order *o, const void *context) {
    (void)context;
    return o->asked.tif == TIF_GTD && o->asked.expires <= r->time;
}

static void begin(reference *r, int64_t time) {
    r->told.n = 0;
    r->time = time;
    r->highest = r->lowest = r->last;
    end_all(r, is_past, NULL, BOOK_EXPIRED, 0);
}

static void reject(reference *r, book_event event, book_reject reason, int64_t asked) {
    event.kind = BOOK_REJECTED;
    event.reason = (uint8_t)reason;
    event.asked = asked;
    event.quantity = event.leaves = event.shown = 0;
    reference_tell(r, event);
}

static uint64_t accept(reference *r, const book_request *request) {
    ref_order o = {.asked = *request, .id = ++r->issued, .open = request->quantity};
    o.shown = is_shown_in_whole(&o) ? o.open : 0;
    o.stop = is_stop((order_type)request->type) ? reference_stop_price(r, request) : 0;
    if (request->traits & ORDER_ONE_CANCELS_OTHER) {
        o.other = request->other;
        reference_find(r, o.other)->other = o.id;
    }
    reference_tell(r, reference_event(r, BOOK_ACCEPTED, &o));
    reference_enter(r, &o);
    return o.id;
}

uint64_t reference_submit(reference *r, const book_request *request) {
    begin(r, request->time);
    uint64_t id = 0;
    book_reject reason = reference_judge(r, request);
    if (reason)
        reject(r, reference_event(r, BOOK_REJECTED, &(ref_order){.asked = *request}), reason, request->quantity);
    else
        id = accept(r, request);
    reference_look_after(r);
    return id;
}

bool reference_cancel(reference *r, uint64_t order, int64_t time) {
    begin(r, time);
    bool known = reference_find(r, order);
    if (known)
        reference_end(r, order, BOOK_CANCELLED, WHY_ASKED);
    else
        reject(r, (book_event){.order = order, .time = time}, REJECT_UNKNOWN, 0);
    reference_look_after(r);
    return known;
}

static void replace_in_place(reference *r, ref_order *o, int64_t quantity, int64_t price) {
    o->open = quantity;
    o->shown = least(o->shown, quantity);
    book_event event = reference_event(r, BOOK_REPLACED, o);
    event.price = price;
    event.flags = BOOK_KEPT_PRIORITY;
    reference_tell(r, event);
}

static void replace_at_the_tail(reference *r, ref_order o, int64_t quantity, int64_t price) {
    o.open = quantity;
    o.shown = is_shown_in_whole(&o) ? quantity : 0;
    if (o.place == PLACE_STOP)
        o.stop = price;
    else
        o.asked.price = price;
    book_event event = reference_event(r, BOOK_REPLACED, &o);
    event.price = price;
    reference_tell(r, event);
    reference_enter(r, &o);
}

static bool replace_live(reference *r, ref_order *o, int64_t quantity, int64_t price) {
    book_reject reason = reference_judge_replace(r, o, quantity, price);
    if (reason) {
        book_event event = reference_event(r, BOOK_REJECTED, o);
        event.price = price;
        reject(r, event, reason, quantity);
        return false;
    }
    int64_t was = o->place == PLACE_STOP ? o->stop : o->asked.price;
    if (price == was && quantity <= o->open)
        replace_in_place(r, o, quantity, price);
    else
        replace_at_the_tail(r, reference_take(r, o->id), quantity, price);
    return true;
}

bool reference_replace(reference *r, uint64_t order, int64_t quantity, int64_t price, int64_t time) {
    begin(r, time);
    ref_order *o = reference_find(r, order);
    bool done = o && replace_live(r, o, quantity, price);
    if (!o)
        reject(r, (book_event){.order = order, .price = price, .time = time}, REJECT_UNKNOWN, quantity);
    reference_look_after(r);
    return done;
}

static bool is_filtered(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    const book_filter *f = context;
    bool side_named = o->asked.side == SIDE_BUY ? f->buys : f->sells;
    return side_named && (f->every_owner || o->asked.owner == f->owner);
}

uint32_t reference_cancel_all(reference *r, const book_filter *filter, int64_t time) {
    begin(r, time);
    uint32_t n = end_all(r, is_filtered, filter, BOOK_CANCELLED, WHY_ASKED);
    reference_look_after(r);
    return n;
}

void reference_expire(reference *r, int64_t time) {
    begin(r, time);
    reference_look_after(r);
}

static bool is_for_the_day(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    (void)context;
    return o->asked.tif == TIF_DAY;
}

static void change_state(reference *r, book_state state) {
    bool uncrosses = is_collecting(r->state) && !is_collecting(state);
    r->state = state;
    reference_tell(r, (book_event){.kind = BOOK_STATE, .reason = (uint8_t)state, .time = r->time});
    if (uncrosses)
        reference_uncross(r);
    if (state == STATE_CLOSED)
        end_all(r, is_for_the_day, NULL, BOOK_EXPIRED, 0);
}

void reference_set_state(reference *r, book_state state, int64_t time) {
    begin(r, time);
    if (state != r->state)
        change_state(r, state);
    reference_look_after(r);
}

void reference_set_collar(reference *r, int64_t low, int64_t high) {
    r->told.n = 0;
    r->low = low;
    r->high = high;
}

book_state reference_state(const reference *r) { return r->state; }

int64_t reference_last(const reference *r) { return r->last; }

int64_t reference_best(const reference *r, side s) {
    const ref_order *best = reference_best_displayed(r, s);
    return best ? best->asked.price : 0;
}

size_t reference_live(const reference *r) { return r->orders.n; }

static book_order view(const ref_order *o) {
    return (book_order){.id = o->id,
                        .tag = o->asked.tag,
                        .owner = o->asked.owner,
                        .side = o->asked.side,
                        .type = o->asked.type,
                        .tif = o->asked.tif,
                        .traits = o->asked.traits,
                        .price = o->asked.price,
                        .stop = o->stop,
                        .quantity = o->open,
                        .shown = o->shown,
                        .other = o->other};
}

book_order reference_nth(const reference *r, size_t i) { return view(&r->orders.at[i]); }

static bool is_on_side(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    return o->place == PLACE_DISPLAYED && o->asked.side == *(const side *)context;
}

size_t reference_side(const reference *r, side s, book_order *out) {
    uint64_t *ids = mem_new(r->orders.n + 1, sizeof *ids);
    size_t n = reference_choose(r, is_on_side, &s, ids);
    for (size_t i = 0; i < n; i++)
        out[i] = view(reference_find(r, ids[i]));
    free(ids);
    return n;
}
