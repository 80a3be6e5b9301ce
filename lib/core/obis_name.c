/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include <string.h>

#include "obis_pattern.h"
#include "text.h"

/* What E adds to a name. */
enum {
    NAME_EXACT,  /* nothing: the entry stands for one E only, given in the table */
    NAME_TARIFF, /* 0 nothing, 1 to 63 "_tN" */
    NAME_NUMBER  /* "_N" for every N */
};

typedef struct obis_name {
    uint8_t a, c, d, e;
    uint8_t how;
    const char *name;
} obis_name;

/* Names of sums; L1, L2, L3 follow from the pattern of C. The private block is defined here and nowhere else. */
static const obis_name obis_names[] = {
    {1, 1, 8, 0, NAME_TARIFF, "active_energy_import"},
    {1, 2, 8, 0, NAME_TARIFF, "active_energy_export"},
    {1, 15, 8, 0, NAME_TARIFF, "active_energy_total"},
    {1, 16, 8, 0, NAME_TARIFF, "active_energy_net"},
    {1, 3, 8, 0, NAME_TARIFF, "reactive_energy_import"},
    {1, 4, 8, 0, NAME_TARIFF, "reactive_energy_export"},
    {1, 5, 8, 0, NAME_TARIFF, "reactive_energy_q1"},
    {1, 6, 8, 0, NAME_TARIFF, "reactive_energy_q2"},
    {1, 7, 8, 0, NAME_TARIFF, "reactive_energy_q3"},
    {1, 8, 8, 0, NAME_TARIFF, "reactive_energy_q4"},
    {1, 9, 8, 0, NAME_TARIFF, "apparent_energy"},
    {1, MW_OBIS_C_REACTIVE_TOTAL, 8, 0, NAME_TARIFF, "reactive_energy_total"},
    {1, MW_OBIS_C_RESETTABLE, 8, 0, NAME_TARIFF, "active_energy_resettable"},
    {1, MW_OBIS_C_REACTIVE_NET, 8, 0, NAME_TARIFF, "reactive_energy_net"},
    {1, MW_OBIS_C_PARTIAL_ACTIVE_IMPORT, 8, 0, NAME_TARIFF, "partial_active_import"},
    {1, MW_OBIS_C_PARTIAL_ACTIVE_EXPORT, 8, 0, NAME_TARIFF, "partial_active_export"},
    {1, MW_OBIS_C_PARTIAL_REACTIVE_IMPORT, 8, 0, NAME_TARIFF, "partial_reactive_import"},
    {1, MW_OBIS_C_PARTIAL_REACTIVE_EXPORT, 8, 0, NAME_TARIFF, "partial_reactive_export"},
    {1, MW_OBIS_C_PARTIAL_APPARENT, 8, 0, NAME_TARIFF, "partial_apparent"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 0, NAME_EXACT, "active_import_day"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 1, NAME_EXACT, "active_import_previous_day"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 2, NAME_EXACT, "active_import_week"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 3, NAME_EXACT, "active_import_previous_week"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 4, NAME_EXACT, "active_import_month"},
    {1, MW_OBIS_C_INDEX_IMPORT, 8, 5, NAME_EXACT, "active_import_previous_month"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 0, NAME_EXACT, "active_export_day"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 1, NAME_EXACT, "active_export_previous_day"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 2, NAME_EXACT, "active_export_week"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 3, NAME_EXACT, "active_export_previous_week"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 4, NAME_EXACT, "active_export_month"},
    {1, MW_OBIS_C_INDEX_EXPORT, 8, 5, NAME_EXACT, "active_export_previous_month"},
    {1, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 8, 0, NAME_TARIFF, "rollovers_active_import"},
    {1, MW_OBIS_C_ROLLOVERS_ACTIVE_EXPORT, 8, 0, NAME_TARIFF, "rollovers_active_export"},
    {1, MW_OBIS_C_ROLLOVERS_REACTIVE_IMPORT, 8, 0, NAME_TARIFF, "rollovers_reactive_import"},
    {1, MW_OBIS_C_ROLLOVERS_REACTIVE_EXPORT, 8, 0, NAME_TARIFF, "rollovers_reactive_export"},
    {1, MW_OBIS_C_ROLLOVERS_APPARENT, 8, 0, NAME_TARIFF, "rollovers_apparent"},
    {1, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 8, 0, NAME_EXACT, "secondary_active_import"},
    {1, MW_OBIS_C_SECONDARY_ACTIVE_EXPORT, 8, 0, NAME_EXACT, "secondary_active_export"},
    {1, MW_OBIS_C_SECONDARY_REACTIVE_IMPORT, 8, 0, NAME_EXACT, "secondary_reactive_import"},
    {1, MW_OBIS_C_SECONDARY_REACTIVE_EXPORT, 8, 0, NAME_EXACT, "secondary_reactive_export"},

    {1, 1, 7, 0, NAME_EXACT, "active_power_import"},
    {1, 2, 7, 0, NAME_EXACT, "active_power_export"},
    {1, 15, 7, 0, NAME_EXACT, "active_power_total"},
    {1, 16, 7, 0, NAME_EXACT, "active_power"},
    {1, 3, 7, 0, NAME_EXACT, "reactive_power"},
    {1, 4, 7, 0, NAME_EXACT, "reactive_power_export"},
    {1, 9, 7, 0, NAME_EXACT, "apparent_power"},
    {1, 11, 7, 0, NAME_EXACT, "current"},
    {1, 91, 7, 0, NAME_EXACT, "current_n"},
    {1, 12, 7, 0, NAME_EXACT, "voltage"},
    {1, 124, 7, 0, NAME_EXACT, "voltage_l1_l2"},
    {1, 125, 7, 0, NAME_EXACT, "voltage_l2_l3"},
    {1, 126, 7, 0, NAME_EXACT, "voltage_l3_l1"},
    {1, 13, 7, 0, NAME_EXACT, "power_factor"},
    {1, 14, 7, 0, NAME_EXACT, "frequency"},
    {1, MW_OBIS_C_QUADRANT, 7, 0, NAME_EXACT, "quadrant"},
    {1, MW_OBIS_C_CURRENT_DIRECTION, 7, 0, NAME_EXACT, "current_direction"},
    {1, MW_OBIS_C_CURRENT_SECONDARY, 7, 0, NAME_EXACT, "secondary_current"},
    {1, MW_OBIS_C_ACTIVE_SECONDARY, 7, 0, NAME_EXACT, "secondary_active_power"},
    {1, MW_OBIS_C_REACTIVE_SECONDARY, 7, 0, NAME_EXACT, "secondary_reactive_power"},
    {1, MW_OBIS_C_APPARENT_SECONDARY, 7, 0, NAME_EXACT, "secondary_apparent_power"},
    {1, MW_OBIS_C_VOLTAGE_LINES, 7, 0, NAME_EXACT, "voltage_lines"},
    {1, MW_OBIS_C_PHASE_SEQUENCE, 7, 0, NAME_EXACT, "phase_sequence"},
    {1, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 5, 0, NAME_EXACT, "secondary_power_last_mean"},
    {1, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 29, 0, NAME_EXACT, "secondary_power_load_curve"},

    {1, 0, 2, 0, NAME_EXACT, "firmware_version"},
    {1, 0, 2, 8, NAME_EXACT, "firmware_checksum"},
    {1, 0, 3, 3, NAME_EXACT, "pulse_constant"},
    {1, 0, 4, 2, NAME_EXACT, "ct_primary"},
    {1, 0, 4, 5, NAME_EXACT, "ct_secondary"},

    {4, 1, 0, 0, NAME_EXACT, "heat_cost_units"},
    {5, 1, 0, 0, NAME_EXACT, "cooling_energy"},
    {5, 2, 0, 0, NAME_EXACT, "cooling_volume"},
    {5, 8, 0, 0, NAME_EXACT, "cooling_power"},
    {5, 9, 0, 0, NAME_EXACT, "cooling_flow"},
    {5, 10, 0, 0, NAME_EXACT, "cooling_flow_temperature"},
    {5, 11, 0, 0, NAME_EXACT, "cooling_return_temperature"},
    {5, 12, 0, 0, NAME_EXACT, "cooling_temperature_difference"},
    {6, 1, 0, 0, NAME_EXACT, "heat_energy"},
    {6, 2, 0, 0, NAME_EXACT, "heat_volume"},
    {6, 8, 0, 0, NAME_EXACT, "heat_power"},
    {6, 9, 0, 0, NAME_EXACT, "heat_flow"},
    {6, 10, 0, 0, NAME_EXACT, "heat_flow_temperature"},
    {6, 11, 0, 0, NAME_EXACT, "heat_return_temperature"},
    {6, 12, 0, 0, NAME_EXACT, "heat_temperature_difference"},
    {8, 1, 0, 0, NAME_EXACT, "water_volume"},
    {8, 2, 0, 0, NAME_EXACT, "water_flow"},
    {9, 1, 0, 0, NAME_EXACT, "hot_water_volume"},
    {9, 2, 0, 0, NAME_EXACT, "hot_water_flow"},

    {0, 1, 0, 0, NAME_EXACT, "clock"},
    {0, 96, 1, 0, NAME_EXACT, "serial_number"},
    {0, 96, 1, 1, NAME_EXACT, "product_name"},
    {0, 96, 1, 2, NAME_EXACT, "manufacturer"},
    {0, 96, 1, 3, NAME_EXACT, "product_model"},
    {0, 96, 1, 4, NAME_EXACT, "meter_code"},
    {0, 96, 7, 0, NAME_EXACT, "power_down_counter"},
    {0, 96, 8, 0, NAME_TARIFF, "operating_time"},
    {0, 96, 14, 0, NAME_EXACT, "active_tariff"},
    {0, 97, 97, 0, NAME_EXACT, "error_code"},
    {0, 97, 97, 1, NAME_EXACT, "status_word"},

    {0, MW_OBIS_C_COMMUNICATION, 0, 0, NAME_EXACT, "modbus_address"},
    {0, MW_OBIS_C_COMMUNICATION, 1, 0, NAME_EXACT, "modbus_baud_rate"},
    {0, MW_OBIS_C_COMMUNICATION, 2, 0, NAME_EXACT, "modbus_parity"},
    {0, MW_OBIS_C_COMMUNICATION, 3, 0, NAME_EXACT, "mbus_address"},
    {0, MW_OBIS_C_COMMUNICATION, 4, 0, NAME_EXACT, "mbus_id"},
    {0, MW_OBIS_C_COMMUNICATION, 5, 0, NAME_EXACT, "mbus_baud_rate"},
    {0, MW_OBIS_C_COMMUNICATION, 6, 0, NAME_EXACT, "modbus_stop_bits"},

    {0, MW_OBIS_C_OPERATION, 0, 0, NAME_EXACT, "combinations_code"},
    {0, MW_OBIS_C_OPERATION, 1, 0, NAME_EXACT, "lcd_rolling_time"},
    {0, MW_OBIS_C_OPERATION, 2, 0, NAME_EXACT, "s0_pulse_width"},
    {0, MW_OBIS_C_OPERATION, 3, 0, NAME_EXACT, "s0_pulse_type"},
    {0, MW_OBIS_C_OPERATION, 4, 0, NAME_EXACT, "data_type"},
    {0, MW_OBIS_C_OPERATION, 5, 0, NAME_EXACT, "screen_direction"},
    {0, MW_OBIS_C_OPERATION, 6, 0, NAME_EXACT, "obis_display"},
    {0, MW_OBIS_C_OPERATION, 7, 0, NAME_EXACT, "tariff_count"},
    {0, MW_OBIS_C_OPERATION, 8, 0, NAME_EXACT, "averaging_period"},
    {0, MW_OBIS_C_OPERATION, 9, 0, NAME_EXACT, "industrial_mode"},
    {0, MW_OBIS_C_OPERATION, 10, 0, NAME_EXACT, "network_type"},

    {0, MW_OBIS_C_IDENTITY, 0, 0, NAME_EXACT, "protocol_version"},
    {0, MW_OBIS_C_IDENTITY, 1, 0, NAME_EXACT, "hardware_version"},
    {0, MW_OBIS_C_IDENTITY, 2, 0, NAME_EXACT, "checksum_2"},
    {0, MW_OBIS_C_IDENTITY, 3, 0, NAME_EXACT, "meter_amps"},
    {0, MW_OBIS_C_IDENTITY, 4, 0, NAME_EXACT, "ct_ratio_old"},
    {0, MW_OBIS_C_IDENTITY, 5, 0, NAME_EXACT, "product_signature"},
    {0, MW_OBIS_C_IDENTITY, 6, 0, NAME_EXACT, "product_family"},
    {0, MW_OBIS_C_IDENTITY, 7, 0, NAME_EXACT, "product_id"},
    {0, MW_OBIS_C_IDENTITY, 8, 0, NAME_EXACT, "product_code"},
    {0, MW_OBIS_C_IDENTITY, 9, 0, NAME_EXACT, "serial_year_week"},
    {0, MW_OBIS_C_IDENTITY, 10, 0, NAME_EXACT, "serial_site_line"},
    {0, MW_OBIS_C_IDENTITY, 11, 0, NAME_EXACT, "serial_order"},
    {0, MW_OBIS_C_IDENTITY, 12, 0, NAME_EXACT, "serial_reserve"},
    {0, MW_OBIS_C_IDENTITY, 13, 0, NAME_EXACT, "customization_loaded"},
    {0, MW_OBIS_C_IDENTITY, 14, 0, NAME_EXACT, "product_version_major"},
    {0, MW_OBIS_C_IDENTITY, 15, 0, NAME_EXACT, "product_version_minor"},
    {0, MW_OBIS_C_IDENTITY, 16, 0, NAME_EXACT, "product_version_revision"},
    {0, MW_OBIS_C_IDENTITY, 17, 0, NAME_EXACT, "product_version_build"},
    {0, MW_OBIS_C_IDENTITY, 18, 0, NAME_EXACT, "build_date"},
    {0, MW_OBIS_C_IDENTITY, 19, 0, NAME_EXACT, "base_version_major"},
    {0, MW_OBIS_C_IDENTITY, 20, 0, NAME_EXACT, "base_version_minor"},
    {0, MW_OBIS_C_IDENTITY, 21, 0, NAME_EXACT, "base_version_revision"},
    {0, MW_OBIS_C_IDENTITY, 22, 0, NAME_EXACT, "com_board_version_major"},
    {0, MW_OBIS_C_IDENTITY, 23, 0, NAME_EXACT, "customization_version_minor"},
    {0, MW_OBIS_C_IDENTITY, 24, 0, NAME_EXACT, "product_vlo"},
    {0, MW_OBIS_C_IDENTITY, 25, 0, NAME_EXACT, "customization_vlo"},
    {0, MW_OBIS_C_IDENTITY, 26, 0, NAME_EXACT, "base_vlo"},
    {0, MW_OBIS_C_IDENTITY, 27, 0, NAME_EXACT, "mid_status"},
    {0, MW_OBIS_C_IDENTITY, 28, 0, NAME_EXACT, "com_board_id"},
    {0, MW_OBIS_C_IDENTITY, 29, 0, NAME_EXACT, "counter_rollover"},

    {0, MW_OBIS_C_RAW, 0, 0, NAME_NUMBER, "ct_history"},

    {0, MW_OBIS_C_COMMAND, 0, 0, NAME_EXACT, "reset_day_register"},
    {0, MW_OBIS_C_COMMAND, 1, 0, NAME_EXACT, "reset_power_down_counter"},
    {0, MW_OBIS_C_COMMAND, 2, 0, NAME_EXACT, "system_action"},
    {0, MW_OBIS_C_COMMAND, 3, 0, NAME_EXACT, "reset_partial"},
    {0, MW_OBIS_C_COMMAND, 4, 0, NAME_EXACT, "reset_partial_tariffs"},
    {0, MW_OBIS_C_COMMAND, 5, 0, NAME_EXACT, "reset_counters"},
    {0, MW_OBIS_C_COMMAND, 6, 0, NAME_EXACT, "load_curve_window"},

    {0, MW_OBIS_C_LOAD_CURVE, 0, 0, NAME_EXACT, "load_curve_record_count"},
    {0, MW_OBIS_C_LOAD_CURVE, 1, 0, NAME_EXACT, "load_curve_record_size"},
    {0, MW_OBIS_C_LOAD_CURVE, 2, 0, NAME_EXACT, "load_curve_period"},
    {0, MW_OBIS_C_LOAD_CURVE, 3, 0, NAME_EXACT, "load_curve_unit"},
    {0, MW_OBIS_C_LOAD_CURVE, 4, 0, NAME_EXACT, "load_curve_numerator"},
    {0, MW_OBIS_C_LOAD_CURVE, 5, 0, NAME_EXACT, "load_curve_denominator"},
    {0, MW_OBIS_C_LOAD_CURVE, 6, 0, NAME_EXACT, "load_curve_time"},
    {0, MW_OBIS_C_LOAD_CURVE, 7, 0, NAME_EXACT, "load_curve_incomplete"},
    {0, MW_OBIS_C_LOAD_CURVE, 8, 0, NAME_EXACT, "last_mean_time"},
};

