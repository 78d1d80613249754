#include "src/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/text.h"

enum { FILE_MAX = 8 << 20, OLD_KEPT = 3 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    int fd; // meaningful when path is set; -1 when the file was lost
    char *path;
    log_level least;
    int json;
    size_t size;
    text line, message; // kept between lines, for their memory
} state;

static int open_file(const char *path, size_t *size) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat about;
    *size = fd >= 0 && fstat(fd, &about) == 0 ? (size_t)about.st_size : 0;
    return fd;
}

static void close_file(void) {
    if (state.path && state.fd >= 0)
        close(state.fd);
    free(state.path);
    text_free(&state.line);
    text_free(&state.message);
    state.path = NULL;
}

status log_open(const char *path, log_level level, int json) {
    pthread_mutex_lock(&mutex);
    close_file();
    state.fd = open_file(path, &state.size);
    int error = errno;
    if (state.fd >= 0)
        state.path = mem_string(path);
    state.least = level;
    state.json = json;
    bool opened = state.path != NULL;
    pthread_mutex_unlock(&mutex);
    if (!opened)
        return status_fail(STATUS_IO, "%s: the log cannot be written: %s", path, strerror(error));
    return STATUS_OK;
}

void log_close(void) {
    pthread_mutex_lock(&mutex);
    close_file();
    pthread_mutex_unlock(&mutex);
}

static void numbered(text *out, int n) {
    text_clear(out);
    text_put(out, state.path);
    if (n > 0)
        text_printf(out, ".%d", n);
}

// path.2 becomes path.3, path.1 path.2, path path.1. When nothing can be renamed the file goes on growing.
static void rotate(void) {
    text from = {0}, to = {0};
    for (int n = OLD_KEPT; n > 0; n--) {
        numbered(&from, n - 1);
        numbered(&to, n);
        rename(text_string(&from), text_string(&to));
    }
    text_free(&from);
    text_free(&to);
    close(state.fd);
    state.fd = open_file(state.path, &state.size);
}

// One event is one line, whatever the message holds.
static void flatten(text *t) {
    for (size_t i = 0; i < t->n; i++)
        if ((unsigned char)t->at[i] < ' ' || t->at[i] == 0x7F)
            t->at[i] = ' ';
}

static void compose(log_level level, const char *room) {
    static const char *const names[] = {"DEBUG", "INFO", "WARN", "ERROR"};
    char now[INSTANT_TEXT];
    instant_text(clock_wall(), now);
    text_clear(&state.line);
    if (!state.json) {
        flatten(&state.message);
        text_printf(&state.line, "%s %-5s %s %s\n", now, names[level], room, text_string(&state.message));
        return;
    }
    json_writer w = json_to(&state.line);
    json_object(&w);
    json_key(&w, "time");
    json_string(&w, now);
    json_key(&w, "level");
    json_string(&w, names[level]);
    json_key(&w, "room");
    json_string(&w, room);
    json_key(&w, "message");
    json_string(&w, text_string(&state.message));
    json_end_object(&w);
    text_char(&state.line, '\n');
}

void log_line(log_level level, const char *room, const char *format, ...) {
    int error = errno; // callers log between a failed call and reading errno
    pthread_mutex_lock(&mutex);
    if (state.path && level >= state.least) {
        text_clear(&state.message);
        va_list args;
        va_start(args, format);
        text_vprintf(&state.message, format, args);
        va_end(args);
        compose(level, room);
        if (state.size > 0 && state.size + state.line.n > FILE_MAX)
            rotate();
        ssize_t written = write(state.fd, state.line.at, state.line.n);
        state.size += written > 0 ? (size_t)written : 0;
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
}
