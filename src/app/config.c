#include "src/app/config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "src/base/ini.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/text.h"

static const char *const names[CONFIG_COUNT] = {"home", "theme", "ascii", "color"};
static const char *const variables[CONFIG_COUNT] = {"PLIMSOLL_HOME", "PLIMSOLL_THEME", "PLIMSOLL_ASCII",
                                                    "PLIMSOLL_COLOR"};

// $variable/plimsoll, or ~/fallback/plimsoll.
static char *xdg(const char *variable, const char *fallback) {
    const char *base = getenv(variable);
    text t = {0};
    if (base && base[0] == '/') {
        text_printf(&t, "%s/plimsoll", base);
    } else {
        char *home = path_home();
        text_printf(&t, "%s/%s/plimsoll", home, fallback);
        free(home);
    }
    return t.at;
}

static bool is_switch(config_key key) { return key == CONFIG_ASCII || key == CONFIG_COLOR; }

static status set(config *c, config_key key, const char *value, config_source source) {
    bool yes = strcasecmp(value, "yes") == 0, no = strcasecmp(value, "no") == 0;
    if (is_switch(key) && !yes && !no)
        return status_fail(STATUS_INVALID, "%s is yes or no, not '%.40s'", names[key], value);
    if (!value[0])
        return status_fail(STATUS_INVALID, "%s needs a value", names[key]);
    free(c->value[key]);
    c->value[key] =
        key == CONFIG_HOME ? path_absolute(value, NULL) : mem_string(is_switch(key) ? (yes ? "yes" : "no") : value);
    c->source[key] = source;
    return STATUS_OK;
}

static status visit(void *context, const char *section, const char *key, const char *value, int line) {
    (void)line;
    if (strcmp(section, "plimsoll") != 0)
        return status_fail(STATUS_INVALID, "there is no section [%.40s]; settings stand in [plimsoll]", section);
    for (int i = 0; i < CONFIG_COUNT; i++)
        if (strcmp(key, names[i]) == 0)
            return set(context, (config_key)i, value, FROM_FILE);
    return status_fail(STATUS_INVALID, "there is no setting '%.40s'; there are home, theme, ascii and color", key);
}

static status read_environment(config *c) {
    const char *no_color = getenv("NO_COLOR");
    if (no_color && no_color[0])
        TRY(set(c, CONFIG_COLOR, "no", FROM_ENVIRONMENT));
    for (int i = 0; i < CONFIG_COUNT; i++) {
        const char *value = getenv(variables[i]);
        if (value && value[0] && set(c, (config_key)i, value, FROM_ENVIRONMENT) != STATUS_OK)
            return status_within(STATUS_INVALID, "%s", variables[i]);
    }
    return STATUS_OK;
}

status config_read(config *c) {
    *c = (config){.directory = xdg("XDG_CONFIG_HOME", ".config")};
    c->value[CONFIG_HOME] = xdg("XDG_DATA_HOME", ".local/share");
    c->value[CONFIG_ASCII] = mem_string("no");
    c->value[CONFIG_COLOR] = mem_string("yes");
    text path = {0};
    text_printf(&path, "%s/config.ini", c->directory);
    // A directory that may not be entered is somebody else's (HOME kept by su or sudo): what lies there is not meant.
    status s = access(path.at, F_OK) == 0 ? ini_read_file(path.at, visit, c) : STATUS_OK;
    text_free(&path);
    TRY(s);
    return read_environment(c);
}

bool config_flag_takes_value(const char *flag) { return strcmp(flag, "--home") == 0 || strcmp(flag, "--theme") == 0; }

status config_flag(config *c, const char *flag, const char *value) {
    if (config_flag_takes_value(flag) && (!value || !value[0]))
        return status_fail(STATUS_USAGE, "%s needs a value: %s", flag,
                           strcmp(flag, "--home") == 0 ? "a directory" : "a theme");
    if (strcmp(flag, "--home") == 0)
        return set(c, CONFIG_HOME, value, FROM_FLAG);
    if (strcmp(flag, "--theme") == 0)
        return set(c, CONFIG_THEME, value, FROM_FLAG);
    if (strcmp(flag, "--ascii") == 0)
        return set(c, CONFIG_ASCII, "yes", FROM_FLAG);
    if (strcmp(flag, "--no-color") == 0)
        return set(c, CONFIG_COLOR, "no", FROM_FLAG);
    return STATUS_NOT_FOUND;
}

void config_free(config *c) {
    for (int i = 0; i < CONFIG_COUNT; i++)
        free(c->value[i]);
    free(c->directory);
    *c = (config){0};
}

const char *config_name(config_key key) { return names[key]; }

const char *config_source_name(config_source source) {
    static const char *const sources[] = {"default", "config.ini", "environment", "flag"};
    return sources[source];
}

bool config_yes(const config *c, config_key key) { return strcmp(c->value[key], "yes") == 0; }