#define OBIS_NAME_COUNT (sizeof obis_names / sizeof obis_names[0])

/* The code as its entry of the table has it: C of the sum, E where the entry stands for one E only. */
static bool obis_name_fits(const obis_name *entry, mw_obis id, uint8_t base)
{
    if (entry->a != id.a || entry->c != base || entry->d != id.d) {
        return false;
    }
    return entry->how == NAME_EXACT ? entry->e == id.e : entry->how != NAME_TARIFF || id.e < 64;
}

size_t mw_obis_name(mw_obis id, char *out, size_t size)
{
    const mw_obis_split split = id.a == 1 ? mw_obis_pattern(id.c) : (mw_obis_split){id.c, 0};
    mw_text_draft draft;
    size_t i = 0;
    draft.length = 0;
    if (id.b != 0 || id.f != 255) {
        return 0;
    }
    while (i < OBIS_NAME_COUNT && !obis_name_fits(&obis_names[i], id, split.base)) {
        i++;
    }
    if (i == OBIS_NAME_COUNT) {
        return 0;
    }
    mw_text_string(&draft, obis_names[i].name);
    if (split.phase > 0) {
        mw_text_string(&draft, "_l");
        mw_text_unsigned(&draft, split.phase, 1);
    }
    if (obis_names[i].how == NAME_NUMBER || (obis_names[i].how == NAME_TARIFF && id.e > 0)) {
        mw_text_string(&draft, obis_names[i].how == NAME_TARIFF ? "_t" : "_");
        mw_text_unsigned(&draft, id.e, 1);
    }
    return mw_text_finish(&draft, out, size);
}

