/* SPDX-License-Identifier: MIT */
#include "show_mbus.h"

#include <stdio.h>

#include "show.h"

/* Any number of a record: 20 characters, and 128 zeros. */
#define NUMBER_SIZE 160
/* Any text of a record in UTF-8, as mw_mbus_text() says. */
#define TEXT_SIZE   513

static void json_add_hex(cJSON *object, const char *name, const uint8_t *bytes, size_t count)
{
    char hex[SHOW_MBUS_HEX_SIZE];
    cJSON_AddStringToObject(object, name, show_mbus_hex(bytes, count, hex));
}

static cJSON *json_time(const mw_mbus_record *record)
{
    char text[SHOW_SIZE];
    mw_reading reading;
    mw_mbus_reading(0, record, &reading);
    return mw_reading_text(&reading, text, sizeof text) < sizeof text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

static cJSON *json_value(const mw_mbus_record *record)
{
    char number[NUMBER_SIZE];
    char text[TEXT_SIZE];
    if (record->quality != MW_QUALITY_GOOD) {
        return cJSON_CreateNull();
    }
    switch (record->kind) {
    case MW_KIND_NUMBER:
        mw_decimal_text(record->n, record->exp10, number, sizeof number);
        return cJSON_CreateRaw(number);
    case MW_KIND_BITS:
        snprintf(number, sizeof number, "%llu", (unsigned long long)record->n);
        return cJSON_CreateRaw(number);
    case MW_KIND_TEXT:
        mw_mbus_text(record, text, sizeof text);
        return cJSON_CreateString(text);
    default:
        return json_time(record);
    }
}

static cJSON *json_unit(const mw_mbus_record *record)
{
    char text[TEXT_SIZE];
    if (record->quantity == MW_MBUS_Q_PLAIN_TEXT) {
        mw_mbus_unit_text(record, text, sizeof text);
        return cJSON_CreateString(text);
    }
    return record->unit == MW_UNIT_OTHER ? cJSON_CreateNull() : cJSON_CreateString(mw_unit_text(record->unit));
}

static cJSON *json_obis(uint8_t medium, const mw_mbus_record *record)
{
    char text[SHOW_SIZE];
    mw_obis id;
    if (!mw_mbus_obis(medium, record, &id)) {
        return cJSON_CreateNull();
    }
    mw_obis_text(id, text, sizeof text);
    return cJSON_CreateString(text);
}

/* What stands behind the VIF of the maker is his, too. */
static cJSON *json_modifiers(const mw_mbus_record *record)
{
    cJSON *const list = cJSON_CreateArray();
    const bool known = record->quantity != MW_MBUS_Q_MANUFACTURER_SPECIFIC;
    for (unsigned i = 0; known && mw_mbus_modifier(record, i) != MW_MBUS_NO_MODIFIER; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateString(mw_mbus_modifier_text(mw_mbus_modifier(record, i))));
    }
    return list;
}

static const char *json_quality(const mw_mbus_record *record)
{
    if (record->quality == MW_QUALITY_GOOD) {
        return "good";
    }
    return show_mbus_is_unknown(record) ? "unknown" : "invalid";
}

static cJSON *json_record(uint8_t medium, const mw_mbus_record *record)
{
    static const char *const functions[] = {"instantaneous", "maximum", "minimum", "error"};
    const uint8_t *const vif = record->bytes + record->dib_bytes;
    const uint8_t *const raw = vif + record->vib_bytes;
    cJSON *const object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "index", record->index);
    cJSON_AddStringToObject(object, "function", functions[record->function & 3u]);
    cJSON_AddNumberToObject(object, "storage", (double)record->storage);
    cJSON_AddNumberToObject(object, "tariff", record->tariff);
    cJSON_AddNumberToObject(object, "subunit", record->subunit);
    json_add_hex(object, "dif", record->bytes, record->dib_bytes);
    json_add_hex(object, "vif", vif, record->vib_bytes);
    cJSON_AddStringToObject(object, "quantity", mw_mbus_quantity_text(record->quantity));
    cJSON_AddItemToObject(object, "unit", json_unit(record));
    cJSON_AddItemToObject(object, "value", json_value(record));
    cJSON_AddItemToObject(object, "obis", json_obis(medium, record));
    cJSON_AddItemToObject(object, "modifiers", json_modifiers(record));
    cJSON_AddStringToObject(object, "quality", json_quality(record));
    json_add_hex(object, "raw", raw, (size_t)(record->bytes + record->length - raw));
    return object;
}

