/* SPDX-License-Identifier: MIT */
/* Proves: the value of a record, by its meaning: every coding, every bit pattern
 * Bound: any record, any meaning; singles as they are documented, times by mbus_time, factors by mbus_scale
 * Unwind: 1 value_bcd.0:10 mw_mbus_unsigned.0:9
 */
#include "mbus.h"
#include "proof.h"

void value_scale(mw_mbus_record *record, uint32_t factor)
{
    PROVE(is_factor(factor), "a factor of the tables");
    record->n = nondet_i64();
}

mw_status mw_decimal_shortest_f32(uint32_t bits, int64_t *n, int8_t *exp10)
{
    PROVE((bits >> 23 & 0xFF) != 0xFF, "a number");
    *n = nondet_i64();
    *exp10 = nondet_i8();
    ASSUME(ENSURES_shortest_f32(*n, *exp10));
    return MW_OK;
}

void mw_mbus_time(mw_mbus_record *record, const uint8_t *data)
{
    PROVE(is_time(record), "2, 3, 4 or 6 bytes");
    READABLE(data, record->data_bytes);
    record->n = nondet_i64();
    record->kind = MW_KIND_DATE;
}

void proof(void)
{
    mw_mbus_record record = any_record();
    const unsigned coding = !is_fixed(&record) ? record.bytes[0] & 0x0Fu : nondet_bool() ? 0x4 : 0xC;
    mw_mbus_meaning meaning;
    ASSUME(is_meaning(&meaning) && is_data(&record, coding) && record.quality <= MW_QUALITY_TRUNCATED);
    mw_mbus_decode_value(&record, &meaning, coding);
    PROVE(record.kind <= MW_KIND_NONE && record.quality <= MW_QUALITY_TRUNCATED, "a value");
}
