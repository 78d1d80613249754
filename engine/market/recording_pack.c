// An entry begins with a byte: a code, and four flags that say what is not as foretold and follows (the sequence
// number, the book, the time, the order). An event has a mask of one byte, a fill's of two, for its other fields, and
// behind it those that are not as foretold. Numbers are varints (seven bits a byte, the lowest first), differences
// zigzag-coded (0, -1, 1, -2 …), prices differences in ticks.
//
// What is foretold: numbers and times go on; a cancelled order has the tag, owner, side, price and quantity with which
// it came; a fill is at its maker's price, of all that one of the two has left; a slot that became free last is taken
// first, as the pool of a book does it (pool.h), so that even a new order's id is rarely written. An order of the
// venue's crowd comes in some ten bytes, and leaves in eight. Nothing depends on the guess being right.
//
// Both directions are one piece of code, so that there is one description of the format: code_event writes the fields
// that differ from the guess, or sets all of them.
#include "engine/market/recording_pack.h"

#include "engine/market/recording_numbers.h"

// Codes 0 to 9 are the kinds of events; those behind stand for a kind with another flag or reason foretold.
enum { CODE_KEPT = 10, CODE_AUCTION, CODE_REMAINDER, CODE_ORDER, CODE_BOOK, CODE_END, CODE = 15 };
enum { HAS_SEQUENCE = 16, HAS_BOOK = 32, HAS_TIME = 64, HAS_ORDER = 128 };
enum {
    FLIPPED = 1, // the side is the other one
    ODD = 2,     // reason, flags and side are written out
    TAG = 4,
    OWNER = 8,
    PRICE = 16,
    QUANTITY = 32,
    LEAVES = 64,
    SHOWN = 128,
    MAKER = 256,
    MAKER_TAG = 512,
    MAKER_OWNER = 1024,
    MAKER_LEAVES = 2048,
};

// ---- fields ----

static const pack_order nobody;

static ALWAYS void code64(coder *c, bool writing, unsigned bit, uint64_t *value, uint64_t guess) {
    if (!writing)
        *value = c->mask & bit ? guess + coder_unzigzag(coder_get(c)) : guess;
    else if (*value != guess) {
        c->mask |= bit;
        coder_put(c, coder_zigzag(*value - guess));
    }
}

static ALWAYS void code32(coder *c, bool writing, unsigned bit, uint32_t *value, uint32_t guess) {
    if (!writing)
        *value = c->mask & bit ? coder_get32(c) : guess;
    else if (*value != guess) {
        c->mask |= bit;
        coder_put(c, *value);
    }
}

// In ticks, doubled; or 1 and then as it is.
static ALWAYS void put_price(coder *c, int64_t price, int64_t guess, int64_t tick) {
    int64_t difference = (int64_t)((uint64_t)price - (uint64_t)guess), ticks = difference / tick;
    uint64_t coded = coder_zigzag((uint64_t)ticks);
    if (ticks * tick == difference && coded >> 63 == 0) {
        coder_put(c, coded << 1);
    } else {
        coder_put(c, 1);
        coder_put(c, coder_zigzag((uint64_t)difference));
    }
}

static ALWAYS int64_t get_price(coder *c, int64_t guess, int64_t tick) {
    uint64_t coded = coder_get(c);
    uint64_t difference = coded & 1 ? coder_unzigzag(coder_get(c)) : coder_unzigzag(coded >> 1) * (uint64_t)tick;
    return (int64_t)((uint64_t)guess + difference);
}

static ALWAYS void code_price(coder *c, bool writing, int64_t *price, int64_t guess, int64_t tick) {
    if (!writing)
        *price = c->mask & PRICE ? get_price(c, guess, tick) : guess;
    else if (*price != guess) {
        c->mask |= PRICE;
        put_price(c, *price, guess, tick);
    }
}

// ---- events ----

