/* SPDX-License-Identifier: MIT */
/* Proves: a decimal with another exponent
 * Bound: any number, exponents that differ by up to 20
 * Unwind: 21
 */
#include <meterwire/core.h>

#include "proof.h"

void proof(void)
{
    const int8_t from = nondet_i8();
    const int8_t to = nondet_i8();
    int64_t n;
    ASSUME(from - to <= 20 && to - from <= 20);
    (void)mw_decimal_rescale(nondet_i64(), from, to, &n);
}
