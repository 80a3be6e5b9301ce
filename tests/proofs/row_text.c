/* SPDX-License-Identifier: MIT */
/* Proves: texts and digits of register rows, decoded and encoded
 * Bound: texts of up to 10 registers, any characters
 * Unwind: 21 row_decode_digits.0:17 mw_row_raw.0:9
 */
#include <meterwire/model.h>

#include "proof.h"

#define REGS 10

mw_status mw_decimal_parse(const char *text, int64_t *n, int8_t *exp10)
{
    READABLE(text, 1);
    *n = nondet_i64();
    *exp10 = nondet_i8();
    return nondet_bool() ? MW_OK : MW_ERR_VALUE;
}

mw_status mw_decimal_to_f32(int64_t n, int8_t exp10, uint32_t *bits)
{
    (void)n, (void)exp10;
    *bits = nondet_u32();
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

void proof(void)
{
    uint8_t registers[2 * REGS];
    mw_row row;
    mw_reading reading;
    ASSUME(row.regs <= REGS);
    if (nondet_bool()) {
        ASSUME(row.type == MW_TYPE_TEXT || row.type == MW_TYPE_TEXT_LOW);
        mw_row_decode(&row, TAIL(registers, 2 * row.regs), &reading);
        PROVE(reading.text[MW_READING_TEXT_SIZE - 1] == '\0', "ends");
    } else {
        ASSUME(row.type == MW_TYPE_TEXT || row.type == MW_TYPE_TEXT_LOW || row.type == MW_TYPE_VERSION ||
               row.type == MW_TYPE_DIGITS || row.type == MW_TYPE_RAW);
        reading.text[MW_READING_TEXT_SIZE - 1] = '\0';
        (void)mw_row_encode(&row, &reading, TAIL(registers, 2 * row.regs));
    }
}
