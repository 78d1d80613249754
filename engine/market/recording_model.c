#include "engine/market/recording_model.h"

void pack_free(pack_model *m) {
    for (size_t i = 0; i < m->books.n; i++)
        vec_free(&m->books.at[i].at);
    vec_free(&m->books);
    map64_free(&m->index);
}

bool pack_find(const pack_model *m, uint32_t number, size_t *out) {
    uint64_t found;
    if (m->at < m->books.n && m->books.at[m->at].number == number)
        *out = m->at;
    else if (map64_get(&m->index, number, &found))
        *out = (size_t)found;
    else
        return false;
    return true;
}

pack_book *pack_begin(pack_model *m, uint32_t number, int64_t tick) {
    size_t at;
    if (pack_find(m, number, &at)) {
        vec_free(&m->books.at[at].at);
        m->books.at[at] = (pack_book){.number = number, .tick = tick};
    } else {
        at = m->books.n;
        map64_put(&m->index, number, at);
        vec_push(&m->books, (pack_book){.number = number, .tick = tick});
    }
    m->at = at;
    return &m->books.at[at];
}

// Room for a slot; NULL for one that is far beyond the orders that were seen, so that memory follows the recording's
// length whatever it says.
static pack_order *room(pack_book *b, uint32_t slot) {
    if (slot < b->at.n)
        return &b->at.at[slot];
    if (slot > 64 + 2 * b->seen)
        return NULL;
    size_t had = b->at.n;
    vec_reserve(&b->at, (size_t)slot + 1);
    b->at.n = b->at.cap;
    memset(b->at.at + had, 0, (b->at.n - had) * sizeof *b->at.at);
    return &b->at.at[slot];
}

static void leave(pack_book *b, pack_order *o) {
    o->open = 0;
    if (o == &b->passer || !o->live)
        return;
    o->live = false;
    o->next = b->free;
    b->free = (uint32_t)(o - b->at.at);
}

static void come(pack_book *b, const book_event *e) {
    uint32_t slot = book_slot(e->order);
    bool passes = e->order >= PASSING;
    pack_order *o = passes ? &b->passer : room(b, slot);
    b->seen++;
    if (passes)
        b->passing = e->order;
    b->tag = e->tag;
    b->owner = e->owner;
    b->price[e->side & 1] = e->price;
    if (!o)
        return;
    uint32_t next = o->next;
    *o = (pack_order){.tag = e->tag,
                      .price = e->price,
                      .generation = (uint32_t)(e->order >> 32),
                      .owner = e->owner,
                      .open = e->leaves,
                      .shown = e->shown,
                      .next = next,
                      .side = e->side,
                      .live = true};
    if (passes)
        return;
    if (slot > b->touched)
        b->touched = slot;
    if (slot == b->free)
        b->free = next;
    __builtin_prefetch(&b->at.at[b->free]); // the next order will ask for it
}

// What an event says about its order from now on.
static inline void keep(pack_book *b, pack_order *o, const book_event *e) {
    o->open = e->leaves;
    o->shown = e->shown;
    if (!e->leaves)
        leave(b, o);
}

void pack_learn(pack_book *b, const book_event *e) {
    pack_order *o = pack_known(b, e->order), *maker;
    switch (e->kind) {
    case BOOK_ACCEPTED:
        come(b, e);
        b->taker = e->order;
        return;
    case BOOK_FILL:
        b->taker = e->order;
        maker = pack_known(b, e->maker);
        if (maker) {
            maker->open = e->maker_leaves;
            if (!e->maker_leaves)
                leave(b, maker);
        }
        if (o)
            keep(b, o, e);
        return;
    case BOOK_CANCELLED:
    case BOOK_EXPIRED:
    case BOOK_SHOWN:
        if (o)
            keep(b, o, e);
        return;
    case BOOK_REPLACED:
        b->taker = e->order;
        if (o) {
            keep(b, o, e);
            o->price = e->price;
            o->tag = e->tag;
        }
        return;
    case BOOK_TRIGGERED:
        b->taker = e->order;
        if (o)
            o->price = e->price;
        return;
    default:
        return;
    }
}
