// The mapping: a header with one sequence counter a section, then the sections.
//
// Publishing is a sequence lock: the counter goes odd, the words of the section are stored, the counter goes even. A
// reader copies the words between two readings of the counter and keeps the copy only when both were the same even
// number. The words are stored with release and loaded with acquire order, so that no fence is needed: a reader that
// saw any new word is bound to see the odd counter that was stored before it, and the second reading of the counter
// can't move before the loads. On x86 these are plain moves.
#include "engine/desk/view.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

enum { MAGIC = 0x506c696d };

#define PATIENCE (100 * NS_PER_MS) // of a reader, with a writer that was killed in the middle

typedef struct {
    _Alignas(64) _Atomic uint64_t sequence; // odd while it is written
    _Atomic uint64_t bytes;                 // published
    uint64_t offset, capacity;
} section_head;

typedef struct {
    uint32_t magic, layout; // layout: a fingerprint of the structures' sizes
    uint64_t size;
    _Alignas(64) _Atomic uint64_t generation;
    section_head sections[SECTION_COUNT];
} mapping;

struct view {
    mapping *map;
    size_t size;
    int descriptor;
};

static size_t section_capacity(int section) {
    static const size_t sizes[] = {
        [SECTION_STATUS] = sizeof(view_status),   [SECTION_POSITIONS] = sizeof(view_positions),
        [SECTION_ORDERS] = sizeof(view_orders),   [SECTION_FILLS] = sizeof(view_fills),
        [SECTION_BREAKER] = sizeof(view_breaker), [SECTION_RISK] = sizeof(view_risk),
        [SECTION_STRESS] = sizeof(view_stress),   [SECTION_RUNS] = sizeof(view_runs),
        [SECTION_PNL] = sizeof(view_pnl),         [SECTION_JOBS] = sizeof(view_jobs),
        [SECTION_AUDIT] = sizeof(view_audit),     [SECTION_MARKET] = sizeof(view_market),
        [SECTION_REPLAY] = sizeof(view_replay),   [SECTION_RECORD] = sizeof(view_record),
    };
    if (section >= SECTION_CURVE)
        return sizeof(view_curve);
    if (section >= SECTION_BOOK)
        return sizeof(view_book);
    return sizes[section];
}

static size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

// Lays the sections out; returns the size of the whole and a fingerprint of the layout.
static size_t lay_out(section_head *heads, uint32_t *fingerprint) {
    size_t at = round_up(sizeof(mapping), 4096);
    uint32_t print = 2166136261u;
    for (int i = 0; i < SECTION_COUNT; i++) {
        size_t capacity = round_up(section_capacity(i), 64);
        if (heads) {
            heads[i].offset = at;
            heads[i].capacity = capacity;
        }
        print = (print ^ (uint32_t)section_capacity(i)) * 16777619u;
        at += capacity;
    }
    *fingerprint = print;
    return round_up(at, 4096);
}

status view_create(view **out) {
    uint32_t fingerprint;
    size_t size = lay_out(NULL, &fingerprint);
    int fd = memfd_create("plimsoll-view", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        int cause = errno;
        if (fd >= 0)
            close(fd);
        return status_fail(STATUS_IO, "shared view of %zu bytes: %s", size, strerror(cause));
    }
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        int cause = errno;
        close(fd);
        return status_fail(STATUS_IO, "shared view: mapping %zu bytes: %s", size, strerror(cause));
    }
    // From here on this mapping alone can write. Kernels before 5.1 lack the seal; the socket's permissions still hold.
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE);
    mapping *map = p;
    map->size = size;
    lay_out(map->sections, &map->layout);
    map->magic = MAGIC;
    view *v = mem_new(1, sizeof *v);
    *v = (view){.map = map, .size = size, .descriptor = fd};
    *out = v;
    return STATUS_OK;
}

int view_descriptor(const view *v) { return v->descriptor; }

