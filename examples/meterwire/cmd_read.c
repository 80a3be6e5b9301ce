/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "show.h"
#include "show_mbus.h"
#include "tool_meter.h"

#define READINGS_MAX 1024
#define CODES_MAX    64
#define READ_ANY     "mbus" /* instead of a model */

typedef struct read_job {
    tool_meter who;
    bool json;
    mw_selection selection;
    mw_obis codes[CODES_MAX];
} read_job;

typedef struct read_result {
    mw_reading readings[READINGS_MAX];
    size_t count;
    unsigned requests;
    unsigned registers;
    uint32_t elapsed_us;
} read_result;

static bool read_group(const char *text, uint8_t *groups)
{
    static const struct {
        const char *name;
        uint8_t group;
    } names[] = {{"fast", MW_GROUP_FAST}, {"slow", MW_GROUP_SLOW}, {"once", MW_GROUP_ONCE}, {"extra", MW_GROUP_EXTRA}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i].name) == 0) {
            *groups |= names[i].group;
            return true;
        }
    }
    return false;
}

/* A code or name, which the model has; checked when the model is known. */
static int read_add_code(read_job *job, const char *text)
{
    if (job->selection.code_count == CODES_MAX) {
        return tool_misuse("read", "--obis can be given %d times at most", CODES_MAX);
    }
    if (mw_obis_parse(text, &job->codes[job->selection.code_count]) != MW_OK) {
        return tool_misuse("read", "'%s' is no OBIS code and no name of one", text);
    }
    job->selection.code_count++;
    return TOOL_GOOD;
}

enum { OPT_GROUP = 256, OPT_OBIS, OPT_JSON };

static const struct option read_options[] = {TOOL_METER_OPTIONS,
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"obis", required_argument, NULL, OPT_OBIS},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {NULL, 0, NULL, 0}};

static int read_option(read_job *job, int option, const char *argument)
{
    switch (option) {
    case OPT_GROUP:
        return read_group(argument, &job->selection.groups)
                   ? TOOL_GOOD
                   : tool_misuse("read", "--group is fast, slow, once or extra, not '%s'", argument);
    case OPT_OBIS:
        return read_add_code(job, argument);
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    default:
        return tool_meter_option(&job->who, "read", read_options, option, argument);
    }
}

static bool read_has(const read_job *job, mw_obis id)
{
    if (job->who.mbus == NULL) {
        return mw_model_find(job->who.model, id) < job->who.model->row_count;
    }
    for (size_t i = 0; i < job->who.mbus->row_count; i++) {
        if (mw_obis_equal(mw_mbus_row_id(&job->who.mbus->rows[i]), id)) {
            return true;
        }
    }
    return false;
}

/* Codes that are asked for are those of the model. */
static int read_check_codes(read_job *job)
{
    for (size_t i = 0; i < job->selection.code_count; i++) {
        if (!read_has(job, job->codes[i])) {
            char name[SHOW_SIZE];
            return tool_misuse("read", "%s has no %s%s; 'meterwire models %s' lists what it has", job->who.model->name,
                               show_name(job->codes[i], name), job->who.mbus != NULL ? " on M-Bus" : "",
                               job->who.model->name);
        }
    }
    job->selection.codes = job->codes;
    return TOOL_GOOD;
}

/* Whatever a meter on M-Bus sends; only a model knows groups and codes. */
static int read_check_any(const read_job *job)
{
    if (job->selection.groups != 0 || job->selection.code_count > 0) {
        return tool_misuse("read", "--group and --obis need a model");
    }
    return job->who.address_given || job->who.secondary_given
               ? TOOL_GOOD
               : tool_misuse("read", "which meter? give --address or --secondary; 'meterwire scan' finds them");
}

static int read_arguments(read_job *job, int argc, char **argv)
{
    int option;
    int code;
    bool any;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", read_options, NULL)) != -1) {
        code = read_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 2) {
        return tool_misuse(
            "read", argc - optind < 2 ? "MODEL and TARGET are needed" : "more than MODEL and TARGET; what is '%s'?",
            argc - optind > 2 ? argv[optind + 2] : "");
    }
    any = strcmp(argv[optind], READ_ANY) == 0;
    code = tool_meter_complete(&job->who, "read", any ? NULL : argv[optind], argv[optind + 1]);
    if (code != TOOL_GOOD) {
        return code;
    }
    return any ? read_check_any(job) : read_check_codes(job);
}

static int read_print_json(const read_job *job, const read_result *result)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    tool_meter_json(&job->who, root);
    cJSON_AddNumberToObject(root, "requests", result->requests);
    cJSON_AddNumberToObject(root, "registers", result->registers);
    cJSON_AddNumberToObject(root, "elapsed_us", result->elapsed_us);
    cJSON_AddItemToObject(root, "readings", list);
    for (size_t i = 0; i < result->count; i++) {
        cJSON_AddItemToArray(list, show_json_reading(&result->readings[i], job->who.mbus != NULL));
    }
    return tool_print_json(root);
}

/* Digits in front of the decimal point, so that points stand below each other. */
static int read_point(const char *value)
{
    return (int)strcspn(value, ".");
}

static bool read_is_number(const mw_reading *reading)
{
    return reading->kind == MW_KIND_NUMBER && reading->quality == MW_QUALITY_GOOD && reading->unit != MW_UNIT_NONE;
}

