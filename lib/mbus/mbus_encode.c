/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "../core/calendar.h"
#include "mbus_internal.h"

/* Codings of data that hold points in time. */
enum { ENCODE_G = 2, ENCODE_J = 3, ENCODE_F = 4, ENCODE_I = 6 };

#define ENCODE_NAN        0x7FC00000u
#define ENCODE_BLANKS     0xDDDDDDDDDDDDu /* digits D: an empty display */
#define ENCODE_DAY_S      86400
#define ENCODE_REAL_EXP10 (-18) /* mw_decimal_to_f32() takes no smaller exponent */
/* Bit "invalid" of times: type F and type I. */
#define ENCODE_IV_F       0x80u
#define ENCODE_IV_I       0x8000u

static void encode_fail(mw_mbus_draft *draft, mw_status status)
{
    if (draft->status == MW_OK) {
        draft->status = (int8_t)status;
    }
}

/* Lowest byte first. */
static void encode_put_raw(mw_mbus_draft *draft, uint64_t raw, unsigned bytes)
{
    for (; bytes > 0; bytes--, raw >>= 8) {
        const uint8_t byte = (uint8_t)raw;
        mw_mbus_put_bytes(draft, &byte, 1);
    }
}

void mw_mbus_put_header(mw_mbus_draft *draft, const mw_mbus_header *header)
{
    encode_put_raw(draft, header->id, 4);
    encode_put_raw(draft, header->manufacturer, 2);
    encode_put_raw(draft, header->version, 1);
    encode_put_raw(draft, header->medium, 1);
    encode_put_raw(draft, header->access, 1);
    encode_put_raw(draft, header->status, 1);
    encode_put_raw(draft, header->signature, 2);
}

/* ---- what a head says ---- */

static unsigned encode_coding(const uint8_t *head)
{
    return head[0] & 0x0Fu;
}

/* Of the codings with a fixed number of bytes. */
static bool encode_is_bcd(unsigned coding)
{
    return coding > MW_MBUS_SELECTION;
}

/* ---- numbers ---- */

static bool encode_is_signed(const mw_mbus_meaning *meaning)
{
    return meaning->form != MW_MBUS_FORM_UNSIGNED && meaning->form != MW_MBUS_FORM_BITS;
}

static mw_status encode_integer(const mw_mbus_meaning *meaning, int64_t n, unsigned bytes, uint64_t *raw)
{
    const bool is_signed = encode_is_signed(meaning);
    const unsigned bits = 8 * bytes;
    int64_t most = INT64_MAX;
    if (is_signed) {
        most >>= 64 - bits;
    } else if (bits < 64) {
        /* Of numbers, all ones mean "invalid"; of bits nothing does. */
        most = (most >> (63 - bits)) - (meaning->form == MW_MBUS_FORM_UNSIGNED ? 1 : 0);
    }
    if (n > most || n < (is_signed ? -most : 0)) {
        return MW_ERR_RANGE;
    }
    *raw = (uint64_t)n;
    return MW_OK;
}

/* A negative number has F in place of its highest digit. */
static mw_status encode_bcd(int64_t n, unsigned bytes, uint64_t *raw)
{
    const unsigned top = 8 * bytes - 4;
    uint64_t magnitude = n < 0 ? 0u - (uint64_t)n : (uint64_t)n;
    uint64_t digits = 0;
    for (unsigned shift = 0; shift <= top; shift += 4, magnitude /= 10) {
        digits |= magnitude % 10 << shift;
    }
    if (magnitude != 0 || (n < 0 && digits >> top != 0)) {
        return MW_ERR_RANGE;
    }
    *raw = n < 0 ? digits | (uint64_t)0xF << top : digits;
    return MW_OK;
}

static mw_status encode_number(const mw_mbus_meaning *meaning, unsigned coding, int64_t n, uint64_t *raw)
{
    const unsigned bytes = mw_mbus_data_bytes[coding];
    if (bytes == 0 || coding == MW_MBUS_REAL) {
        return MW_ERR_UNSUPPORTED;
    }
    return encode_is_bcd(coding) ? encode_bcd(n, bytes, raw) : encode_integer(meaning, n, bytes, raw);
}

/* DIB, VIB and data of fixed size; or the status. */
static void encode_put(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, mw_status status, uint64_t raw)
{
    if (status != MW_OK) {
        encode_fail(draft, status);
        return;
    }
    mw_mbus_put_bytes(draft, head, head_bytes);
    encode_put_raw(draft, raw, mw_mbus_data_bytes[encode_coding(head)]);
}

void mw_mbus_put_integer(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, int64_t n)
{
    mw_mbus_meaning meaning;
    uint64_t raw = 0;
    mw_status status = mw_mbus_head(head, head_bytes, &meaning);
    if (status == MW_OK) {
        status = encode_number(&meaning, encode_coding(head), n, &raw);
    }
    encode_put(draft, head, head_bytes, status, raw);
}

