/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <cjson/cJSON.h>

#include "show.h"

cJSON *show_json_value(const mw_reading *reading)
{
    char text[SHOW_SIZE];
    if (reading->quality != MW_QUALITY_GOOD || mw_reading_text(reading, text, sizeof text) >= sizeof text) {
        return cJSON_CreateNull();
    }
    switch (reading->kind) {
    case MW_KIND_NUMBER:
        return cJSON_CreateRaw(text);
    case MW_KIND_BITS:
        snprintf(text, sizeof text, "%llu", (unsigned long long)reading->n);
        return cJSON_CreateRaw(text);
    default:
        return cJSON_CreateString(text);
    }
}

cJSON *show_json_reading(const mw_reading *reading, bool mbus)
{
    cJSON *const object = cJSON_CreateObject();
    char text[SHOW_SIZE];
    mw_obis_text(reading->id, text, sizeof text);
    cJSON_AddStringToObject(object, "obis", text);
    cJSON_AddStringToObject(object, "name", show_name(reading->id, text));
    cJSON_AddItemToObject(object, "value", show_json_value(reading));
    cJSON_AddStringToObject(object, "unit", mw_unit_text(reading->unit));
    cJSON_AddStringToObject(object, "quality", mw_quality_text(reading->quality));
    snprintf(text, sizeof text, mbus ? "#%u" : "0x%04X", reading->source);
    cJSON_AddStringToObject(object, "source", text);
    return object;
}
