// The list of what has a book: the venue's open ones, or the replay's; and where the replay stands.
#include <stdlib.h>
#include <string.h>

#include "engine/desk/room.h"

#define MARKET_EVERY (250 * NS_PER_MS)

typedef struct {
    double value; // traded
    size_t at;
} traded;

static void fill_touch(view_quote *q, const book *b) {
    q->state = (int32_t)book_state_of(b);
    q->bid = book_best_bid(b);
    q->ask = book_best_ask(b);
    q->bid_quantity = q->bid ? book_level_at(b, SIDE_BUY, q->bid).quantity : 0;
    q->ask_quantity = q->ask ? book_level_at(b, SIDE_SELL, q->ask).quantity : 0;
}

static void fill_replayed(const desk *d, view_quote *q, size_t place) {
    replay_security s = replay_security_at(d->played.replay, place);
    const replay_trades *t = &s.trades;
    *q = (view_quote){.sid = replay_sid(d, place, s.symbol),
                      .last = t->last,
                      .open = t->open,
                      .high = t->high,
                      .low = t->low,
                      .volume = t->volume,
                      .trades = t->trades,
                      .time = t->trades ? d->played.midnight + t->last_time : 0,
                      .change = t->open ? (double)(t->last - t->open) / (double)t->open : 0,
                      .vwap = t->volume ? t->value / (double)t->volume : 0};
    mem_copy_string(q->symbol, sizeof q->symbol, s.symbol);
    fill_touch(q, s.book);
}

static void fill_live(const desk *d, view_quote *q, int32_t sid) {
    const mark *m = mark_of(d, sid);
    const security *s = security_of(d, sid);
    venue_session t = {0};
    venue_statistics(d->venue, sid, &t);
    *q = (view_quote){.sid = sid,
                      .last = m->price,
                      .open = t.open,
                      .high = t.high,
                      .low = t.low,
                      .volume = t.volume,
                      .trades = t.trades,
                      .time = t.trades ? d->open + t.last_time : 0,
                      .change = m->previous ? (double)(m->price - m->previous) / (double)m->previous : 0,
                      .vwap = t.vwap};
    mem_copy_string(q->symbol, sizeof q->symbol, s ? s->symbol : "?");
    fill_touch(q, venue_book(d->venue, sid));
}

static int by_value(const void *a, const void *b) {
    const traded *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

// What has a book, most traded first.
static size_t rank(const desk *d, traded *out) {
    size_t n = 0;
    const replay *r = d->played.replay;
    for (size_t i = 0; r && i < replay_securities(r); i++) {
        replay_security s = replay_security_at(r, i);
        if (s.book)
            out[n++] = (traded){s.trades.value, i};
    }
    for (size_t i = 0; !r && i < d->live_sids.n; i++) {
        venue_session t = {0};
        venue_statistics(d->venue, d->live_sids.at[i], &t);
        out[n++] = (traded){t.vwap * (double)t.volume, i};
    }
    qsort(out, n, sizeof *out, by_value);
    return n;
}

static void publish_quotes(desk *d) {
    view_market *v = d->market;
    size_t most = d->played.replay ? replay_securities(d->played.replay) : d->live_sids.n;
    traded *all = mem_new(most ? most : 1, sizeof *all);
    size_t n = rank(d, all);
    v->replayed = d->played.replay != NULL;
    v->n = (int32_t)(n < VIEW_QUOTES ? n : VIEW_QUOTES);
    v->hidden = (int32_t)n - v->n;
    for (int32_t i = 0; i < v->n; i++)
        if (v->replayed)
            fill_replayed(d, &v->row[i], all[i].at);
        else
            fill_live(d, &v->row[i], d->live_sids.at[all[i].at]);
    free(all);
    view_publish(d->view, SECTION_MARKET, v, offsetof(view_market, row) + (size_t)v->n * sizeof *v->row);
}

static void publish_replay(desk *d) {
    const playing *p = &d->played;
    const replay *r = p->replay;
    view_replay v = {0};
    if (r) {
        v = (view_replay){.number = p->number,
                          .state = (int32_t)replay_state_of(r),
                          .securities = (int32_t)replay_securities(r),
                          .day = p->day,
                          .midnight = p->midnight,
                          .time = replay_now(d),
                          .from = p->midnight + replay_from(r),
                          .to = replay_to(r) < INT64_MAX ? p->midnight + replay_to(r) : 0,
                          .speed = replay_speed(r),
                          .messages = replay_messages(r),
                          .rate = p->rate};
        mem_copy_string(v.file, sizeof v.file, p->file);
        mem_copy_string(v.symbol, sizeof v.symbol, p->symbol);
        mem_copy_string(v.format, sizeof v.format, feed_format(replay_feed(r)));
        if (replay_status(r) != STATUS_OK)
            mem_copy_string(v.message, sizeof v.message, status_message());
        else if (feed_is_cut(replay_feed(r)))
            mem_copy_string(v.message, sizeof v.message, "the recording was cut short here, or is still being written");
    }
    view_publish(d->view, SECTION_REPLAY, &v, sizeof v);
}

// Books were opened or closed since the list was published: a venue that stands still has them all the same.
static bool list_grew(const desk *d) {
    size_t listed = (size_t)d->market->n + (size_t)d->market->hidden;
    return !d->played.replay && listed != d->live_sids.n;
}

void publish_market(desk *d) {
    int64_t mono = clock_mono();
    if (d->played.moved || d->dirty)
        publish_replay(d);
    if (d->recorder.moved)
        recorder_publish(d);
    bool now = d->dirty || list_grew(d);
    d->listed_late |= d->market_moved || d->played.moved || now;
    if (replay_seeks(d) || (mono < d->next_market && !now))
        return;
    if (d->listed_late) {
        publish_quotes(d);
        d->listed_late = false;
        d->next_market = mono + MARKET_EVERY;
    }
}
