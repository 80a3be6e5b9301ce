/* SPDX-License-Identifier: MIT */
/* Proves: a text under construction stays inside its buffer, and is copied only where it fits
 * Bound: a draft with room for it; decimal numbers of up to 6 digits, hexadecimal ones of 16; room of 0 to 64 bytes
 * Unwind: 1 text_number.0:17 text_number.1:21 text_number.2:17
 */
#include <meterwire/core.h>

#include "../../lib/core/text.h"
#include "proof.h"

void proof(void)
{
    char room[MW_TEXT_DRAFT_SIZE];
    const size_t size = any_size(0, sizeof room);
    mw_text_draft draft;
    size_t before;
    ASSUME(draft.length <= sizeof draft.chars - 20);
    before = draft.length;
    switch (nondet_int()) {
    case 0:
        mw_text_char(&draft, 'x');
        PROVE(draft.length == before + 1, "counted");
        break;
    case 1:
        mw_text_unsigned(&draft, any_size(0, 999999), (unsigned)any_size(0, 20));
        PROVE(draft.length > before && draft.length <= before + 20, "counted");
        break;
    case 2:
        mw_text_hex(&draft, nondet_u64(), (unsigned)any_size(0, 16));
        PROVE(draft.length > before && draft.length <= before + 16, "counted");
        break;
    default:
        (void)mw_text_finish(&draft, TAIL(room, size), size);
        break;
    }
}
