// The program's log: one line an event, "time level room message key=value…", or JSON lines. Written under a mutex to
// a file that rotates at 8 MiB (three old ones kept). Before log_open, and when it fails, lines are dropped: a log
// never stops the desk. No secrets ever.
#pragma once

#include "src/base/status.h"

typedef enum { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } log_level;

status log_open(const char *path, log_level level, int json);
void log_close(void);
void log_line(log_level level, const char *room, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_info(room, ...) log_line(LOG_INFO, room, __VA_ARGS__)
#define log_warn(room, ...) log_line(LOG_WARN, room, __VA_ARGS__)
#define log_error(room, ...) log_line(LOG_ERROR, room, __VA_ARGS__)
