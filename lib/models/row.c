/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#include <string.h>

#include "../core/calendar.h"
#include "row.h"

/* A float keeps this many decimals of its printed unit. */
#define FLOAT_DECIMALS       3
#define VERSION_DECIMALS     2
/* 2^-30. No reading is smaller but not 0, even in kW or kWh: such a float is an integer below 813 694 976 of a meter
 * set to integers. From there on it may be a small current or energy, and counts as a float. */
#define FLOAT_LEAST_EXPONENT 97
#define CT_MOST              9999

unsigned mw_row_span(const mw_row *row)
{
    return row->type == MW_TYPE_CT_RATIO ? row->regs + 1u : row->regs;
}

/* The registers as one number in the maker's word order. */
static uint64_t row_raw(const mw_row *row, const uint8_t *data)
{
    const mw_modbus_order order = (mw_modbus_order)(row->flags & MW_ROW_ORDER);
    uint64_t raw = 0;
    for (unsigned i = 0; i < row->regs; i++) {
        const unsigned at = (order & MW_MODBUS_CDAB) != 0 ? row->regs - 1u - i : i;
        const uint16_t word = mw_modbus_u16(data, at);
        raw = raw << 16 | ((order & MW_MODBUS_BADC) != 0 ? (uint16_t)((unsigned)word << 8 | word >> 8) : word);
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

static void row_set(mw_reading *reading, int64_t n, uint8_t quality)
{
    reading->n = n;
    reading->quality = quality;
}

/* A number whose meaning cannot be told: given as it is. */
static void row_set_uncertain(mw_reading *reading, int64_t raw)
{
    row_set(reading, raw, MW_QUALITY_UNCERTAIN);
    reading->exp10 = 0;
    reading->unit = MW_UNIT_NONE;
}

/* Two's complement of so many bits. */
static int64_t row_signed(uint64_t raw, unsigned bits)
{
    const uint64_t sign = (uint64_t)1 << (bits - 1);
    return row_pattern((raw ^ sign) - sign);
}

/* Whether a number of the row, with so many bits, is the pattern for "not available". */
static bool row_is_absent(const mw_row *row, uint64_t raw, unsigned bits)
{
    return (row->flags & MW_ROW_MOST_ABSENT) != 0 && raw == mw_row_most(row, bits);
}

static void row_decode_signed(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    row_set(reading, row_signed(raw, row_bits(row)),
            row_is_absent(row, raw, row_bits(row)) ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_GOOD);
}

static void row_decode_unsigned(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    if (row_is_absent(row, raw, row_bits(row))) {
        row_set(reading, 0, MW_QUALITY_NOT_AVAILABLE);
    } else if (raw > INT64_MAX) {
        row_set(reading, 0, MW_QUALITY_OVERFLOW);
    } else {
        row_set(reading, (int64_t)raw, MW_QUALITY_GOOD);
    }
}

/* Packed decimal digits; false when one is none. */
static bool row_from_bcd(uint64_t raw, unsigned digits, int64_t *value)
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
    int64_t value = 0;
    const bool good = row_from_bcd(raw, row_bits(row) / 4, &value);
    row_set(reading, value, good ? MW_QUALITY_GOOD : MW_QUALITY_INVALID);
}

/* A pattern that is no float of a meter, but an integer of 32 bits. */
static bool row_is_integer(uint32_t raw)
{
    return (raw & 0x7FFFFFFF) != 0 && (raw >> 23 & 0xFF) < FLOAT_LEAST_EXPONENT;
}

static void row_decode_float(const mw_row *row, uint32_t raw, mw_reading *reading)
{
    int64_t n = 0;
    const mw_status status = mw_decimal_from_f32(raw, FLOAT_DECIMALS, &n);
    reading->exp10 = (int8_t)(row->exp10 - FLOAT_DECIMALS);
    if (row_is_integer(raw)) {
        row_set_uncertain(reading, (int64_t)raw - ((int64_t)(raw >> 31) << 32));
    } else if (status == MW_OK) {
        row_set(reading, n, MW_QUALITY_GOOD);
    } else {
        row_set(reading, 0, status == MW_ERR_RANGE ? MW_QUALITY_OVERFLOW : MW_QUALITY_INVALID);
    }
}

static void row_decode_version(uint32_t raw, mw_reading *reading)
{
    int64_t n = 0;
    const mw_status status = mw_decimal_from_f32(raw, VERSION_DECIMALS, &n);
    reading->kind = MW_KIND_TEXT;
    if (row_is_integer(raw) || status != MW_OK ||
        mw_decimal_text(n, -VERSION_DECIMALS, reading->text, sizeof reading->text) >= sizeof reading->text) {
        reading->quality = MW_QUALITY_INVALID;
    }
}

/* Binary or packed decimal? A digit above 9 is binary, a number above 9999 decimal; with a secondary current of 5 A the
 * primary current is a multiple of 5. What is still both is uncertain. */
static void row_decode_ct(uint16_t raw, uint16_t secondary, mw_reading *reading)
{
    int64_t decimal = 0;
    const bool may_be_decimal = row_from_bcd(raw, 4, &decimal);
    const bool may_be_binary = raw <= CT_MOST;
    if (may_be_decimal && may_be_binary && decimal != raw) {
        const bool decimal_fits = decimal % 5 == 0;
        const bool binary_fits = raw % 5 == 0;
        if (secondary != 5 || decimal_fits == binary_fits) {
            row_set_uncertain(reading, raw);
        } else {
            row_set(reading, decimal_fits ? decimal : raw, MW_QUALITY_GOOD);
        }
    } else if (may_be_decimal || may_be_binary) {
        row_set(reading, may_be_decimal ? decimal : raw, MW_QUALITY_GOOD);
    } else {
        row_set(reading, 0, MW_QUALITY_INVALID);
    }
}

static void row_decode_residual(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    const uint64_t whole = raw >> 16;
    const uint64_t rest = raw & 0xFFFF;
    const bool is_signed = row->type == MW_TYPE_SIGNED_RESIDUAL;
    const int64_t n = is_signed ? row_signed(rest, 16) : (int64_t)rest;
    const bool ones = raw == (UINT64_MAX >> 16) && (row->flags & MW_ROW_MOST_ABSENT) != 0; /* whatever the sign */
    if (ones || row_is_absent(row, whole, 32) || row_is_absent(row, rest, 16)) {
        row_set(reading, 0, MW_QUALITY_NOT_AVAILABLE);
    } else if (n >= ROW_RESIDUAL || n <= -ROW_RESIDUAL) {
        row_set(reading, 0, MW_QUALITY_INVALID);
    } else {
        row_set(reading, (is_signed ? row_signed(whole, 32) : (int64_t)whole) * ROW_RESIDUAL + n, MW_QUALITY_GOOD);
    }
}

static void row_decode_seconds(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    reading->kind = MW_KIND_DATETIME;
    row_set(reading, ROW_SECONDS_TO_2000 + (int64_t)raw,
            row_is_absent(row, raw, 32) ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_GOOD);
}

/* Whether it is a date: the one of its day is the same again. */
static bool row_is_date(const uint16_t *words, int32_t *days)
{
    mw_calendar date;
    mw_calendar same;
    if (words[0] < 1 || words[0] > 31 || words[1] < 1 || words[1] > 12 || words[2] < 1 || words[2] > 9999) {
        return false;
    }
    date.day = (uint8_t)words[0];
    date.month = (uint8_t)words[1];
    date.year = words[2];
    *days = mw_calendar_days(date);
    same = mw_calendar_date(*days);
    return same.day == date.day && same.month == date.month;
}

static void row_decode_clock(const uint8_t *data, mw_reading *reading)
{
    uint16_t words[ROW_CLOCK_REGS];
    int32_t days = 0;
    for (unsigned i = 0; i < ROW_CLOCK_REGS; i++) {
        words[i] = mw_modbus_u16(data, i);
    }
    reading->kind = MW_KIND_DATETIME;
    if (row_is_date(words, &days) && words[3] < 24 && words[4] < 60 && words[5] < 60) {
        row_set(reading, ((days * INT64_C(24) + words[3]) * 60 + words[4]) * 60 + words[5], MW_QUALITY_GOOD);
    } else {
        row_set(reading, 0, MW_QUALITY_INVALID);
    }
}

/* Characters up to the first NUL, without spaces at the end; anything that is not printable is shown as '?'. */
static void row_decode_text(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    const unsigned step = row->type == MW_TYPE_TEXT ? 1 : 2;
    const unsigned end = 2u * row->regs;
    unsigned length = 0; /* up to the last character that is not a space */
    char *to = reading->text;
    for (unsigned i = step - 1; i < end && data[i] != 0; i += step) {
        length = data[i] != ' ' ? i + 1 : length;
    }
    reading->kind = MW_KIND_TEXT;
    for (unsigned i = step - 1; i < length; i += step) {
        if (to == reading->text + MW_READING_TEXT_SIZE - 1) {
            reading->quality = MW_QUALITY_TRUNCATED;
            break;
        }
        *to++ = (char)(data[i] >= 0x20 && data[i] < 0x7F ? data[i] : '?');
    }
}

/* Hexadecimal digits, for MW_TYPE_RAW with a blank between words. 4 words of it just fit. */
static void row_decode_hex(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    char *to = reading->text;
    for (unsigned bits = row_bits(row); bits > 0;) {
        bits -= 4;
        *to++ = "0123456789ABCDEF"[raw >> bits & 15];
        if (row->type == MW_TYPE_RAW && bits % 16 == 0 && bits > 0) {
            *to++ = ' ';
        }
    }
    reading->kind = MW_KIND_TEXT;
    if (row->type == MW_TYPE_DIGITS) {
        reading->n = row_pattern(raw);
    }
}

uint64_t mw_row_most(const mw_row *row, unsigned bits)
{
    const uint64_t ones = bits < 64 ? ((uint64_t)1 << bits) - 1 : UINT64_MAX;
    return row->type == MW_TYPE_SIGNED || row->type == MW_TYPE_SIGNED_RESIDUAL ? ones >> 1 : ones;
}

bool mw_row_is_sound(const mw_row *row)
{
    switch ((mw_type)row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        return row->regs >= 1;
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
        return row->regs == 3;
    case MW_TYPE_SECONDS_2000:
        return row->regs == 2;
    case MW_TYPE_CLOCK:
        return row->regs == ROW_CLOCK_REGS;
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
    case MW_TYPE_FLOAT:
    case MW_TYPE_BCD:
    case MW_TYPE_DIGITS:
    case MW_TYPE_BITS:
    case MW_TYPE_VERSION:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RAW:
    default:
        return row->regs >= 1 && row->regs <= 4;
    }
}

void mw_row_decode(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->id = mw_row_id(row);
    reading->exp10 = row->exp10;
    reading->unit = row->unit;
    reading->source = row->address;
    if (!mw_row_is_sound(row)) {
        reading->quality = MW_QUALITY_INVALID;
        return;
    }
    switch ((mw_type)row->type) {
    case MW_TYPE_UNSIGNED:
        row_decode_unsigned(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_SIGNED:
        row_decode_signed(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_FLOAT:
        row_decode_float(row, (uint32_t)row_raw(row, data), reading);
        break;
    case MW_TYPE_BCD:
        row_decode_bcd(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_DIGITS:
    case MW_TYPE_RAW:
        row_decode_hex(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        row_set(reading, row_pattern(row_raw(row, data)), MW_QUALITY_GOOD);
        break;
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        row_decode_text(row, data, reading);
        break;
    case MW_TYPE_VERSION:
        row_decode_version((uint32_t)row_raw(row, data), reading);
        break;
    case MW_TYPE_CT_RATIO:
        row_decode_ct((uint16_t)row_raw(row, data), mw_modbus_u16(data, 1), reading);
        break;
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
        row_decode_residual(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_SECONDS_2000:
        row_decode_seconds(row, row_raw(row, data), reading);
        break;
    case MW_TYPE_CLOCK:
        row_decode_clock(data, reading);
        break;
    default:
        row_set(reading, 0, MW_QUALITY_INVALID);
        break;
    }
    if ((row->flags & MW_ROW_ZERO_ABSENT) != 0 && reading->kind == MW_KIND_NUMBER &&
        reading->quality == MW_QUALITY_GOOD && reading->n == 0) {
        reading->quality = MW_QUALITY_NOT_AVAILABLE;
    }
}
