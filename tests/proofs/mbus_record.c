/* SPDX-License-Identifier: MIT */
/* Proves: one step of the iterator of records; what it gives is inside
 * Bound: any place in 252 bytes; what repeats by mbus_find, mbus_dib, mbus_vifes
 * Unwind: 1 walk_code.0:3
 */
#include "mbus.h"
#include "proof.h"

mw_status walk_find(mw_mbus_cursor *walk)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    walk->at = nondet_u8();
    ASSUME(ENSURES_find(walk, &before, status));
    return status;
}

mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    PROVE(walk->at < walk->body_bytes, "there is a byte");
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    ASSUME(status != MW_OK || walk->error.fault == before.error.fault || walk->error.fault == MW_MBUS_FAULT_DIFE_COUNT);
    record->dib_bytes = nondet_u8();
    ASSUME(is_step(walk, &before, status));
    ASSUME(status != MW_OK || (walk->at > before.at && record->dib_bytes == walk->at - before.at));
    return status;
}

mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    const unsigned passed = *count;
    (void)byte;
    PROVE(*count <= 3, "as many as were passed");
    walk->at = nondet_u8();
    *count = nondet_unsigned();
    walk->error.fault = nondet_u8();
    ASSUME(status != MW_OK || walk->error.fault == before.error.fault || walk->error.fault == MW_MBUS_FAULT_VIFE_COUNT);
    ASSUME(is_step(walk, &before, status));
    ASSUME(status != MW_OK || *count == passed + walk->at - before.at);
    ASSUME(*count <= MW_MBUS_CHAIN_MAX || walk->error.fault != MW_MBUS_FAULT_NONE);
    return status;
}

void walk_find_layout(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    (void)record;
    walk->layout = nondet_bool() ? MW_MBUS_LAYOUT_STANDARD : MW_MBUS_LAYOUT_FIELD;
}

void mw_mbus_value(mw_mbus_record *record)
{
    READABLE(record->bytes, record->length);
    PROVE(is_record(record) && is_data(record, record->bytes[0] & 0x0Fu), "a record");
}

void proof(void)
{
    mw_mbus_cursor cursor = any_walk();
    mw_mbus_record record;
    const mw_mbus_cursor before = cursor;
    mw_status status;
    ASSUME(cursor.content != MW_MBUS_FIXED);
    status = mw_mbus_next(&cursor, &record);
    PROVE(is_walk(&cursor), "inside");
    PROVE(status == MW_END || cursor.at > before.at, "goes on");
}
