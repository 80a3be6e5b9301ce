/* SPDX-License-Identifier: MIT */
/* Proves: modifiers leave a meaning that can be
 * Bound: any meaning of a VIF, any 10 modifiers; each by mbus_modifier
 * Unwind: 12
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
    mw_mbus_meaning meaning;
    mw_quality quality;
    ASSUME(is_plain_meaning(&meaning));
    quality = mw_mbus_modify(&record, &meaning);
    PROVE(is_meaning(&meaning), "a meaning");
    PROVE(quality <= MW_QUALITY_TRUNCATED, "a quality");
    (void)mw_mbus_has(&record, nondet_unsigned());
}
