// Messages: the last one is shown in the line of state, all are kept for `messages`.
#include <stdarg.h>
#include <string.h>

#include "src/base/clock.h"
#include "ui/widget/format.h"
#include "ui/workstation_parts.h"

enum { LOG_MAX = 1 << 16 };
#define MESSAGE_NS (10 * NS_PER_S)

void workstation_keep(workstation *w, const char *sentence) {
    char time[FORMAT_TEXT];
    if (w->log.n > LOG_MAX) { // the older half goes
        size_t from = w->log.n / 2;
        while (from < w->log.n && w->log.at[from] != '\n')
            from++;
        memmove(w->log.at, w->log.at + from, w->log.n - from + 1);
        w->log.n -= from;
    }
    size_t n = strlen(sentence);
    while (n && sentence[n - 1] == '\n')
        n--;
    text_printf(&w->log, "%s  %.*s\n", format_local(clock_wall(), 0, time), (int)n, sentence);
}

void workstation_say(workstation *w, role r, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_clear(&w->message);
    text_vprintf(&w->message, format, args);
    va_end(args);
    while (w->message.n && w->message.at[w->message.n - 1] == '\n')
        w->message.at[--w->message.n] = 0;
    w->message_role = r;
    w->message_time = clock_mono();
    w->restless = true;
    if (w->message.n)
        workstation_keep(w, text_string(&w->message));
}

// Errors stay until the next key, all else also goes by itself.
void workstation_hush(workstation *w) {
    if (!w->message.n)
        return;
    text_clear(&w->message);
    w->restless = true;
}

bool workstation_message_stands(const workstation *w) {
    bool short_lived = w->message_role != ROLE_ERROR && w->message_role != ROLE_WARN;
    return w->message.n && !(short_lived && clock_mono() - w->message_time > MESSAGE_NS);
}
