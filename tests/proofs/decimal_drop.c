/* SPDX-License-Identifier: MIT */
/* Proves: digits that are not needed are dropped, 9 at least
 * Bound: any number of 17 or 18 digits, any tolerance that can be
 * Unwind: 20
 */
#include <meterwire/core.h>

#include "proof.h"
#include "shortest.h"

void shortest_drop(shortest_value *x, uint64_t tolerance);

void proof(void)
{
    const uint64_t tolerance = nondet_u64();
    shortest_value x;
    int before;
    ASSUME(ENSURES_scale(&x) && IS_TOLERANCE(tolerance));
    before = x.exp10;
    shortest_drop(&x, tolerance);
    PROVE(ENSURES_drop(&x, before), "10 digits at most");
}
