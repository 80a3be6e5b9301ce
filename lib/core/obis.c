/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include "obis_pattern.h"
#include "text.h"

size_t mw_obis_text(mw_obis id, char *out, size_t size)
{
    mw_text_draft draft;
    draft.length = 0;
    mw_text_unsigned(&draft, id.a, 1);
    mw_text_char(&draft, '-');
    mw_text_unsigned(&draft, id.b, 1);
    mw_text_char(&draft, ':');
    mw_text_unsigned(&draft, id.c, 1);
    mw_text_char(&draft, '.');
    mw_text_unsigned(&draft, id.d, 1);
    mw_text_char(&draft, '.');
    mw_text_unsigned(&draft, id.e, 1);
    if (id.f != 255) {
        mw_text_char(&draft, '*');
        mw_text_unsigned(&draft, id.f, 1);
    }
    return mw_text_finish(&draft, out, size);
}

mw_obis_split mw_obis_pattern(uint8_t c)
{
    mw_obis_split split = {c, 0};
    if (c >= 1 && c <= 4 * MW_OBIS_PHASE_STEP) {
        split.phase = (uint8_t)((c - 1) / MW_OBIS_PHASE_STEP);
    } else if (c >= MW_OBIS_PRIVATE_FIRST && c <= MW_OBIS_PRIVATE_LAST &&
               (c - MW_OBIS_PRIVATE_FIRST) % MW_OBIS_PHASE_STEP < MW_OBIS_PRIVATE_PHASED) {
        split.phase = (uint8_t)((c - MW_OBIS_PRIVATE_FIRST) / MW_OBIS_PHASE_STEP);
    }
    split.base = (uint8_t)(c - split.phase * MW_OBIS_PHASE_STEP);
    return split;
}

/* What the private block holds: the quantity when it is not an energy, and the direction. */
static const struct {
    uint8_t base;
    uint8_t quantity;
    int8_t direction;
} obis_private[] = {
    {MW_OBIS_C_REACTIVE_TOTAL, MW_QUANTITY_REACTIVE_POWER, 0},
    {MW_OBIS_C_RESETTABLE, MW_QUANTITY_ACTIVE_POWER, 0},
    {MW_OBIS_C_REACTIVE_NET, MW_QUANTITY_REACTIVE_POWER, 0},
    {MW_OBIS_C_CURRENT_SECONDARY, MW_QUANTITY_CURRENT, 0},
    {MW_OBIS_C_ACTIVE_SECONDARY, MW_QUANTITY_ACTIVE_POWER, 0},
    {MW_OBIS_C_REACTIVE_SECONDARY, MW_QUANTITY_REACTIVE_POWER, 0},
    {MW_OBIS_C_APPARENT_SECONDARY, MW_QUANTITY_APPARENT_POWER, 0},
    {MW_OBIS_C_PARTIAL_ACTIVE_IMPORT, MW_QUANTITY_ACTIVE_POWER, 1},
    {MW_OBIS_C_PARTIAL_ACTIVE_EXPORT, MW_QUANTITY_ACTIVE_POWER, -1},
    {MW_OBIS_C_PARTIAL_REACTIVE_IMPORT, MW_QUANTITY_REACTIVE_POWER, 1},
    {MW_OBIS_C_PARTIAL_REACTIVE_EXPORT, MW_QUANTITY_REACTIVE_POWER, -1},
    {MW_OBIS_C_PARTIAL_APPARENT, MW_QUANTITY_APPARENT_POWER, 0},
    {MW_OBIS_C_INDEX_IMPORT, MW_QUANTITY_ACTIVE_POWER, 1},
    {MW_OBIS_C_INDEX_EXPORT, MW_QUANTITY_ACTIVE_POWER, -1},
    {MW_OBIS_C_VOLTAGE_LINES, MW_QUANTITY_VOLTAGE, 0},
    {MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, MW_QUANTITY_ACTIVE_POWER, 1},
    {MW_OBIS_C_SECONDARY_ACTIVE_EXPORT, MW_QUANTITY_ACTIVE_POWER, -1},
    {MW_OBIS_C_SECONDARY_REACTIVE_IMPORT, MW_QUANTITY_REACTIVE_POWER, 1},
    {MW_OBIS_C_SECONDARY_REACTIVE_EXPORT, MW_QUANTITY_REACTIVE_POWER, -1},
};

