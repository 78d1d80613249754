#include "ui/term/theme.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/text.h"
#include "ui/term/ansi.h"
#include "ui/term/colour.h"
#include "ui/term/text.h"

static const char *const names[] = {"dark", "light", "contrast", "colourblind", "mono"};
enum { NAMES = 5 };

static theme load(const char *name) {
    theme t;
    if (theme_find(NULL, name, &t) != STATUS_OK)
        fail_msg("%s", status_message());
    return t;
}

static void test_every_theme_has_every_role_and_background(void **state) {
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        theme t = load(names[i]);
        assert_string_equal(t.name, names[i]);
        assert_true(t.title[0]);
        assert_int_equal(t.mono, !strcmp(names[i], "mono"));
    }
}

// Frame lines are no text; the quieter they are the better, as long as they can be seen.
static void test_text_stands_out_on_every_background(void **state) {
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        theme t = load(names[i]);
        double least = !strcmp(names[i], "contrast") ? 7 : 4.5;
        for (int r = 0; r < ROLE_COUNT && !t.mono; r++)
            for (int b = 0; b < BACK_COUNT; b++) {
                char role_name[THEME_NAME];
                double ratio = colour_contrast(t.fore[r].rgb, t.back[b].rgb);
                if (ratio < (r == ROLE_FRAME ? 1.4 : least))
                    fail_msg("%s: %s on %s has a contrast of %.2f", names[i], theme_role_name(r, role_name),
                             theme_back_name(b), ratio);
            }
    }
}

static void test_no_text_vanishes_on_terminals_of_few_colours(void **state) {
    (void)state;
    static const int depths[] = {256, 16, 8};
    for (int i = 0; i < NAMES; i++)
        for (int d = 0; d < 3; d++) {
            theme t = load(names[i]);
            for (int r = 0; r < ROLE_COUNT && !t.mono; r++)
                for (int b = 0; b < BACK_COUNT; b++) {
                    theme_look look = theme_cell(&t, depths[d], (cell){.role = (uint8_t)r, .back = (uint8_t)b});
                    assert_true(look.fore >= 0 && look.fore < depths[d]);
                    assert_true(look.back >= 0 && look.back < depths[d]);
                    double ratio = colour_contrast(colour_xterm(look.fore), colour_xterm(look.back));
                    bool text_like = r != ROLE_FRAME && r != ROLE_FRAME_FOCUS;
                    if (look.fore == look.back || (text_like && depths[d] == 256 && ratio < 3))
                        fail_msg("%s with %d colours: role %d on back %d is %d on %d", names[i], depths[d], r, b,
                                 look.fore, look.back);
                }
        }
}

static void test_gains_and_losses_differ_for_every_eye(void **state) {
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        theme t = load(names[i]);
        theme_look up = theme_cell(&t, 1 << 24, (cell){.role = ROLE_UP});
        theme_look down = theme_cell(&t, 1 << 24, (cell){.role = ROLE_DOWN});
        assert_true(up.fore != down.fore || up.attr != down.attr);
    }
    // Blue against orange: the axis that red-green weakness leaves.
    theme t = load("colourblind");
    oklab up = colour_oklab(t.fore[ROLE_UP].rgb), down = colour_oklab(t.fore[ROLE_DOWN].rgb);
    assert_true(up.b < -0.05 && down.b > 0.05);
}

static void test_monochrome_is_a_scheme_of_its_own(void **state) {
    (void)state;
    theme t = load("mono");
    theme_look selected = theme_cell(&t, 2, (cell){.role = ROLE_TEXT, .back = BACK_SELECTED});
    theme_look own = theme_cell(&t, 2, (cell){.role = ROLE_OWN, .back = BACK_SELECTED});
    assert_int_equal(selected.fore, -1);
    assert_int_equal(selected.back, -1);
    assert_true(selected.attr & ATTR_REVERSE);
    assert_false(own.attr & ATTR_REVERSE); // still tells itself apart in a reversed row
}

static void test_nearest_colours_are_found_by_eye(void **state) {
    (void)state;
    assert_int_equal(colour_nearest(0xffffff, 16, 256), 231);
    assert_int_equal(colour_nearest(0x000000, 16, 256), 16);
    assert_int_equal(colour_nearest(0x00ff00, 0, 16), 10);
    assert_int_equal(colour_nearest(0xaf5f00, 16, 256), 130);
    for (int i = 16; i < 256; i++)
        assert_int_equal(colour_xterm(colour_nearest(colour_xterm(i), 16, 256)), colour_xterm(i));
}

