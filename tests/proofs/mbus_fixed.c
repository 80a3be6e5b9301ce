/* SPDX-License-Identifier: MIT */
/* Proves: one step of the counters of fixed data
 * Bound: any status, units and counters; the value by mbus_value
 * Unwind: 1 memset.0:1
 * CI: yes
 */
#define BODY 8
#include "mbus.h"
#include "proof.h"

void mw_mbus_fixed_unit(uint8_t unit, mw_mbus_meaning *meaning)
{
    PROVE(unit <= 0x3F, "6 bits");
    __CPROVER_havoc_object(meaning);
    ASSUME(is_plain_meaning(meaning));
}

void mw_mbus_decode_value(mw_mbus_record *record, const mw_mbus_meaning *meaning, unsigned coding)
{
    PROVE(is_meaning(meaning) && is_data(record, coding), "a meaning, and data for the coding");
    READABLE(record->bytes, record->length);
    PROVE(record->data_bytes <= record->length, "inside");
    record->n = nondet_i64();
}

void proof(void)
{
    mw_mbus_cursor cursor = any_walk();
    mw_mbus_record record;
    const uint8_t index = nondet_u8();
    mw_status status;
    cursor.content = MW_MBUS_FIXED;
    cursor.index = index;
    status = mw_mbus_next(&cursor, &record);
    PROVE(status == (index < 2 ? MW_OK : MW_END), "two counters");
    PROVE(status != MW_OK || is_fixed(&record), "a record of fixed data");
    PROVE(cursor.index == index + (status == MW_OK ? 1 : 0), "goes on");
}
