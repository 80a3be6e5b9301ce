/* SPDX-License-Identifier: MIT */
/* Proves: powers of two are traded for powers of ten, to a number of 17 or 18 digits
 * Bound: every mantissa, every exponent of a single
 * Unwind: 61 shortest_scale.0:61 shortest_scale.1:36 shortest_scale.2:70
 */
#include <meterwire/core.h>

#include "proof.h"
#include "shortest.h"

void shortest_scale(shortest_value *x);

void proof(void)
{
    shortest_value x;
    ASSUME(IS_SINGLE(&x));
    shortest_scale(&x);
    PROVE(ENSURES_scale(&x), "17 or 18 digits");
}
