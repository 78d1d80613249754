#include "engine/factor/definition.h"

#include <assert.h>
#include <string.h>

#include "engine/factor/styles.h"

size_t factor_count(void) { return FACTOR_STYLE_COUNT; }

size_t factor_styles(void) { return FACTOR_STYLE_COUNT; }

const factor_definition *factor_at(size_t i) {
    assert(i < FACTOR_STYLE_COUNT);
    return &factor_style[i];
}

const factor_definition *factor_find(const char *name) {
    for (size_t i = 0; i < FACTOR_STYLE_COUNT; i++)
        if (strcmp(factor_style[i].name, name) == 0)
            return &factor_style[i];
    return NULL;
}
