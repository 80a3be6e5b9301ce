/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#include <string.h>

/* Registers of the header. */
enum { CURVE_COUNT, CURVE_SIZE, CURVE_PERIOD, CURVE_UNIT, CURVE_NUMERATOR, CURVE_DENOMINATOR, CURVE_HEADER };

/* Registers of a record. */
enum { CURVE_TIME, CURVE_INCOMPLETE = 2, CURVE_VALUE };

unsigned mw_curve_window_regs(const mw_load_curve *curve)
{
    return CURVE_HEADER + (unsigned)curve->records * curve->regs;
}

mw_status mw_curve_decode(const mw_load_curve *curve, const uint8_t *window, unsigned index, mw_curve_record *record)
{
    const unsigned count = mw_modbus_u16(window, CURVE_COUNT);
    const unsigned at = CURVE_HEADER + index * curve->regs;
    mw_row time = {.type = MW_TYPE_SECONDS_2000, .regs = 2, .flags = MW_ROW_MOST_ABSENT};
    mw_row value = {.type = MW_TYPE_UNSIGNED, .regs = 1, .flags = MW_ROW_MOST_ABSENT};
    mw_reading stamp;
    if (count > curve->records || (count > 0 && mw_modbus_u16(window, CURVE_SIZE) != curve->regs)) {
        return MW_ERR_VALUE;
    }
    if (index >= count) {
        return MW_END;
    }
    memset(record, 0, sizeof *record);
    time.address = (uint16_t)(curve->window + at);
    value.address = (uint16_t)(time.address + CURVE_VALUE);
    value.exp10 = curve->exp10;
    value.unit = curve->unit;
    mw_row_decode(&time, window + 2 * (size_t)at, &stamp);
    mw_row_decode(&value, window + 2 * (size_t)(at + CURVE_VALUE), &record->mean);
    record->mean.id = curve->id;
    if (stamp.quality != MW_QUALITY_GOOD) {
        record->mean.quality = stamp.quality; /* a mean of no known time is of no use */
    }
    record->time = stamp.n;
    record->period_s = mw_modbus_u16(window, CURVE_PERIOD);
    record->numerator = mw_modbus_u16(window, CURVE_NUMERATOR);
    record->denominator = mw_modbus_u16(window, CURVE_DENOMINATOR);
    record->incomplete = mw_modbus_u16(window, at + CURVE_INCOMPLETE) != 0;
    return MW_OK;
}
