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

/* Whether the code of the VIF is whole: behind FB, FD and FD FD there is a byte more. */
static inline bool is_vib(const mw_mbus_record *r)
{
    const uint8_t *const vib = r->bytes + r->dib_bytes;
    const unsigned bytes = vib[0] != MW_MBUS_VIF_FB && vib[0] != MW_MBUS_VIF_FD                        ? 1
                           : r->vib_bytes >= 2 && vib[0] == MW_MBUS_VIF_FD && vib[1] == MW_MBUS_VIF_FD ? 3
                                                                                                       : 2;
    return r->vib_bytes >= bytes;
}

/* A counter of fixed data: there are no DIB and VIB. */
static inline bool is_fixed(const mw_mbus_record *r)
{
    return r->dib_bytes == 0 && r->vib_bytes == 0 && r->vife == 0 && r->vife_bytes == 0 && r->unit_text == 0 &&
           r->unit_text_bytes == 0 && r->lvar == 0 && r->data_bytes == 4 && r->length == 4;
}

/* Any record, at the end of the body. */
static inline mw_mbus_record any_record(void)
{
    mw_mbus_record record;
    __CPROVER_havoc_object(body);
    __CPROVER_havoc_object(&record);
    record.msb_first = nondet_bool();
    record.summer_time = nondet_bool();
    ASSUME(record.length <= sizeof body && (is_record(&record) || is_fixed(&record)));
    record.bytes = TAIL(body, record.length);
    ASSUME(is_fixed(&record) || is_vib(&record));
    return record;
}

/* A point in time. */
static inline bool is_time(const mw_mbus_record *r)
{
    return r->data_bytes == 2 || r->data_bytes == 3 || r->data_bytes == 4 || r->data_bytes == 6;
}

/* What the numbers of the tables are multiplied with. */
static inline bool is_factor(uint32_t factor)
{
    return factor == 1 || factor == 60 || factor == 3600 || factor == 86400 || factor == 41868 || factor == 244140625;
}

/* What VIFs mean, and what modifiers can make of it: each is worth 10^-6 to 10^3. */
static inline bool has_meaning(const mw_mbus_meaning *meaning, int least, int most)
{
    return is_factor(meaning->factor) && meaning->form <= MW_MBUS_FORM_OPAQUE && meaning->exp10 >= least &&
           meaning->exp10 <= most;
}

static inline bool is_plain_meaning(const mw_mbus_meaning *meaning)
{
    return has_meaning(meaning, -12, 15);
}

static inline bool is_meaning(const mw_mbus_meaning *meaning)
{
    return has_meaning(meaning, -72, 45);
}

static inline bool is_modifier(const mw_mbus_record *record, unsigned i, unsigned code)
{
    return code == MW_MBUS_NO_MODIFIER || (i < record->vife_bytes && code <= MW_MBUS_FC + MW_MBUS_CODE);
}

/* Steps of a walk: each stays inside, goes on unless nothing is left, and says what is wrong. */
static inline bool is_step(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, mw_status status)
{
    return walk->at >= before->at && walk->at <= before->body_bytes && walk->body_bytes == before->body_bytes &&
           (status == MW_OK ||
            (status == MW_ERR_SHORT && walk->at == walk->body_bytes && walk->error.fault != MW_MBUS_FAULT_NONE));
}

/* Taking a DIB apart, or VIFEs: what else may go wrong is that they are too many. */
static inline bool is_chain(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, mw_status status,
                            mw_mbus_fault too_many)
{
    return is_step(walk, before, status) &&
           (status != MW_OK || walk->error.fault == before->error.fault || walk->error.fault == too_many);
}

static inline bool is_dib(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, const mw_mbus_record *record,
                          mw_status status)
{
    return is_chain(walk, before, status, MW_MBUS_FAULT_DIFE_COUNT) &&
           (status != MW_OK || (walk->at > before->at && record->dib_bytes == walk->at - before->at));
}

static inline bool is_vifes(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, unsigned passed, unsigned count,
                            mw_status status)
{
    return is_chain(walk, before, status, MW_MBUS_FAULT_VIFE_COUNT) &&
           (status != MW_OK || count == passed + walk->at - before->at) &&
           (count <= MW_MBUS_CHAIN_MAX || walk->error.fault != MW_MBUS_FAULT_NONE);
}

/* Do what is_dib() and is_vifes() allow, and nothing else is known of. */
static inline mw_status pass_any_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    PROVE(walk->at < walk->body_bytes, "there is a DIF");
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    record->dib_bytes = nondet_u8();
    ASSUME(is_dib(walk, &before, record, status));
    return status;
}

static inline mw_status pass_any_vifes(mw_mbus_cursor *walk, unsigned *count)
{
    const mw_mbus_cursor before = *walk;
    const unsigned passed = *count;
    const mw_status status = (mw_status)nondet_int();
    PROVE(passed <= 3, "few bytes passed so far");
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    *count = nondet_unsigned();
    ASSUME(is_vifes(walk, &before, passed, *count, status));
    return status;
}

/* Taking a record apart: it is whole; or it has too many DIFEs or VIFEs, and the next one is found all the same; or the
 * rest is passed. */
static inline bool is_taken(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, const mw_mbus_record *record,
                            mw_status status)
{
    if (walk->at <= before->at || walk->at > before->body_bytes || walk->body_bytes != before->body_bytes ||
        walk->body != before->body || walk->frame != before->frame) {
        return false;
    }
    if (status == MW_OK) {
        return record->bytes == walk->body + before->at && record->length == walk->at - before->at &&
               is_record(record) && is_vib(record) && is_data(record, walk->body[before->at] & 0x0Fu);
    }
    return walk->error.fault != MW_MBUS_FAULT_NONE &&
           (status == MW_ERR_RANGE ||
            ((status == MW_ERR_SHORT || status == MW_ERR_UNSUPPORTED) && walk->at == walk->body_bytes));
}

/* Does what is_taken() allows, and nothing else is known of. */
static inline mw_status take_any(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    PROVE(walk->at < walk->body_bytes, "there is a DIF");
    __CPROVER_havoc_object(record);
    record->bytes = walk->body + walk->at;
    record->msb_first = nondet_bool();
    record->summer_time = nondet_bool();
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    walk->layout_matters = nondet_bool();
    ASSUME(is_taken(walk, &before, record, status));
    return status;
}

/* Going on to the next DIF: that of a record is there, or the rest was taken. */
static inline bool is_found(const mw_mbus_cursor *walk, const mw_mbus_cursor *before, mw_status status)
{
    if (walk->at < before->at || walk->at > before->body_bytes || walk->body_bytes != before->body_bytes) {
        return false;
    }
    if (status == MW_OK) {
        return walk->at < walk->body_bytes && (walk->body[walk->at] & 0x0Fu) != MW_MBUS_SPECIAL;
    }
    return status == MW_END || (status == MW_ERR_UNSUPPORTED && walk->at > before->at);
}

#endif
