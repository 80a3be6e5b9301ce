/* SPDX-License-Identifier: MIT */
/* Frames under construction that can be. */
#ifndef PROOF_DRAFT_H
#define PROOF_DRAFT_H

#include <meterwire/mbus.h>

#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

static uint8_t room[MW_MBUS_FRAME_MAX];

/* Behind the front there is place for checksum and stop, unless something went wrong. */
static inline bool is_draft(const mw_mbus_draft *draft)
{
    return draft->size <= MW_MBUS_FRAME_MAX && draft->status <= MW_OK &&
           (draft->status != MW_OK || (draft->length >= 7 && draft->length + 2u <= draft->size));
}

/* Any draft, in any room. */
static inline mw_mbus_draft any_draft(void)
{
    mw_mbus_draft draft;
    ASSUME(is_draft(&draft));
    draft.frame = TAIL(room, draft.size);
    return draft;
}

static inline bool is_put(const mw_mbus_draft *draft, const mw_mbus_draft *before, size_t count)
{
    return is_draft(draft) && draft->frame == before->frame && draft->size == before->size &&
           draft->length >= before->length &&
           (draft->status != MW_OK || (before->status == MW_OK && draft->length == before->length + count));
}

/* Puts any content; what it is, does not matter. */
static inline void put_any(mw_mbus_draft *draft, const uint8_t *bytes, size_t count)
{
    const mw_mbus_draft before = *draft;
    READABLE(bytes, count);
    PROVE(is_draft(draft), "a draft");
    draft->length = nondet_u16();
    draft->status = nondet_i8();
    ASSUME(is_put(draft, &before, count));
}

#endif
