/* SPDX-License-Identifier: MIT */
/* Proves: DIB and VIB that stand alone
 * Bound: 0 to 252 bytes; DIFEs and VIFEs by mbus_dib, mbus_vifes
 * Unwind: 1 walk_code.0:3
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    return pass_any_dib(walk, record);
}

mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count)
{
    (void)byte;
    return pass_any_vifes(walk, count);
}

void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning)
{
    READABLE(vib, vib[0] == MW_MBUS_VIF_FB ? 2 : vib[0] != MW_MBUS_VIF_FD ? 1 : vib[1] == MW_MBUS_VIF_FD ? 3 : 2);
    __CPROVER_havoc_object(meaning);
    ASSUME(is_plain_meaning(meaning));
}

mw_quality mw_mbus_modify(const mw_mbus_record *record, mw_mbus_meaning *meaning)
{
    PROVE(record->vife_bytes <= MW_MBUS_CHAIN_MAX, "not too many");
    PROVE(is_plain_meaning(meaning), "a meaning");
    READABLE(record->bytes + record->vife, record->vife_bytes);
    __CPROVER_havoc_object(meaning);
    ASSUME(is_meaning(meaning));
    return MW_QUALITY_GOOD;
}

void proof(void)
{
    const size_t bytes = any_size(0, sizeof body);
    mw_mbus_meaning meaning;
    if (mw_mbus_head(TAIL(body, bytes), bytes, &meaning) == MW_OK) {
        PROVE(bytes > 0 && (TAIL(body, bytes)[0] & 0x0Fu) != MW_MBUS_SPECIAL, "a DIF of data");
        PROVE(is_meaning(&meaning), "a meaning");
    }
}
