/* SPDX-License-Identifier: MIT */
/* Proves: numbers in units of the last digit that is sent, and as singles
 * Bound: any number, any meaning, exponents that differ by up to 20; decimals may become anything
 * Unwind: 1 encode_real.0:40
 */
#include "mbus.h"
#include "proof.h"

mw_status encode_scaled(const mw_mbus_meaning *meaning, unsigned coding, const mw_reading *reading, uint64_t *raw);

mw_status encode_number(const mw_mbus_meaning *meaning, unsigned coding, int64_t n, uint64_t *raw)
{
    (void)meaning, (void)coding, (void)n;
    *raw = nondet_u64();
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

mw_status mw_decimal_rescale(int64_t n, int8_t from, int8_t to, int64_t *out)
{
    (void)n, (void)from, (void)to;
    *out = nondet_i64();
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

mw_status mw_decimal_to_f32(int64_t n, int8_t exp10, uint32_t *bits)
{
    (void)n, (void)exp10;
    *bits = nondet_u32();
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

void proof(void)
{
    mw_mbus_meaning meaning;
    mw_reading reading;
    uint64_t raw;
    ASSUME(is_meaning(&meaning) && reading.exp10 - meaning.exp10 <= 20);
    (void)encode_scaled(&meaning, nondet_unsigned(), &reading, &raw);
}