/* The nearest single. The digits that the division by the factor leaves are more than it holds. */
static mw_status encode_real(int64_t n, int exp10, int64_t factor, uint64_t *raw)
{
    uint32_t bits;
    mw_status status = MW_ERR_RANGE;
    while (factor > 1 && exp10 > ENCODE_REAL_EXP10 && n <= INT64_MAX / 10 && n >= -(INT64_MAX / 10)) {
        n *= 10;
        exp10--;
    }
    n /= factor;
    if (exp10 >= INT8_MIN && exp10 <= INT8_MAX) {
        status = mw_decimal_to_f32(n, (int8_t)exp10, &bits);
    }
    if (status == MW_OK) {
        *raw = bits;
    }
    return status;
}

/* The number in units of the last digit on the wire. */
static mw_status encode_scale(const mw_mbus_meaning *meaning, const mw_reading *reading, int64_t *n)
{
    const int64_t factor = (int64_t)meaning->factor;
    int64_t scaled;
    if (mw_decimal_rescale(reading->n, reading->exp10, meaning->exp10, &scaled) != MW_OK || scaled % factor != 0) {
        return MW_ERR_RANGE;
    }
    *n = scaled / factor;
    return MW_OK;
}

static mw_status encode_scaled(const mw_mbus_meaning *meaning, unsigned coding, const mw_reading *reading,
                               uint64_t *raw)
{
    int64_t n;
    if (coding == MW_MBUS_REAL) {
        return encode_real(reading->n, reading->exp10 - meaning->exp10, (int64_t)meaning->factor, raw);
    }
    return encode_scale(meaning, reading, &n) == MW_OK ? encode_number(meaning, coding, n, raw) : MW_ERR_RANGE;
}

static mw_status encode_bits(unsigned coding, int64_t n, uint64_t *raw)
{
    const unsigned bits = 8 * mw_mbus_data_bytes[coding];
    *raw = (uint64_t)n;
    return bits < 64 && *raw >> bits != 0 ? MW_ERR_RANGE : MW_OK;
}

/* ---- dates and times ---- */

static uint64_t encode_ymd(mw_calendar date)
{
    const unsigned year = (unsigned)date.year % 100;
    return date.day | (year & 7u) << 5 | (unsigned)date.month << 8 | year >> 3 << 12;
}

static uint64_t encode_hms(uint32_t second)
{
    return second % 60 | second / 60 % 60 << 8 | second / 3600 << 16;
}

/* Type G has no century: readers take 81 to 99 for 19xx, and 0 to 80 for 20xx. */
static mw_status encode_g(mw_calendar date, uint32_t second, uint64_t *raw)
{
    if (date.year < 1981 || date.year > 2080 || second != 0) {
        return MW_ERR_RANGE;
    }
    *raw = encode_ymd(date);
    return MW_OK;
}

/* Type F counts centuries from 1900 on; without one, readers do as for type G. It has no seconds. */
static mw_status encode_f(mw_calendar date, uint32_t second, uint64_t *raw)
{
    if (date.year < 1981 || date.year > 2299 || second % 60 != 0) {
        return MW_ERR_RANGE;
    }
    *raw = encode_ymd(date) << 16 | (uint64_t)((unsigned)date.year - 1900) / 100 << 13 | encode_hms(second) >> 8;
    return MW_OK;
}

/* Type I, with the day of the week and the bit of leap years; the week's number 0 means that it is not given. */
static mw_status encode_i(mw_calendar date, uint32_t second, int32_t days, uint64_t *raw)
{
    uint64_t bits;
    if (date.year < 2000 || date.year > 2099) {
        return MW_ERR_RANGE;
    }
    bits = encode_ymd(date) << 24 | encode_hms(second);
    bits |= (uint64_t)(((unsigned)days + 3) % 7 + 1) << 21; /* 1970 began on a Thursday */
    *raw = date.year % 4 == 0 ? bits | 0x80 : bits;
    return MW_OK;
}

static mw_status encode_time(unsigned coding, int64_t n, uint64_t *raw)
{
    mw_calendar date;
    uint32_t second;
    int32_t days;
    if (coding == ENCODE_J) {
        *raw = n >= 0 && n < ENCODE_DAY_S ? encode_hms((uint32_t)n) : 0;
        return n >= 0 && n < ENCODE_DAY_S ? MW_OK : MW_ERR_RANGE;
    }
    /* No type goes back before 1970 or beyond 2299. */
    if (n < 0 || n >= (int64_t)366 * 330 * ENCODE_DAY_S) {
        return MW_ERR_RANGE;
    }
    second = (uint32_t)(n % ENCODE_DAY_S);
    days = (int32_t)(n / ENCODE_DAY_S);
    date = mw_calendar_date(days);
    switch (coding) {
    case ENCODE_G:
        return encode_g(date, second, raw);
    case ENCODE_F:
        return encode_f(date, second, raw);
    default:
        return encode_i(date, second, days, raw);
    }
}

/* ---- text ---- */

