/* SPDX-License-Identifier: MIT */
/* Proves: the OBIS rules: a code has the tariff of the record, and is one of its medium
 * Bound: any record, any 10 modifiers, any medium
 * Unwind: 12
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

unsigned mw_mbus_modifier(const mw_mbus_record *record, unsigned i)
{
    const unsigned code = nondet_unsigned();
    ASSUME(is_modifier(record, i, code));
    return code;
}

void proof(void)
{
    const mw_mbus_record record = any_record();
    mw_obis id;
    if (mw_mbus_obis(nondet_u8(), &record, &id)) {
        PROVE(id.a <= 9 && id.b == 0 && id.f == 255, "a code");
        PROVE(id.e <= 63 && id.e == record.tariff, "a tariff");
        PROVE(id.a != 1 || (id.c >= 1 && id.c <= 126 && (id.d == 7 || id.d == 8)), "a code of electricity");
    }
}
