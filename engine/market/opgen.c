#include "engine/market/opgen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/vec.h"

// The maker keeps its own books, so that cancels and replaces name live orders, and limit orders never cross: queues by
// price in an array of all prices, and a list of a symbol's live orders to draw from. Orders live in slots that are
// used again, linked by number; 0 is none. The draws and their order are part of the format: two makers agree because
// they draw alike.
enum { PRICES = 65536, LOWEST = 2, HIGHEST = PRICES - 3, FARTHEST = 2500, THIN_SIDE = 40, THIN_BOOK = 80 };

typedef struct {
    uint32_t id, quantity;
    uint32_t prev, next;
    uint32_t place; // in the list of live orders
    int32_t price;
    uint8_t side;
} order;

typedef struct {
    uint32_t head, tail, orders;
    uint64_t quantity;
} queue;

typedef struct {
    queue *at; // by price
    int32_t best[2], middle;
    uint32_t resting[2];
    VEC(uint32_t) live; // slots
} symbol;

struct op_maker {
    op_plan plan;
    rng rng;
    double log_far, log_near; // of the two geometric distances
    symbol *symbols;
    uint64_t *weights; // summed up
    VEC(order) orders; // by slot
    uint32_t idle;     // slots to be used again, linked by next
    uint64_t made, id, live, most_live;
    int32_t lowest, highest;
    op_totals totals;
};

static status check_plan(const op_plan *p) {
    if (p->symbols < 1 || p->symbols > 1000)
        return status_fail(STATUS_INVALID, "a stream has 1 to 1,000 symbols, not %u", p->symbols);
    if (p->depth < 100 || p->depth > 1000000)
        return status_fail(STATUS_INVALID, "a stream has 100 to 1,000,000 resting orders a symbol, not %u", p->depth);
    if (p->operations < 1 || p->operations > 1000000000)
        return status_fail(STATUS_INVALID, "a stream has 1 to 1,000,000,000 operations");
    if (p->distance < 1 || p->distance > 2000)
        return status_fail(STATUS_INVALID, "the mean distance is 1 to 2,000 ticks, not %u", p->distance);
    return STATUS_OK;
}

// ---- draws ----

static uint32_t below(op_maker *m, uint32_t n) { return (uint32_t)((rng_u64(&m->rng) >> 32) * n >> 32); }

static double uniform(op_maker *m) { return ((double)(rng_u64(&m->rng) >> 11) + 0.5) * 0x1p-53; }

static int32_t geometric(op_maker *m, double log_of) {
    int distance = (int)(log(uniform(m)) / log_of);
    return distance < FARTHEST ? distance : FARTHEST;
}

static uint32_t draw_quantity(op_maker *m) { return below(m, 10) < 7 ? 100 * (1 + below(m, 5)) : 1 + below(m, 99); }

// A price at a distance from the middle that does not cross.
static int32_t draw_price(op_maker *m, const symbol *s, int side) {
    int32_t away = side ? 1 : -1, other = s->best[!side];
    int32_t price = s->middle + away * (1 + geometric(m, m->log_far));
    if (other && (side ? price <= other : price >= other))
        price = other + away * (1 + geometric(m, m->log_near));
    return price < LOWEST ? LOWEST : price > HIGHEST ? HIGHEST : price;
}

static symbol *draw_symbol(op_maker *m, uint16_t *number) {
    uint64_t r = rng_u64(&m->rng) % m->weights[m->plan.symbols - 1];
    uint32_t low = 0, high = m->plan.symbols - 1;
    while (low < high) {
        uint32_t half = (low + high) / 2;
        if (r < m->weights[half])
            high = half;
        else
            low = half + 1;
    }
    *number = (uint16_t)low;
    return &m->symbols[low];
}

static void wander(op_maker *m, symbol *s) {
    if (below(m, 50) != 0)
        return;
    s->middle += below(m, 2) ? 1 : -1;
    s->middle = s->middle < 5000 ? 5000 : s->middle > 55000 ? 55000 : s->middle;
}

