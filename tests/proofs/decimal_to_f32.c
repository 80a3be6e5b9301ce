/* SPDX-License-Identifier: MIT */
/* Proves: a decimal as a single
 * Bound: any number, any exponent; rounding by decimal_round
 * Unwind: 42 f32_power_of_ten.0:20
 */
#include <meterwire/core.h>

#include "proof.h"

uint32_t f32_round(uint64_t quotient, uint64_t rest, uint64_t divisor, int *exponent)
{
    const uint32_t mantissa = nondet_u32();
    PROVE(divisor >= 1 && (quotient != 0 || rest != 0), "a number");
    *exponent = nondet_int();
    ASSUME(ENSURES_f32_round(mantissa, *exponent));
    return mantissa;
}

void proof(void)
{
    const int chosen = nondet_int();
    uint32_t bits;
    for (int exp10 = -20; exp10 <= 20; exp10++) { /* each on its own: powers are numbers then */
        if (exp10 == chosen) {
            (void)mw_decimal_to_f32(nondet_i64(), (int8_t)exp10, &bits);
        }
    }
}
