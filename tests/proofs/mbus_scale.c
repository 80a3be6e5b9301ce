/* SPDX-License-Identifier: MIT */
/* Proves: a value times its factor does not overflow
 * Bound: any number, every factor of the tables
 * Unwind: 7
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

void value_scale(mw_mbus_record *record, uint32_t factor);

void proof(void)
{
    static const uint32_t factors[] = {1, 60, 3600, 86400, 41868, 244140625};
    mw_mbus_record record = any_record();
    const size_t chosen = nondet_size();
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        if (i == chosen) {
            PROVE(is_factor(factors[i]), "a factor of the tables");
            value_scale(&record, factors[i]);
        }
    }
}
