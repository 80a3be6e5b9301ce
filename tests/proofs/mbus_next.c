/* SPDX-License-Identifier: MIT */
/* Proves: one step of the iterator of records stays inside, and goes on
 * Bound: any place in the 252 bytes of a telegram; the record by mbus_record, its value by mbus_value
 * Unwind: 1
 */
#include "mbus.h"
#include "proof.h"

mw_status walk_find(mw_mbus_cursor *walk)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    ASSUME(is_found(walk, &before, status));
    return status;
}

mw_status walk_record(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    return take_any(walk, record);
}

void walk_find_layout(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const uint8_t at = walk->at;
    (void)take_any(walk, record);
    walk->at = at;
    walk->layout = MW_MBUS_LAYOUT_STANDARD + nondet_bool();
}

void mw_mbus_value(mw_mbus_record *record)
{
    PROVE(is_record(record) && is_vib(record) && is_data(record, record->bytes[0] & 0x0Fu), "a record");
    READABLE(record->bytes, record->length);
    record->n = nondet_i64();
    record->quantity = nondet_u8();
    record->unit = nondet_u8();
    record->kind = nondet_u8();
    record->quality = nondet_u8();
}

void proof(void)
{
    mw_mbus_cursor cursor = any_walk();
    const mw_mbus_cursor before = cursor;
    mw_mbus_record record;
    mw_status status;
    ASSUME(cursor.content != MW_MBUS_FIXED);
    status = mw_mbus_next(&cursor, &record);
    PROVE(is_walk(&cursor), "inside");
    PROVE(status == MW_END || cursor.at > before.at, "goes on");
    if (status == MW_OK) {
        READABLE(record.bytes, record.length);
        PROVE(record.offset + record.length <= sizeof body, "inside");
    }
}
