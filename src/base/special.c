#include "src/base/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

void special_init(void) { gsl_set_error_handler_off(); }

double normal_pdf(double x) { return gsl_ran_ugaussian_pdf(x); }

double normal_quantile(double p) { return gsl_cdf_ugaussian_Pinv(p); }
