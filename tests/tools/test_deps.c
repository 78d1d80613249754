// tools/deps.sh among programs that only pretend: what it installs, and the one sentence where it can't.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/text.h"

static char bin[] = "/tmp/plimsoll-deps-XXXXXX";

// "present" is the one package that dpkg knows. apt-get notes what it was asked for.
static const struct {
    const char *name, *script;
} pretended[] = {
    {"dpkg-query", "case $3 in present) printf 'install ok installed' ;; *) exit 1 ;; esac"},
    {"id", "echo ${FAKE_UID:-0}"},
    {"apt-get", "echo \"apt-get $*\" >>$FAKE_BIN/asked; [ -z \"${FAKE_ERROR:-}\" ] || { echo 'W: old lists'; "
                "echo \"E: $FAKE_ERROR\"; echo 'E: and so on'; exit 100; }"},
    {"sudo", "echo sudo >>$FAKE_BIN/asked; \"$@\""},
};
static const char *const real[] = {"env", "grep", "mktemp", "rm", "tail"};

static void path_of(const char *name, char out[64]) { snprintf(out, 64, "%s/%s", bin, name); }

static void put_program(const char *name, const char *script) {
    char path[64];
    path_of(name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    assert_int_equal(chmod(path, 0700), 0);
}

static void remove_program(const char *name) {
    char path[64];
    path_of(name, path);
    unlink(path);
}

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(bin))
        return -1;
    for (size_t i = 0; i < sizeof pretended / sizeof *pretended; i++)
        put_program(pretended[i].name, pretended[i].script);
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        char script[64];
        snprintf(script, sizeof script, "PATH=/usr/bin:/bin exec %s \"$@\"", real[i]);
        put_program(real[i], strcmp(real[i], "env") == 0 ? "exec /usr/bin/env \"$@\"" : script);
    }
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof pretended / sizeof *pretended; i++)
        remove_program(pretended[i].name);
    for (size_t i = 0; i < sizeof real / sizeof *real; i++)
        remove_program(real[i]);
    remove_program("asked");
    return rmdir(bin);
}

// Runs it with the settings and packages given; returns its exit code, what it says, and what apt-get and sudo heard.
static int deps(const char *settings, const char *packages, text *said, text *asked) {
    char command[512], part[512];
    remove_program("asked");
    snprintf(command, sizeof command, "PATH=%s FAKE_BIN=%s %s /bin/sh tools/deps.sh %s 2>&1; code=$?; %s; exit $code",
             bin, bin, settings, packages, "echo ==; [ ! -f $FAKE_BIN/asked ] || cat $FAKE_BIN/asked");
    setenv("FAKE_BIN", bin, 1);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    text all = {0};
    for (size_t n; (n = fread(part, 1, sizeof part, output)) > 0;)
        text_put_n(&all, part, n);
    int how = pclose(output);
    assert_true(WIFEXITED(how));
    const char *middle = strstr(all.at, "==\n");
    assert_non_null(middle);
    text_put_n(said, all.at, (size_t)(middle - all.at));
    text_put(asked, middle + 3);
    text_free(&all);
    return WEXITSTATUS(how);
}

static void assert_deps(const char *settings, const char *packages, int code, const char *says, const char *asks) {
    text said = {0}, asked = {0};
    text_put(&said, "");
    text_put(&asked, "");
    assert_int_equal(deps(settings, packages, &said, &asked), code);
    assert_string_equal(said.at, says);
    assert_string_equal(asked.at, asks);
    text_free(&said);
    text_free(&asked);
}

#define APT "apt-get -qq -o DPkg::Lock::Timeout=60 "

static void test_deps_do_nothing_when_nothing_is_missing(void **state) {
    (void)state;
    assert_deps("", "present present", 0, "", "");
}

static void test_deps_install_what_is_missing_alone(void **state) {
    (void)state;
    assert_deps("", "present absent other", 0, "deps: installing absent other\n",
                APT "update\n" APT "install -y --no-install-recommends absent other\n");
}

static void test_deps_ask_sudo_when_not_root(void **state) {
    (void)state;
    assert_deps("FAKE_UID=1000", "absent", 0, "deps: installing absent\n",
                "sudo\n" APT "update\nsudo\n" APT "install -y --no-install-recommends absent\n");
}

static void test_deps_without_root_and_sudo_name_the_packages(void **state) {
    (void)state;
    remove_program("sudo");
    assert_deps("FAKE_UID=1000", "absent present other", 1,
                "deps: packages are missing, and there is no sudo; as root: apt-get install absent other\n", "");
    put_program("sudo", pretended[3].script);
}

static void test_deps_give_the_cause_of_a_failure_in_one_sentence(void **state) {
    (void)state;
    assert_deps("FAKE_ERROR='no network'", "absent", 1,
                "deps: installing absent\n"
                "deps: apt-get could not install absent (no network); install them and run make again\n",
                APT "update\n" APT "install -y --no-install-recommends absent\n");
}

static void test_deps_leave_another_system_alone(void **state) {
    (void)state;
    remove_program("dpkg-query");
    assert_deps("", "absent", 0,
                "deps: no Debian, so nothing is installed here; needed are the equivalents of: absent\n", "");
    put_program("dpkg-query", pretended[0].script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deps_do_nothing_when_nothing_is_missing),
        cmocka_unit_test(test_deps_install_what_is_missing_alone),
        cmocka_unit_test(test_deps_ask_sudo_when_not_root),
        cmocka_unit_test(test_deps_without_root_and_sudo_name_the_packages),
        cmocka_unit_test(test_deps_give_the_cause_of_a_failure_in_one_sentence),
        cmocka_unit_test(test_deps_leave_another_system_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
