#include "tests/engine/market/support_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

void book_events_keep(void *kept, const book_event *events, size_t n) {
    book_events *told = kept;
    for (size_t i = 0; i < n; i++)
        vec_push(told, events[i]);
}

static void listen(void *context, const book_event *events, size_t n) {
    fixture *f = context;
    book_events_keep(&f->told, events, n);
    for (size_t i = 0; i < n; i++)
        rebuild_add(&f->rebuild, &events[i]);
}

fixture *fixture_new(const book_config *config) {
    fixture *f = mem_new(1, sizeof *f);
    f->stream = book_stream_new(listen, f);
    assert_int_equal(book_new(config, f->stream, &f->book), STATUS_OK);
    return f;
}

void fixture_hear(fixture *f) {
    book_stream_flush(f->stream);
    book_check(f->book);
}

int fixture_free(void **state) {
    fixture *f = *state;
    fixture_hear(f);
    book_free(f->book);
    book_stream_free(f->stream);
    vec_free(&f->told);
    rebuild_free(&f->rebuild);
    free(f);
    return 0;
}

book_order_id fixture_submit(fixture *f, book_request request) {
    f->told.n = 0;
    book_order_id id = book_submit(f->book, &request);
    fixture_hear(f);
    return id;
}

bool fixture_cancel(fixture *f, book_order_id id, int64_t time) {
    f->told.n = 0;
    bool done = book_cancel(f->book, id, time);
    fixture_hear(f);
    return done;
}

bool fixture_replace(fixture *f, book_order_id id, int64_t quantity, int64_t price, int64_t time) {
    f->told.n = 0;
    bool done = book_replace(f->book, id, quantity, price, time);
    fixture_hear(f);
    return done;
}

const book_event *fixture_last(const fixture *f) {
    assert_true(f->told.n > 0);
    return &f->told.at[f->told.n - 1];
}

int64_t fixture_open(const fixture *f, book_order_id id) {
    book_order o;
    return book_find(f->book, id, &o) ? o.quantity : 0;
}
