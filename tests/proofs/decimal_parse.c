/* SPDX-License-Identifier: MIT */
/* Proves: a decimal is read up to its NUL and not beyond
 * Bound: texts of 0 to 24 characters
 * Unwind: 26
 */
#include <meterwire/core.h>

#include "proof.h"

void proof(void)
{
    char text[25];
    int64_t n;
    int8_t exp10;
    text[sizeof text - 1] = '\0';
    (void)mw_decimal_parse(TAIL(text, any_size(1, sizeof text)), &n, &exp10);
}
