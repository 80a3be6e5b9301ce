/* SPDX-License-Identifier: MIT */
/* Proves: every type of register row, sound or not
 * Bound: any row but texts, floats with an exponent from -125 on, any registers; floats by decimal_f32
 * Unwind: 1 mw_row_raw.0:9 mw_row_bcd.0:17 row_decode_clock.0:7 row_decode_digits.0:17 mw_row_decode_words.0:5
 */
#include <meterwire/model.h>

#include "../../lib/models/row.h"
#include "proof.h"

mw_status mw_decimal_from_f32(uint32_t bits, unsigned decimals, int64_t *n)
{
    const mw_status status = (mw_status)nondet_int();
    (void)bits;
    PROVE(decimals <= 9, "as it is documented");
    *n = status == MW_OK ? nondet_i64() : *n;
    return status;
}

size_t mw_decimal_text(int64_t n, int8_t exp10, char *out, size_t size)
{
    (void)n, (void)exp10;
    WRITABLE(out, size);
    return nondet_size();
}

void proof(void)
{
    uint8_t registers[2 * ROW_CLOCK_REGS];
    mw_row row;
    mw_reading reading;
    const unsigned regs = mw_row_span(&row);
    ASSUME(row.type != MW_TYPE_TEXT && row.type != MW_TYPE_TEXT_LOW);
    ASSUME(row.type != MW_TYPE_FLOAT || row.exp10 >= INT8_MIN + 3); /* as it is documented */
    /* With more registers it is of no type, and nothing is read. */
    mw_row_decode(&row, TAIL(registers, regs <= ROW_CLOCK_REGS ? 2 * regs : 0), &reading);
    PROVE(reading.quality <= MW_QUALITY_TRUNCATED, "a quality");
}
