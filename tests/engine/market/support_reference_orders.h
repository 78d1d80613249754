// The reference's state: all live orders in one list, and the events of the command at hand.
#pragma once

#include "src/base/vec.h"
#include "tests/engine/market/support_reference.h"

typedef enum { PLACE_DISPLAYED, PLACE_STOP, PLACE_ASIDE, PLACE_MARKET } place;

typedef struct {
    book_request asked; // type and price change: a triggered stop is a limit or market order, a replace has a new limit
    uint64_t id;
    place place;
    int64_t stop; // of a waiting stop
    int64_t open;
    int64_t shown;
    uint64_t other; // of its pair, 0 = none
} ref_order;

struct reference {
    book_config config;
    VEC(ref_order) orders; // in time priority: whoever goes to the tail of anything goes to the end of the list
    VEC(book_event) told;
    uint64_t sequence, issued;
    book_state state;
    int64_t low, high; // collar
    int64_t last;
    int64_t highest, lowest; // of the last trade before the command and the trades since, 0 = none
    int64_t time;            // of the command
};

side side_against(side s);
int64_t least(int64_t a, int64_t b);
bool price_better(side s, int64_t a, int64_t b); // for an order of this side that waits to be met

bool is_stop(order_type type);
bool is_collecting(book_state state);
bool is_resting_tif(time_in_force tif);
bool can_rest(const ref_order *o);          // what is left of it
bool is_shown_in_whole(const ref_order *o); // a plain limit order
bool is_iceberg(const ref_order *o);

ref_order *reference_find(const reference *r, uint64_t id); // NULL when it is not in the list

// Orders have one order for all purposes, that of book_cancel_all. The first that is chosen, or NULL.
typedef bool (*order_choice)(const reference *r, const ref_order *o, const void *context);
ref_order *reference_first(const reference *r, order_choice chosen, const void *context);
// All that are chosen, in that order; returns how many. Room for all live orders.
size_t reference_choose(const reference *r, order_choice chosen, const void *context, uint64_t *ids);
ref_order *reference_best_displayed(const reference *r, side s);

void reference_append(reference *r, const ref_order *o); // to the end of the list
ref_order reference_take(reference *r, uint64_t id);     // out of the list; a pair stays one
void reference_part(reference *r, uint64_t id);          // whoever is in a pair with it, is so no longer

book_event reference_event(const reference *r, book_event_kind kind, const ref_order *o);
void reference_tell(reference *r, book_event event);
void reference_traded(reference *r, int64_t price);

// Takes a quantity off what an order has open, and off what it shows.
void order_lose(ref_order *o, int64_t quantity);
void reference_tell_loss(reference *r, ref_order *o, int64_t quantity, book_event_kind kind, uint8_t reason);
// A live order goes whole, and out of its pair.
void reference_end(reference *r, uint64_t id, book_event_kind kind, uint8_t reason);
// The other of its pair, if it is in one.
void reference_end_other(reference *r, uint64_t other);
// An iceberg in the list that shows nothing any more goes to the tail and shows the next part.
void reference_show_more(reference *r, uint64_t id);