// Reference values of the article that defines OKLab: D65 white, and the mid grey of equal parts.
static void test_oklab_gives_reference_values_and_comes_back(void **state) {
    (void)state;
    oklab white = colour_oklab(0xffffff), red = colour_oklab(0xff0000);
    assert_true(fabs(white.l - 1) < 1e-3 && fabs(white.a) < 1e-3 && fabs(white.b) < 1e-3);
    assert_true(fabs(red.l - 0.628) < 1e-3 && fabs(red.a - 0.225) < 1e-3 && fabs(red.b - 0.126) < 1e-3);
    for (uint32_t rgb = 0; rgb < 0x1000000; rgb += 0x01357b)
        assert_int_equal(colour_from_oklab(colour_oklab(rgb)), rgb);
    assert_true(fabs(colour_contrast(0xffffff, 0x000000) - 21) < 1e-9);
}

static void put_file(const char *directory, const char *name, const char *content) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
}

static void count(void *to, const char *name) {
    (void)name;
    ++*(int *)to;
}

static void test_users_themes_add_and_override(void **state) {
    (void)state;
    char home[] = "/tmp/plimsoll-themes-XXXXXX", path[256];
    int themes = 0;
    theme t;
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof path, "%s/themes", home);
    assert_int_equal(mkdir(path, 0700), 0);
    put_file(path, "mine.theme", "[theme]\ntitle = Mine\nbase = light\n[roles]\nup = #123456 underline 16:4\n");
    put_file(path, "dark.theme", "[theme]\nbase = dark\n[roles]\nheat_0 = #010203\n");
    put_file(path, "bad.theme", "[roles]\nup = greenish\n");
    put_file(path, "part.theme", "[roles]\nup = #00ff00\n");
    assert_int_equal(theme_find(home, "mine", &t), STATUS_OK);
    assert_string_equal(t.title, "Mine");
    assert_int_equal(t.fore[ROLE_UP].rgb, 0x123456);
    assert_int_equal(t.fore[ROLE_UP].c16, 4);
    assert_int_equal(t.fore_attr[ROLE_UP], ATTR_UNDERLINE);
    assert_int_equal(theme_find(home, "dark", &t), STATUS_OK);
    assert_int_equal(t.fore[ROLE_HEAT].rgb, 0x010203);
    assert_int_equal(theme_find(home, "bad", &t), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "bad.theme:2"));
    assert_non_null(strstr(status_message(), "greenish"));
    assert_int_equal(theme_find(home, "part", &t), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "lacks text"));
    assert_int_equal(theme_find(home, "none", &t), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "colourblind"));
    assert_int_equal(theme_find(home, "../themes/mine", &t), STATUS_NOT_FOUND);
    theme_each(home, count, &themes);
    assert_int_equal(themes, NAMES + 3);
    static const char *const files[] = {"mine.theme", "dark.theme", "bad.theme", "part.theme"};
    for (int i = 0; i < 4; i++) {
        char file[300];
        snprintf(file, sizeof file, "%s/%s", path, files[i]);
        unlink(file);
    }
    rmdir(path);
    assert_int_equal(rmdir(home), 0);
}

static void test_text_leaves_out_blanks_at_the_end(void **state) {
    (void)state;
    canvas c = canvas_new(12, 2);
    text out = {0};
    canvas_put(&c, 1, 0, ROLE_UP, "▲ 日 x");
    present_text(&c, &out);
    assert_string_equal(out.at, " ▲ 日 x\n\n");
    text_free(&out);
    canvas_free(&c);
}

static void test_ansi_sends_a_style_once_and_ends_plain(void **state) {
    (void)state;
    theme t = load("dark");
    canvas c = canvas_new(3, 1);
    text out = {0};
    canvas_put(&c, 0, 0, ROLE_WARN, "ab");
    present_ansi(&c, &t, 1 << 24, &out);
    assert_string_equal(out.at,
                        "\033[0;1;38;2;245;189;79;48;2;14;18;23mab\033[0;38;2;201;209;217;48;2;14;18;23m \033[0m\n");
    text_clear(&out);
    present_ansi(&c, &t, 256, &out);
    assert_non_null(strstr(out.at, ";38;5;"));
    text_clear(&out);
    theme mono = load("mono");
    present_ansi(&c, &mono, 2, &out);
    assert_string_equal(out.at, "\033[0;1mab\033[0m \033[0m\n");
    text_free(&out);
    canvas_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_theme_has_every_role_and_background),
        cmocka_unit_test(test_text_stands_out_on_every_background),
        cmocka_unit_test(test_no_text_vanishes_on_terminals_of_few_colours),
        cmocka_unit_test(test_gains_and_losses_differ_for_every_eye),
        cmocka_unit_test(test_monochrome_is_a_scheme_of_its_own),
        cmocka_unit_test(test_nearest_colours_are_found_by_eye),
        cmocka_unit_test(test_oklab_gives_reference_values_and_comes_back),
        cmocka_unit_test(test_users_themes_add_and_override),
        cmocka_unit_test(test_text_leaves_out_blanks_at_the_end),
        cmocka_unit_test(test_ansi_sends_a_style_once_and_ends_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
