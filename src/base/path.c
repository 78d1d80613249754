#include "src/base/path.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/text.h"

const char *path_home(void) {
    const char *home = getenv("HOME");
    if (home && home[0])
        return home;
    const struct passwd *entry = getpwuid(getuid());
    return entry && entry->pw_dir[0] ? entry->pw_dir : "/";
}

char *path_absolute(const char *path, const char *directory) {
    text whole = {0};
    bool at_home = path[0] == '~' && (path[1] == '/' || !path[1]);
    char *own = !directory || !directory[0] ? getcwd(NULL, 0) : NULL;
    const char *from = own ? own : directory;
    if (at_home)
        text_printf(&whole, "%s%s", path_home(), path + 1);
    else if (path[0] == '/' || !from || !from[0])
        text_put(&whole, path);
    else
        text_printf(&whole, "%s%s%s", from, from[strlen(from) - 1] == '/' ? "" : "/", path);
    free(own);
    return whole.at ? whole.at : mem_string("");
}