// ---- books ----

static void rest(op_maker *m, symbol *s, uint32_t slot) {
    order *all = m->orders.at, *o = &all[slot];
    queue *q = &s->at[o->price];
    int32_t *best = &s->best[o->side];
    o->next = 0;
    o->prev = q->tail;
    if (q->tail)
        all[q->tail].next = slot;
    else
        q->head = slot;
    q->tail = slot;
    q->orders++;
    q->quantity += o->quantity;
    s->resting[o->side]++;
    o->place = (uint32_t)s->live.n;
    vec_push(&s->live, slot);
    if (!*best || (o->side ? o->price < *best : o->price > *best))
        *best = o->price;
    m->lowest = o->price < m->lowest ? o->price : m->lowest;
    m->highest = o->price > m->highest ? o->price : m->highest;
    m->live++;
    m->most_live = m->live > m->most_live ? m->live : m->most_live;
}

static void find_best(symbol *s, int side) {
    int32_t price = s->best[side], step = side ? 1 : -1;
    while (price > 0 && price < PRICES && !s->at[price].orders)
        price += step;
    s->best[side] = price < PRICES ? price : 0;
}

static void leave(op_maker *m, symbol *s, uint32_t slot) {
    order *all = m->orders.at, *o = &all[slot];
    queue *q = &s->at[o->price];
    if (o->prev)
        all[o->prev].next = o->next;
    else
        q->head = o->next;
    if (o->next)
        all[o->next].prev = o->prev;
    else
        q->tail = o->prev;
    q->orders--;
    q->quantity -= o->quantity;
    s->resting[o->side]--;
    m->live--;
    uint32_t last = s->live.at[--s->live.n];
    s->live.at[o->place] = last;
    all[last].place = o->place;
    if (!q->orders && o->price == s->best[o->side])
        find_best(s, o->side);
}

static uint32_t take_slot(op_maker *m) {
    uint32_t slot = m->idle;
    if (slot) {
        m->idle = m->orders.at[slot].next;
        return slot;
    }
    vec_push(&m->orders, (order){0});
    return (uint32_t)m->orders.n - 1;
}

static void give_slot(op_maker *m, uint32_t slot) {
    m->orders.at[slot].next = m->idle;
    m->idle = slot;
}

static void fill(op_maker *m, symbol *s, uint32_t slot, uint32_t quantity) {
    order *o = &m->orders.at[slot];
    uint64_t word = o->id ^ (uint64_t)quantity << 32 ^ (uint64_t)o->price << 48;
    m->totals.fills++;
    m->totals.shares += quantity;
    m->totals.fill_hash = (m->totals.fill_hash ^ word) * UINT64_C(1099511628211);
    if (quantity == o->quantity) {
        leave(m, s, slot);
        give_slot(m, slot);
    } else {
        o->quantity -= quantity;
        s->at[o->price].quantity -= quantity;
    }
}

static void match(op_maker *m, symbol *s, const op *taker) {
    int other = !taker->side;
    for (uint32_t left = taker->quantity; left;) {
        int32_t price = s->best[other], limit = taker->price;
        if (!price || (limit && (taker->side ? price < limit : price > limit)))
            return;
        uint32_t slot = s->at[price].head, there = m->orders.at[slot].quantity;
        uint32_t quantity = there < left ? there : left;
        left -= quantity;
        fill(m, s, slot, quantity);
    }
}

// ---- operations ----

static void name(op *out, op_type type, uint64_t id, int side, uint32_t quantity, int32_t price) {
    out->id = id;
    out->quantity = quantity;
    out->price = price;
    out->type = (uint8_t)type;
    out->side = (uint8_t)side;
    out->user = (uint32_t)(id * 2654435761u >> 26) + 1; // spread out; who it is matters to nobody
}

