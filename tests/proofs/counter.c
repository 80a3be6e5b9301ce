/* SPDX-License-Identifier: MIT */
/* Proves: what a counter has counted
 * Bound: any readings, up to 3 roll-overs or an unknown number, any end; exponents by decimal_rescale
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
    const int chosen = nondet_int();
    mw_model model;
    mw_reading before;
    mw_reading after;
    int64_t n;
    int8_t exp10;
    ASSUME(model.rollover_exp10 <= INT8_MAX); /* it is an exponent */
    (void)mw_counter_rollovers(before.id);
    for (int rollovers = MW_ROLLOVERS_UNKNOWN; rollovers <= 3; rollovers++) { /* each on its own */
        if (rollovers == chosen) {
            (void)mw_counter_delta(&model, &before, &after, rollovers, &n, &exp10);
        }
    }
}
