#include "tests/ui/support_pane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"

open_pane support_open(const char *name, int width, int height) {
    open_pane p = {.class = pane_find(name), .model = support_model(), .screen = fenced_new(width, height, false)};
    assert_non_null(p.class);
    p.state = mem_new(1, p.class->state_size + 1);
    if (p.class->open)
        p.class->open(p.state);
    return p;
}

void support_close(open_pane *p) {
    if (p->class->close)
        p->class->close(p->state);
    free(p->state);
    free(p->model);
    text_free(&p->reply.explain);
    fenced_free(&p->screen);
}

void support_look(open_pane *p) {
    canvas_clear(&p->screen.part);
    p->class->draw(p->state, p->model, &p->screen.part, true);
    fenced_check(&p->screen);
}

int support_act(open_pane *p, pane_act_kind kind) {
    p->reply.command[0] = 0;
    return p->class->act(p->state, p->model, &(pane_act){.kind = kind}, &p->reply);
}

int support_act_with(open_pane *p, pane_act_kind kind, const char *string) {
    return p->class->act(p->state, p->model, &(pane_act){.kind = kind, .string = string}, &p->reply);
}

bool support_titled(open_pane *p, const char *part) {
    text t = {0};
    p->class->title(p->state, p->model, &t);
    bool found = strstr(text_string(&t), part) != NULL;
    text_free(&t);
    return found;
}