static void add(op_maker *m, symbol *s, int side, op *out) {
    uint32_t quantity = draw_quantity(m), slot = take_slot(m);
    order *o = &m->orders.at[slot];
    o->price = draw_price(m, s, side);
    o->quantity = quantity;
    o->side = (uint8_t)side;
    o->id = (uint32_t)++m->id;
    rest(m, s, slot);
    name(out, OP_ADD, o->id, side, quantity, o->price);
}

static uint32_t draw_live(op_maker *m, const symbol *s) { return s->live.at[below(m, (uint32_t)s->live.n)]; }

static void replace(op_maker *m, symbol *s, op *out) {
    uint32_t slot = draw_live(m, s);
    order *o = &m->orders.at[slot];
    int32_t price = draw_price(m, s, o->side);
    if (price == o->price)
        price += o->side ? 1 : -1;
    uint32_t quantity = draw_quantity(m);
    leave(m, s, slot);
    o->price = price;
    o->quantity = quantity;
    rest(m, s, slot);
    name(out, OP_REPLACE, o->id, o->side, quantity, price);
}

static void cancel(op_maker *m, symbol *s, op *out) {
    uint32_t slot = draw_live(m, s);
    const order *o = &m->orders.at[slot];
    name(out, OP_CANCEL, o->id, o->side, 0, 0);
    leave(m, s, slot);
    give_slot(m, slot);
}

// How far a taker goes: whole levels, as many as drawn as long as they hold few orders, then a part of the next.
static uint64_t draw_depth(op_maker *m, const symbol *s, int side, int32_t *limit) {
    static const uint32_t up_to[] = {80, 91, 96, 99, 100};
    uint32_t x = below(m, 100), wanted = 1, seen = 1, orders = 0;
    while (x >= up_to[wanted - 1])
        wanted++;
    int32_t price = s->best[!side], step = side ? -1 : 1;
    uint64_t quantity = 0;
    for (;; seen++, price += step) {
        while (!s->at[price].orders)
            price += step;
        if (seen == wanted || orders + s->at[price].orders > 8)
            break;
        orders += s->at[price].orders;
        quantity += s->at[price].quantity;
    }
    *limit = price;
    const order *all = m->orders.at;
    uint32_t slot = s->at[price].head;
    if (seen > 1 || below(m, 10) < 8)
        return quantity + 1 + below(m, all[slot].quantity);
    uint64_t of_three = 0;
    for (int n = 0; slot && n < 3; n++, slot = all[slot].next)
        of_three += all[slot].quantity;
    return quantity + 1 + below(m, (uint32_t)of_three);
}

static void trade(op_maker *m, symbol *s, op *out) {
    double buys = 0.5;
    if (s->best[1] && s->middle > s->best[1])
        buys = 0.75;
    if (s->best[0] && s->middle < s->best[0])
        buys = 0.25;
    int side = uniform(m) < buys ? 0 : 1;
    if (s->resting[!side] < THIN_SIDE) {
        add(m, s, !side, out);
        return;
    }
    int32_t limit;
    uint64_t quantity = draw_depth(m, s, side, &limit);
    op_type type = below(m, 2) ? OP_MARKET : OP_IOC;
    if (type == OP_IOC && below(m, 5) == 0)
        quantity += 500; // may leave a rest
    name(out, type, ++m->id, side, (uint32_t)quantity, type == OP_IOC ? limit : 0);
    match(m, s, out);
}

// Adds or cancels, the more likely the one that leads back to the plan's depth and to as many bids as asks.
static void add_or_cancel(op_maker *m, symbol *s, op *out) {
    double depth = m->plan.depth;
    double adds = 0.53 + 6.0 * (depth - (double)s->live.n) / depth;
    adds = adds < 0.3 ? 0.3 : adds > 0.9 ? 0.9 : adds;
    if (uniform(m) >= adds && s->live.n >= THIN_BOOK) {
        cancel(m, s, out);
        return;
    }
    double buys = 0.5 + 0.5 * ((double)s->resting[1] - s->resting[0]) / depth;
    add(m, s, uniform(m) < buys ? 0 : 1, out);
}

