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

/* As many bytes more, or an error, which stays; there is no space only where they do not fit. */
static inline bool is_put(const mw_mbus_draft *draft, const mw_mbus_draft *before, size_t count)
{
    if (!is_draft(draft) || draft->frame != before->frame || draft->size != before->size ||
        draft->length < before->length) {
        return false;
    }
    if (before->status != MW_OK) {
        return draft->status == before->status;
    }
    return draft->status == MW_OK          ? draft->length == before->length + count
           : draft->status == MW_ERR_SPACE ? before->length + count + 2 > before->size
                                           : true;
}

/* Puts any content; what it is, does not matter. */
static inline void put_any_bytes(mw_mbus_draft *draft, size_t count)
{
    const mw_mbus_draft before = *draft;
    PROVE(is_draft(draft), "a draft");
    draft->length = nondet_u16();
    draft->status = nondet_i8();
    ASSUME(is_put(draft, &before, count));
}

static inline void put_any(mw_mbus_draft *draft, const uint8_t *bytes, size_t count)
{
    READABLE(bytes, count);
    put_any_bytes(draft, count);
}

/* Bytes of a record with a number: head, and data as the DIF says. */
static inline size_t integer_bytes(const uint8_t *head, size_t head_bytes)
{
    return head_bytes + mw_mbus_data_bytes[head[0] & 0x0Fu];
}

#endif
