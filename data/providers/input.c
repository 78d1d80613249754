#include "data/providers/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static status add_file(input *in, const char *path) {
    struct stat about;
    if (stat(path, &about) != 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "can't read %s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return status_fail(STATUS_INVALID, "%s is neither a file nor a folder", path);
    input_file f = {.path = mem_string(path), .bytes = (int64_t)about.st_size, .changed = about.st_mtim};
    const char *slash = strrchr(f.path, '/');
    f.name = slash ? slash + 1 : f.path;
    in->bytes += f.bytes;
    vec_push(&in->files, f);
    return STATUS_OK;
}

static bool is_csv(const char *name) {
    size_t n = strlen(name);
    return n > 4 && name[0] != '.' && strcasecmp(name + n - 4, ".csv") == 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const input_file *)a)->name, ((const input_file *)b)->name);
}

static status add_folder(input *in, const char *path, DIR *folder) {
    status s = STATUS_OK;
    errno = 0;
    for (struct dirent *entry; s == STATUS_OK && (entry = readdir(folder)) != NULL; errno = 0) {
        if (!is_csv(entry->d_name))
            continue;
        size_t n = strlen(path) + strlen(entry->d_name) + 2;
        char *name = mem_new(n, 1);
        snprintf(name, n, "%s/%s", path, entry->d_name);
        s = add_file(in, name);
        free(name);
    }
    if (s == STATUS_OK && errno) // half a folder is none
        s = status_fail(STATUS_IO, "can't read %s: %s", path, strerror(errno));
    if (s == STATUS_OK && !in->files.n)
        s = status_fail(STATUS_NOT_FOUND, "there are no .csv files in %s", path);
    if (in->files.n)
        qsort(in->files.at, in->files.n, sizeof *in->files.at, by_name);
    return s;
}

status input_list(const char *path, input *out) {
    *out = (input){.folder = false};
    DIR *folder = opendir(path);
    if (!folder && errno != ENOTDIR && errno != ENOENT)
        return status_fail(STATUS_IO, "can't read %s: %s", path, strerror(errno));
    out->folder = folder != NULL;
    status s = folder ? add_folder(out, path, folder) : add_file(out, path);
    if (folder)
        closedir(folder);
    if (s != STATUS_OK)
        input_free(out);
    return s;
}

void input_free(input *in) {
    for (size_t i = 0; i < in->files.n; i++)
        free(in->files.at[i].path);
    vec_free(&in->files);
}

static status hash_file(const input_file *f, const volatile int *cancelled, hash_state *h, char *buffer, size_t size) {
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_fail(STATUS_IO, "can't read %s: %s", f->path, strerror(errno));
    status s = STATUS_OK;
    ssize_t n;
    while (s == STATUS_OK && (n = read(fd, buffer, size)) != 0) {
        if (n > 0)
            hash_add(h, buffer, (size_t)n);
        else if (errno != EINTR)
            s = status_fail(STATUS_IO, "%s: reading failed: %s", f->path, strerror(errno));
        if (cancelled && __atomic_load_n(cancelled, __ATOMIC_RELAXED))
            s = status_fail(STATUS_CANCELLED, "the import was cancelled");
    }
    close(fd);
    return s;
}

status input_hash(const input *in, const volatile int *cancelled, hash_state *h) {
    enum { BUFFER = 1 << 20 };
    char *buffer = mem_new(BUFFER, 1);
    status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < in->files.n; i++) {
        hash_add_string(h, in->folder ? in->files.at[i].name : ""); // in a folder the name says the symbol
        hash_add_u64(h, (uint64_t)in->files.at[i].bytes);
        s = hash_file(&in->files.at[i], cancelled, h, buffer, BUFFER);
    }
    free(buffer);
    return s;
}

status input_still_the_same(const input *in) {
    for (size_t i = 0; i < in->files.n; i++) {
        const input_file *f = &in->files.at[i];
        struct stat about;
        if (stat(f->path, &about) != 0 || about.st_size != f->bytes || about.st_mtim.tv_sec != f->changed.tv_sec ||
            about.st_mtim.tv_nsec != f->changed.tv_nsec)
            return status_fail(STATUS_INVALID, "%s changed while it was read; nothing was changed, import it again",
                               f->path);
    }
    return STATUS_OK;
}