static void operate(op_maker *m, op *out) {
    symbol *s = draw_symbol(m, &out->symbol);
    wander(m, s);
    uint32_t kind = below(m, 1000);
    if (kind < 100)
        trade(m, s, out);
    else if (kind < 150 && s->live.n > THIN_BOOK)
        replace(m, s, out);
    else
        add_or_cancel(m, s, out);
}

bool op_maker_next(op_maker *m, op *out) {
    uint64_t setup = (uint64_t)m->plan.symbols * m->plan.depth;
    *out = (op){0};
    if (m->made == setup + m->plan.operations)
        return false;
    if (m->made < setup) {
        out->symbol = (uint16_t)(m->made % m->plan.symbols);
        add(m, &m->symbols[out->symbol], m->made / m->plan.symbols & 1, out);
    } else {
        operate(m, out);
    }
    m->made++;
    return true;
}

// ---- beginning and end ----

static status allocate(op_maker *m) {
    uint32_t n = m->plan.symbols;
    m->symbols = mem_new(n, sizeof *m->symbols);
    m->weights = mem_new(n, sizeof *m->weights);
    for (uint32_t i = 0; i < n; i++) {
        m->symbols[i].at = calloc(PRICES, sizeof(queue)); // most prices are never touched
        if (!m->symbols[i].at)
            return status_fail(STATUS_FULL, "no memory for the books of %u symbols", n);
    }
    vec_push(&m->orders, (order){0});
    return STATUS_OK;
}

status op_maker_new(const op_plan *plan, op_maker **out) {
    *out = NULL;
    TRY(check_plan(plan));
    op_maker *m = mem_new(1, sizeof *m);
    m->plan = *plan;
    m->rng = rng_seed(plan->seed);
    m->log_far = log(1.0 - 1.0 / (plan->distance + 1.0));
    m->log_near = log(1.0 - 1.0 / 4.0);
    m->lowest = PRICES;
    m->totals.fill_hash = UINT64_C(14695981039346656037);
    status made = allocate(m);
    if (made != STATUS_OK) {
        op_maker_free(m);
        return made;
    }
    uint64_t sum = 0;
    for (uint32_t i = 0; i < plan->symbols; i++) {
        m->symbols[i].middle = plan->symbols == 1 ? 25000 : 8000 + (int32_t)below(m, 42000);
        m->weights[i] = sum += 1000000 / (10 + i);
    }
    *out = m;
    return STATUS_OK;
}

void op_maker_free(op_maker *m) {
    if (!m)
        return;
    for (uint32_t i = 0; m->symbols && i < m->plan.symbols; i++) {
        free(m->symbols[i].at);
        vec_free(&m->symbols[i].live);
    }
    free(m->symbols);
    free(m->weights);
    vec_free(&m->orders);
    free(m);
}

op_totals op_maker_totals(const op_maker *m) {
    op_totals t = m->totals;
    t.resting = m->live;
    t.top_hash = UINT64_C(14695981039346656037);
    for (uint32_t i = 0; i < m->plan.symbols; i++) {
        const symbol *s = &m->symbols[i];
        t.top_hash = (t.top_hash ^ ((uint64_t)s->best[0] | (uint64_t)s->best[1] << 32)) * UINT64_C(1099511628211);
    }
    return t;
}

void op_maker_header(const op_maker *m, unsigned char out[OP_HEADER]) {
    op_totals totals = op_maker_totals(m);
    op_header h = {.magic = "OBSTRM01",
                   .version = 1,
                   .record = sizeof(op),
                   .setup = (uint64_t)m->plan.symbols * m->plan.depth,
                   .timed = m->plan.operations,
                   .symbols = m->plan.symbols,
                   .depth = m->plan.depth,
                   .ids = m->id,
                   .lowest = m->lowest,
                   .highest = m->highest,
                   .most_live = (uint32_t)m->most_live,
                   .distance = m->plan.distance,
                   .seed = m->plan.seed,
                   .expected = totals};
    memset(out, 0, OP_HEADER);
    memcpy(out, &h, sizeof h);
}
