// A map from order reference numbers, which a market issues rising and nearly without gaps, to numbers that are not 0.
//
// Values lie in pages of 1,024 references; a directory by reference / 1,024 leads to the pages, so a look-up is two
// loads. A page in which few references are left, and which is none of the last 64 that were made, is given up: what is
// left of it moves to a hash map, and so does what comes later. An empty page is used again. The directory reaches no
// further than what has been put in justifies; references beyond it, of a file that begins within the day or of a
// hostile one, go to the hash map too, until there are enough of them. So memory is bounded by how many references
// there are, however they are spread: at worst 256 bytes for each that is held at once, and 16 bytes of directory for
// every 1,024 numbers issued.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/map.h"
#include "src/base/vec.h"

enum { REFS_BITS = 10, REFS_PAGE = 1 << REFS_BITS, REFS_SPARSE = 16, REFS_YOUNG = 64 };

typedef struct {
    uint32_t *at; // REFS_PAGE values, 0 = none; NULL: no page
    uint32_t n;   // values in it
    bool young;
    bool given_up; // its values are in the hash map
} refs_page;

// To be begun with {0}, and looked at only by the functions here.
typedef struct {
    refs_page *pages;
    uint64_t n_pages;
    map64 spread;
    uint32_t *idle;             // pages to be used again, linked by their first value
    VEC(uint32_t *) slabs;      // what pages are cut from
    size_t slab_pages, cut;     // of the last slab: its pages, those used
    uint64_t all_pages;         // of all slabs
    uint64_t young[REFS_YOUNG]; // numbers of the pages made last, plus 1
    uint64_t made;              // pages ever
    uint64_t outside, beyond;   // references ever put beyond the directory; above the largest page among them
} refs;

void refs_free(refs *r);
size_t refs_memory(const refs *r); // bytes

uint32_t refs_get_spread(const refs *r, uint64_t reference);
bool refs_put_aside(refs *r, uint64_t reference, uint32_t value);
void refs_remove_spread(refs *r, uint64_t reference);
void refs_thin(refs *r, uint64_t page);

// The value of a reference, 0 for none. A page has all of its references.
static inline uint32_t refs_get(const refs *r, uint64_t reference) {
    uint64_t page = reference >> REFS_BITS;
    if (__builtin_expect(page < r->n_pages && r->pages[page].at, 1))
        return r->pages[page].at[reference & (REFS_PAGE - 1)];
    return refs_get_spread(r, reference);
}

// The same for one that may be waited for: loads what refs_get will look at into the processor's cache. The empty
// statement is there because a function that only prefetches counts as one without effect.
static inline void refs_expect(const refs *r, uint64_t reference) {
    uint64_t page = reference >> REFS_BITS;
    if (page < r->n_pages && r->pages[page].at)
        __builtin_prefetch(&r->pages[page].at[reference & (REFS_PAGE - 1)], 1);
    __asm__ volatile("");
}

// Adds a reference that is not there. False when there is no memory; nothing is changed then.
static inline bool refs_put(refs *r, uint64_t reference, uint32_t value) {
    uint64_t page = reference >> REFS_BITS;
    if (__builtin_expect(page < r->n_pages, 1)) {
        refs_page *p = &r->pages[page];
        if (__builtin_expect(p->at != NULL, 1)) {
            p->at[reference & (REFS_PAGE - 1)] = value;
            p->n++;
            return true;
        }
    }
    return refs_put_aside(r, reference, value);
}

// Takes out a reference that is there.
static inline void refs_remove(refs *r, uint64_t reference) {
    uint64_t page = reference >> REFS_BITS;
    if (__builtin_expect(page < r->n_pages, 1)) {
        refs_page *p = &r->pages[page];
        if (__builtin_expect(p->at != NULL, 1)) {
            p->at[reference & (REFS_PAGE - 1)] = 0;
            if (--p->n < REFS_SPARSE)
                refs_thin(r, page);
            return;
        }
    }
    refs_remove_spread(r, reference);
}