// An order that was not foretold: 0 is the next one that can't rest, otherwise one more than its slot, with a bit that
// tells whether its generation had to be written, too.
static ALWAYS void put_order(coder *c, const pack_book *b, uint64_t id, bool fresh) {
    uint32_t slot = book_slot(id), generation = (uint32_t)(id >> 32);
    bool odd = generation != pack_generation(b, slot, fresh);
    if (fresh && id == pack_next_passing(b)) {
        coder_put(c, 0);
        return;
    }
    coder_put(c, ((uint64_t)slot << 1 | odd) + 1);
    if (odd)
        coder_put(c, generation);
}

static ALWAYS uint64_t get_order(coder *c, const pack_book *b, bool fresh) {
    uint64_t coded = coder_get(c);
    if (!coded) {
        c->bad |= !fresh;
        return pack_next_passing(b);
    }
    uint64_t slot = --coded >> 1;
    c->bad |= slot > UINT32_MAX;
    uint64_t generation = coded & 1 ? coder_get32(c) : pack_generation(b, (uint32_t)slot, fresh);
    return generation << 32 | (uint32_t)slot;
}

static inline unsigned code_of(const book_event *e) {
    if (e->kind == BOOK_REPLACED && e->flags == BOOK_KEPT_PRIORITY)
        return CODE_KEPT;
    if (e->kind == BOOK_FILL && e->flags == BOOK_AUCTION)
        return CODE_AUCTION;
    return e->kind == BOOK_CANCELLED && e->reason == WHY_REMAINDER ? CODE_REMAINDER : e->kind;
}

// What a code says by itself.
static ALWAYS void set_code(book_event *e, unsigned code) {
    static const uint8_t kinds[] = {[CODE_KEPT] = BOOK_REPLACED,
                                    [CODE_AUCTION] = BOOK_FILL,
                                    [CODE_REMAINDER] = BOOK_CANCELLED,
                                    [CODE_ORDER] = BOOK_ACCEPTED};
    e->kind = code < CODE_KEPT ? (uint8_t)code : kinds[code];
    e->flags = code == CODE_KEPT ? BOOK_KEPT_PRIORITY : code == CODE_AUCTION ? BOOK_AUCTION : 0;
    e->reason = code == CODE_REMAINDER ? WHY_REMAINDER : 0;
}

// Side, reason and flags, of which all but the side are foretold by the code. The guess may come from an event that had
// no side at all.
static ALWAYS void code_odd(coder *c, bool writing, unsigned code, book_event *e, uint8_t side_guess) {
    side_guess &= 1;
    if (writing) {
        book_event plain;
        set_code(&plain, code);
        bool odd = e->side > SIDE_SELL || e->reason != plain.reason || e->flags != plain.flags;
        if (odd) {
            c->mask |= ODD;
            *c->to++ = e->reason;
            *c->to++ = e->flags;
            *c->to++ = e->side;
        } else if (e->side != side_guess) {
            c->mask |= FLIPPED;
        }
    } else if (c->mask & ODD) {
        e->reason = *c->from++;
        e->flags = *c->from++;
        e->side = *c->from++;
    } else {
        e->side = c->mask & FLIPPED ? !side_guess : side_guess;
    }
}

static inline uint32_t less(uint32_t a, uint32_t b) { return a > b ? a - b : 0; }

