#include "src/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef status_fail // macros for the analyzer's sake
#undef status_within

static _Thread_local char message[STATUS_SENTENCE];

status status_fail(status code, const char *format, ...) {
    // Formatted aside first: an argument may be the old sentence itself.
    char text[STATUS_SENTENCE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    memcpy(message, text, sizeof text);
    return code;
}

status status_within(status code, const char *format, ...) {
    char text[STATUS_SENTENCE];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof text - 3) {
        size_t used = (size_t)n;
        snprintf(text + used, sizeof text - used, ": %.*s", (int)(sizeof text - used - 3), message);
    }
    memcpy(message, text, sizeof text);
    return code;
}

const char *status_message(void) { return message; }

status_sentence status_keep(void) {
    status_sentence kept;
    memcpy(kept.text, message, sizeof message);
    return kept;
}

void status_put_back(const status_sentence *kept) { memcpy(message, kept->text, sizeof message); }

const char *status_name(status code) {
    static const char *const names[] = {
        [STATUS_OK] = "ok",
        [STATUS_USAGE] = "wrong usage",
        [STATUS_INVALID] = "invalid",
        [STATUS_NOT_FOUND] = "not found",
        [STATUS_EXISTS] = "exists already",
        [STATUS_REFUSED] = "refused",
        [STATUS_BUSY] = "busy",
        [STATUS_CANCELLED] = "cancelled",
        [STATUS_FULL] = "full",
        [STATUS_IO] = "input/output error",
        [STATUS_CORRUPT] = "corrupt",
        [STATUS_VERSION] = "version mismatch",
        [STATUS_UNAVAILABLE] = "unavailable",
        [STATUS_END] = "end",
    };
    return (size_t)code < sizeof names / sizeof *names ? names[code] : "unknown";
}

int status_exit_code(status code) {
    if (code == STATUS_OK)
        return 0;
    return code == STATUS_USAGE ? 2 : 1;
}
