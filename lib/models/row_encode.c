/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#include <string.h>

#include "../core/bytes.h"
#include "../core/calendar.h"
#include "row.h"

static void row_put_raw(const mw_row *row, uint64_t raw, uint8_t *data)
{
    const mw_modbus_order order = (mw_modbus_order)(row->flags & MW_ROW_ORDER);
    for (unsigned i = row->regs; i-- > 0; raw >>= 16) {
        const unsigned at = (order & MW_MODBUS_CDAB) != 0 ? row->regs - 1u - i : i;
        const uint16_t word = (uint16_t)raw;
        mw_put_be16(data + 2 * at, (order & MW_MODBUS_BADC) != 0 ? (uint16_t)((unsigned)word << 8 | word >> 8) : word);
    }
}

/* Whether an integer fits into the row, as what its type can hold. */
static mw_status row_encode_integer(const mw_row *row, int64_t n, uint64_t *raw)
{
    const unsigned bits = 16u * row->regs;
    const bool is_signed = row->type == MW_TYPE_SIGNED;
    const uint64_t most = bits < 64 ? ((uint64_t)1 << (is_signed ? bits - 1 : bits)) - 1 : INT64_MAX;
    if (n >= 0 ? (uint64_t)n > most : !is_signed || (uint64_t)(-(n + 1)) > most) {
        return MW_ERR_RANGE;
    }
    *raw = (uint64_t)n;
    return MW_OK;
}

/* The pattern for "not available" is no number. */
static mw_status row_not_absent(const mw_row *row, uint64_t raw, unsigned bits)
{
    return (row->flags & MW_ROW_MOST_ABSENT) != 0 && raw == mw_row_most(row, bits) ? MW_ERR_RANGE : MW_OK;
}

static mw_status row_encode_residual(const mw_row *row, int64_t n, uint64_t *raw)
{
    mw_row whole = *row;
    uint64_t pattern = 0;
    mw_status status;
    whole.regs = 2;
    whole.type = row->type == MW_TYPE_RESIDUAL ? MW_TYPE_UNSIGNED : MW_TYPE_SIGNED;
    if (row->type == MW_TYPE_RESIDUAL && n < 0) {
        return MW_ERR_RANGE;
    }
    status = row_encode_integer(&whole, n / ROW_RESIDUAL, &pattern);
    pattern &= UINT32_MAX;
    if (status == MW_OK) {
        status = row_not_absent(row, pattern, 32);
    }
    if (status == MW_OK) {
        *raw = pattern << 16 | ((uint64_t)(n % ROW_RESIDUAL) & 0xFFFF);
    }
    return status;
}

static mw_status row_encode_seconds(const mw_row *row, int64_t n, uint64_t *raw)
{
    if (n < ROW_SECONDS_TO_2000 || n > ROW_SECONDS_TO_2000 + UINT32_MAX) {
        return MW_ERR_RANGE;
    }
    *raw = (uint64_t)(n - ROW_SECONDS_TO_2000);
    return row_not_absent(row, *raw, 32);
}

#define ROW_SECONDS_PER_DAY 86400

static mw_status row_encode_clock(int64_t n, uint8_t *data)
{
    mw_calendar date;
    uint32_t seconds;
    if (n < 0 || n > ROW_SECONDS_TO_2000 + UINT32_MAX) {
        return MW_ERR_RANGE;
    }
    date = mw_calendar_date((int32_t)(n / ROW_SECONDS_PER_DAY));
    seconds = (uint32_t)(n % ROW_SECONDS_PER_DAY);
    mw_put_be16(data, date.day);
    mw_put_be16(data + 2, date.month);
    mw_put_be16(data + 4, (uint16_t)date.year);
    mw_put_be16(data + 6, (uint16_t)(seconds / 3600));
    mw_put_be16(data + 8, (uint16_t)(seconds / 60 % 60));
    mw_put_be16(data + 10, (uint16_t)(seconds % 60));
    return MW_OK;
}

static mw_status row_encode_bcd(const mw_row *row, int64_t n, uint64_t *raw)
{
    uint64_t digits = 0;
    if (n < 0) {
        return MW_ERR_RANGE;
    }
    for (unsigned i = 0; i < 4u * row->regs; i++, n /= 10) {
        digits |= (uint64_t)(n % 10) << (4 * i);
    }
    *raw = digits;
    return n == 0 ? MW_OK : MW_ERR_RANGE;
}

static mw_status row_encode_float(int64_t n, int exp10, uint64_t *raw)
{
    uint32_t bits;
    mw_status status = MW_ERR_RANGE;
    if (exp10 >= INT8_MIN && exp10 <= INT8_MAX) {
        status = mw_decimal_to_f32(n, (int8_t)exp10, &bits);
    }
    if (status == MW_OK) {
        *raw = bits;
    }
    return status;
}

static mw_status row_encode_number(const mw_row *row, const mw_reading *reading, uint64_t *raw)
{
    int64_t n;
    if (row->type == MW_TYPE_FLOAT) {
        return row_encode_float(reading->n, reading->exp10 - row->exp10, raw);
    }
    if (mw_decimal_rescale(reading->n, reading->exp10, row->exp10, &n) != MW_OK) {
        return MW_ERR_RANGE;
    }
    if (row->type == MW_TYPE_RESIDUAL || row->type == MW_TYPE_SIGNED_RESIDUAL) {
        return row_encode_residual(row, n, raw);
    }
    if (row->type == MW_TYPE_UNSIGNED || row->type == MW_TYPE_SIGNED) {
        const mw_status status = row_encode_integer(row, n, raw);
        return status == MW_OK ? row_not_absent(row, *raw, 16u * row->regs) : status;
    }
    return row_encode_bcd(row, n, raw);
}