static ALWAYS void code_fill(coder *c, bool writing, pack_book *b, unsigned code, book_event *e) {
    if (writing ? e->maker != 0 : (c->mask & MAKER) != 0) {
        c->mask |= MAKER;
        if (writing)
            put_order(c, b, e->maker, false);
        else
            e->maker = get_order(c, b, false);
    } else if (!writing) {
        e->maker = 0;
    }
    const pack_order *taker = pack_known(b, e->order), *maker = pack_known(b, e->maker);
    uint32_t open = taker && maker && taker->open < maker->open ? taker->open : maker ? maker->open : 0;
    taker = taker ? taker : &nobody;
    maker = maker ? maker : &nobody;
    code_odd(c, writing, code, e, !maker->side);
    code64(c, writing, TAG, &e->tag, taker->tag);
    code32(c, writing, OWNER, &e->owner, taker->owner);
    code_price(c, writing, &e->price, maker->price, b->tick);
    code32(c, writing, QUANTITY, &e->quantity, open);
    code32(c, writing, LEAVES, &e->leaves, less(taker->open, e->quantity));
    code32(c, writing, SHOWN, &e->shown, taker->shown ? e->leaves : 0);
    code64(c, writing, MAKER_TAG, &e->maker_tag, maker->tag);
    code32(c, writing, MAKER_OWNER, &e->maker_owner, maker->owner);
    code32(c, writing, MAKER_LEAVES, &e->maker_leaves, less(maker->open, e->quantity));
}

// An order that comes in, or would have.
static ALWAYS void code_coming(coder *c, bool writing, pack_book *b, unsigned code, book_event *e) {
    bool rejected = code == BOOK_REJECTED;
    code_odd(c, writing, code, e, SIDE_BUY);
    code64(c, writing, TAG, &e->tag, b->tag);
    code32(c, writing, OWNER, &e->owner, b->owner);
    code_price(c, writing, &e->price, b->price[e->side & 1], b->tick);
    code32(c, writing, QUANTITY, &e->quantity, 0);
    code32(c, writing, LEAVES, &e->leaves, e->quantity);
    code32(c, writing, SHOWN, &e->shown, e->order >= PASSING || rejected ? 0 : e->quantity);
    if (rejected && writing)
        coder_put(c, coder_zigzag((uint64_t)e->asked));
    else if (rejected)
        e->asked = (int64_t)coder_unzigzag(coder_get(c));
}

// What happens to an order that is there, or to the book.
static ALWAYS void code_change(coder *c, bool writing, pack_book *b, unsigned code, book_event *e) {
    const pack_order *o = pack_known(b, e->order);
    o = o ? o : &nobody;
    bool leaves = code == BOOK_CANCELLED || code == CODE_REMAINDER || code == BOOK_EXPIRED;
    bool shows = code == BOOK_REPLACED || code == CODE_KEPT || code == BOOK_SHOWN;
    code_odd(c, writing, code, e, o->side);
    code64(c, writing, TAG, &e->tag, o->tag);
    code32(c, writing, OWNER, &e->owner, o->owner);
    code_price(c, writing, &e->price, o->price, b->tick);
    code32(c, writing, QUANTITY, &e->quantity, o->open);
    code32(c, writing, LEAVES, &e->leaves, leaves ? less(o->open, e->quantity) : e->quantity);
    code32(c, writing, SHOWN, &e->shown, shows || (leaves && o->shown) ? e->leaves : 0);
}

static inline uint64_t order_guess(pack_book *b, unsigned code) {
    switch (code) {
    case BOOK_ACCEPTED:
    case CODE_ORDER:
        return pack_next(b);
    case BOOK_REJECTED:
    case BOOK_STATE:
        return 0;
    default:
        return b->taker;
    }
}

static ALWAYS void code_event(coder *c, bool writing, pack_book *b, unsigned code, book_event *e) {
    uint8_t *mask = c->to;
    bool fill = code == BOOK_FILL || code == CODE_AUCTION;
    if (writing) {
        c->mask = 0;
        c->to += fill ? 2 : 1;
    } else {
        c->mask = *c->from++;
        c->mask |= fill ? (unsigned)*c->from++ << 8 : 0;
    }
    if (fill)
        code_fill(c, writing, b, code, e);
    else if (code == BOOK_ACCEPTED || code == BOOK_REJECTED || code == CODE_ORDER)
        code_coming(c, writing, b, code, e);
    else
        code_change(c, writing, b, code, e);
    if (writing) {
        mask[0] = (uint8_t)c->mask;
        if (fill)
            mask[1] = (uint8_t)(c->mask >> 8);
    }
    pack_learn(b, e);
}

