/* SPDX-License-Identifier: MIT */
/* Places in a body of records, and records, that can be. */
#ifndef PROOF_MBUS_H
#define PROOF_MBUS_H

#include <meterwire/mbus.h>

#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

#ifndef BODY
#define BODY MW_MBUS_DATA_MAX
#endif

static uint8_t body[BODY];

static inline bool is_walk(const mw_mbus_cursor *walk)
{
    return walk->at <= walk->body_bytes && walk->index <= walk->at && walk->layout <= MW_MBUS_LAYOUT_FIELD;
}

/* Any place in a body, which is also any place in a shorter one: nothing looks back. */
static inline mw_mbus_cursor any_walk(void)
{
    mw_mbus_cursor walk;
    __CPROVER_havoc_object(body);
    __CPROVER_havoc_object(&walk);
    walk.frame = body;
    walk.body = body;
    walk.body_bytes = sizeof body;
    walk.msb_first = nondet_bool();
    walk.layout_matters = nondet_bool();
    walk.short_bcd6 = nondet_bool();
    walk.more_records = nondet_bool();
    walk.global_readout = nondet_bool();
    ASSUME(is_walk(&walk));
    return walk;
}

/* Whether the data are as long as their coding needs them. */
static inline bool is_data(const mw_mbus_record *r, unsigned coding)
{
    if (coding == MW_MBUS_LVAR) {
        return r->lvar < MW_MBUS_LVAR_BCD       ? r->data_bytes == r->lvar
               : r->lvar < MW_MBUS_LVAR_INTEGER ? r->data_bytes <= 9
                                                : r->data_bytes <= 64;
    }
    return r->data_bytes == mw_mbus_data_bytes[coding] || (coding == MW_MBUS_BCD4 && r->data_bytes == 3);
}

/* What the iterator gives, and what the functions of records take for granted. */
static inline bool is_record(const mw_mbus_record *r)
{
    const unsigned head = (unsigned)r->dib_bytes + r->vib_bytes;
    return r->dib_bytes >= 1 && r->vib_bytes >= 1 && head + r->data_bytes <= r->length && r->vife > r->dib_bytes &&
           (unsigned)r->vife + r->vife_bytes <= head && r->vife_bytes <= MW_MBUS_CHAIN_MAX &&
           (unsigned)r->unit_text + r->unit_text_bytes <= head;
}

/* Any record, at the end of the body. */
static inline mw_mbus_record any_record(void)
{
    mw_mbus_record record;
    __CPROVER_havoc_object(body);
    __CPROVER_havoc_object(&record);
    record.msb_first = nondet_bool();
    record.summer_time = nondet_bool();
    ASSUME(record.length <= sizeof body && is_record(&record));
    record.bytes = TAIL(body, record.length);
    return record;
}

static inline bool is_meaning(const mw_mbus_meaning *meaning)
{
    return meaning->factor >= 1 && meaning->factor <= 244140625 && meaning->form <= MW_MBUS_FORM_OPAQUE &&
           meaning->exp10 >= -80 && meaning->exp10 <= 80;
}

/* Steps of a walk: each stays inside, goes on unless nothing is left, and says what is wrong. */
static inline bool is_step(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, mw_status status)
{
    return walk->at >= before->at && walk->at <= before->body_bytes && walk->body_bytes == before->body_bytes &&
           (status == MW_OK ||
            (status == MW_ERR_SHORT && walk->at == walk->body_bytes && walk->error.fault != MW_MBUS_FAULT_NONE));
}

/* Going on to the next DIF: there is one, or the rest was taken. */
#define ENSURES_find(walk, before, status)                                                                             \
    ((walk)->at >= (before)->at && (walk)->at <= (before)->body_bytes && (walk)->body_bytes == (before)->body_bytes && \
     ((status) == MW_END || ((status) == MW_OK && (walk)->at < (walk)->body_bytes) ||                                  \
      ((status) == MW_ERR_UNSUPPORTED && (walk)->at > (before)->at)))

#endif
