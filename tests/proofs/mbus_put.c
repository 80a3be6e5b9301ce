/* SPDX-License-Identifier: MIT */
/* Proves: a frame is begun and ended inside its room, and is as long as it is said to be
 * Bound: room of 0 to 261 bytes, any length so far
 * Unwind: 8
 * CI: yes
 */
#define STUB_mw_mbus_checksum
#include "draft.h"
#include "proof.h"

void proof(void)
{
    const size_t size = any_size(0, sizeof room);
    mw_mbus_draft draft;
    size_t length;
    switch (nondet_int()) {
    case 0:
        mw_mbus_begin(&draft, TAIL(room, size), size, nondet_u8(), nondet_u8(), nondet_u8());
        PROVE(is_draft(&draft), "inside");
        break;
    case 1:
        mw_mbus_encode_short(nondet_u8(), nondet_u8(), TAIL(room, 5));
        break;
    default:
        draft = any_draft();
        if (mw_mbus_finish(&draft, &length) == MW_OK) {
            PROVE(length >= 9 && length <= draft.size, "inside");
        }
        break;
    }
}
