#include "tests/ui/support_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/text.h"

static char *read_all(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    text t = {0};
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        text_put_n(&t, block, n);
    fclose(f);
    return t.at ? t.at : mem_string("");
}

// The first line that differs, to say where to look.
static void show_difference(const char *path, const char *want, const char *got) {
    int line = 1;
    while (*want && *want == *got) {
        line += *want == '\n';
        want++, got++;
    }
    print_error("%s differs at line %d:\n  file  …%.*s\n  drawn …%.*s\n", path, line, (int)strcspn(want, "\n"), want,
                (int)strcspn(got, "\n"), got);
}

bool support_golden(const char *path, const char *got) {
    const char *mode = getenv("PLIMSOLL_GOLDEN");
    if (mode && strcmp(mode, "write") == 0) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(got, 1, strlen(got), f), strlen(got));
        assert_int_equal(fclose(f), 0);
        return true;
    }
    char *want = read_all(path);
    if (!want) {
        print_error("%s is missing; PLIMSOLL_GOLDEN=write writes it\n", path);
        return false;
    }
    bool same = strcmp(want, got) == 0;
    if (!same)
        show_difference(path, want, got);
    free(want);
    return same;
}
