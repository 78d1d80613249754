// Any text read as settings: what the reader gives has a key, and reads back when it is written with quotes.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/ini.h"
#include "src/base/mem.h"
#include "src/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

typedef struct {
    const char *section, *key, *value;
    int seen;
} setting;

static status compare(void *context, const char *section, const char *key, const char *value, int line) {
    setting *expected = context;
    expect(strcmp(section, expected->section) == 0);
    expect(strcmp(key, expected->key) == 0);
    expect(strcmp(value, expected->value) == 0);
    expect(line == 2);
    expected->seen++;
    return STATUS_OK;
}

static status write_and_read(void *context, const char *section, const char *key, const char *value, int line) {
    int *last = context;
    expect(line > *last && *key);
    *last = line;
    setting expected = {section, key, value, 0};
    text written = {0};
    if (*section)
        text_printf(&written, "[%s]\n%s = \"%s\"", section, key, value);
    else
        text_printf(&written, "\n%s = \"%s\"", key, value);
    expect(ini_read_text("written", text_string(&written), compare, &expected) == STATUS_OK);
    expect(expected.seen == 1);
    text_free(&written);
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *settings = mem_string_n((const char *)data, size);
    int last = 0;
    status s = ini_read_text("fuzz", settings, write_and_read, &last);
    expect(s == STATUS_OK || s == STATUS_INVALID);
    free(settings);
    return 0;
}
