/* SPDX-License-Identifier: MIT */
/* From records to OBIS codes. Only what is certain has a code: present values of one meter, with modifiers that the
 * code can express. docs/obis.md lists the codes. */
#include <meterwire/mbus.h>

#include <string.h>

#include "../core/obis_pattern.h"
#include "mbus_internal.h"

#define MEDIUM_ELECTRICITY 2u
#define TARIFF_MAX         63u

/* What the modifiers say. */
typedef struct mbus_aspect {
    uint8_t phase;     /* 0 the sum, 1 to 3 */
    uint8_t line;      /* 1 to 3: L1-L2, L2-L3, L3-L1; 4: neutral */
    uint8_t direction; /* ASPECT_... */
    uint8_t quadrant;  /* 1 to 4 */
} mbus_aspect;

enum { ASPECT_NONE, ASPECT_IMPORT, ASPECT_EXPORT, ASPECT_NET, ASPECT_ABSOLUTE, ASPECT_DIRECTIONS };

/* C of electricity, by direction; 0 where there is no code. */
typedef struct obis_electricity {
    uint8_t quantity;
    uint8_t d;
    uint8_t c[ASPECT_DIRECTIONS];
} obis_electricity;

static const obis_electricity obis_electricities[] = {
    {MW_MBUS_Q_ENERGY, 8, {1, 1, 2, 16, 15}},        {MW_MBUS_Q_REACTIVE_ENERGY, 8, {3, 3, 4, 0, 0}},
    {MW_MBUS_Q_APPARENT_ENERGY, 8, {9, 9, 0, 0, 0}}, {MW_MBUS_Q_POWER, 7, {16, 1, 2, 16, 15}},
    {MW_MBUS_Q_REACTIVE_POWER, 7, {3, 0, 4, 3, 0}},  {MW_MBUS_Q_APPARENT_POWER, 7, {9, 0, 0, 0, 0}},
    {MW_MBUS_Q_VOLTAGE, 7, {12, 0, 0, 0, 0}},        {MW_MBUS_Q_CURRENT, 7, {11, 0, 0, 0, 0}},
    {MW_MBUS_Q_FREQUENCY, 7, {14, 0, 0, 0, 0}},
};

#define OBIS_C_QUADRANT_1 5u
#define OBIS_C_NEUTRAL    91u
#define OBIS_C_LINES      123u /* 124 to 126 */

/* Codes a-0:c.0.0 or, for any medium, 0-0:c.d.0. */
typedef struct obis_other {
    uint8_t quantity;
    uint8_t c;
    uint8_t d;
} obis_other;

static const obis_other obis_thermal[] = {
    {MW_MBUS_Q_ENERGY, 1, 0},
    {MW_MBUS_Q_VOLUME, 2, 0},
    {MW_MBUS_Q_POWER, 8, 0},
    {MW_MBUS_Q_VOLUME_FLOW, 9, 0},
    {MW_MBUS_Q_FLOW_TEMPERATURE, 10, 0},
    {MW_MBUS_Q_RETURN_TEMPERATURE, 11, 0},
    {MW_MBUS_Q_TEMPERATURE_DIFFERENCE, 12, 0},
};
static const obis_other obis_water[] = {{MW_MBUS_Q_VOLUME, 1, 0}, {MW_MBUS_Q_VOLUME_FLOW, 2, 0}};
static const obis_other obis_hca[] = {{MW_MBUS_Q_HCA_UNITS, 1, 0}};
static const obis_other obis_any[] = {
    {MW_MBUS_Q_FABRICATION_NUMBER, 96, 1},
    {MW_MBUS_Q_DATE_TIME, 1, 0},
    {MW_MBUS_Q_ERROR_FLAGS, 97, 97},
    {MW_MBUS_Q_OPERATING_TIME, 96, 8},
};

#define OBIS_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Takes a modifier into the aspect; false for one that no code can express. */
static bool obis_take(mbus_aspect *aspect, unsigned modifier)
{
    switch (modifier) {
    case 0x00:
    case 0x1D:
    case 0x7D:
        return true; /* no error; as the standard says; a multiplier, which the value has in it */
    case 0x3B:
        aspect->direction = ASPECT_IMPORT;
        return true;
    case 0x3C:
        aspect->direction = ASPECT_EXPORT;
        return true;
    case MW_MBUS_FC + 0x0Cu:
        aspect->direction = ASPECT_NET;
        return true;
    case MW_MBUS_FC + 0x10u:
        aspect->direction = ASPECT_ABSOLUTE;
        return true;
    default:
        break;
    }
    if (modifier > MW_MBUS_FC && modifier <= MW_MBUS_FC + 3) {
        aspect->phase = (uint8_t)(modifier - MW_MBUS_FC);
    } else if (modifier == MW_MBUS_FC + 4) {
        aspect->line = 4;
    } else if (modifier > MW_MBUS_FC + 4 && modifier <= MW_MBUS_FC + 7) {
        aspect->line = (uint8_t)(modifier - MW_MBUS_FC - 4);
    } else if (modifier > MW_MBUS_FC + 7 && modifier <= MW_MBUS_FC + 11) {
        aspect->quadrant = (uint8_t)(modifier - MW_MBUS_FC - 7);
    } else {
        return modifier >= 0x70 && modifier <= 0x77;
    }
    return true;
}

