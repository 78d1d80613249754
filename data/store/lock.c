#include "data/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/clock.h"

enum { LOCK_TEXT = 512 };

static status busy(const char *path, int fd) {
    char text[LOCK_TEXT] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    const char *pid = n > 0 ? strstr(text, "\"pid\":") : NULL;
    if (!pid)
        return status_fail(STATUS_BUSY, "another process holds the workspace (%s)", path);
    const char *host = strstr(text, "\"host\":\""), *start = strstr(text, "\"start\":\"");
    host = host ? host + 8 : "?";
    start = start ? start + 9 : "?";
    return status_fail(STATUS_BUSY, "process %ld on %.*s has held the workspace since %.*s (%s)",
                       strtol(pid + 6, NULL, 10), (int)strcspn(host, "\"\n"), host, (int)strcspn(start, "\"\n"), start,
                       path);
}

// A lock on a file that somebody has meanwhile deleted locks nothing.
static bool still_there(const char *path, int fd) {
    struct stat by_name, by_fd;
    return stat(path, &by_name) == 0 && fstat(fd, &by_fd) == 0 && by_name.st_ino == by_fd.st_ino &&
           by_name.st_dev == by_fd.st_dev;
}

// Who holds it is a courtesy: on a full disk it can't be written, and the lock holds all the same.
static void sign(int fd) {
    char host[256] = "", start[INSTANT_TEXT], text[LOCK_TEXT];
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = 0;
    int n = snprintf(text, sizeof text, "{\"pid\":%ld,\"host\":\"%s\",\"start\":\"%s\"}\n", (long)getpid(), host,
                     instant_text(clock_wall(), start));
    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) != n) {
        int ignored = ftruncate(fd, 0); // half a name is none
        (void)ignored;
    }
}

status lock_take(const char *path, int *fd) {
    for (;;) {
        int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            return status_fail(errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO,
                               "can't write %s: %s; the workspace must be a directory that you may write to", path,
                               strerror(errno));
        if (flock(file, LOCK_EX | LOCK_NB) != 0) {
            int cause = errno;
            status s = cause == EWOULDBLOCK ? busy(path, file)
                                            : status_fail(STATUS_IO, "can't lock %s: %s", path, strerror(cause));
            close(file);
            return s;
        }
        if (still_there(path, file)) {
            sign(file);
            *fd = file;
            return STATUS_OK;
        }
        close(file);
    }
}

bool lock_is_held(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return held;
}

void lock_release(int fd) {
    if (fd < 0)
        return;
    // The name stays: removing it would race with whoever takes it next.
    int ignored = ftruncate(fd, 0);
    (void)ignored;
    close(fd);
}
