#include "src/base/special.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"

// Reference values: Abramowitz and Stegun (1964), table 26.1, with more digits from the closed forms.
static void test_special_values_agree_with_the_tables(void **state) {
    (void)state;
    special_init();
    assert_near(normal_pdf(0), 0.3989422804014327, 1e-15);
    assert_near(normal_quantile(0.99), 2.3263478740408408, 1e-13);
}

static void test_special_quantile_undoes_the_distribution_in_both_tails(void **state) {
    (void)state;
    for (double p = 1e-12; p < 0.5; p *= 3) {
        assert_near(erfc(-normal_quantile(p) / sqrt(2)) / 2 / p, 1, 1e-8);
        assert_near(normal_quantile(1 - p), -normal_quantile(p), 1e-3);
    }
}

static void test_special_answers_out_of_domain_without_ending_the_program(void **state) {
    (void)state;
    special_init();
    assert_true(!isfinite(normal_quantile(0)) && !isfinite(normal_quantile(1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special_values_agree_with_the_tables),
        cmocka_unit_test(test_special_quantile_undoes_the_distribution_in_both_tails),
        cmocka_unit_test(test_special_answers_out_of_domain_without_ending_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
