/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "../core/calendar.h"
#include "mbus_internal.h"

/* Codings of data, the low four bits of a DIF. */
enum {
    ENCODE_NONE = 0x0,
    ENCODE_16_BITS = 0x2,
    ENCODE_24_BITS = 0x3,
    ENCODE_32_BITS = 0x4,
    ENCODE_REAL = 0x5,
    ENCODE_48_BITS = 0x6,
    ENCODE_64_BITS = 0x7,
    ENCODE_SELECTION = 0x8,
    ENCODE_TEXT = 0xD
};

/* What the bits of an integer are. */
typedef enum encode_type {
    ENCODE_SIGNED = 0, /* type B */
    ENCODE_UNSIGNED,   /* type C */
    ENCODE_BITS        /* type D */
} encode_type;

#define ENCODE_VIF_ADDRESS 0x7Au
#define ENCODE_VIF_SECOND  0xFDu
#define ENCODE_NAN         0x7FC00000u
#define ENCODE_DAY_S       86400
/* Bit "invalid" of times: type F and type I. */
#define ENCODE_IV_32       0x80u
#define ENCODE_IV_48       0x8000u

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

static bool encode_is_bcd(unsigned coding)
{
    return coding > ENCODE_SELECTION && coding != ENCODE_TEXT;
}

/* Bytes of data; 0 for what has none, or no fixed number of them. */
static unsigned encode_bytes(unsigned coding)
{
    static const uint8_t bytes[16] = {0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0};
    return bytes[coding];
}

/* Integers of the second extension that are not signed (EN 13757-3). */
static encode_type encode_second_type(unsigned code)
{
    static const struct {
        uint8_t first;
        uint8_t last;
        uint8_t type;
    } rows[] = {{0x08, 0x16, ENCODE_UNSIGNED}, {0x17, 0x18, ENCODE_BITS},     {0x19, 0x19, ENCODE_UNSIGNED},
                {0x1A, 0x1B, ENCODE_BITS},     {0x1C, 0x1E, ENCODE_UNSIGNED}, {0x1F, 0x1F, ENCODE_BITS},
                {0x20, 0x23, ENCODE_UNSIGNED}, {0x60, 0x61, ENCODE_UNSIGNED}, {0x66, 0x66, ENCODE_BITS}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (code >= rows[i].first && code <= rows[i].last) {
            return (encode_type)rows[i].type;
        }
    }
    return ENCODE_SIGNED;
}

static encode_type encode_type_of(const uint8_t *head, size_t head_bytes)
{
    size_t vif = 0;
    while (vif < head_bytes && (head[vif] & MW_MBUS_EXTENSION) != 0) {
        vif++;
    }
    vif++;
    if (vif < head_bytes && (head[vif] & ~MW_MBUS_EXTENSION) == ENCODE_VIF_ADDRESS) {
        return ENCODE_UNSIGNED;
    }
    return vif + 1 < head_bytes && head[vif] == ENCODE_VIF_SECOND
               ? encode_second_type(head[vif + 1] & ~MW_MBUS_EXTENSION)
               : ENCODE_SIGNED;
}

/* ---- numbers ---- */

