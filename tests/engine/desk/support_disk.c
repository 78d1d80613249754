#include "tests/engine/desk/support_disk.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { FRAME = 4096 + 24 }; // of a page in SQLite's write-ahead log

static void allow(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void disk_fill(const trading *t, int pages) {
    char path[128];
    struct stat log;
    signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails with EFBIG
    snprintf(path, sizeof path, "%s/desk.db-wal", t->home);
    assert_int_equal(stat(path, &log), 0);
    allow((rlim_t)log.st_size + (rlim_t)pages * FRAME);
}

void disk_free(void) { allow(RLIM_INFINITY); }
