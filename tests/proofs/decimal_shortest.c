/* SPDX-License-Identifier: MIT */
/* Proves: the shortest decimal of a single
 * Bound: every bit pattern; the digits by decimal_scale and decimal_drop
 * Unwind: 1
 */
#include <meterwire/core.h>

#include "proof.h"
#include "shortest.h"

void shortest_scale(shortest_value *x)
{
    PROVE(IS_SINGLE(x), "a single");
    x->v = nondet_u64();
    x->exp2 = nondet_int();
    x->exp10 = nondet_int();
    ASSUME(ENSURES_scale(x));
}

void shortest_drop(shortest_value *x, uint64_t tolerance)
{
    const int before = x->exp10;
    PROVE(IS_TOLERANCE(tolerance), "a tolerance");
    x->v = nondet_u64();
    x->exp10 = nondet_int();
    ASSUME(ENSURES_drop(x, before));
}

void proof(void)
{
    int64_t n;
    int8_t exp10;
    if (mw_decimal_shortest_f32(nondet_u32(), &n, &exp10) == MW_OK) {
        PROVE(ENSURES_shortest_f32(n, exp10), "10 digits at most");
    }
}
