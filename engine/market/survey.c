#include "engine/market/survey.h"

#include <math.h>

#include "engine/market/lobster.h"

#define OPEN_AFTER_MIDNIGHT (INT64_C(34200) * INT64_C(1000000000))

// Of what the flow does, the part that happens among the best five levels.
static const double VISIBLE = 0.5;

// LOBSTER's sample AMZN_2012-06-21_34200000_57600000, five levels, 155,935 rows, by survey_lobster.
const survey survey_amzn = {
    .stats = {.spread_mean = 12.848,
              .spread = {5, 9, 12, 16, 21},
              .depth = {178.6, 112.647, 107.622, 121.553, 137.764},
              .size_mean = 93.0432,
              .size = {2, 20, 100, 100, 232.5},
              .gap_mean = 3.55074,
              .gap = {8.8766e-05, 0.00147414, 0.0659005, 2.57735, 19.7097},
              .gap_variation = 2.46562,
              .returns = {0.0533534, -0.0052528, -0.0170257},
              .moves = {0.146644, 0.0910088, 0.0428268},
              .volatility = 0.014145,
              .half_hour = {0.0220011, 0.0177588, 0.0148886, 0.0146008, 0.0121186, 0.0140901, 0.0111395, 0.00866001,
                            0.012553, 0.0110368, 0.0103362, 0.0151756, 0.0144017},
              .cancels = 0.86759,
              .trades = 6591,
              .volume = 613248,
              .events = 153490},
    .bar = {.open = 2238100, .high = 2260300, .low = 2205100, .close = 2205100, .volume = 613248},
    .rate = 6.5594,
};

static void count_price(survey *s, int64_t price, int64_t quantity) {
    daypath_bar *b = &s->bar;
    if (!b->close)
        b->open = b->high = b->low = price;
    b->high = price > b->high ? price : b->high;
    b->low = price < b->low ? price : b->low;
    b->close = price;
    b->volume += quantity;
}

static void end(survey *s, daystats_record *r, int64_t until) {
    daystats_end(r, until, &s->stats);
    int64_t seconds = RHYTHM_DAY / 1000000000;
    s->rate = s->stats.events / (double)seconds;
}

// ---- LOBSTER ----

static void take_row(const lobster_row *row, daystats_book *out) {
    *out = (daystats_book){0};
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        for (size_t i = 0; i < row->n[s] && i < DAYSTATS_LEVELS; i++)
            out->at[s][i] = (book_level){.price = row->at[s][i].price, .quantity = row->at[s][i].quantity};
}

static void take_message(survey *s, daystats_record *r, const lobster_message *m, int64_t time) {
    if (m->type == LOBSTER_ADD)
        daystats_add(r);
    else if (m->type == LOBSTER_CANCEL || m->type == LOBSTER_DELETE)
        daystats_cancel(r);
    else if (m->type == LOBSTER_EXECUTE) {
        daystats_fill(r, time, m->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY, m->quantity);
        count_price(s, m->price, m->quantity);
    }
}

status survey_lobster(const char *messages, const char *rows, survey *out) {
    lobster_reader *reader;
    TRY(lobster_open(messages, rows, &reader));
    *out = (survey){0};
    daystats_record *r = daystats_begin(100);
    lobster_message m;
    const lobster_row *row;
    int64_t time = 0;
    status s;
    while ((s = lobster_next(reader, &m, &row)) == STATUS_OK) {
        time = m.time - OPEN_AFTER_MIDNIGHT;
        take_message(out, r, &m, time);
        if (m.type == LOBSTER_HIDDEN)
            continue;
        daystats_book seen;
        take_row(row, &seen);
        daystats_see(r, time, &seen);
    }
    end(out, r, time);
    lobster_close(reader);
    return s == STATUS_END ? STATUS_OK : s;
}

// ---- the venue ----

typedef struct {
    survey *out;
    daystats_record *record;
    daystats_book last; // as last seen
    bool moved;
} watcher;