/* The value of a hexadecimal digit, or -1. */
static int row_hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Hexadecimal digits, blanks between words; just as many as the row has. */
static mw_status row_encode_digits(const mw_row *row, const char *text, uint64_t *raw)
{
    uint64_t value = 0;
    unsigned digits = 0;
    for (; *text != '\0'; text++) {
        const int digit = row_hex_digit(*text);
        if (digit < 0 && *text != ' ') {
            return MW_ERR_VALUE;
        }
        if (digit >= 0) {
            value = value << 4 | (uint64_t)digit;
            digits++;
        }
    }
    if (digits != 4u * row->regs) {
        return MW_ERR_RANGE;
    }
    *raw = value;
    return MW_OK;
}

static mw_status row_encode_version(const char *text, uint64_t *raw)
{
    int64_t n;
    int8_t exp10;
    const mw_status status = mw_decimal_parse(text, &n, &exp10);
    return status == MW_OK ? row_encode_float(n, exp10, raw) : status;
}

/* Characters, filled up with NUL. */
static mw_status row_encode_text(const mw_row *row, const char *text, uint8_t *data)
{
    const unsigned step = row->type == MW_TYPE_TEXT ? 1 : 2;
    unsigned length = 0;
    while (text[length] != '\0') {
        length++;
    }
    if (length * step > 2u * row->regs) {
        return MW_ERR_RANGE;
    }
    memset(data, 0, 2u * row->regs);
    for (unsigned i = 0; i < length; i++) {
        data[i * step + step - 1] = (uint8_t)text[i];
    }
    return MW_OK;
}

static uint8_t row_kind(const mw_row *row)
{
    switch ((mw_type)row->type) {
    case MW_TYPE_BITS:
        return MW_KIND_BITS;
    case MW_TYPE_SECONDS_2000:
    case MW_TYPE_CLOCK:
        return MW_KIND_DATETIME;
    case MW_TYPE_DIGITS:
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
    case MW_TYPE_VERSION:
    case MW_TYPE_RAW:
        return MW_KIND_TEXT;
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
    case MW_TYPE_FLOAT:
    case MW_TYPE_BCD:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
    default:
        return MW_KIND_NUMBER;
    }
}

/* The pattern for "not available", if the row has one. */
static mw_status row_encode_absent(const mw_row *row, uint8_t *data)
{
    uint64_t raw;
    if ((row->flags & MW_ROW_MOST_ABSENT) == 0 || row->regs > ROW_NUMBER_REGS) {
        return MW_ERR_VALUE;
    }
    raw = mw_row_most(row, 16u * row->regs);
    if (row->type == MW_TYPE_SIGNED_RESIDUAL) {
        raw = mw_row_most(row, 32) << 16 | mw_row_most(row, 16);
    }
    row_put_raw(row, raw, data);
    return MW_OK;
}

/* Whether the table says something that can be: numbers have 1 to 4 registers. */
static bool row_is_sound(const mw_row *row)
{
    switch ((mw_type)row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        return row->regs >= 1;
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
        return row->regs == ROW_RESIDUAL_REGS;
    case MW_TYPE_SECONDS_2000:
        return row->regs == ROW_SECONDS_REGS;
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
        return row->regs >= 1 && row->regs <= ROW_NUMBER_REGS;
    }
}

mw_status mw_row_encode(const mw_row *row, const mw_reading *reading, uint8_t *data)
{
    uint64_t raw = 0;
    mw_status status;
    if (row->type > MW_TYPE_CLOCK || !row_is_sound(row)) {
        return MW_ERR_VALUE;
    }
    if (reading->quality == MW_QUALITY_NOT_AVAILABLE) {
        return row_encode_absent(row, data);
    }
    if (reading->kind != row_kind(row)) {
        return MW_ERR_VALUE;
    }
    switch ((mw_type)row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        return row_encode_text(row, reading->text, data);
    case MW_TYPE_DIGITS:
    case MW_TYPE_RAW:
        status = row_encode_digits(row, reading->text, &raw);
        break;
    case MW_TYPE_VERSION:
        status = row_encode_version(reading->text, &raw);
        break;
    case MW_TYPE_SECONDS_2000:
        status = row_encode_seconds(row, reading->n, &raw);
        break;
    case MW_TYPE_CLOCK:
        return row_encode_clock(reading->n, data);
    case MW_TYPE_BITS:
        raw = (uint64_t)reading->n;
        status = row->regs < 4 && raw >> (16u * row->regs) != 0 ? MW_ERR_RANGE : MW_OK;
        break;
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
    case MW_TYPE_FLOAT:
    case MW_TYPE_BCD:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
    default:
        status = row_encode_number(row, reading, &raw);
        break;
    }
    if (status == MW_OK) {
        row_put_raw(row, raw, data);
    }
    return status;
}

void mw_put_ct_ratio(uint16_t primary, uint16_t secondary, mw_ct_coding coding, uint8_t *data)
{
    const mw_row row = {0, coding == MW_CT_DECIMAL ? MW_TYPE_BCD : MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_A, 0, 0, 0, 0, 0, 0};
    mw_reading current;
    memset(&current, 0, sizeof current);
    current.n = primary;
    mw_row_encode(&row, &current, data);
    current.n = secondary;
    mw_row_encode(&row, &current, data + 2);
}
