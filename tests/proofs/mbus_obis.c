/* SPDX-License-Identifier: MIT */
/* Proves: the OBIS code of a record
 * Bound: any record at the end of 252 bytes, any medium
 * Unwind: 1 obis_aspect.0:12 mw_mbus_modifier.0:11 obis_of_electricity.0:10 obis_of_others.0:8
 */
#include "mbus.h"

void proof(void)
{
    const mw_mbus_record record = any_record();
    mw_obis id;
    ASSUME(record.kind <= MW_KIND_NONE + 20);
    (void)mw_mbus_obis(nondet_u8(), &record, &id);
}