/* A number of 0 to 255 without a sign; moves text behind it. */
static bool obis_parse_number(const char **text, uint8_t *value)
{
    unsigned v = 0;
    const char *p = *text;
    while (*p >= '0' && *p <= '9' && v <= 255) {
        v = v * 10 + (unsigned)(*p++ - '0');
    }
    if (p == *text || v > 255) {
        return false;
    }
    *value = (uint8_t)v;
    *text = p;
    return true;
}

static bool obis_parse_char(const char **text, char c)
{
    if (**text != c) {
        return false;
    }
    ++*text;
    return true;
}

/* C as a number, or the letters that stand for it in IEC 62056-21. */
static bool obis_parse_c(const char **text, uint8_t *c)
{
    if (obis_parse_char(text, 'C')) {
        *c = 96;
        return true;
    }
    if (obis_parse_char(text, 'F')) {
        *c = 97;
        return true;
    }
    return obis_parse_number(text, c);
}

static bool obis_parse_code(const char *text, mw_obis *id)
{
    mw_obis code = {1, 0, 0, 0, 0, 255};
    const char *p = text;
    uint8_t first;
    const bool medium = obis_parse_number(&p, &first) && obis_parse_char(&p, '-');
    if (medium) {
        code.a = first;
        if (!obis_parse_number(&p, &code.b) || !obis_parse_char(&p, ':')) {
            return false;
        }
    } else {
        p = text;
    }
    if (!obis_parse_c(&p, &code.c) || !obis_parse_char(&p, '.') || !obis_parse_number(&p, &code.d) ||
        !obis_parse_char(&p, '.') || !obis_parse_number(&p, &code.e)) {
        return false;
    }
    if (obis_parse_char(&p, '*') && !obis_parse_number(&p, &code.f)) {
        return false;
    }
    if (!medium && (code.c == 96 || code.c == 97)) {
        code.a = 0;
    }
    if (*p != '\0') {
        return false;
    }
    *id = code;
    return true;
}

