/* SPDX-License-Identifier: MIT */
/* Proves: what a VIF and its modifiers mean; values find a factor and exponent they can use
 * Bound: any record at the end of 252 bytes
 * Unwind: 1 vif_find.0:10 mw_mbus_modifier.0:11 mw_mbus_modify.0:12
 */
#include "mbus.h"

void proof(void)
{
    mw_mbus_record record = any_record();
    mw_mbus_meaning meaning;
    ASSUME(record.vib_bytes >= 3 || (record.bytes[record.dib_bytes] != MW_MBUS_VIF_FD && record.bytes[record.dib_bytes] != MW_MBUS_VIF_FB));
    mw_mbus_vif(record.bytes + record.dib_bytes, &meaning);
    record.quantity = meaning.quantity;
    (void)mw_mbus_modify(&record, &meaning);
    PROVE(is_meaning(&meaning), "a meaning");
}
