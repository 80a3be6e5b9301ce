/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "setting_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#define DIGITS 8

/* ---- values ---- */

/* What the meter would be read as with this value. */
static mw_reading setting_reading(const mw_setting *setting, int64_t n)
{
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    reading.id = setting->id;
    reading.n = n;
    reading.exp10 = setting->exp10;
    reading.unit = setting->unit;
    if (setting->kind == MW_SETTING_TIME) {
        reading.kind = MW_KIND_DATETIME;
    } else if (setting->kind == MW_SETTING_RATIO) {
        reading.kind = MW_KIND_TEXT;
        snprintf(reading.text, sizeof reading.text, "%d/%d", (int)n / 100, (int)n % 100);
    } else if (setting->kind == MW_SETTING_DIGITS) {
        reading.kind = MW_KIND_TEXT;
        snprintf(reading.text, sizeof reading.text, "%0*d", DIGITS, (int)n);
    }
    return reading;
}

/* Choices of something that has a unit are numbers to people, the others are words. */
static bool setting_has_words(const mw_setting *setting)
{
    return setting->choice_count > 0 && setting->unit == MW_UNIT_NONE;
}

const char *setting_reading_text(const mw_setting *setting, const mw_reading *reading, char out[SHOW_SIZE])
{
    const mw_choice *const choice = mw_setting_choice(setting, reading->n);
    size_t length;
    if (reading->quality == MW_QUALITY_GOOD && setting_has_words(setting) && choice != NULL) {
        snprintf(out, SHOW_SIZE, "%s", choice->name);
        return out;
    }
    show_value(NULL, reading, out);
    length = strlen(out);
    if (reading->quality == MW_QUALITY_GOOD && reading->kind != MW_KIND_DATETIME && *show_unit(reading) != '\0') {
        snprintf(out + length, SHOW_SIZE - length, " %s", show_unit(reading));
    }
    return out;
}

const char *setting_value_text(const mw_setting *setting, int64_t n, char out[SHOW_SIZE])
{
    const mw_choice *const choice = mw_setting_choice(setting, n);
    const mw_reading reading = setting_reading(setting, n);
    if (setting->kind == MW_SETTING_ACTION && choice != NULL) {
        snprintf(out, SHOW_SIZE, "%s", choice->name);
        return out;
    }
    return setting_reading_text(setting, &reading, out);
}

/* ---- what is allowed ---- */

static void setting_append(char *out, const char *separator, const char *text)
{
    const size_t length = strlen(out);
    snprintf(out + length, SETTING_TEXT_SIZE - length, "%s%s", length > 0 ? separator : "", text);
}

/* The choices, with their common unit behind the last one. */
static void setting_list(const mw_setting *setting, char out[SETTING_TEXT_SIZE])
{
    const mw_reading reading = setting_reading(setting, 0);
    char value[SHOW_SIZE];
    for (size_t i = 0; i < setting->choice_count; i++) {
        const bool last = i + 1u == setting->choice_count;
        const mw_reading one = setting_reading(setting, setting->choices[i].n);
        const char *const text = setting_has_words(setting) || setting->kind == MW_SETTING_ACTION
                                     ? setting->choices[i].name
                                     : show_value(NULL, &one, value);
        setting_append(out, last && setting->choice_count == 2 ? " or " : ", ", text);
    }
    if (setting->kind != MW_SETTING_ACTION && *show_unit(&reading) != '\0') {
        setting_append(out, " ", show_unit(&reading));
    }
}

const char *setting_allowed_text(const mw_setting *setting, char out[SETTING_TEXT_SIZE])
{
    char least[SHOW_SIZE];
    char most[SHOW_SIZE];
    const mw_reading first = setting_reading(setting, setting->least);
    *out = '\0';
    if (setting->kind == MW_SETTING_DIGITS) {
        setting_append(out, "", "eight digits");
    } else if (setting->kind == MW_SETTING_RATIO) { /* every secondary current is one that a primary one may have */
        snprintf(out, SETTING_TEXT_SIZE, "P/S: P from %ld to %ld A and a multiple of S; S ", (long)setting->least,
                 (long)setting->most);
        for (size_t i = 0; i < setting->choice_count; i++) {
            setting_append(out, i > 0 ? " or " : "", setting->choices[i].name);
        }
    } else if (setting->choice_count > 0) {
        setting_list(setting, out);
    } else {
        snprintf(out, SETTING_TEXT_SIZE, "%s to %s", show_value(NULL, &first, least),
                 setting_value_text(setting, setting->most, most));
    }
    return out;
}