static bool obis_aspect(const mw_mbus_record *record, mbus_aspect *aspect)
{
    memset(aspect, 0, sizeof *aspect);
    for (unsigned i = 0;; i++) {
        const unsigned modifier = mw_mbus_modifier(record, i);
        if (modifier == MW_MBUS_NO_MODIFIER) {
            return true;
        }
        if (!obis_take(aspect, modifier)) {
            return false;
        }
    }
}

/* Between two lines, and of the neutral, there are codes of their own. */
static uint8_t obis_line(const obis_electricity *rule, const mbus_aspect *aspect)
{
    if (rule->quantity == MW_MBUS_Q_VOLTAGE && aspect->line <= 3) {
        return (uint8_t)(OBIS_C_LINES + aspect->line);
    }
    return rule->quantity == MW_MBUS_Q_CURRENT && aspect->line == 4 ? OBIS_C_NEUTRAL : 0;
}

static uint8_t obis_c(const obis_electricity *rule, const mbus_aspect *aspect)
{
    uint8_t c = rule->c[aspect->direction];
    if (aspect->line > 0) {
        return aspect->phase == 0 && aspect->direction == ASPECT_NONE ? obis_line(rule, aspect) : 0;
    }
    if (aspect->quadrant > 0) {
        const bool has = rule->quantity == MW_MBUS_Q_REACTIVE_ENERGY && aspect->direction == ASPECT_NONE;
        c = (uint8_t)(has ? OBIS_C_QUADRANT_1 + aspect->quadrant - 1u : 0);
    }
    return c == 0 ? 0 : (uint8_t)(c + aspect->phase * MW_OBIS_PHASE_STEP);
}

static bool obis_of_electricity(const mw_mbus_record *record, const mbus_aspect *aspect, mw_obis *id)
{
    for (size_t i = 0; i < OBIS_COUNT(obis_electricities); i++) {
        const obis_electricity *const rule = &obis_electricities[i];
        if (rule->quantity == record->quantity) {
            const uint8_t c = obis_c(rule, aspect);
            const bool tariff_fits = record->tariff == 0 || (rule->d == 8 && record->tariff <= TARIFF_MAX);
            if (c == 0 || !tariff_fits || record->unit == MW_UNIT_J || record->unit == MW_UNIT_J_PER_H) {
                return false;
            }
            *id = mw_obis_make(1, c, rule->d, (uint8_t)record->tariff);
            return true;
        }
    }
    return false;
}

static bool obis_of_others(const obis_other *table, size_t count, uint8_t a, const mw_mbus_record *record, mw_obis *id)
{
    for (size_t i = 0; i < count && record->tariff == 0; i++) {
        if (table[i].quantity == record->quantity) {
            *id = mw_obis_make(a, table[i].c, table[i].d, 0);
            return true;
        }
    }
    return false;
}

static bool obis_of_medium(uint8_t medium, const mw_mbus_record *record, mw_obis *id)
{
    switch (medium) {
    case 0x04:
    case 0x0C:
        return obis_of_others(obis_thermal, OBIS_COUNT(obis_thermal), 6, record, id);
    case 0x0A:
    case 0x0B:
        return obis_of_others(obis_thermal, OBIS_COUNT(obis_thermal), 5, record, id);
    case 0x07:
    case 0x16:
        return obis_of_others(obis_water, OBIS_COUNT(obis_water), 8, record, id);
    case 0x06:
    case 0x15:
        return obis_of_others(obis_water, OBIS_COUNT(obis_water), 9, record, id);
    case 0x08:
        return obis_of_others(obis_hca, OBIS_COUNT(obis_hca), 4, record, id);
    default:
        return false;
    }
}

/* Whether the value is of the kind that its quantity is; a text where a number should be has no code. */
static bool obis_kind_fits(const mw_mbus_record *record)
{
    switch (record->quantity) {
    case MW_MBUS_Q_DATE_TIME:
        return record->kind == MW_KIND_DATETIME;
    case MW_MBUS_Q_FABRICATION_NUMBER:
        return record->kind == MW_KIND_NUMBER || record->kind == MW_KIND_TEXT;
    case MW_MBUS_Q_ERROR_FLAGS:
        return record->kind == MW_KIND_NUMBER || record->kind == MW_KIND_BITS;
    default:
        return record->kind == MW_KIND_NUMBER;
    }
}

bool mw_mbus_obis(uint8_t medium, const mw_mbus_record *record, mw_obis *id)
{
    mbus_aspect aspect;
    if (record->function != MW_MBUS_INSTANTANEOUS || record->storage != 0 || record->subunit != 0 ||
        !obis_kind_fits(record) || record->quality == MW_QUALITY_UNCERTAIN || record->unit == MW_UNIT_OTHER ||
        !obis_aspect(record, &aspect)) {
        return false;
    }
    if (medium == MEDIUM_ELECTRICITY && obis_of_electricity(record, &aspect, id)) {
        return true;
    }
    if (aspect.phase != 0 || aspect.line != 0 || aspect.direction != ASPECT_NONE || aspect.quadrant != 0) {
        return false;
    }
    return obis_of_others(obis_any, OBIS_COUNT(obis_any), 0, record, id) || obis_of_medium(medium, record, id);
}
