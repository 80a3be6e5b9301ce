/* SPDX-License-Identifier: MIT */
/* Proves: values of every coding and form, but the digits of a float
 * Bound: any record at the end of 252 bytes
 * Unwind: 1 mw_mbus_unsigned.0:9 value_bcd.0:10 mw_mbus_time.0:7
 */
#include "mbus.h"

mw_status mw_decimal_shortest_f32(uint32_t bits, int64_t *n, int8_t *exp10)
{
    (void)bits;
    *n = nondet_i64();
    *exp10 = nondet_i8();
    ASSUME(*n >= -999999999 && *n <= 999999999 && *exp10 >= -45 && *exp10 <= 38);
    return MW_OK;
}

void proof(void)
{
    mw_mbus_record record = any_record();
    mw_mbus_meaning meaning;
    const unsigned coding = (unsigned)any_size(0, 15);
    ASSUME(is_meaning(&meaning) && coding != MW_MBUS_SPECIAL && is_data(&record, coding));
    record.n = 0;
    mw_mbus_decode_value(&record, &meaning, coding);
}