/* UTF-8 to ISO 8859-1, in place of what it came from; the count, or -1 for a character that has no place. */
static int encode_latin(const char *text, uint8_t latin[MW_READING_TEXT_SIZE])
{
    int count = 0;
    for (; *text != '\0'; text++) {
        uint8_t c = (uint8_t)*text;
        if (c >= 0x80) {
            const uint8_t next = (uint8_t)text[1];
            if ((c != 0xC2 && c != 0xC3) || (next & 0xC0u) != 0x80) {
                return -1;
            }
            c = (uint8_t)((unsigned)c << 6 | (next & 0x3Fu));
            text++;
        }
        latin[count++] = c;
    }
    return count;
}

/* LVAR, then the last character first. */
static void encode_put_text(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, const char *text)
{
    uint8_t latin[MW_READING_TEXT_SIZE];
    int count = encode_latin(text, latin);
    if (count < 0) {
        encode_fail(draft, MW_ERR_VALUE);
        return;
    }
    mw_mbus_put_bytes(draft, head, head_bytes);
    encode_put_raw(draft, (uint64_t)count, 1);
    while (count > 0) {
        mw_mbus_put_bytes(draft, latin + --count, 1);
    }
}

/* ---- values ---- */

/* The kind of value a point in time is, by its size; other sizes are numbers. */
static uint8_t encode_time_kind(unsigned coding)
{
    switch (coding) {
    case ENCODE_G:
        return MW_KIND_DATE;
    case ENCODE_J:
        return MW_KIND_TIME;
    case ENCODE_F:
    case ENCODE_I:
        return MW_KIND_DATETIME;
    default:
        return MW_KIND_NUMBER;
    }
}

/* The kind of value a head takes; MW_KIND_DATA: none that is known. */
static uint8_t encode_kind(const mw_mbus_meaning *meaning, unsigned coding)
{
    if (coding == MW_MBUS_NO_DATA || coding == MW_MBUS_SELECTION) {
        return MW_KIND_NONE;
    }
    if (coding == MW_MBUS_LVAR) {
        return MW_KIND_TEXT;
    }
    switch (meaning->form) {
    case MW_MBUS_FORM_DATE:
        return encode_time_kind(coding);
    case MW_MBUS_FORM_BITS:
        return encode_is_bcd(coding) || coding == MW_MBUS_REAL ? MW_KIND_NUMBER : MW_KIND_BITS;
    case MW_MBUS_FORM_OPAQUE:
        return MW_KIND_DATA;
    default:
        return MW_KIND_NUMBER;
    }
}

/* "No value" of a number: NaN, blank digits, all ones, or the most negative. */
static uint64_t encode_invalid_number(const mw_mbus_meaning *meaning, unsigned coding)
{
    if (coding == MW_MBUS_REAL) {
        return ENCODE_NAN;
    }
    if (encode_is_bcd(coding)) {
        return ENCODE_BLANKS;
    }
    return encode_is_signed(meaning) ? (uint64_t)1 << (8 * mw_mbus_data_bytes[coding] - 1) : UINT64_MAX;
}

/* What says that there is no value, where the coding has something to say so. */
static mw_status encode_invalid(const mw_mbus_meaning *meaning, unsigned coding, uint8_t kind, uint64_t *raw)
{
    switch (kind) {
    case MW_KIND_NONE:
        return MW_OK;
    case MW_KIND_NUMBER:
        *raw = encode_invalid_number(meaning, coding);
        return MW_OK;
    case MW_KIND_DATE:
    case MW_KIND_TIME:
        *raw = UINT64_MAX;
        return MW_OK;
    case MW_KIND_DATETIME:
        *raw = coding == ENCODE_F ? ENCODE_IV_F : ENCODE_IV_I;
        return MW_OK;
    default:
        return MW_ERR_UNSUPPORTED;
    }
}

/* The data of a value that is good. */
static mw_status encode_value(const mw_mbus_meaning *meaning, unsigned coding, const mw_reading *reading, uint64_t *raw)
{
    switch (reading->kind) {
    case MW_KIND_NONE:
        return MW_OK;
    case MW_KIND_NUMBER:
        return encode_scaled(meaning, coding, reading, raw);
    case MW_KIND_BITS:
        return encode_bits(coding, reading->n, raw);
    default:
        return encode_time(coding, reading->n, raw);
    }
}

void mw_mbus_put(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, const mw_reading *reading)
{
    const bool good = reading->quality == MW_QUALITY_GOOD;
    mw_mbus_meaning meaning;
    uint64_t raw = 0;
    uint8_t kind = MW_KIND_DATA;
    mw_status status = mw_mbus_head(head, head_bytes, &meaning);
    if (status == MW_OK) {
        kind = encode_kind(&meaning, encode_coding(head));
    }
    if (kind == MW_KIND_DATA) {
        status = MW_ERR_UNSUPPORTED;
    } else if (!good) {
        status = encode_invalid(&meaning, encode_coding(head), kind, &raw);
    } else if (reading->kind != kind) {
        status = MW_ERR_VALUE;
    } else if (kind == MW_KIND_TEXT) {
        encode_put_text(draft, head, head_bytes, reading->text);
        return;
    } else {
        status = encode_value(&meaning, encode_coding(head), reading, &raw);
    }
    encode_put(draft, head, head_bytes, status, raw);
}
