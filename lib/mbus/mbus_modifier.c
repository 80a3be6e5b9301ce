/* SPDX-License-Identifier: MIT */
/* Combinable VIFEs: EN 13757-3:2018, tables of VIFE codes, as docs/mbus.md gives them. */
#include <meterwire/mbus.h>

#include "mbus_internal.h"

#define VIFE_FC           0x7Cu /* the next byte is of another table */
#define VIFE_MANUFACTURER 0x7Fu /* the rest is the maker's */

unsigned mw_mbus_modifier(const mw_mbus_record *record, unsigned i)
{
    const uint8_t *at = record->bytes + record->vife;
    const uint8_t *const end = at + record->vife_bytes;
    if (record->quantity == MW_MBUS_Q_MANUFACTURER_SPECIFIC) {
        return MW_MBUS_NO_MODIFIER; /* the maker's, too */
    }
    while (at < end) {
        unsigned code = *at++ & MW_MBUS_CODE;
        if (code == VIFE_FC && at < end) {
            code = MW_MBUS_FC + (*at++ & MW_MBUS_CODE);
        }
        if (i-- == 0) {
            return code;
        }
        if (code == VIFE_MANUFACTURER) {
            break;
        }
    }
    return MW_MBUS_NO_MODIFIER;
}

bool mw_mbus_has(const mw_mbus_record *record, unsigned modifier)
{
    unsigned code;
    unsigned i = 0;
    do {
        code = mw_mbus_modifier(record, i++);
    } while (code != modifier && code != MW_MBUS_NO_MODIFIER);
    return code == modifier && code != MW_MBUS_NO_MODIFIER;
}

/* Bit n of a word: the codes base + n for which something holds. */
static bool modifier_in(unsigned code, unsigned base, uint32_t set)
{
    return code >= base && code < base + 32 && (set >> (code - base) & 1u) != 0;
}

/* The point in time of something: 39, 42, 43, 46, 47, 4A, 4B, 4E, 4F and 6A, 6B, 6E, 6F; FC 13. */
static bool modifier_makes_date(unsigned code)
{
    return modifier_in(code, 0x39, UINT32_C(1) | UINT32_C(0x33) << 9 | UINT32_C(0x33) << 17) ||
           modifier_in(code, 0x6A, 0x33u) || code == MW_MBUS_FC + 0x13u;
}

/* A number that is no number: errors the meter reports, 01 to 07, 0B to 0F, 17, 18, 1C. */
static mw_quality modifier_quality(unsigned code)
{
    if (code == 0x15) {
        return MW_QUALITY_NOT_AVAILABLE;
    }
    if (code == 0x16) {
        return MW_QUALITY_OVERFLOW;
    }
    return modifier_in(code, 0, 0x1180F8FEu) ? MW_QUALITY_INVALID : MW_QUALITY_GOOD;
}

static void modifier_replace(mw_mbus_meaning *meaning, uint8_t unit, uint32_t factor, uint8_t form)
{
    meaning->unit = unit;
    meaning->exp10 = 0;
    meaning->factor = factor;
    meaning->form = form;
}

/* What the table behind FC changes. */
static void modifier_apply_fc(mw_mbus_meaning *meaning, unsigned code)
{
    if (code == MW_MBUS_FC + 0x0Du) {
        meaning->unit = MW_UNIT_OTHER; /* not metric, not told which */
    } else if (code == MW_MBUS_FC + 0x11u) {
        meaning->form = MW_MBUS_FORM_UNSIGNED;
    } else if (code == MW_MBUS_FC + 0x12u) {
        meaning->form = MW_MBUS_FORM_BITS;
    }
}

static void modifier_apply(mw_mbus_meaning *meaning, unsigned code)
{
    if (code >= 0x70 && code <= 0x77) {
        meaning->multiplier = (int8_t)(meaning->multiplier + (int)code - 0x76);
    } else if (code == 0x7D) {
        meaning->multiplier = (int8_t)(meaning->multiplier + 3);
    } else if (code == 0x41 || code == 0x49) {
        modifier_replace(meaning, MW_UNIT_NONE, 1, MW_MBUS_FORM_SIGNED);
    } else if (code >= 0x50 && code <= 0x67) {
        modifier_replace(meaning, MW_UNIT_S, mw_mbus_durations[code & 3u], MW_MBUS_FORM_SIGNED);
    } else if (modifier_makes_date(code)) {
        modifier_replace(meaning, MW_UNIT_NONE, 1, MW_MBUS_FORM_DATE);
    } else if (code == 0x14) {
        meaning->unit = MW_UNIT_PERCENT;
    } else if (code == 0x3D) {
        meaning->unit = MW_UNIT_OTHER;
    } else if (code == 0x13 || code == 0x1E || code == 0x1F) {
        meaning->form = MW_MBUS_FORM_OPAQUE; /* a whole profile of values */
    } else {
        modifier_apply_fc(meaning, code);
    }
}

mw_quality mw_mbus_modify(const mw_mbus_record *record, mw_mbus_meaning *meaning)
{
    mw_quality quality = MW_QUALITY_GOOD;
    meaning->multiplier = 0;
    for (unsigned i = 0;; i++) {
        const unsigned code = mw_mbus_modifier(record, i);
        if (code == MW_MBUS_NO_MODIFIER) {
            break;
        }
        if (quality == MW_QUALITY_GOOD) {
            quality = modifier_quality(code);
        }
        modifier_apply(meaning, code);
    }
    meaning->exp10 = (int8_t)(meaning->exp10 + meaning->multiplier);
    return quality;
}
