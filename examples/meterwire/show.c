/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdio.h>
#include <string.h>

/* Units whose display differs from the base unit of readings; the last one only for whole milliseconds. */
static const struct {
    uint8_t unit;
    int8_t shift;
    const char *text;
} display_units[] = {
    {MW_UNIT_WH, -3, "kWh"},   {MW_UNIT_VARH, -3, "kvarh"}, {MW_UNIT_VAH, -3, "kVAh"},      {MW_UNIT_W, -3, "kW"},
    {MW_UNIT_VAR, -3, "kvar"}, {MW_UNIT_VA, -3, "kVA"},     {MW_UNIT_PER_WH, 3, "imp/kWh"}, {MW_UNIT_S, 3, "ms"},
};

#define DISPLAY_UNITS (sizeof display_units / sizeof display_units[0])

static size_t show_find_unit(const mw_reading *reading)
{
    size_t i = 0;
    while (i < DISPLAY_UNITS && display_units[i].unit != reading->unit) {
        i++;
    }
    return reading->unit == MW_UNIT_S && reading->exp10 != -3 ? DISPLAY_UNITS : i;
}

const char *show_name(mw_obis id, char out[SHOW_SIZE])
{
    if (mw_obis_name(id, out, SHOW_SIZE) == 0) {
        mw_obis_text(id, out, SHOW_SIZE);
    }
    return out;
}

const char *show_unit(const mw_reading *reading)
{
    const size_t i = show_find_unit(reading);
    return i < DISPLAY_UNITS ? display_units[i].text : mw_unit_text(reading->unit);
}

/* The meaning of a value of a setting that has a list of values, or null. */
static const char *show_choice(const mw_model *model, const mw_reading *reading)
{
    const mw_modbus_setting *const setting = model != NULL ? mw_model_find_setting(model, reading->id) : NULL;
    const mw_choice *const choice =
        setting != NULL && reading->unit == MW_UNIT_NONE ? mw_setting_choice(&setting->what, reading->n) : NULL;
    return choice != NULL ? choice->name : NULL;
}

static void show_trim(char *text)
{
    size_t length = strlen(text);
    if (strchr(text, '.') == NULL) {
        return;
    }
    while (text[length - 1] == '0') {
        text[--length] = '\0';
    }
    if (text[length - 1] == '.') {
        text[length - 1] = '\0';
    }
}

const char *show_number(const mw_reading *reading, char out[SHOW_SIZE])
{
    mw_reading shown = *reading;
    const size_t unit = show_find_unit(reading);
    if (unit < DISPLAY_UNITS) {
        shown.exp10 = (int8_t)(shown.exp10 + display_units[unit].shift);
    }
    if (mw_reading_text(&shown, out, SHOW_SIZE) >= SHOW_SIZE) {
        snprintf(out, SHOW_SIZE, "out of range");
    }
    return out;
}

const char *show_value(const mw_model *model, const mw_reading *reading, char out[SHOW_SIZE])
{
    const char *meaning;
    if (reading->quality == MW_QUALITY_UNCERTAIN) {
        snprintf(out, SHOW_SIZE, "%lld (uncertain)", (long long)reading->n);
        return out;
    }
    if (reading->quality != MW_QUALITY_GOOD) {
        snprintf(out, SHOW_SIZE, "%s", mw_quality_text(reading->quality));
        for (char *c = strchr(out, '_'); c != NULL; c = strchr(c, '_')) {
            *c = ' ';
        }
        return out;
    }
    show_number(reading, out);
    if (reading->kind != MW_KIND_NUMBER) {
        return out;
    }
    show_trim(out);
    meaning = show_choice(model, reading);
    if (meaning != NULL) {
        const size_t length = strlen(out);
        snprintf(out + length, SHOW_SIZE - length, " = %s", meaning);
    }
    return out;
}

const char *show_row_unit(const mw_row *row, char out[SHOW_SIZE])
{
    const char *const unit = mw_unit_text(row->unit);
    if (row->unit == MW_UNIT_PER_WH && row->exp10 == -3) {
        return "imp/kWh";
    }
    if (*unit == '\0' && row->exp10 == 0) {
        return "-";
    }
    switch (row->exp10) {
    case 6:
    case 3:
    case 0:
    case -3:
        snprintf(out, SHOW_SIZE, "%s%s",
                 row->exp10 == 6   ? "M"
                 : row->exp10 == 3 ? "k"
                 : row->exp10 == 0 ? ""
                                   : "m",
                 unit);
        break;
    default: {
        char factor[MW_DECIMAL_TEXT_SIZE];
        mw_decimal_text(1, row->exp10, factor, sizeof factor);
        snprintf(out, SHOW_SIZE, "%s%s%s", factor, *unit != '\0' ? " " : "", unit);
        break;
    }
    }
    return out;
}

const char *show_row_type(const mw_row *row, char out[SHOW_SIZE])
{
    static const char *const names[] = {"u",         "s",  "f",   "bcd",    "digits", "bits",    "text", "text (low)",
                                        "version f", "ct", "raw", "u+rest", "s+rest", "seconds", "clock"};
    const char *const name = row->type < sizeof names / sizeof names[0] ? names[row->type] : "?";
    if (row->type == MW_TYPE_TEXT || row->type == MW_TYPE_TEXT_LOW) {
        snprintf(out, SHOW_SIZE, "%s", name);
    } else {
        snprintf(out, SHOW_SIZE, "%s%u", name, 16u * row->regs);
    }
    return out;
}
