/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "mbus_internal.h"

#define REAL_LARGEST 0x7F7FFFFFu /* the largest number a single can be: sent for "too much" */
#define REAL_SIGN    0x80000000u

#define INTEGER_BYTES_MAX 8u

static void value_is(mw_mbus_record *record, mw_kind kind, mw_quality quality)
{
    record->kind = (uint8_t)kind;
    if (record->quality == MW_QUALITY_GOOD) {
        record->quality = (uint8_t)quality;
    }
}

static const uint8_t *value_data(const mw_mbus_record *record)
{
    return record->bytes + record->length - record->data_bytes;
}

/* n * factor, if it fits. */
static void value_scale(mw_mbus_record *record, uint32_t factor)
{
    const int64_t most = INT64_MAX / (int64_t)factor;
    if (factor == 1) {
        return;
    }
    if (record->n > most || record->n < -most) {
        record->n = 0;
        value_is(record, MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
        return;
    }
    record->n *= (int64_t)factor;
}

static void value_unsigned(mw_mbus_record *record, uint64_t v, unsigned bits)
{
    if (v == UINT64_MAX >> (64 - bits)) {
        value_is(record, MW_KIND_NUMBER, MW_QUALITY_INVALID);
    } else if (v > INT64_MAX) {
        value_is(record, MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    } else {
        record->n = (int64_t)v;
    }
}

static void value_signed(mw_mbus_record *record, uint64_t v, unsigned bits)
{
    const uint64_t sign = (uint64_t)1 << (bits - 1);
    if (v == sign) {
        value_is(record, MW_KIND_NUMBER, MW_QUALITY_INVALID);
    } else {
        /* Below the sign bit it is itself; above, what is missing to the next power of two, negative. */
        record->n = v < sign ? (int64_t)v : -(int64_t)((sign - (v - sign)) & (UINT64_MAX >> (64 - bits)));
    }
}

static void value_integer(mw_mbus_record *record, const mw_mbus_meaning *meaning)
{
    const unsigned bits = 8u * record->data_bytes;
    const uint64_t v = mw_mbus_unsigned(value_data(record), record->data_bytes, record->msb_first);
    if (bits == 0) {
        value_is(record, MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
        return;
    }
    switch (meaning->form) {
    case MW_MBUS_FORM_BITS:
        value_is(record, MW_KIND_BITS, MW_QUALITY_GOOD);
        record->n = (int64_t)v;
        return;
    case MW_MBUS_FORM_UNSIGNED:
        value_unsigned(record, v, bits);
        break;
    default:
        value_signed(record, v, bits);
        break;
    }
    value_scale(record, meaning->factor);
}

/* Packed decimal; F as the first digit is a minus. Every other digit above 9 is a message on the meter's display. */
static void value_bcd(mw_mbus_record *record, const mw_mbus_meaning *meaning, bool negative)
{
    const ptrdiff_t step = record->msb_first ? 1 : -1;
    const uint8_t *at = value_data(record) + (record->msb_first ? 0 : record->data_bytes - 1);
    unsigned left = record->data_bytes;
    unsigned wrong = 0;
    unsigned byte;
    uint64_t v = 0;
    if (left == 0) {
        value_is(record, MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
        return;
    }
    byte = *at;
    if (byte >= 0xF0 && !negative) {
        negative = true;
        byte &= 0x0Fu;
    }
    for (;;) {
        wrong |= ((byte >> 4) > 9) | ((byte & 0x0Fu) > 9);
        v = v * 100 + (byte >> 4) * 10 + (byte & 0x0Fu);
        if (--left == 0) {
            break;
        }
        at += step;
        byte = *at;
    }
    if (wrong != 0) {
        value_is(record, MW_KIND_NUMBER, MW_QUALITY_INVALID);
        return;
    }
    record->n = negative ? -(int64_t)v : (int64_t)v;
    value_scale(record, meaning->factor);
}

static void value_real(mw_mbus_record *record, const mw_mbus_meaning *meaning)
{
    const uint32_t bits = (uint32_t)mw_mbus_unsigned(value_data(record), 4, record->msb_first);
    const uint32_t magnitude = bits & ~REAL_SIGN;
    int8_t exp10;
    if (magnitude >= REAL_LARGEST) {
        /* Behind the largest number come infinity, and then all that is no number. */
        value_is(record, MW_KIND_NUMBER, magnitude > REAL_LARGEST + 1 ? MW_QUALITY_INVALID : MW_QUALITY_OVERFLOW);
        return;
    }
    (void)mw_decimal_shortest_f32(bits, &record->n, &exp10);
    record->exp10 = (int8_t)(record->exp10 + exp10);
    value_scale(record, meaning->factor);
}

static void value_lvar(mw_mbus_record *record, const mw_mbus_meaning *meaning)
{
    const bool opaque = meaning->form == MW_MBUS_FORM_DATE || record->data_bytes > INTEGER_BYTES_MAX;
    if (record->lvar < MW_MBUS_LVAR_BCD) {
        value_is(record, MW_KIND_TEXT, MW_QUALITY_GOOD);
    } else if (record->lvar < MW_MBUS_LVAR_INTEGER) {
        value_bcd(record, meaning, record->lvar >= MW_MBUS_LVAR_NEGATIVE_BCD);
    } else if (opaque) {
        value_is(record, MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    } else {
        value_integer(record, meaning);
    }
}

/* What is no plain number by its VIF. False: it is coded like one all the same. */
static bool value_special(mw_mbus_record *record, const mw_mbus_meaning *meaning, unsigned coding)
{
    if (meaning->form == MW_MBUS_FORM_OPAQUE) {
        value_is(record, MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
        return true;
    }
    if (coding >= 2 && coding <= 6 && coding != MW_MBUS_REAL) {
        mw_mbus_time(record, value_data(record));
        return true;
    }
    value_is(record, MW_KIND_NUMBER, MW_QUALITY_UNCERTAIN); /* no point in time is coded so */
    return false;
}

void mw_mbus_decode_value(mw_mbus_record *record, const mw_mbus_meaning *meaning, unsigned coding)
{
    record->unit = meaning->unit;
    record->exp10 = meaning->exp10;
    record->kind = MW_KIND_NUMBER;
    if (coding == MW_MBUS_NO_DATA || coding == MW_MBUS_SELECTION) {
        value_is(record, MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
    } else if (meaning->form >= MW_MBUS_FORM_DATE && value_special(record, meaning, coding)) {
        return;
    } else if (coding == MW_MBUS_REAL) {
        value_real(record, meaning);
    } else if (coding == MW_MBUS_LVAR) {
        value_lvar(record, meaning);
    } else if (coding > MW_MBUS_SELECTION) {
        value_bcd(record, meaning, false);
    } else {
        value_integer(record, meaning);
    }
}

void mw_mbus_value(mw_mbus_record *record)
{
    mw_mbus_meaning meaning;
    mw_mbus_vif(record->bytes + record->dib_bytes, &meaning);
    record->quantity = meaning.quantity;
    if (record->vife_bytes > 0) {
        record->quality = (uint8_t)mw_mbus_modify(record, &meaning);
    }
    mw_mbus_decode_value(record, &meaning, record->bytes[0] & 0x0Fu);
}
