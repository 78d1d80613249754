#include "tests/ui/support_market.h"

#include <string.h>

#include "engine/market/book.h"
#include "engine/market/replay.h"
#include "src/base/clock.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

static void fill_quote(view_quote *q, int64_t last, int64_t previous, rng *r) {
    int64_t half = 100 * (1 + (int64_t)rng_below(r, 3));
    q->state = STATE_CONTINUOUS;
    q->last = last;
    q->bid = last - half;
    q->ask = last + half;
    q->bid_quantity = 100 * (1 + (int64_t)rng_below(r, 40));
    q->ask_quantity = 100 * (1 + (int64_t)rng_below(r, 40));
    q->open = previous;
    q->low = (last < previous ? last : previous) - 2500;
    q->high = (last > previous ? last : previous) + 1700;
    q->volume = 100 * (int64_t)rng_below(r, 60000);
    q->trades = q->volume / 180;
    q->change = previous > 0 ? (double)last / (double)previous - 1 : 0;
    q->vwap = (double)(q->low + q->high) / 2;
}

void support_market(ui_model *m, rng *r) {
    view_market *q = &m->market;
    q->n = m->positions.n;
    for (int i = 0; i < q->n; i++) {
        const view_position *p = &m->positions.rows[i];
        q->row[i].sid = p->sid;
        memcpy(q->row[i].symbol, p->symbol, sizeof q->row[i].symbol);
        fill_quote(&q->row[i], p->last, p->previous, r);
        q->row[i].time = m->status.desk_time - (i + 1) * 90 * NS_PER_MS;
    }
}

void support_replay(ui_model *m) {
    static const char *const symbols[] = {"AAPL", "AMZN", "ZVZZT"};
    rng r = rng_seed(7);
    mem_copy_string(m->status.state, sizeof m->status.state, "REPLAY");
    m->replay = (view_replay){.number = 1,
                              .state = REPLAY_PLAYING,
                              .securities = 8900,
                              .file = "/data/01302020.NASDAQ_ITCH50.gz",
                              .format = "itch",
                              .day = date_make(2020, 1, 30),
                              .time = m->status.desk_time,
                              .from = m->status.desk_time - 2 * 3600 * NS_PER_S,
                              .to = m->status.desk_time + 2 * 3600 * NS_PER_S,
                              .speed = 10,
                              .messages = 45123456,
                              .rate = 12.1e6};
    m->market = (view_market){.n = 3, .hidden = 8897, .replayed = 1};
    for (int i = 0; i < 3; i++) {
        view_quote *q = &m->market.row[i];
        q->sid = 900 + i;
        mem_copy_string(q->symbol, sizeof q->symbol, symbols[i]);
        fill_quote(q, (300 + 700 * i) * DECIMAL_ONE, (301 + 700 * i) * DECIMAL_ONE, &r);
    }
    m->market.row[1].state = STATE_HALTED;
    m->market.row[2].bid = m->market.row[2].last = 0;
    m->market.row[2].bid_quantity = 0;
}

void support_recording(ui_model *m) {
    m->record = (view_record){.file = "/data/day.plr", .events = 12345, .bytes = 262144, .books = 48};
}
