/* SPDX-License-Identifier: MIT */
/* Types of the Countis. */
#include <meterwire/modbus.h>

#include "../core/calendar.h"
#include "row.h"

/* Two's complement of so many bits, fewer than 64. */
static int64_t row_signed(uint64_t raw, unsigned bits)
{
    const int64_t sign = INT64_C(1) << (bits - 1);
    return ((int64_t)raw ^ sign) - sign;
}

static void row_decode_residual(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    const uint64_t whole = raw >> 16;
    const uint64_t rest = raw & 0xFFFF;
    const bool is_signed = row->type == MW_TYPE_SIGNED_RESIDUAL;
    const int64_t n = is_signed ? row_signed(rest, 16) : (int64_t)rest;
    const bool ones = raw == (UINT64_MAX >> 16) && (row->flags & MW_ROW_MOST_ABSENT) != 0; /* whatever the sign */
    if (ones || mw_row_is_absent(whole, row, 32) || mw_row_is_absent(rest, row, 16)) {
        mw_row_set(reading, 0, MW_QUALITY_NOT_AVAILABLE);
    } else if (n >= ROW_RESIDUAL || n <= -ROW_RESIDUAL) {
        mw_row_set(reading, 0, MW_QUALITY_INVALID);
    } else {
        mw_row_set(reading, (is_signed ? row_signed(whole, 32) : (int64_t)whole) * ROW_RESIDUAL + n, MW_QUALITY_GOOD);
    }
}

static void row_decode_seconds(const mw_row *row, uint64_t raw, mw_reading *reading)
{
    reading->kind = MW_KIND_DATETIME;
    mw_row_set(reading, ROW_SECONDS_TO_2000 + (int64_t)raw,
               mw_row_is_absent(raw, row, 32) ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_GOOD);
}

/* Whether it is a date: the day it counts to is not one of the first in the next month. */
static bool row_is_date(const uint16_t *words, int32_t *days)
{
    mw_calendar date;
    if (words[0] < 1 || words[0] > 31 || words[1] < 1 || words[1] > 12 || words[2] < 1 || words[2] > 9999) {
        return false;
    }
    date.day = (uint8_t)words[0];
    date.month = (uint8_t)words[1];
    date.year = words[2];
    *days = mw_calendar_days(date);
    return mw_calendar_date(*days).day == date.day;
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
        mw_row_set(reading, ((days * INT64_C(24) + words[3]) * 60 + words[4]) * 60 + words[5], MW_QUALITY_GOOD);
    } else {
        mw_row_set(reading, 0, MW_QUALITY_INVALID);
    }
}

/* The low bytes are the text. */
static void row_decode_text_low(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    uint8_t low[UINT8_MAX + 1] = {0};
    mw_row text = *row;
    for (unsigned i = 0; i < row->regs; i++) {
        low[i] = data[2 * i + 1];
    }
    text.type = MW_TYPE_TEXT;
    text.regs = (uint8_t)((row->regs + 1u) / 2);
    reading->quality = MW_QUALITY_GOOD;
    (void)mw_row_decode_common(&text, low, reading);
}

void mw_row_decode_socomec(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    const bool is_residual = row->type == MW_TYPE_RESIDUAL || row->type == MW_TYPE_SIGNED_RESIDUAL;
    if (is_residual && row->regs == ROW_RESIDUAL_REGS) {
        row_decode_residual(row, mw_row_raw(row, data), reading);
    } else if (row->type == MW_TYPE_SECONDS_2000 && row->regs == ROW_SECONDS_REGS) {
        row_decode_seconds(row, mw_row_raw(row, data), reading);
    } else if (row->type == MW_TYPE_CLOCK && row->regs == ROW_CLOCK_REGS) {
        row_decode_clock(data, reading);
    } else if (row->type == MW_TYPE_TEXT_LOW && row->regs > 0) {
        row_decode_text_low(row, data, reading);
    } else {
        mw_row_decode_words(row, data, reading);
    }
}
