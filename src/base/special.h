// Special functions, the only file that knows GSL. Pure.
#pragma once

void special_init(void); // once, at start: GSL must not abort
double normal_pdf(double x);
double normal_quantile(double p); // 0 < p < 1
