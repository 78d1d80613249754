#include "ui/pane/transport.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/market/replay.h"
#include "ui/pane/part.h"
#include "ui/widget/wrap.h"

const char *transport_source(const ui_model *m) {
    if (m->replay.number)
        return "replay";
    return strcmp(m->status.state, "LIVE") == 0 ? "venue" : "venue sim";
}

const char *transport_pace(double speed, char out[FORMAT_TEXT]) {
    if (speed > 0)
        snprintf(out, FORMAT_TEXT, "%.4gx", speed);
    else
        snprintf(out, FORMAT_TEXT, "max");
    return out;
}

const char *transport_word(const view_replay *r, char out[FORMAT_TEXT]) {
    switch (r->state) {
    case REPLAY_PAUSED:
        return "paused";
    case REPLAY_SEEKING:
        return "seeking";
    case REPLAY_ENDED:
        return "ended";
    case REPLAY_FAILED:
        return "failed";
    default:
        return transport_pace(r->speed, out);
    }
}

static const char *sign_of(const view_replay *r) {
    static const char *const signs[] = {[REPLAY_PLAYING] = "▶",
                                        [REPLAY_PAUSED] = "▮▮",
                                        [REPLAY_SEEKING] = "▶▶",
                                        [REPLAY_ENDED] = "■",
                                        [REPLAY_FAILED] = "✗"};
    bool known = r->state >= 0 && r->state < (int)(sizeof signs / sizeof *signs);
    return signs[known ? r->state : REPLAY_PLAYING];
}

static role role_of(const view_replay *r) {
    return r->state == REPLAY_FAILED ? ROLE_ERROR : r->state == REPLAY_PLAYING ? ROLE_OK : ROLE_WARN;
}

// Of the window that is played; NaN while its end is not known.
static double done(const view_replay *r) {
    double span = (double)r->to - (double)r->from;
    return r->to > 0 && span > 0 ? fmin(fmax(((double)r->time - (double)r->from) / span, 0), 1) : (double)NAN;
}

enum { LEAST_BAR = 6, MOST_BAR = 40 };

static void draw_line(const view_replay *r, canvas *c) {
    char clock[FORMAT_TEXT], pace[FORMAT_TEXT], rate[FORMAT_TEXT];
    part_figure figures[] = {
        {.label = "", .role = ROLE_STRONG, .keep = 0},
        {.label = "", .role = role_of(r), .keep = 0},
        {.label = "", .role = ROLE_TEXT, .keep = 1},
        {.label = "", .role = ROLE_DIM, .keep = 2},
    };
    int x = 1 + canvas_put(c, 1, 0, role_of(r), sign_of(r)) + 1, n = 2, used = x;
    double share = done(r);
    bool plays = r->state == REPLAY_PLAYING || r->state == REPLAY_SEEKING;
    snprintf(figures[0].value, FORMAT_TEXT, "%s", format_local(r->time, 3, clock));
    snprintf(figures[1].value, FORMAT_TEXT, "%s", transport_word(r, pace));
    if (isfinite(share))
        format_percent(share, 0, figures[n++].value);
    if (plays && r->rate > 0)
        snprintf(figures[n++].value, FORMAT_TEXT, "%.40s msg/s", format_compact(r->rate, rate));
    part_figures(c, x, 0, figures, n);
    for (int i = 0; i < n; i++)
        used += (int)text_width(figures[i].value) + 3;
    int bar = c->width - used - 1;
    if (isfinite(share) && bar >= LEAST_BAR) {
        bar = bar > MOST_BAR ? MOST_BAR : bar;
        canvas_fill(c, (rect){used, 0, bar, 1}, ROLE_FRAME, 0x2591);
        canvas_bar(c, used, 0, bar, share, ROLE_BAR);
    }
}

int transport_draw(const ui_model *m, canvas *c) {
    enum { MOST_LINES = 3 };
    const view_replay *r = &m->replay;
    if (!r->number)
        return 0;
    draw_line(r, c);
    if (!r->message[0])
        return 1;
    int lines = c->height - 1 < MOST_LINES ? c->height - 1 : MOST_LINES;
    return 1 + wrap_draw(c, (rect){1, 1, c->width - 2, lines}, ROLE_ERROR, r->message, 0);
}
