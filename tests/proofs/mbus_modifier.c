/* SPDX-License-Identifier: MIT */
/* Proves: modifiers are found inside the record
 * Bound: any record, any modifier of it
 * Unwind: 11
 */
#include "mbus.h"
#include "proof.h"

void proof(void)
{
    const mw_mbus_record record = any_record();
    const unsigned i = nondet_unsigned();
    const unsigned code = mw_mbus_modifier(&record, i);
    PROVE(is_modifier(&record, i, code), "a modifier, or none");
}
