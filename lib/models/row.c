/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#include <string.h>

#include "row.h"

/* A float keeps this many decimals of its printed unit. */
#define FLOAT_DECIMALS       3
/* 2^-30. No reading is smaller but not 0, even in kW or kWh: such a float is an integer below 813 694 976 of a meter
 * set to integers. From there on it may be a small current or energy, and counts as a float. */
#define FLOAT_LEAST_EXPONENT 97

uint64_t mw_row_raw(const mw_row *row, const uint8_t *data)
{
    const unsigned order = row->flags & MW_ROW_ORDER;
    const unsigned bytes = 2u * row->regs;
    /* All bytes the other way round are both words and bytes the other way round. */
    const unsigned flip = order == MW_MODBUS_BADC || order == MW_MODBUS_CDAB ? 1 : 0;
    uint64_t raw = 0;
    for (unsigned i = 0; i < bytes; i++) {
        const unsigned at = (order & MW_MODBUS_CDAB) != 0 ? bytes - 1 - i : i;
        raw = raw << 8 | data[at ^ flip];
    }
    return raw;
}

static unsigned row_bits(const mw_row *row)
{
    return 16u * row->regs;
}

/* Unsigned bits in a signed type, without a conversion that is implementation-defined. */
static int64_t row_pattern(uint64_t raw)
{
    int64_t n;
    memcpy(&n, &raw, sizeof n);
    return n;
}

void mw_row_set_uncertain(mw_reading *reading, int64_t raw)
{
    mw_row_set(reading, raw, MW_QUALITY_UNCERTAIN);
    reading->exp10 = 0;
    reading->unit = MW_UNIT_NONE;
}

void mw_row_set_integer(mw_reading *reading, uint32_t raw)
{
    mw_row_set_uncertain(reading, (int64_t)raw - ((int64_t)(raw >> 31) << 32));
}

uint64_t mw_row_most(const mw_row *row, unsigned bits)
{
    const bool is_signed = row->type == MW_TYPE_SIGNED || row->type == MW_TYPE_SIGNED_RESIDUAL;
    return UINT64_MAX >> (64 - bits + (is_signed ? 1 : 0));
}

bool mw_row_is_absent(uint64_t raw, const mw_row *row, unsigned bits)
{
    return (row->flags & MW_ROW_MOST_ABSENT) != 0 && raw == mw_row_most(row, bits);
}

static void row_decode_integer(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    if (mw_row_is_absent(raw, row, row_bits(row))) {
        reading->quality = MW_QUALITY_NOT_AVAILABLE;
    } else if (row->type == MW_TYPE_SIGNED) {
        const uint64_t sign = mw_row_most(row, row_bits(row)) + 1;
        reading->n = row_pattern((raw ^ sign) - sign);
    } else if (raw > INT64_MAX) {
        reading->quality = MW_QUALITY_OVERFLOW;
    } else {
        reading->n = row_pattern(raw);
    }
}

bool mw_row_bcd(uint64_t raw, unsigned digits, int64_t *value)
{
    int64_t v = 0;
    while (digits-- > 0) {
        const unsigned digit = (unsigned)(raw >> (4 * digits)) & 15;
        if (digit > 9) {
            return false;
        }
        v = v * 10 + (int64_t)digit;
    }
    *value = v;
    return true;
}

static void row_decode_bcd(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    if (!mw_row_bcd(raw, row_bits(row) / 4, &reading->n)) {
        reading->quality = MW_QUALITY_INVALID;
    }
}

bool mw_row_is_integer(uint32_t raw)
{
    return (raw & 0x7FFFFFFF) != 0 && (raw >> 23 & 0xFF) < FLOAT_LEAST_EXPONENT;
}

static void row_decode_float(const mw_row *row, uint32_t raw, mw_reading *reading)
{
    mw_status status;
    if (mw_row_is_integer(raw)) {
        mw_row_set_integer(reading, raw);
        return;
    }
    status = mw_decimal_from_f32(raw, FLOAT_DECIMALS, &reading->n);
    reading->exp10 = (int8_t)(row->exp10 - FLOAT_DECIMALS);
    if (status != MW_OK) {
        reading->quality = status == MW_ERR_RANGE ? MW_QUALITY_OVERFLOW : MW_QUALITY_INVALID;
    }
}

/* Characters up to the first NUL, without spaces at the end; anything that is not printable is shown as '?'. */
static void row_decode_text(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    const unsigned most = MW_READING_TEXT_SIZE - 1;
    const unsigned end = 2u * row->regs;
    unsigned length = 0; /* up to the last character that is not a space */
    for (unsigned i = 0; i < end && data[i] != 0; i++) {
        const uint8_t c = data[i];
        if (i < most) {
            reading->text[i] = (char)(c >= 0x20 && c < 0x7F ? c : '?');
        }
        length = c != ' ' ? i + 1 : length;
    }
    reading->kind = MW_KIND_TEXT;
    if (length > most) {
        reading->quality = MW_QUALITY_TRUNCATED;
    } else {
        memset(reading->text + length, 0, MW_READING_TEXT_SIZE - length);
    }
}

static void row_decode_digits(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    reading->n = row_pattern(raw);
    reading->kind = MW_KIND_TEXT;
    for (unsigned i = 4u * row->regs; i-- > 0; raw >>= 4) {
        reading->text[i] = "0123456789ABCDEF"[raw & 15];
    }
}

bool mw_row_decode_common(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    uint64_t raw;
    if (row->type == MW_TYPE_TEXT && row->regs > 0) {
        row_decode_text(row, data, reading);
        return true;
    }
    if (row->regs < 1 || row->regs > ROW_NUMBER_REGS) {
        return false;
    }
    raw = mw_row_raw(row, data);
    switch ((mw_type)row->type) {
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
        row_decode_integer(row, raw, reading);
        break;
    case MW_TYPE_FLOAT:
        row_decode_float(row, (uint32_t)raw, reading);
        break;
    case MW_TYPE_BCD:
        row_decode_bcd(row, raw, reading);
        break;
    case MW_TYPE_DIGITS:
        row_decode_digits(row, raw, reading);
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        reading->n = row_pattern(raw);
        break;
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
    case MW_TYPE_VERSION:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RAW:
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
    case MW_TYPE_SECONDS_2000:
    case MW_TYPE_CLOCK:
    default:
        return false;
    }
    return true;
}

void mw_row_begin(const mw_row *row, mw_reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->id = mw_row_id(row);
    reading->exp10 = row->exp10;
    reading->unit = row->unit;
    reading->source = row->address;
}

void mw_row_decode_by(mw_row_decoder rare, const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row_begin(row, reading);
    if (!mw_row_decode_common(row, data, reading)) {
        reading->quality = MW_QUALITY_INVALID; /* until it is found to be something else */
        if (rare != NULL) {
            rare(row, data, reading);
        }
    }
    if ((row->flags & MW_ROW_ZERO_ABSENT) != 0 && reading->kind == MW_KIND_NUMBER &&
        reading->quality == MW_QUALITY_GOOD && reading->n == 0) {
        reading->quality = MW_QUALITY_NOT_AVAILABLE;
    }
}