// ---- writing ----

static ALWAYS bool is_fresh(unsigned code) { return code == BOOK_ACCEPTED || code == CODE_ORDER; }

uint8_t *pack_event(pack_model *m, const book_event *event, uint8_t *to) {
    size_t at;
    if (!pack_find(m, event->book, &at))
        return to;
    pack_book *b = &m->books.at[at];
    book_event e = *event; // both directions take one that can be written
    unsigned code = code_of(&e), flags = 0;
    coder c = {.to = to + 1};
    if (e.sequence != m->sequence + 1) {
        flags |= HAS_SEQUENCE;
        coder_put(&c, coder_zigzag(e.sequence - (m->sequence + 1)));
    }
    if (at != m->at) {
        flags |= HAS_BOOK;
        coder_put(&c, at);
    }
    if (e.time != m->time) {
        flags |= HAS_TIME;
        coder_put(&c, coder_zigzag((uint64_t)e.time - (uint64_t)m->time));
    }
    if (e.order != order_guess(b, code)) {
        flags |= HAS_ORDER;
        put_order(&c, b, e.order, is_fresh(code));
    }
    *to = (uint8_t)(code | flags);
    m->at = at;
    m->sequence = e.sequence;
    m->time = e.time;
    code_event(&c, true, b, code, &e);
    return c.to;
}

uint8_t *pack_book_begin(pack_model *m, const recording_book *b, size_t n, uint8_t *to) {
    const book_config *config = &b->config;
    coder c = {.to = to};
    size_t length = strlen(b->symbol);
    *c.to++ = CODE_BOOK;
    coder_put(&c, length);
    memcpy(c.to, b->symbol, length);
    c.to += length;
    const uint64_t fields[] = {(uint64_t)config->tick,
                               (uint64_t)config->lot,
                               (uint64_t)config->max_quantity,
                               (uint64_t)config->max_price,
                               coder_zigzag((uint64_t)config->reference),
                               config->max_orders,
                               config->window,
                               config->number,
                               config->state,
                               b->state,
                               coder_zigzag((uint64_t)b->last),
                               n};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        coder_put(&c, fields[i]);
    pack_begin(m, config->number, config->tick);
    return c.to;
}

// As an event of an order that came in; its fields that an order on display has no use for are as foretold.
uint8_t *pack_shown(pack_model *m, const book_order *o, uint8_t *to) {
    pack_book *b = &m->books.at[m->at];
    book_event e = {.order = o->id,
                    .tag = o->tag,
                    .price = o->price,
                    .quantity = (uint32_t)o->quantity,
                    .leaves = (uint32_t)o->quantity,
                    .shown = (uint32_t)o->shown,
                    .owner = o->owner,
                    .side = (uint8_t)o->side};
    coder c = {.to = to + 1};
    bool differs = e.order != order_guess(b, CODE_ORDER);
    if (differs)
        put_order(&c, b, e.order, true);
    *to = (uint8_t)(CODE_ORDER | (differs ? HAS_ORDER : 0));
    code_event(&c, true, b, CODE_ORDER, &e);
    return c.to;
}

uint8_t *pack_end(uint64_t events, uint8_t *to) {
    coder c = {.to = to};
    *c.to++ = CODE_END;
    coder_put(&c, events);
    return c.to;
}

// ---- reading ----

// Letters that can stand in a command and in a table: printable ASCII without spaces and quotes.
static bool is_symbol(const char *letters, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (letters[i] <= ' ' || letters[i] > '~' || letters[i] == '"' || letters[i] == '\'')
            return false;
    return n > 0;
}