/* ---- what is to be known ---- */

static const struct {
    uint8_t flag;
    const char *word; /* for programs */
    const char *text; /* null: it has a reason of its own */
} setting_remarks[] = {{MW_SETTING_IRREVERSIBLE, "irreversible", NULL},
                       {MW_SETTING_LINK, "link", "changes how the meter is reached"},
                       {MW_SETTING_LOCKED, "locked", "only while unlocked"},
                       {MW_SETTING_IDENTIFY, "identify", "only after the meter was identified"},
                       {MW_SETTING_UNPROVEN, "unproven", "only while the meter shows its coding"},
                       {MW_SETTING_BROADCAST, "broadcast", "may be sent to all meters"}};

#define SETTING_REMARKS (sizeof setting_remarks / sizeof setting_remarks[0])

/* Why something cannot be undone; what no reason is known for is said to be so by its model only. */
static const char *setting_reason(const mw_setting *setting)
{
    if (setting->kind == MW_SETTING_RATIO) {
        return "it can be changed seven times in the meter's life (manual of the WAGO 879, 6.9)";
    }
    if (mw_obis_equal(setting->id, mw_obis_make(0, MW_OBIS_C_OPERATION, 0, 0))) {
        return "on the meter's predecessor this combination could not be changed back";
    }
    return "it cannot be undone, or only a few times in the meter's life";
}

const char *setting_irreversible(const mw_setting *setting, int64_t n)
{
    const mw_choice *const choice = mw_setting_choice(setting, n);
    const unsigned flags = setting->flags | (choice != NULL ? choice->flags : 0u);
    return (flags & MW_SETTING_IRREVERSIBLE) != 0 ? setting_reason(setting) : NULL;
}

const char *setting_remarks_text(const mw_setting *setting, char out[SETTING_TEXT_SIZE])
{
    *out = '\0';
    if ((setting->flags & MW_SETTING_IRREVERSIBLE) != 0) {
        setting_append(out, "; ", setting_reason(setting));
    }
    for (size_t i = 0; i < setting->choice_count; i++) {
        if ((setting->choices[i].flags & MW_SETTING_IRREVERSIBLE) != 0) {
            setting_append(out, "; ", setting->choices[i].name);
            setting_append(out, " ", "cannot be undone");
        }
    }
    for (size_t i = 0; i < SETTING_REMARKS; i++) {
        if ((setting->flags & setting_remarks[i].flag) != 0 && setting_remarks[i].text != NULL) {
            setting_append(out, "; ", setting_remarks[i].text);
        }
    }
    return out;
}

/* ---- understanding ---- */

/* The same letters and digits, whatever spaces are between them. */
static bool setting_alike(const char *a, const char *b)
{
    do {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
    } while (*a++ != '\0' && *b++ != '\0');
    return true;
}

/* Power of ten of a unit as people write it, in the unit of a setting. */
static bool setting_unit(uint8_t unit, const char *text, int8_t *exp10)
{
    static const struct {
        const char *text;
        int8_t exp10;
    } prefixes[] = {{"", 0}, {"m", -3}, {"k", 3}, {"M", 6}};
    const char *const name = mw_unit_text(unit);
    if (unit == MW_UNIT_PER_WH && setting_alike(text, "imp/kWh")) {
        *exp10 = -3;
        return true;
    }
    for (size_t i = 0; i < (*name != '\0' ? sizeof prefixes / sizeof prefixes[0] : 1); i++) {
        const size_t length = strlen(prefixes[i].text);
        if (strncmp(text, prefixes[i].text, length) == 0 && strcmp(text + length, name) == 0) {
            *exp10 = prefixes[i].exp10;
            return true;
        }
    }
    return false;
}

