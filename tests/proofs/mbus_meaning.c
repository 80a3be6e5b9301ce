/* SPDX-License-Identifier: MIT */
/* Proves: meaning, modifiers and value of a record go together
 * Bound: any record; each by mbus_vif, mbus_modify, mbus_value
 * Unwind: 1
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning)
{
    READABLE(vib, vib[0] == MW_MBUS_VIF_FB ? 2 : vib[0] != MW_MBUS_VIF_FD ? 1 : vib[1] == MW_MBUS_VIF_FD ? 3 : 2);
    __CPROVER_havoc_object(meaning);
    ASSUME(is_plain_meaning(meaning));
}

mw_quality mw_mbus_modify(const mw_mbus_record *record, mw_mbus_meaning *meaning)
{
    PROVE(is_record(record) && is_plain_meaning(meaning), "a record and a meaning");
    __CPROVER_havoc_object(meaning);
    ASSUME(is_meaning(meaning));
    return (mw_quality)any_size(0, MW_QUALITY_TRUNCATED);
}

void mw_mbus_decode_value(mw_mbus_record *record, const mw_mbus_meaning *meaning, unsigned coding)
{
    PROVE(is_meaning(meaning) && is_data(record, coding) && record->quality <= MW_QUALITY_TRUNCATED, "a meaning");
    record->kind = MW_KIND_NONE;
}

void proof(void)
{
    mw_mbus_record record = any_record();
    ASSUME(is_record(&record) && is_data(&record, record.bytes[0] & 0x0Fu) && record.quality == MW_QUALITY_GOOD);
    mw_mbus_value(&record);
    PROVE(record.kind == MW_KIND_NONE, "decoded");
}
