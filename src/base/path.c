#include "src/base/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/text.h"

char *path_absolute(const char *path, const char *directory) {
    text whole = {0};
    const char *home = getenv("HOME");
    bool at_home = path[0] == '~' && (path[1] == '/' || !path[1]) && home && home[0];
    char *own = !directory || !directory[0] ? getcwd(NULL, 0) : NULL;
    const char *from = own ? own : directory;
    if (at_home)
        text_printf(&whole, "%s%s", home, path + 1);
    else if (path[0] == '/' || !from || !from[0])
        text_put(&whole, path);
    else
        text_printf(&whole, "%s%s%s", from, from[strlen(from) - 1] == '/' ? "" : "/", path);
    free(own);
    return whole.at ? whole.at : mem_string("");
}
