// Where the workspace and the settings lie, by what the environment says.
#include "src/app/config.h"

#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// The environment is the process's own; nothing after these tests reads it.
static int scrub(void **state) {
    (void)state;
    static const char *const variables[] = {"HOME", "XDG_DATA_HOME", "PLIMSOLL_HOME"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return setenv("XDG_CONFIG_HOME", "/none/of/mine", 1); // the settings of whoever runs the tests are not meant
}

static void assert_home(const char *base, const char *rest) {
    char expected[512];
    snprintf(expected, sizeof expected, "%s%s", base, rest);
    config c;
    assert_int_equal(config_read(&c), STATUS_OK);
    assert_string_equal(c.value[CONFIG_HOME], expected);
    config_free(&c);
}

static void test_home_is_the_users_directory_when_HOME_is_not_set(void **state) {
    (void)state;
    const struct passwd *user = getpwuid(getuid());
    if (!user) {
        puts("SKIP: the system knows no home directory of this user");
        skip();
    }
    assert_home(user->pw_dir, "/.local/share/plimsoll");
    setenv("HOME", "", 1);
    assert_home(user->pw_dir, "/.local/share/plimsoll");
    setenv("PLIMSOLL_HOME", "~/book", 1);
    assert_home(user->pw_dir, "/book");
}

static void test_home_lies_where_the_environment_says(void **state) {
    (void)state;
    setenv("HOME", "/none/of/mine", 1);
    assert_home("/none/of/mine", "/.local/share/plimsoll");
    setenv("XDG_DATA_HOME", "relative", 1); // the specification says to ignore it
    assert_home("/none/of/mine", "/.local/share/plimsoll");
    setenv("XDG_DATA_HOME", "/none/data", 1);
    assert_home("/none/data", "/plimsoll");
    setenv("PLIMSOLL_HOME", "/none/book", 1);
    assert_home("/none/book", "");
}

static void write_settings(const char *root, const char *content) {
    char line[256];
    snprintf(line, sizeof line, "mkdir -p %s/plimsoll && printf '%s' >%s/plimsoll/config.ini", root, content, root);
    assert_int_equal(system(line), 0);
    setenv("XDG_CONFIG_HOME", root, 1);
}

static void test_terms_of_the_venue_stand_in_a_section_of_their_own(void **state) {
    (void)state;
    char root[] = "/tmp/plimsoll-config-XXXXXX", line[64];
    assert_non_null(mkdtemp(root));
    config c;
    write_settings(root, "[venue]\\nlatency_ms = 2.5\\nmaker_fee = -0.002\\n");
    assert_int_equal(config_read(&c), STATUS_OK);
    assert_true(c.terms.latency_ms == 2.5 && c.terms.maker_fee == -0.002 && c.terms.taker_fee == 0.0035);
    config_free(&c);
    write_settings(root, "[venue]\\nlatency = 2.5\\n");
    assert_int_equal(config_read(&c), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "latency_ms"));
    config_free(&c);
    snprintf(line, sizeof line, "rm -rf %s", root);
    assert_int_equal(system(line), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_home_is_the_users_directory_when_HOME_is_not_set, scrub),
        cmocka_unit_test_setup(test_terms_of_the_venue_stand_in_a_section_of_their_own, scrub),
        cmocka_unit_test_setup(test_home_lies_where_the_environment_says, scrub),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
