/* SPDX-License-Identifier: MIT */
/* Proves: the meaning of a VIF, or of a unit of fixed data, is one that the tables have
 * Bound: every VIF with its extensions, every unit
 * Unwind: 1 vif_find.0:13
 */
#include "mbus.h"
#include "proof.h"

void proof(void)
{
    uint8_t vib[3];
    mw_mbus_meaning meaning;
    if (nondet_bool()) {
        const size_t bytes = any_size(1, sizeof vib);
        const uint8_t *const at = TAIL(vib, bytes);
        ASSUME(at[0] != MW_MBUS_VIF_FB || bytes >= 2);
        ASSUME(at[0] != MW_MBUS_VIF_FD || (bytes >= 2 && (at[1] != MW_MBUS_VIF_FD || bytes == 3)));
        mw_mbus_vif(at, &meaning);
    } else {
        mw_mbus_fixed_unit((uint8_t)any_size(0, 0x3F), &meaning); /* 6 bits */
    }
    PROVE(is_plain_meaning(&meaning), "a meaning");
}
