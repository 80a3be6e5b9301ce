/* SPDX-License-Identifier: MIT */
/* Proves: a single as a decimal of so many digits behind the point
 * Bound: every bit pattern, every number of decimals
 * Unwind: 12 mw_decimal_from_f32.0:10 mw_decimal_from_f32.1:64
 */
#include <meterwire/core.h>

#include "proof.h"

void proof(void)
{
    const unsigned chosen = nondet_unsigned();
    int64_t n;
    for (unsigned decimals = 0; decimals <= 10; decimals++) {
        if (decimals == chosen) {
            (void)mw_decimal_from_f32(nondet_u32(), decimals, &n);
        }
    }
}
