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
    const int64_t n = nondet_i64();
    int64_t out;
    ASSUME(from - to <= 20 && to - from <= 20);
    if (mw_decimal_rescale(n, from, to, &out) == MW_OK) {
        PROVE(n < 0 || out >= 0, "keeps its sign");
    }
}
