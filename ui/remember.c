#include "ui/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/ini.h"
#include "src/base/mem.h"
#include "src/base/text.h"

static void read_sizes(remembered_screen *s, const char *workspace, const char *value) {
    if (s->spaces >= REMEMBER_SPACES)
        return;
    int n = 0, *weight = s->sizes[s->spaces].weight;
    for (char *end; n < LAYOUT_NODES; value = end) {
        long w = strtol(value, &end, 10);
        if (end == value)
            break;
        weight[n++] = w > 0 && w < 10000 ? (int)w : 1;
    }
    mem_copy_string(s->sizes[s->spaces].workspace, sizeof s->sizes[0].workspace, workspace);
    s->sizes[s->spaces++].n = n;
}

static status visit(void *context, const char *section, const char *key, const char *value, int line) {
    remembered_screen *s = context;
    (void)line;
    if (!strcmp(section, "sizes"))
        read_sizes(s, key, value);
    else if (!strcmp(key, "workspace"))
        mem_copy_string(s->workspace, sizeof s->workspace, value);
    else if (!strcmp(key, "theme"))
        mem_copy_string(s->theme, sizeof s->theme, value);
    return STATUS_OK; // a later version's settings are no mistake
}

status remember_read(const char *directory, remembered_screen *out) {
    text path = {0};
    *out = (remembered_screen){0};
    text_printf(&path, "%s/screen.ini", directory);
    status s = ini_read_file(path.at, visit, out);
    text_free(&path);
    return s;
}

static void put_content(const remembered_screen *screen, text *out) {
    text_printf(out, "[screen]\nworkspace = %s\n", screen->workspace);
    if (*screen->theme)
        text_printf(out, "theme = %s\n", screen->theme);
    text_put(out, "\n[sizes]\n");
    for (int i = 0; i < screen->spaces; i++) {
        text_printf(out, "%s =", screen->sizes[i].workspace);
        for (int k = 0; k < screen->sizes[i].n; k++)
            text_printf(out, " %d", screen->sizes[i].weight[k]);
        text_char(out, '\n');
    }
}

static status write_file(const char *path, const char *beside, const text *content) {
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return status_fail(STATUS_IO, "%s can't be written: %s", beside, strerror(errno));
    bool good = write(fd, content->at, content->n) == (ssize_t)content->n && fsync(fd) == 0;
    int problem = errno;
    close(fd);
    if (good && rename(beside, path) == 0)
        return STATUS_OK;
    problem = good ? errno : problem;
    unlink(beside);
    return status_fail(STATUS_IO, "%s can't be written: %s", path, strerror(problem));
}

status remember_write(const char *directory, const remembered_screen *screen) {
    text path = {0}, beside = {0}, content = {0};
    text_printf(&path, "%s/screen.ini", directory);
    text_printf(&beside, "%s.%ld.new", path.at, (long)getpid());
    put_content(screen, &content);
    status s = write_file(path.at, beside.at, &content);
    text_free(&path);
    text_free(&beside);
    text_free(&content);
    return s;
}
