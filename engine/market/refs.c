#include "engine/market/refs.h"

#include <string.h>

#include "src/base/mem.h"

enum { SLAB_FIRST = 64, SLAB_MOST = 1024 };
// Pages that the directory may always have, and for each page ever made and each reference put beyond it.
enum { REACH = 1 << 16, REACH_BY_PAGE = 16, REACH_BY_REFERENCE = 4 };

void refs_free(refs *r) {
    for (size_t i = 0; i < r->slabs.n; i++)
        free(r->slabs.at[i]);
    vec_free(&r->slabs);
    free(r->pages);
    map64_free(&r->spread);
    *r = (refs){0};
}

size_t refs_memory(const refs *r) {
    enum { SPREAD_SLOT = 24 };
    return r->all_pages * REFS_PAGE * sizeof(uint32_t) + r->n_pages * sizeof *r->pages + r->spread.cap * SPREAD_SLOT;
}

uint32_t refs_get_spread(const refs *r, uint64_t reference) {
    uint64_t value;
    return map64_get(&r->spread, reference, &value) ? (uint32_t)value : 0;
}

void refs_remove_spread(refs *r, uint64_t reference) { map64_remove(&r->spread, reference); }

static bool grow_directory(refs *r, uint64_t page) {
    uint64_t n = r->n_pages ? r->n_pages : 256;
    while (n <= page)
        n *= 2;
    refs_page *pages = mem_try(n, sizeof *pages);
    if (!pages)
        return false;
    if (r->n_pages)
        memcpy(pages, r->pages, r->n_pages * sizeof *pages);
    // What was put beyond the old directory stays in the hash map, and its pages with it.
    for (uint64_t i = r->n_pages; i < n && i < r->beyond; i++)
        pages[i].given_up = true;
    free(r->pages);
    r->pages = pages;
    r->n_pages = n;
    return true;
}

static uint32_t *take_page(refs *r) {
    uint32_t *page = r->idle;
    if (page) {
        void *next;
        memcpy(&next, page, sizeof next);
        memset(page, 0, sizeof next);
        r->idle = next;
        return page;
    }
    if (r->cut == r->slab_pages) {
        size_t n = r->slab_pages ? r->slab_pages * 2 : SLAB_FIRST;
        n = n < SLAB_MOST ? n : SLAB_MOST;
        uint32_t *slab = mem_try(n * REFS_PAGE, sizeof *slab);
        if (!slab)
            return NULL;
        vec_push(&r->slabs, slab);
        r->slab_pages = n;
        r->all_pages += n;
        r->cut = 0;
    }
    return r->slabs.at[r->slabs.n - 1] + REFS_PAGE * r->cut++;
}

static void give_page(refs *r, uint32_t *page) {
    memcpy(page, &r->idle, sizeof r->idle);
    r->idle = page;
}

static void give_up(refs *r, uint64_t page) {
    refs_page *p = &r->pages[page];
    uint32_t *values = p->at;
    for (uint64_t i = 0; p->n; i++)
        if (values[i]) {
            map64_put(&r->spread, page << REFS_BITS | i, values[i]);
            values[i] = 0;
            p->n--;
        }
    p->at = NULL;
    p->given_up = true;
    give_page(r, values);
}

void refs_thin(refs *r, uint64_t page) {
    refs_page *p = &r->pages[page];
    if (p->young || p->n >= REFS_SPARSE)
        return;
    if (p->n) {
        give_up(r, page);
        return;
    }
    give_page(r, p->at);
    p->at = NULL;
}

static void make_young(refs *r, uint64_t page) {
    uint64_t *place = &r->young[r->made++ % REFS_YOUNG], old = *place;
    *place = page + 1;
    r->pages[page].young = true;
    if (!old)
        return;
    r->pages[old - 1].young = false;
    refs_thin(r, old - 1);
}

static bool put_outside(refs *r, uint64_t reference, uint32_t value) {
    uint64_t page = reference >> REFS_BITS;
    r->outside++;
    r->beyond = page >= r->beyond ? page + 1 : r->beyond;
    map64_put(&r->spread, reference, value);
    return true;
}

bool refs_put_aside(refs *r, uint64_t reference, uint32_t value) {
    uint64_t page = reference >> REFS_BITS;
    if (page >= r->n_pages) {
        if (page >= REACH + REACH_BY_PAGE * r->made + REACH_BY_REFERENCE * r->outside)
            return put_outside(r, reference, value);
        if (!grow_directory(r, page))
            return false;
    }
    if (r->pages[page].given_up) {
        map64_put(&r->spread, reference, value);
        return true;
    }
    uint32_t *values = take_page(r);
    if (!values)
        return false;
    values[reference & (REFS_PAGE - 1)] = value;
    r->pages[page] = (refs_page){.at = values, .n = 1};
    make_young(r, page);
    return true;
}