#define POINT_COLUMN 9 /* digits in front of the point: 999999999 */
#define VALUE_WIDTH  20

static void read_print_row(const read_job *job, const mw_reading *reading)
{
    char name[SHOW_SIZE];
    char value[SHOW_SIZE];
    char code[SHOW_SIZE];
    int indent = 0;
    mw_obis_text(reading->id, code, sizeof code);
    show_value(job->who.model, reading, value);
    if (read_is_number(reading) && read_point(value) < POINT_COLUMN) {
        indent = POINT_COLUMN - read_point(value);
    }
    printf("%-28s %*s%-*s %-8s %s\n", show_name(reading->id, name), indent, "", VALUE_WIDTH - indent, value,
           reading->quality == MW_QUALITY_GOOD ? show_unit(reading) : "", code);
}

/* Of Modbus the row it came from, as another one may have the same code. */
static uint8_t read_row_group(const read_job *job, const mw_reading *reading)
{
    const mw_model *const model = job->who.model;
    size_t i = mw_model_find(model, reading->id);
    if (job->who.mbus == NULL) {
        for (i = 0; i < model->row_count && model->rows[i].address != reading->source; i++) {
        }
    }
    return i < model->row_count ? model->rows[i].group : MW_GROUP_ONCE;
}

static void read_print_group(const read_job *job, const read_result *result, uint8_t group, const char *title)
{
    bool first = true;
    for (size_t i = 0; i < result->count; i++) {
        if (read_row_group(job, &result->readings[i]) == group) {
            if (first) {
                printf("\n%s\n", title);
            }
            first = false;
            read_print_row(job, &result->readings[i]);
        }
    }
}

static void read_print_table(const read_job *job, const read_result *result)
{
    char line[SHOW_SIZE];
    char who[SHOW_SIZE];
    printf("%s\n%s at %s\n", job->who.model->title, tool_meter_text(&job->who, who),
           tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line));
    read_print_group(job, result, MW_GROUP_ONCE, "Identification, settings and state");
    read_print_group(job, result, MW_GROUP_FAST, "Instantaneous values");
    read_print_group(job, result, MW_GROUP_SLOW, "Energies");
    read_print_group(job, result, MW_GROUP_EXTRA, "Once more, coarser, or on request");
    printf("\n%zu values, %u %s%s, ", result->count, result->requests, job->who.mbus != NULL ? "telegram" : "request",
           result->requests == 1 ? "" : "s");
    if (job->who.mbus == NULL) {
        printf("%u registers, ", result->registers);
    }
    printf("%lu.%03lu ms\n", (unsigned long)(result->elapsed_us / 1000), (unsigned long)(result->elapsed_us % 1000));
}

static bool read_got_something(const read_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (result->readings[i].quality != MW_QUALITY_NOT_READ) {
            return true;
        }
    }
    return false;
}

static int read_model(read_job *job)
{
    static read_result result; /* too large for a stack */
    const mw_io *const io = &job->who.line.port.io;
    mw_meter *const meter = &job->who.meter;
    uint32_t begin_us;
    mw_status status;
    int code = TOOL_GOOD;
    begin_us = io->now_us(io->user);
    status = mw_meter_read(meter, io, &job->selection, result.readings, READINGS_MAX, &result.count);
    result.elapsed_us = io->now_us(io->user) - begin_us;
    result.requests = mw_meter_requests(meter);
    result.registers = mw_meter_registers(meter);
    if (read_got_something(&result)) {
        if (job->json) {
            code = read_print_json(job, &result);
        } else {
            read_print_table(job, &result);
        }
    }
    return status == MW_OK ? code : tool_meter_explain(&job->who, status, mw_meter_exception(meter));
}

/* Prints a telegram, and what of it could not be taken apart. */
static int read_print_telegram(const mw_mbus_telegram *telegram, bool json)
{
    mw_mbus_error errors[SHOW_MBUS_ERRORS_MAX];
    const size_t count = show_mbus_errors(telegram, errors);
    if (!json) {
        show_mbus_print(telegram);
    } else if (!show_mbus_print_json(telegram)) {
        return tool_fail("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        show_mbus_print_error(errors[i].fault, errors[i].offset, json);
    }
    return count > 0 ? TOOL_FAILED : TOOL_GOOD;
}

/* Shows what any meter on M-Bus sends, as it is. */
static int read_any(read_job *job)
{
    mw_mbus_master *const master = &job->who.master;
    mw_mbus_telegram telegram;
    mw_status status;
    int code = TOOL_GOOD;
    if (job->who.secondary_given) {
        mw_mbus_begin_read_secondary(master, &job->who.secondary);
    } else {
        mw_mbus_begin_read(master, job->who.unit);
    }
    while ((status = mw_mbus_wait(master, &job->who.line.port.io, &telegram)) == MW_OK) {
        const int printed = read_print_telegram(&telegram, job->json);
        code = code == TOOL_GOOD ? printed : code;
    }
    return status == MW_END ? code
                            : tool_meter_explain(&job->who, status, status == MW_ERR_REFUSED ? telegram.code : 0);
}

int cmd_read(int argc, char **argv)
{
    static read_job job;
    int code = read_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_meter_open(&job.who, "read");
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    code = job.who.model != NULL ? read_model(&job) : read_any(&job);
    tool_meter_close(&job.who);
    return code;
}
