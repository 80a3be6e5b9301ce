/* SPDX-License-Identifier: MIT */
/* Proves: a record of a load curve is inside its window
 * Bound: any curve within the 65536 registers, with records of 4 or more, any window; values by row_decode
 * Unwind: 1
 */
#include <meterwire/model.h>

#include "proof.h"

static uint8_t window[2 * (6 + 255 * 255)];

/* The header and the rest of a record can be anything. */
uint16_t mw_modbus_u16(const uint8_t *data, size_t i)
{
    READABLE(data + 2 * i, 2);
    return nondet_u16();
}

void mw_row_decode(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    READABLE(data, 2 * mw_row_span(row));
    __CPROVER_havoc_object(reading);
}

void proof(void)
{
    mw_load_curve curve;
    mw_curve_record record;
    ASSUME(curve.regs >= 4); /* time, incomplete, value */
    ASSUME(curve.window + mw_curve_window_regs(&curve) <= 0x10000);
    (void)mw_curve_decode(&curve, TAIL(window, 2 * mw_curve_window_regs(&curve)), nondet_unsigned(), &record);
}
