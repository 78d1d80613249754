#include "src/base/path.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/text.h"

// The directory in the system's list of users; NULL when that has none.
static char *listed_home(void) {
    char *out = NULL;
    struct passwd entry, *found = NULL;
    size_t size = 1024;
    char *buffer = mem_new(size, 1);
    while (getpwuid_r(getuid(), &entry, buffer, size, &found) == ERANGE) {
        free(buffer);
        buffer = mem_new(size *= 2, 1);
    }
    if (found && entry.pw_dir[0])
        out = mem_string(entry.pw_dir);
    free(buffer);
    return out;
}

char *path_home(void) {
    const char *home = getenv("HOME");
    if (home && home[0])
        return mem_string(home);
    char *listed = listed_home();
    return listed ? listed : mem_string("/");
}

char *path_absolute(const char *path, const char *directory) {
    text whole = {0};
    bool at_home = path[0] == '~' && (path[1] == '/' || !path[1]);
    char *own = !directory || !directory[0] ? getcwd(NULL, 0) : NULL;
    const char *from = own ? own : directory;
    char *home = at_home ? path_home() : NULL;
    if (home)
        text_printf(&whole, "%s%s", home, path + 1);
    else if (path[0] == '/' || !from || !from[0])
        text_put(&whole, path);
    else
        text_printf(&whole, "%s%s%s", from, from[strlen(from) - 1] == '/' ? "" : "/", path);
    free(home);
    free(own);
    return whole.at ? whole.at : mem_string("");
}

status path_check_replaceable(const char *path) {
    struct stat about;
    if (stat(path, &about) != 0 || S_ISREG(about.st_mode))
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "%s: is not a file that a new one may replace; name a regular file or a new one",
                       path);
}
