#include "src/base/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

void special_init(void) { gsl_set_error_handler_off(); }

double normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }

double normal_pdf(double x) { return gsl_ran_ugaussian_pdf(x); }

double normal_quantile(double p) { return gsl_cdf_ugaussian_Pinv(p); }

double student_quantile(double p, double degrees) { return gsl_cdf_tdist_Pinv(p, degrees); }

double student_pdf(double x, double degrees) { return gsl_ran_tdist_pdf(x, degrees); }

double chi_square_upper(double x, double degrees) { return gsl_cdf_chisq_Q(x, degrees); }