static bool is_seen(const watcher *w, side s, int64_t price) {
    const book_level *last = &w->last.at[s][DAYSTATS_LEVELS - 1];
    return !last->quantity || (s == SIDE_BUY ? price >= last->price : price <= last->price);
}

static void watch(void *context, int32_t sid, const book_event *e) {
    (void)sid;
    watcher *w = context;
    if (e->kind == BOOK_FILL && !(e->flags & BOOK_AUCTION)) {
        daystats_fill(w->record, e->time, (side)e->side, e->quantity);
        count_price(w->out, e->price, e->quantity);
    } else if (e->kind == BOOK_ACCEPTED && e->shown && is_seen(w, (side)e->side, e->price)) {
        daystats_add(w->record);
    } else if (e->kind == BOOK_CANCELLED && e->price && e->reason == WHY_ASKED && is_seen(w, (side)e->side, e->price)) {
        daystats_cancel(w->record);
    }
    w->moved = true;
}

static bool same(const daystats_book *a, const daystats_book *b) {
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        for (int i = 0; i < DAYSTATS_LEVELS; i++)
            if (a->at[s][i].price != b->at[s][i].price || a->at[s][i].quantity != b->at[s][i].quantity)
                return false;
    return true;
}

// Looks at the book after each thing that happens.
static void look(watcher *w, const book *b, int64_t now) {
    daystats_book seen = {0};
    if (book_state_of(b) == STATE_CONTINUOUS)
        for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
            book_depth(b, s, seen.at[s], DAYSTATS_LEVELS);
    if (w->moved && !same(&seen, &w->last))
        daystats_see(w->record, now, &seen);
    w->last = seen;
    w->moved = false;
}

static status simulate_day(const venue_config *config, const venue_security *security, survey *out) {
    watcher w = {.out = out};
    venue *v;
    venue_terms calm = config->terms ? *config->terms : venue_terms_default();
    venue_config undisturbed = *config;
    calm.halts = 0;
    undisturbed.terms = &calm;
    TRY(venue_new(&undisturbed, watch, &w, &v));
    *out = (survey){0};
    w.record = daystats_begin(security->tick);
    status s = venue_open(v, security);
    for (int64_t next; s == STATUS_OK && (next = venue_next(v)) < DAYPATH_END;) {
        venue_advance(v, next);
        look(&w, venue_book(v, security->sid), next);
    }
    end(out, w.record, DAYPATH_END);
    venue_free(v);
    return s;
}

static void add_part(survey *sum, const survey *day, double part) {
    double *to = (double *)&sum->stats;
    const double *from = (const double *)&day->stats;
    for (size_t i = 0; i < sizeof sum->stats / sizeof *to; i++)
        to[i] += part * from[i];
    daypath_bar *bar = &sum->bar;
    const daypath_bar *of = &day->bar;
    bar->open += llround(part * (double)of->open);
    bar->high += llround(part * (double)of->high);
    bar->low += llround(part * (double)of->low);
    bar->close += llround(part * (double)of->close);
    bar->volume += llround(part * (double)of->volume);
    sum->rate += part * day->rate;
}

status survey_venue(const venue_config *config, const venue_security *security, int64_t days, survey *out) {
    venue_config one = *config;
    *out = (survey){0};
    for (int64_t i = 0; i < days; i++, one.seed++) {
        survey day;
        TRY(simulate_day(&one, security, &day));
        add_part(out, &day, 1 / (double)days);
    }
    return STATUS_OK;
}

void survey_twin(const survey *of, venue_config *config, venue_security *security) {
    config->pace = of->rate / VISIBLE;
    *security = (venue_security){.sid = 1,
                                 .reference = of->bar.open,
                                 .volatility = of->stats.volatility,
                                 .daily_volume = (double)of->bar.volume,
                                 .tick = 100,
                                 .bar = of->bar};
}