static mw_status encode_integer(encode_type type, int64_t n, unsigned bytes, uint64_t *raw)
{
    const unsigned bits = 8 * bytes;
    int64_t most = INT64_MAX;
    if (type == ENCODE_SIGNED) {
        most >>= 64 - bits;
    } else if (bits < 64) {
        /* Of numbers, all ones mean "invalid"; of bits nothing does. */
        most = ((int64_t)1 << bits) - (type == ENCODE_UNSIGNED ? 2 : 1);
    }
    if (n > most || n < (type == ENCODE_SIGNED ? -most : 0)) {
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

static mw_status encode_number(const uint8_t *head, size_t head_bytes, int64_t n, uint64_t *raw)
{
    const unsigned coding = encode_coding(head);
    const unsigned bytes = encode_bytes(coding);
    if (bytes == 0 || coding == ENCODE_REAL) {
        return MW_ERR_UNSUPPORTED;
    }
    return encode_is_bcd(coding) ? encode_bcd(n, bytes, raw)
                                 : encode_integer(encode_type_of(head, head_bytes), n, bytes, raw);
}

void mw_mbus_put_integer(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, int64_t n)
{
    uint64_t raw = 0;
    const mw_status status = head_bytes > 0 ? encode_number(head, head_bytes, n, &raw) : MW_ERR_UNSUPPORTED;
    if (status != MW_OK) {
        encode_fail(draft, status);
        return;
    }
    mw_mbus_put_bytes(draft, head, head_bytes);
    encode_put_raw(draft, raw, encode_bytes(encode_coding(head)));
}

static mw_status encode_real(int64_t n, int exp10, uint64_t *raw)
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

static mw_status encode_scaled(const uint8_t *head, size_t head_bytes, int8_t exp10, const mw_reading *reading,
                               uint64_t *raw)
{
    int64_t n;
    if (encode_coding(head) == ENCODE_REAL) {
        return encode_real(reading->n, reading->exp10 - exp10, raw);
    }
    if (mw_decimal_rescale(reading->n, reading->exp10, exp10, &n) != MW_OK) {
        return MW_ERR_RANGE;
    }
    return encode_number(head, head_bytes, n, raw);
}

static mw_status encode_bits(unsigned coding, int64_t n, uint64_t *raw)
{
    const unsigned bits = 8 * encode_bytes(coding);
    if (encode_is_bcd(coding) || coding == ENCODE_REAL) {
        return MW_ERR_UNSUPPORTED;
    }
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
    if (coding == ENCODE_24_BITS) {
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
    case ENCODE_16_BITS:
        return encode_g(date, second, raw);
    case ENCODE_32_BITS:
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

static bool encode_is_time(uint8_t kind)
{
    return kind == MW_KIND_DATE || kind == MW_KIND_TIME || kind == MW_KIND_DATETIME;
}

/* The kind of value a head takes; MW_KIND_DATA: none that is known. */
static uint8_t encode_kind(unsigned coding, uint8_t head_kind)
{
    if (coding == ENCODE_NONE || coding == ENCODE_SELECTION) {
        return MW_KIND_NONE;
    }
    if (coding == ENCODE_TEXT) {
        return MW_KIND_TEXT;
    }
    if (!encode_is_time(head_kind)) {
        return head_kind == MW_KIND_BITS ? MW_KIND_BITS : MW_KIND_NUMBER;
    }
    switch (coding) {
    case ENCODE_16_BITS:
        return MW_KIND_DATE;
    case ENCODE_24_BITS:
        return MW_KIND_TIME;
    case ENCODE_32_BITS:
    case ENCODE_48_BITS:
        return MW_KIND_DATETIME;
    default:
        return MW_KIND_DATA;
    }
}

/* "No value" of times: the bit, where the type has one; else all bits. */
static uint64_t encode_invalid_time(unsigned coding)
{
    return coding == ENCODE_32_BITS ? ENCODE_IV_32 : coding == ENCODE_48_BITS ? ENCODE_IV_48 : UINT64_MAX;
}

/* "No value" of numbers: NaN, blank digits, all ones, or the most negative. */
static uint64_t encode_invalid_number(const uint8_t *head, size_t head_bytes)
{
    const unsigned coding = encode_coding(head);
    if (coding == ENCODE_REAL) {
        return ENCODE_NAN;
    }
    if (encode_is_bcd(coding)) {
        return 0xDDDDDDDDDDDDu;
    }
    return encode_type_of(head, head_bytes) == ENCODE_SIGNED ? (uint64_t)1 << (8 * encode_bytes(coding) - 1)
                                                             : UINT64_MAX;
}

/* The data of a value that is good. */
static mw_status encode_value(const uint8_t *head, size_t head_bytes, const mw_mbus_record *record,
                              const mw_reading *reading, uint64_t *raw)
{
    const unsigned coding = encode_coding(head);
    if (reading->kind == MW_KIND_NUMBER) {
        return encode_scaled(head, head_bytes, record->exp10, reading, raw);
    }
    return reading->kind == MW_KIND_BITS ? encode_bits(coding, reading->n, raw) : encode_time(coding, reading->n, raw);
}

static mw_status encode_invalid(const uint8_t *head, size_t head_bytes, uint8_t kind, uint64_t *raw)
{
    if (kind == MW_KIND_BITS) {
        return MW_ERR_UNSUPPORTED;
    }
    *raw = encode_is_time(kind) ? encode_invalid_time(encode_coding(head)) : encode_invalid_number(head, head_bytes);
    return MW_OK;
}

/* Whether a head can take a value of that kind and quality. */
static mw_status encode_check(const uint8_t *head, size_t head_bytes, mw_mbus_record *record, const mw_reading *reading,
                              uint8_t *kind)
{
    const bool good = reading->quality == MW_QUALITY_GOOD;
    if (head_bytes == 0 || encode_coding(head) == 0xF || mw_mbus_head(head, head_bytes, record) != MW_OK ||
        (size_t)record->dib_bytes + record->vib_bytes != head_bytes) {
        return MW_ERR_UNSUPPORTED;
    }
    *kind = encode_kind(encode_coding(head), record->kind);
    if (*kind == MW_KIND_DATA || (*kind == MW_KIND_TEXT && !good)) {
        return MW_ERR_UNSUPPORTED;
    }
    return good && reading->kind != *kind ? MW_ERR_VALUE : MW_OK;
}

void mw_mbus_put(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, const mw_reading *reading)
{
    mw_mbus_record record;
    uint64_t raw = 0;
    uint8_t kind;
    mw_status status = encode_check(head, head_bytes, &record, reading, &kind);
    if (status == MW_OK && kind == MW_KIND_TEXT) {
        encode_put_text(draft, head, head_bytes, reading->text);
        return;
    }
    if (status == MW_OK && kind != MW_KIND_NONE) {
        status = reading->quality == MW_QUALITY_GOOD ? encode_value(head, head_bytes, &record, reading, &raw)
                                                     : encode_invalid(head, head_bytes, kind, &raw);
    }
    if (status != MW_OK) {
        encode_fail(draft, status);
        return;
    }
    mw_mbus_put_bytes(draft, head, head_bytes);
    encode_put_raw(draft, raw, encode_bytes(encode_coding(head)));
}
