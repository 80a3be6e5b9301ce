/* SPDX-License-Identifier: MIT */
/* Types of the WAGO meters. */
#include <meterwire/modbus.h>

#include "row.h"

#define VERSION_DECIMALS 2
#define CT_MOST          9999

static void row_decode_version(uint32_t raw, mw_reading *reading)
{
    int64_t n;
    reading->kind = MW_KIND_TEXT;
    if (!mw_row_is_integer(raw) && mw_decimal_from_f32(raw, VERSION_DECIMALS, &n) == MW_OK &&
        mw_decimal_text(n, -VERSION_DECIMALS, reading->text, sizeof reading->text) < sizeof reading->text) {
        reading->quality = MW_QUALITY_GOOD;
    }
}

/* A digit above 9 is binary, a number above 9999 decimal; with a secondary current of 5 A the primary current is a
 * multiple of 5. */
mw_ct_coding mw_ct_coding_of(unsigned raw, unsigned secondary, int64_t *primary)
{
    const bool decimal = mw_row_bcd(raw, 4, primary);
    const bool binary = raw <= CT_MOST;
    const bool binary_fits = raw % 5 == 0;
    if (decimal && binary && (secondary != 5 || ((unsigned)*primary % 5 == 0) == binary_fits)) {
        return MW_CT_UNKNOWN;
    }
    if (decimal && !(binary && binary_fits)) {
        return MW_CT_DECIMAL;
    }
    *primary = raw;
    return binary ? MW_CT_BINARY : MW_CT_INVALID;
}

/* What may be both is uncertain, unless it is the same number. */
static void row_decode_ct(unsigned raw, unsigned secondary, mw_reading *reading)
{
    const mw_ct_coding coding = mw_ct_coding_of(raw, secondary, &reading->n);
    if (coding == MW_CT_UNKNOWN && (unsigned)reading->n != raw) {
        mw_row_set_uncertain(reading, raw);
    } else if (coding != MW_CT_INVALID) {
        reading->quality = MW_QUALITY_GOOD;
    }
}

void mw_row_decode_wago(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    if (row->regs < 1 || row->regs > ROW_NUMBER_REGS) {
        return;
    }
    if (row->type == MW_TYPE_VERSION) {
        row_decode_version((uint32_t)mw_row_raw(row, data), reading);
    } else if (row->type == MW_TYPE_CT_RATIO) {
        row_decode_ct((uint16_t)mw_row_raw(row, data), mw_modbus_u16(data, 1), reading);
    }
}

void mw_row_decode_wago_ct(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row_decode_wago(row, data, reading);
    mw_row_decode_words(row, data, reading);
}
