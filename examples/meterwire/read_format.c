/* SPDX-License-Identifier: MIT */
/* JSON and CSV, and what all formats have in common. */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "read.h"

#define MS_NS     1000000
#define SECOND_NS 1000000000

int64_t read_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

const char *read_time_text(int64_t time_ns, char out[READ_TIME_SIZE])
{
    const time_t seconds = (time_t)(time_ns / SECOND_NS);
    char text[READ_TIME_SIZE - 8] = "";
    struct tm utc;
    if (gmtime_r(&seconds, &utc) != NULL) {
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    }
    snprintf(out, READ_TIME_SIZE, "%s.%03uZ", text, (unsigned)(time_ns % SECOND_NS / MS_NS) % 1000);
    return out;
}

const char *read_local_text(int64_t time_ns, char out[READ_TIME_SIZE])
{
    const time_t seconds = (time_t)(time_ns / SECOND_NS);
    struct tm local;
    out[0] = '\0';
    if (localtime_r(&seconds, &local) != NULL) {
        strftime(out, READ_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &local);
    }
    return out;
}

const char *read_value_text(const mw_reading *reading, char out[READ_TEXT_SIZE])
{
    out[0] = '\0';
    if (reading->quality != MW_QUALITY_GOOD) {
        return out;
    }
    if (reading->kind == MW_KIND_BITS) {
        snprintf(out, READ_TEXT_SIZE, "%llu", (unsigned long long)reading->n);
    } else {
        mw_reading_text(reading, out, READ_TEXT_SIZE);
    }
    return out;
}

static bool format_is_finer(const read_result *result, size_t i, size_t than)
{
    const mw_reading *const a = &result->values[i].reading;
    const mw_reading *const b = &result->values[than].reading;
    return a->exp10 < b->exp10 || (a->exp10 == b->exp10 && i < than);
}

bool read_is_finest(const read_result *result, size_t i)
{
    if (result->values[i].reading.quality != MW_QUALITY_GOOD) {
        return false;
    }
    for (size_t j = 0; j < result->count; j++) {
        if (j != i && result->values[j].reading.quality == MW_QUALITY_GOOD && format_is_finer(result, j, i) &&
            strcmp(result->values[j].name, result->values[i].name) == 0) {
            return false;
        }
    }
    return true;
}

/* ---- JSON ---- */

/* By the target, as the line may not be open. */
static const char *format_protocol(const read_job *job)
{
    if (read_is_mbus(job)) {
        return "mbus";
    }
    if (strncmp(job->who.line.target, "ascii+tcp://", strlen("ascii+tcp://")) == 0) {
        return "modbus-ascii";
    }
    return strncmp(job->who.line.target, "tcp://", strlen("tcp://")) == 0 ? "modbus-tcp" : "modbus-rtu";
}

int read_print_json(const read_job *job, const read_result *result)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    cJSON_AddStringToObject(root, "model", job->who.model->name);
    cJSON_AddStringToObject(root, "protocol", format_protocol(job));
    cJSON_AddNumberToObject(root, "unit", job->who.secondary_given ? MW_MBUS_ADDRESS_SELECTED : job->who.unit);
    if (job->who.secondary_given) {
        char secondary[SHOW_SIZE];
        cJSON_AddStringToObject(root, "secondary", read_address(job, secondary));
    }
    cJSON_AddNumberToObject(root, "requests", result->requests);
    cJSON_AddNumberToObject(root, "registers", result->registers);
    cJSON_AddNumberToObject(root, "elapsed_us", result->elapsed_us);
    cJSON_AddItemToObject(root, "readings", list);
    for (size_t i = 0; i < result->count; i++) {
        cJSON_AddItemToArray(list, show_json_reading(&result->values[i].reading, job->who.mbus != NULL));
    }
    return tool_print_json(root);
}

/* Records of any meter may have no code, names of their own and units in words. */
static bool format_has_code(const read_value *value)
{
    static const mw_obis none = {0, 0, 0, 0, 0, 0};
    return !mw_obis_equal(value->reading.id, none);
}

/* Moves what a reading has behind what says whose it is. */
static void format_add_reading(cJSON *object, const read_job *job, const read_value *value)
{
    cJSON *const reading = show_json_reading(&value->reading, read_is_mbus(job));
    cJSON *item;
    while (reading != NULL && (item = cJSON_DetachItemFromArray(reading, 0)) != NULL) {
        cJSON_AddItemToObject(object, item->string, item);
    }
    cJSON_Delete(reading);
    if (!format_has_code(value)) {
        cJSON_ReplaceItemInObject(object, "obis", cJSON_CreateNull());
    }
    cJSON_ReplaceItemInObject(object, "name", cJSON_CreateString(value->name));
    cJSON_ReplaceItemInObject(object, "unit", cJSON_CreateString(value->unit));
}

int read_print_jsonl(const read_job *job, const read_result *result)
{
    char time[READ_TIME_SIZE];
    char address[SHOW_SIZE];
    int code = TOOL_GOOD;
    read_time_text(result->time_ns, time);
    for (size_t i = 0; i < result->count && code == TOOL_GOOD; i++) {
        cJSON *const object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "time", time);
        cJSON_AddStringToObject(object, "model", read_model_name(job));
        if (job->who.secondary_given) {
            cJSON_AddStringToObject(object, "secondary", read_address(job, address));
        } else {
            cJSON_AddNumberToObject(object, "address", job->who.unit);
        }
        format_add_reading(object, job, &result->values[i]);
        code = tool_print_json(object);
    }
    return code;
}

/* ---- CSV, RFC 4180 ---- */

static void format_csv_field(const char *text, const char *end)
{
    if (text[strcspn(text, "\",\r\n")] == '\0') {
        printf("%s%s", text, end);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        printf(*text == '"' ? "\"\"" : "%c", *text);
    }
    printf("\"%s", end);
}

void read_print_csv_head(void)
{
    printf("time,model,address,obis,name,value,unit,quality,source\r\n");
}

void read_print_csv(const read_job *job, const read_result *result)
{
    char time[READ_TIME_SIZE];
    char address[SHOW_SIZE];
    char text[READ_TEXT_SIZE];
    for (size_t i = 0; i < result->count; i++) {
        const read_value *const value = &result->values[i];
        printf("%s,%s,%s,", read_time_text(result->time_ns, time), read_model_name(job), read_address(job, address));
        text[0] = '\0';
        if (format_has_code(value)) {
            mw_obis_text(value->reading.id, text, sizeof text);
        }
        format_csv_field(text, ",");
        format_csv_field(value->name, ",");
        format_csv_field(read_value_text(&value->reading, text), ",");
        format_csv_field(value->unit, ",");
        printf("%s,", mw_quality_text(value->reading.quality));
        printf(read_is_mbus(job) ? "#%u\r\n" : "0x%04X\r\n", value->reading.source);
    }
}

int read_print(const read_job *job, const read_result *result)
{
    switch (job->format) {
    case READ_JSON:
        return read_print_json(job, result);
    case READ_JSONL:
        return read_print_jsonl(job, result);
    case READ_CSV:
        read_print_csv(job, result);
        break;
    case READ_INFLUX:
        read_print_influx(job, result);
        break;
    case READ_PROMETHEUS:
        read_print_prometheus(job, result);
        break;
    case READ_TABLE:
    case READ_FORMATS:
    default:
        read_print_table(job, result);
        break;
    }
    return TOOL_GOOD;
}