static void json_add_records(cJSON *object, const mw_mbus_telegram *telegram)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "records");
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status;
    mw_mbus_records(telegram, &cursor);
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        if (status == MW_OK) {
            cJSON_AddItemToArray(list, json_record(telegram->header.medium, &record));
        }
    }
    cJSON_AddBoolToObject(object, "more_records", cursor.more_records);
    if (cursor.global_readout) {
        cJSON_AddTrueToObject(object, "global_readout");
    }
    json_add_hex(object, "manufacturer_data", cursor.manufacturer, cursor.manufacturer_bytes);
}

static void json_add_header(cJSON *object, const mw_mbus_telegram *telegram)
{
    const mw_mbus_header *const header = &telegram->header;
    cJSON *const list = cJSON_AddObjectToObject(object, "header");
    char text[SHOW_SIZE];
    if (telegram->header_type != MW_MBUS_HEADER_SHORT) {
        snprintf(text, sizeof text, "%08lX", (unsigned long)header->id);
        cJSON_AddStringToObject(list, "id", text);
    }
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        mw_mbus_manufacturer_text(header->manufacturer, text);
        cJSON_AddStringToObject(list, "manufacturer", text);
        cJSON_AddNumberToObject(list, "version", header->version);
    }
    if (telegram->header_type != MW_MBUS_HEADER_SHORT) {
        cJSON_AddNumberToObject(list, "medium", header->medium);
        cJSON_AddStringToObject(list, "medium_name", mw_mbus_medium_text(header->medium));
    }
    cJSON_AddNumberToObject(list, "access", header->access);
    cJSON_AddNumberToObject(list, "status", header->status);
    if (telegram->header_type != MW_MBUS_HEADER_FIXED) {
        cJSON_AddNumberToObject(list, "signature", header->signature);
    }
}

/* An application error or an alarm; its code may be missing. */
static void json_add_code(cJSON *object, const mw_mbus_telegram *telegram)
{
    const bool alarm = telegram->content == MW_MBUS_ALARM;
    cJSON *const list = cJSON_AddObjectToObject(object, alarm ? "alarm" : "application_error");
    cJSON_AddItemToObject(list, "code", telegram->has_code ? cJSON_CreateNumber(telegram->code) : cJSON_CreateNull());
    if (!alarm) {
        cJSON_AddStringToObject(list, "text",
                                telegram->has_code ? mw_mbus_application_error_text(telegram->code) : "no code");
    }
}

static void json_add_content(cJSON *object, const mw_mbus_telegram *telegram)
{
    switch (telegram->content) {
    case MW_MBUS_RECORDS:
    case MW_MBUS_FIXED:
        json_add_records(object, telegram);
        break;
    case MW_MBUS_APPLICATION_ERROR:
    case MW_MBUS_ALARM:
        json_add_code(object, telegram);
        break;
    case MW_MBUS_ENCRYPTED:
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(object, "encryption"), "mode", mw_mbus_mode(&telegram->header));
        json_add_hex(object, "data", telegram->body, telegram->body_bytes);
        break;
    case MW_MBUS_COMPACT:
        cJSON_AddTrueToObject(object, "compact");
        json_add_hex(object, "data", telegram->body, telegram->body_bytes);
        break;
    case MW_MBUS_NOTHING: /* nothing is understood but the frame */
        json_add_hex(object, "data", telegram->frame.data, telegram->frame.data_bytes);
        break;
    default:
        json_add_hex(object, "data", telegram->body, telegram->body_bytes);
        break;
    }
}

cJSON *show_mbus_json(const mw_mbus_telegram *telegram)
{
    static const char *const types[] = {"ack", "short", "control", "long"};
    const mw_mbus_frame *const frame = &telegram->frame;
    cJSON *const object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "frame", types[frame->type & 3u]);
    if (frame->type != MW_MBUS_ACK) {
        cJSON_AddNumberToObject(object, "c", frame->c);
        cJSON_AddNumberToObject(object, "address", frame->address);
    }
    if (frame->type == MW_MBUS_CONTROL || frame->type == MW_MBUS_LONG) {
        cJSON_AddNumberToObject(object, "ci", frame->ci);
        if (telegram->header_type != MW_MBUS_HEADER_NONE) {
            json_add_header(object, telegram);
        }
        json_add_content(object, telegram);
    }
    return object;
}
