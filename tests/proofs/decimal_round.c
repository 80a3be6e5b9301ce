/* SPDX-License-Identifier: MIT */
/* Proves: the 24 bits of a quotient: a mantissa and an exponent that a single can have
 * Bound: every quotient, every rest, divisors of up to 10^18
 * Unwind: 85
 */
#include <meterwire/core.h>

#include "proof.h"

uint32_t f32_round(uint64_t quotient, uint64_t rest, uint64_t divisor, int *exponent);

void proof(void)
{
    const uint64_t quotient = nondet_u64();
    const uint64_t rest = nondet_u64();
    const uint64_t divisor = nondet_u64();
    int exponent;
    uint32_t mantissa;
    ASSUME(divisor <= UINT64_C(1000000000000000000) && rest < divisor && (quotient != 0 || rest != 0));
    mantissa = f32_round(quotient, rest, divisor, &exponent);
    PROVE(ENSURES_f32_round(mantissa, exponent), "a mantissa and an exponent");
}
