// Special functions, the only file that knows GSL. Pure.
#pragma once

void special_init(void); // once, at start: GSL must not abort
double normal_cdf(double x);
double normal_pdf(double x);
double normal_quantile(double p); // 0 < p < 1
double student_quantile(double p, double degrees);
double student_pdf(double x, double degrees);
double chi_square_upper(double x, double degrees); // P(X > x)