/* "_l1" to "_l3"; 0 and text as it was when there is none. */
static uint8_t obis_parse_phase(const char **text)
{
    const char *p = *text;
    if (p[0] == '_' && p[1] == 'l' && p[2] >= '1' && p[2] <= '3') {
        *text = p + 3;
        return (uint8_t)(p[2] - '0');
    }
    return 0;
}

/* What stands behind the entry's own name. */
static bool obis_parse_suffix(const obis_name *entry, const char *rest, mw_obis *id)
{
    const uint8_t phase = entry->a == 1 ? obis_parse_phase(&rest) : 0;
    mw_obis code = mw_obis_make(entry->a, (uint8_t)(entry->c + phase * MW_OBIS_PHASE_STEP), entry->d, entry->e);
    if (phase > 0 && mw_obis_pattern(code.c).base != entry->c) {
        return false;
    }
    if (entry->how == NAME_NUMBER && !(obis_parse_char(&rest, '_') && obis_parse_number(&rest, &code.e))) {
        return false;
    }
    if (entry->how == NAME_TARIFF && *rest != '\0' &&
        !(obis_parse_char(&rest, '_') && obis_parse_char(&rest, 't') && obis_parse_number(&rest, &code.e) &&
          code.e > 0 && code.e < 64)) {
        return false;
    }
    if (*rest != '\0') {
        return false;
    }
    *id = code;
    return true;
}

/* Without strlen(), which the core does not use. */
static const char *obis_behind_prefix(const char *text, const char *prefix)
{
    while (*prefix != '\0' && *text == *prefix) {
        text++;
        prefix++;
    }
    return *prefix == '\0' ? text : NULL;
}

mw_status mw_obis_parse(const char *text, mw_obis *id)
{
    if (obis_parse_code(text, id)) {
        return MW_OK;
    }
    for (size_t i = 0; i < OBIS_NAME_COUNT; i++) {
        const char *const rest = obis_behind_prefix(text, obis_names[i].name);
        if (rest != NULL && obis_parse_suffix(&obis_names[i], rest, id)) {
            return MW_OK;
        }
    }
    return MW_ERR_VALUE;
}