status view_attach(int descriptor, view **out) {
    uint32_t fingerprint;
    size_t size = lay_out(NULL, &fingerprint);
    struct stat st;
    if (fstat(descriptor, &st) != 0 || (size_t)st.st_size != size) {
        close(descriptor);
        return status_fail(STATUS_VERSION,
                           "the running desk has another layout of its view: restart it with this version");
    }
    void *p = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (p == MAP_FAILED) {
        int cause = errno;
        close(descriptor);
        return status_fail(STATUS_IO, "shared view: mapping %zu bytes: %s", size, strerror(cause));
    }
    mapping *map = p;
    if (map->magic != MAGIC || map->layout != fingerprint) {
        munmap(p, size);
        close(descriptor);
        return status_fail(STATUS_VERSION,
                           "the running desk has another layout of its view: restart it with this version");
    }
    view *v = mem_new(1, sizeof *v);
    *v = (view){.map = map, .size = size, .descriptor = descriptor};
    *out = v;
    return STATUS_OK;
}

void view_release(view *v) {
    if (!v)
        return;
    munmap(v->map, v->size);
    close(v->descriptor);
    free(v);
}

static _Atomic uint64_t *section_words(const view *v, const section_head *head) {
    return (_Atomic uint64_t *)(void *)((char *)v->map + head->offset);
}

void view_publish(view *v, view_section section, const void *data, size_t bytes) {
    section_head *head = &v->map->sections[section];
    assert(bytes <= section_capacity((int)section));
    _Atomic uint64_t *to = section_words(v, head);
    uint64_t sequence = atomic_load_explicit(&head->sequence, memory_order_relaxed);
    atomic_store_explicit(&head->sequence, sequence + 1, memory_order_relaxed);
    atomic_store_explicit(&head->bytes, bytes, memory_order_release);
    const char *from = data;
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t word = 0;
        memcpy(&word, from + i, bytes - i < 8 ? bytes - i : 8);
        atomic_store_explicit(to + i / 8, word, memory_order_release);
    }
    atomic_store_explicit(&head->sequence, sequence + 2, memory_order_release);
    atomic_fetch_add_explicit(&v->map->generation, 1, memory_order_release);
}

// One try: true when the copy is whole; *sequence is the moment it is of.
static bool try_copy(const view *v, section_head *head, size_t capacity, char *copy, size_t *bytes,
                     uint64_t *sequence) {
    const _Atomic uint64_t *from = section_words(v, head);
    *sequence = atomic_load_explicit(&head->sequence, memory_order_acquire);
    if (*sequence & 1)
        return false;
    *bytes = atomic_load_explicit(&head->bytes, memory_order_acquire);
    if (*bytes > capacity)
        return false;
    for (size_t i = 0; i < *bytes; i += 8) {
        uint64_t word = atomic_load_explicit(from + i / 8, memory_order_acquire);
        memcpy(copy + i, &word, 8);
    }
    return atomic_load_explicit(&head->sequence, memory_order_relaxed) == *sequence;
}

bool view_read(const view *v, view_section section, void *out, uint64_t *seen) {
    section_head *head = &v->map->sections[section];
    size_t capacity = section_capacity((int)section), bytes = 0;
    uint64_t sequence = atomic_load_explicit(&head->sequence, memory_order_acquire);
    if (sequence == *seen)
        return false;
    // Copied aside: the old content must survive when the writer comes between.
    char *copy = mem_new(1, round_up(capacity, 8));
    int64_t until = 0;
    bool got;
    while (!(got = try_copy(v, head, capacity, copy, &bytes, &sequence))) {
        // A publication takes some microseconds, unless its thread has lost the processor: then it shall have it.
        int64_t now = clock_mono();
        until = until ? until : now + PATIENCE;
        if (now > until)
            break;
        sched_yield();
    }
    if (got) {
        memcpy(out, copy, bytes);
        *seen = sequence;
    }
    free(copy);
    return got;
}

uint64_t view_generation(const view *v) { return atomic_load_explicit(&v->map->generation, memory_order_acquire); }
