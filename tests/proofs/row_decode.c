/* SPDX-License-Identifier: MIT */
/* Proves: every type of register row, sound or not
 * Bound: any row but texts, exponent from -125 on, any registers
 * Unwind: 1 row_raw.0:5 row_from_bcd.0:17 row_decode_clock.0:7 row_decode_words.0:5 text_number.0:17 text_number.1:17
 * text_number.2:21 f32_power_of_ten.0:4 memcpy.0:1
 */
#include <meterwire/model.h>

#include "../../lib/models/row.h"
#include "proof.h"

void proof(void)
{
    uint8_t registers[2 * 6];
    mw_row row;
    mw_reading reading;
    ASSUME(row.type != MW_TYPE_TEXT && row.type != MW_TYPE_TEXT_LOW && row.type != MW_TYPE_VERSION);
    ASSUME(row.exp10 >= INT8_MIN + 3); /* a float has three decimals more */
    ASSUME(row.regs <= 125 && (row.type <= MW_TYPE_CLOCK || !mw_row_is_sound(&row) || row.regs <= 6));
    mw_row_decode(&row, registers + sizeof registers - 2 * (mw_row_is_sound(&row) ? mw_row_span(&row) : 0), &reading);
    PROVE(reading.quality <= MW_QUALITY_TRUNCATED, "a quality");
}
