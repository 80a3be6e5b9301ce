/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

double mw_decimal_double(int64_t n, int8_t exp10)
{
    double value = (double)n;
    double scale = 1.0;
    /* Powers up to 10^22 are exact, so that one division rounds once. */
    for (int i = exp10 < 0 ? -exp10 : exp10; i > 0; i--) {
        scale *= 10.0;
    }
    return exp10 < 0 ? value / scale : value * scale;
}

double mw_reading_double(const mw_reading *reading)
{
    return mw_decimal_double(reading->n, reading->exp10);
}