/* A decimal, and a unit behind it; without one it is in the unit of the display. */
static bool setting_parse_number(const mw_setting *setting, const char *text, int64_t *n)
{
    const mw_reading reading = setting_reading(setting, 0);
    const size_t digits = strspn(text, "+-.0123456789");
    const char *unit = text + digits + strspn(text + digits, " ");
    char number[SHOW_SIZE];
    int64_t mantissa;
    int8_t exp10;
    int8_t of_unit;
    if (digits >= sizeof number) {
        return false;
    }
    memcpy(number, text, digits);
    number[digits] = '\0';
    unit = *unit != '\0' ? unit : show_unit(&reading);
    return mw_decimal_parse(number, &mantissa, &exp10) == MW_OK && setting_unit(setting->unit, unit, &of_unit) &&
           mw_decimal_rescale(mantissa, (int8_t)(exp10 + of_unit), setting->exp10, n) == MW_OK;
}

static bool setting_parse_ratio(const char *text, int64_t *n)
{
    const size_t primary = strspn(text, "0123456789");
    const char *const behind = text + primary + 1;
    char *end;
    if (primary < 1 || primary > 5 || text[primary] != '/' || strspn(behind, "0123456789") < 1 ||
        strspn(behind, "0123456789") > 2) {
        return false;
    }
    *n = 100 * strtoll(text, NULL, 10) + strtoll(behind, &end, 10);
    return setting_alike(end, "") || setting_alike(end, "A");
}

static bool setting_parse_digits(const char *text, int64_t *n)
{
    if (strlen(text) != DIGITS || strspn(text, "0123456789") != DIGITS) {
        return false;
    }
    *n = strtoll(text, NULL, 10);
    return true;
}

/* Seconds since 1970 of a date in the Gregorian calendar, whose year begins in March here. */
static int64_t setting_seconds(const struct tm *time)
{
    const int64_t year = time->tm_year + 1900 - (time->tm_mon < 2 ? 1 : 0);
    const int64_t month = (time->tm_mon + 10) % 12;
    const int64_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + time->tm_mday - 1;
    return 86400 * (days - 719468) + 3600 * (int64_t)time->tm_hour + 60 * (int64_t)time->tm_min + time->tm_sec;
}

/* A time is one when it is written again as it was read. */
static bool setting_parse_time(const mw_setting *setting, const char *text, int64_t *n)
{
    const time_t now = time(NULL);
    struct tm time_of;
    mw_reading again;
    char written[SHOW_SIZE];
    const char *end;
    memset(&time_of, 0, sizeof time_of);
    if (strcmp(text, "now") == 0) {
        *n = setting_seconds(localtime_r(&now, &time_of));
        return true;
    }
    end = strptime(text, "%Y-%m-%dT%H:%M:%S", &time_of);
    *n = setting_seconds(&time_of);
    again = setting_reading(setting, *n);
    mw_reading_text(&again, written, sizeof written);
    return end != NULL && *end == '\0' && strcmp(text, written) == 0;
}

