#include "ui/pane/work.h"

#include <math.h>
#include <stdio.h>

#include "ui/widget/cells.h"

static const char *const names[] = {"queued", "running", "done", "failed", "cancelled"};
static const char *const marks[] = {"○", "▶", "●", "■", "×"};
static const role roles[] = {ROLE_DIM, ROLE_ACCENT, ROLE_OK, ROLE_ERROR, ROLE_DIM};

static bool is_known(int32_t state) { return state >= RUN_QUEUED && state <= RUN_CANCELLED; }

const char *work_name(int32_t state) { return is_known(state) ? names[state] : "unknown"; }

static void draw_progress(canvas *c, int x, int width, double share) {
    canvas_fill(c, (rect){x, 0, width, 1}, ROLE_FRAME, 0x2591);
    canvas_bar(c, x, 0, width, share, ROLE_ACCENT);
}

void work_state(canvas *c, int32_t state, double progress) {
    char line[FORMAT_TEXT];
    if (state == RUN_RUNNING) {
        double share = isfinite(progress) ? fmin(fmax(progress, 0), 1) : 0;
        int used = canvas_printf(c, 0, 0, ROLE_ACCENT, "▶%3.0f %%", floor(share * 100)) + 1;
        if (c->width - used >= 2)
            draw_progress(c, used, c->width - used, share);
        return;
    }
    snprintf(line, sizeof line, "%s %s", is_known(state) ? marks[state] : "?", work_name(state));
    cells_left(c, is_known(state) ? roles[state] : ROLE_ERROR, line);
}

int work_cancel(int64_t job, int32_t state, pane_reply *reply) {
    if (job <= 0 || (state != RUN_QUEUED && state != RUN_RUNNING))
        return NEXT_NOTHING;
    snprintf(reply->command, sizeof reply->command, "backtest cancel %lld", (long long)job);
    return NEXT_COMMAND;
}
