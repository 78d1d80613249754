#include "data/store/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/store/migrate.h"

// The header of a database file: https://www.sqlite.org/fileformat2.html, section 1.3.
enum {
    HEADER_SIZE = 100,
    AT_PAGE_SIZE = 16,
    AT_CHANGES = 24,
    AT_PAGES = 28,
    AT_USER_VERSION = 60,
    AT_APPLICATION = 68,
    AT_VALID_FOR = 92,
};

static uint32_t number(const unsigned char *header, int at) {
    const unsigned char *p = header + at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t size_of(const char *path, const char *suffix) {
    char name[4096];
    struct stat s;
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &s) == 0 ? (int64_t)s.st_size : -1;
}

static status read_header(const char *path, unsigned char header[HEADER_SIZE], int64_t *size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_fail(STATUS_IO, "can't read %s: %s", path, strerror(errno));
    struct stat s = {0};
    ssize_t n = fstat(fd, &s) == 0 ? pread(fd, header, HEADER_SIZE, 0) : -1;
    int cause = errno;
    close(fd);
    if (n < 0)
        return status_fail(STATUS_IO, "can't read %s: %s", path, strerror(cause));
    *size = (int64_t)s.st_size;
    if (n < HEADER_SIZE)
        return connection_damaged(path, n == 0 ? "the file is empty" : "the file is cut off");
    return STATUS_OK;
}

status inspect_file(const char *path, store_database database, file_state *out) {
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        if (size_of(path, "-wal") > 0)
            return connection_damaged(path, "the file is missing while its -wal is there");
        *out = FILE_ABSENT;
        return STATUS_OK;
    }
    unsigned char header[HEADER_SIZE];
    int64_t size = 0;
    TRY(read_header(path, header, &size));
    if (memcmp(header, "SQLite format 3", 16) != 0)
        return connection_damaged(path, "it is not a database");
    uint32_t page = (uint32_t)header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
    if (page == 1)
        page = 65536;
    if (page < 512 || (page & (page - 1)) != 0)
        return connection_damaged(path, "its header is not that of a database");
    if (number(header, AT_APPLICATION) != APPLICATION_ID)
        return connection_damaged(path, "it is a database of another program");
    if (number(header, AT_USER_VERSION) > (uint32_t)migrate_latest(database))
        return migrate_refuse_newer(path, number(header, AT_USER_VERSION), database);
    // With a write-ahead log the newest pages may stand there alone, so only a settled file tells its size.
    bool settled = size_of(path, "-wal") <= 0 && number(header, AT_CHANGES) == number(header, AT_VALID_FOR);
    if (size < page || (settled && size < (int64_t)number(header, AT_PAGES) * page))
        return connection_damaged(path, "the file is cut off");
    *out = FILE_SOUND;
    return STATUS_OK;
}

status inspect_connection(store_connection *c, store_database database) {
    int64_t version, tables;
    TRY(connection_int(c, "PRAGMA user_version", 0, &version));
    if (version > migrate_latest(database))
        return migrate_refuse_newer(c->path, version, database);
    TRY(connection_int(c, "SELECT count(*) FROM sqlite_schema", 0, &tables));
    if (version < 1 || tables < 1)
        return connection_damaged(c->path, "its tables are gone");
    // Every desk reads these lists when it opens; they are short, whatever the curves and trades beside them are.
    if (database == STORE_RESULTS)
        TRY(connection_int(c, "SELECT (SELECT count(*) FROM runs NOT INDEXED) + count(*) FROM risk_days NOT INDEXED", 0,
                           &tables));
    return STATUS_OK;
}