/* The name of a choice, or its number where names are words. */
static bool setting_parse_choice(const mw_setting *setting, const char *text, int64_t *n)
{
    char *end;
    for (size_t i = 0; i < setting->choice_count; i++) {
        if (setting_alike(setting->choices[i].name, text)) {
            *n = setting->choices[i].n;
            return true;
        }
    }
    if ((setting->unit != MW_UNIT_NONE && setting->kind != MW_SETTING_ACTION) || !isdigit((unsigned char)*text)) {
        return false;
    }
    *n = strtoll(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return *end == '\0';
}

bool setting_parse(const mw_setting *setting, const char *text, int64_t *n)
{
    switch ((mw_setting_kind)setting->kind) {
    case MW_SETTING_TIME:
        return setting_parse_time(setting, text, n);
    case MW_SETTING_RATIO:
        return setting_parse_ratio(text, n);
    case MW_SETTING_DIGITS:
        return setting_parse_digits(text, n);
    case MW_SETTING_NUMBER:
    case MW_SETTING_ACTION:
    default:
        if (setting->choice_count > 0 && setting_parse_choice(setting, text, n)) {
            return true;
        }
        return setting->kind == MW_SETTING_NUMBER && !setting_has_words(setting) &&
               setting_parse_number(setting, text, n);
    }
}

void setting_offer(const mw_setting *setting, nearest *near)
{
    if (!setting_has_words(setting) && setting->kind != MW_SETTING_ACTION) {
        return;
    }
    for (size_t i = 0; i < setting->choice_count; i++) {
        nearest_offer(near, setting->choices[i].name);
    }
}

/* ---- JSON ---- */

cJSON *setting_json_value(const mw_setting *setting, int64_t n)
{
    const mw_reading reading = setting_reading(setting, n);
    char text[SHOW_SIZE];
    mw_reading_text(&reading, text, sizeof text);
    return reading.kind == MW_KIND_NUMBER ? cJSON_CreateRaw(text) : cJSON_CreateString(text);
}

static cJSON *setting_json_flags(unsigned flags)
{
    cJSON *const list = cJSON_CreateArray();
    for (size_t i = 0; i < SETTING_REMARKS; i++) {
        if ((flags & setting_remarks[i].flag) != 0) {
            cJSON_AddItemToArray(list, cJSON_CreateString(setting_remarks[i].word));
        }
    }
    return list;
}

static cJSON *setting_json_decimal(const mw_setting *setting, int64_t n)
{
    char text[MW_DECIMAL_TEXT_SIZE];
    mw_decimal_text(n, setting->exp10, text, sizeof text);
    return cJSON_CreateRaw(text);
}

static cJSON *setting_json_choices(const mw_setting *setting)
{
    cJSON *const list = cJSON_CreateArray();
    for (size_t i = 0; i < setting->choice_count; i++) {
        const mw_choice *const choice = &setting->choices[i];
        cJSON *const object = cJSON_CreateObject();
        cJSON_AddItemToObject(object, "value", setting_json_decimal(setting, choice->n));
        cJSON_AddStringToObject(object, "name", choice->name);
        cJSON_AddItemToObject(object, "flags", setting_json_flags(choice->flags));
        cJSON_AddItemToArray(list, object);
    }
    return list;
}

/* Of a ratio the range is that of the primary current. */
static cJSON *setting_json_allowed(const mw_setting *setting)
{
    const bool ratio = setting->kind == MW_SETTING_RATIO;
    cJSON *const allowed = cJSON_CreateObject();
    if (setting->choice_count == 0 || ratio) {
        cJSON_AddItemToObject(allowed, "least",
                              ratio ? setting_json_decimal(setting, setting->least)
                                    : setting_json_value(setting, setting->least));
        cJSON_AddItemToObject(allowed, "most",
                              ratio ? setting_json_decimal(setting, setting->most)
                                    : setting_json_value(setting, setting->most));
    }
    if (setting->choice_count > 0) {
        cJSON_AddItemToObject(allowed, "choices", setting_json_choices(setting));
    }
    return allowed;
}

void setting_json(const mw_setting *setting, cJSON *object)
{
    static const char *const kinds[] = {"number", "time", "ratio", "digits", "command"}; /* by mw_setting_kind */
    char text[SHOW_SIZE];
    mw_obis_text(setting->id, text, sizeof text);
    cJSON_AddStringToObject(object, "obis", text);
    cJSON_AddStringToObject(object, "name", show_name(setting->id, text));
    cJSON_AddStringToObject(object, "kind", kinds[setting->kind]);
    cJSON_AddStringToObject(object, "unit", mw_unit_text(setting->unit));
    cJSON_AddItemToObject(object, "allowed", setting_json_allowed(setting));
    cJSON_AddItemToObject(object, "flags", setting_json_flags(setting->flags));
}
