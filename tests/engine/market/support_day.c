#include "tests/engine/market/support_day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/itch_flow.h"
#include "engine/market/opgen.h"

static void must(status s) {
    if (s != STATUS_OK)
        fail_msg("%s", status_message());
}

void itch_day_make(itch_day *day, uint32_t symbols, uint64_t operations) {
    *day = (itch_day){.folder = "/tmp/plimsoll-day-XXXXXX"};
    assert_non_null(mkdtemp(day->folder));
    text_printf(&day->path, "%s/day.itch", day->folder);
    const op_plan plan = {.symbols = symbols, .depth = 100, .operations = operations, .distance = 20, .seed = 42};
    op_maker *maker;
    must(op_maker_new(&plan, &maker));
    itch_flow *flow;
    must(itch_flow_new(text_string(&day->path), symbols, plan.depth, symbols * plan.depth + operations, &flow));
    op next;
    while (op_maker_next(maker, &next))
        must(itch_flow_take(flow, &next));
    must(itch_flow_close(flow, &day->messages, &day->bytes));
    op_maker_free(maker);
}

void itch_day_remove(itch_day *day) {
    unlink(text_string(&day->path));
    rmdir(day->folder);
    text_free(&day->path);
}
