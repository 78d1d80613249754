#include "engine/market/course.h"

#include "src/base/clock.h"

void course_add(course *c, int64_t time, int64_t price) {
    if (c->n && time < c->time[c->n - 1])
        c->n = 0;
    if (c->n == 0)
        c->step = NS_PER_S;
    else if (time - c->time[c->n - 1] < c->step)
        return;
    if (c->n == COURSE_POINTS) {
        for (int i = 0; i < COURSE_POINTS / 2; i++) {
            c->time[i] = c->time[2 * i];
            c->price[i] = c->price[2 * i];
        }
        c->n = COURSE_POINTS / 2;
        c->step *= 2;
    }
    c->time[c->n] = time;
    c->price[c->n++] = price;
}