#define OBIS_PRIVATE_COUNT (sizeof obis_private / sizeof obis_private[0])

/* The entry of a private C of the sum, or OBIS_PRIVATE_COUNT. */
static size_t obis_find_private(unsigned base)
{
    size_t i = 0;
    while (i < OBIS_PRIVATE_COUNT && obis_private[i].base != base) {
        i++;
    }
    return i;
}

bool mw_obis_has_tariffs(mw_obis id)
{
    if (id.a == 0) {
        return id.c == 96 && id.d == 8;
    }
    if (id.a == 1 && (id.c == MW_OBIS_C_INDEX_IMPORT || id.c == MW_OBIS_C_INDEX_EXPORT)) {
        return false; /* E says which period */
    }
    return id.c != 0 && (id.d == 8 || id.d == 9 || id.d == 2 || id.d == 6);
}

unsigned mw_obis_phase(mw_obis id)
{
    return id.a == 1 ? mw_obis_pattern(id.c).phase : 0;
}

unsigned mw_obis_tariff(mw_obis id)
{
    return mw_obis_has_tariffs(id) && id.e < 64 ? id.e : 0;
}

int mw_obis_direction(mw_obis id)
{
    const unsigned base = id.a == 1 ? mw_obis_pattern(id.c).base : 0;
    if ((base == 3 || base == 4) && id.d == 7) {
        return 0; /* reactive power is one signed value, as docs/obis.md agrees */
    }
    if (base >= MW_OBIS_PRIVATE_FIRST) {
        const size_t i = obis_find_private(base);
        return i < OBIS_PRIVATE_COUNT ? obis_private[i].direction : 0;
    }
    return base == 1 || base == 3 ? 1 : base == 2 || base == 4 ? -1 : 0;
}

mw_quantity mw_obis_quantity(mw_obis id)
{
    /* Quantity of the instantaneous value by C of the sum. */
    static const uint8_t by_base[17] = {
        MW_QUANTITY_OTHER,          MW_QUANTITY_ACTIVE_POWER,   MW_QUANTITY_ACTIVE_POWER,   MW_QUANTITY_REACTIVE_POWER,
        MW_QUANTITY_REACTIVE_POWER, MW_QUANTITY_REACTIVE_POWER, MW_QUANTITY_REACTIVE_POWER, MW_QUANTITY_REACTIVE_POWER,
        MW_QUANTITY_REACTIVE_POWER, MW_QUANTITY_APPARENT_POWER, MW_QUANTITY_APPARENT_POWER, MW_QUANTITY_CURRENT,
        MW_QUANTITY_VOLTAGE,        MW_QUANTITY_POWER_FACTOR,   MW_QUANTITY_FREQUENCY,      MW_QUANTITY_ACTIVE_POWER,
        MW_QUANTITY_ACTIVE_POWER};
    const unsigned base = mw_obis_pattern(id.c).base;
    const size_t i = obis_find_private(base);
    mw_quantity quantity = MW_QUANTITY_OTHER;
    if (id.a != 1) {
        return MW_QUANTITY_OTHER;
    }
    if (base < sizeof by_base) {
        quantity = (mw_quantity)by_base[base];
    } else if (base >= 124 && base <= 126) {
        quantity = MW_QUANTITY_VOLTAGE;
    } else if (base == 91) {
        quantity = MW_QUANTITY_CURRENT;
    } else if (i < OBIS_PRIVATE_COUNT) {
        quantity = (mw_quantity)obis_private[i].quantity;
    }
    if ((id.d == 8 || id.d == 9) && quantity >= MW_QUANTITY_ACTIVE_POWER && quantity <= MW_QUANTITY_APPARENT_POWER) {
        quantity = (mw_quantity)(quantity - MW_QUANTITY_ACTIVE_POWER + MW_QUANTITY_ACTIVE_ENERGY);
    }
    return quantity;
}