static void unpack_book(pack_model *m, coder *c, pack_entry *out) {
    uint64_t length = coder_get(c);
    out->kind = ENTRY_BOOK;
    recording_book *b = &out->book;
    *b = (recording_book){0};
    if (length >= sizeof b->symbol || !is_symbol((const char *)c->from, length)) {
        c->bad = true;
        return;
    }
    memcpy(b->symbol, c->from, length);
    c->from += length;
    book_config *config = &b->config;
    config->tick = (int64_t)coder_get(c);
    config->lot = (int64_t)coder_get(c);
    config->max_quantity = (int64_t)coder_get(c);
    config->max_price = (int64_t)coder_get(c);
    config->reference = (int64_t)coder_unzigzag(coder_get(c));
    config->max_orders = coder_get32(c);
    config->window = coder_get32(c);
    config->number = coder_get32(c);
    uint32_t made = coder_get32(c), state = coder_get32(c);
    c->bad |= made > STATE_CLOSED || state > STATE_CLOSED || config->tick <= 0;
    config->state = (book_state)(made & 7);
    b->state = (book_state)(state & 7);
    b->last = (int64_t)coder_unzigzag(coder_get(c));
    out->orders = coder_get32(c);
    c->bad |= out->orders > config->max_orders || config->max_orders > BOOK_MAX_ORDERS;
    if (!c->bad)
        pack_begin(m, config->number, config->tick);
}

static void unpack_order(pack_model *m, coder *c, unsigned flags, pack_entry *out) {
    out->kind = ENTRY_ORDER;
    if (m->at >= m->books.n || flags & (HAS_SEQUENCE | HAS_BOOK | HAS_TIME)) {
        c->bad = true;
        return;
    }
    pack_book *b = &m->books.at[m->at];
    book_event e = {0};
    set_code(&e, CODE_ORDER);
    e.order = order_guess(b, CODE_ORDER);
    if (flags & HAS_ORDER)
        e.order = get_order(c, b, true);
    code_event(c, false, b, CODE_ORDER, &e);
    c->bad |= e.side > SIDE_SELL;
    out->order = (book_order){.id = e.order,
                              .tag = e.tag,
                              .owner = e.owner,
                              .side = (side)(e.side & 1),
                              .price = e.price,
                              .quantity = e.quantity,
                              .shown = e.shown};
}

static ALWAYS void unpack_event(pack_model *m, coder *c, unsigned code, unsigned flags, book_event *e) {
    m->sequence += 1 + (flags & HAS_SEQUENCE ? coder_unzigzag(coder_get(c)) : 0);
    if (flags & HAS_BOOK)
        m->at = (size_t)coder_get(c);
    if (flags & HAS_TIME)
        m->time = (int64_t)((uint64_t)m->time + coder_unzigzag(coder_get(c)));
    if (m->at >= m->books.n) {
        c->bad = true;
        return;
    }
    pack_book *b = &m->books.at[m->at];
    e->asked = 0;
    e->maker = e->maker_tag = 0;
    e->maker_owner = e->maker_leaves = 0;
    e->sequence = m->sequence;
    e->book = b->number;
    e->time = m->time;
    set_code(e, code);
    e->order = order_guess(b, code);
    if (flags & HAS_ORDER)
        e->order = get_order(c, b, is_fresh(code));
    code_event(c, false, b, code, e);
}

const uint8_t *unpack(pack_model *m, const uint8_t *from, book_event *event, pack_entry *entry) {
    coder c = {.from = from + 1};
    unsigned code = *from & CODE, flags = *from & ~(unsigned)CODE;
    if (code <= CODE_REMAINDER) {
        entry->kind = ENTRY_EVENT;
        unpack_event(m, &c, code, flags, event);
    } else if (code == CODE_ORDER) {
        unpack_order(m, &c, flags, entry);
    } else {
        entry->kind = code == CODE_BOOK ? ENTRY_BOOK : ENTRY_END;
        c.bad = flags;
        if (code == CODE_BOOK)
            unpack_book(m, &c, entry);
        else
            entry->events = coder_get(&c);
    }
    return c.bad ? NULL : c.from;
}
