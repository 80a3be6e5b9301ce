/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "read.h"

/* Digits in front of the decimal point, so that points stand below each other. */
static int table_point(const char *value)
{
    return (int)strcspn(value, ".");
}

static bool table_is_number(const mw_reading *reading)
{
    return reading->kind == MW_KIND_NUMBER && reading->quality == MW_QUALITY_GOOD && reading->unit != MW_UNIT_NONE;
}

#define NAME_WIDTH   28
#define POINT_COLUMN 9 /* digits in front of the point: 999999999 */
#define VALUE_WIDTH  20

/* Wider where a name needs it. */
static int table_name_width(const read_result *result)
{
    size_t width = NAME_WIDTH;
    for (size_t i = 0; i < result->count; i++) {
        const size_t length = strlen(result->values[i].name);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void table_print_row(const read_job *job, const read_value *value, int name_width)
{
    const mw_reading *const reading = &value->reading;
    char text[SHOW_SIZE];
    char code[SHOW_SIZE];
    int indent = 0;
    mw_obis_text(reading->id, code, sizeof code);
    show_value(job->who.model, reading, text);
    if (table_is_number(reading) && table_point(text) < POINT_COLUMN) {
        indent = POINT_COLUMN - table_point(text);
    }
    printf("%-*s %*s%-*s %-8s %s\n", name_width, value->name, indent, "", VALUE_WIDTH - indent, text,
           reading->quality == MW_QUALITY_GOOD ? show_unit(reading) : "", code);
}

/* Of Modbus the row it came from, as another one may have the same code. */
static uint8_t table_row_group(const read_job *job, const mw_reading *reading)
{
    const mw_model *const model = job->who.model;
    size_t i = mw_model_find(model, reading->id);
    if (job->who.mbus == NULL) {
        for (i = 0; i < model->row_count && model->rows[i].address != reading->source; i++) {
        }
    }
    return i < model->row_count ? model->rows[i].group : MW_GROUP_ONCE;
}

static void table_print_group(const read_job *job, const read_result *result, uint8_t group, const char *title)
{
    const int name_width = table_name_width(result);
    bool first = true;
    for (size_t i = 0; i < result->count; i++) {
        if (table_row_group(job, &result->values[i].reading) == group) {
            if (first) {
                printf("\n%s\n", title);
            }
            first = false;
            table_print_row(job, &result->values[i], name_width);
        }
    }
}

void read_print_table(const read_job *job, const read_result *result)
{
    char line[SHOW_SIZE];
    char who[SHOW_SIZE];
    printf("%s\n%s at %s\n", job->who.model->title, tool_meter_text(&job->who, who),
           tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line));
    table_print_group(job, result, MW_GROUP_ONCE, "Identification, settings and state");
    table_print_group(job, result, MW_GROUP_FAST, "Instantaneous values");
    table_print_group(job, result, MW_GROUP_SLOW, "Energies");
    table_print_group(job, result, MW_GROUP_EXTRA, "Once more, coarser, or on request");
    printf("\n%zu value%s, %u %s%s, ", result->count, result->count == 1 ? "" : "s", result->requests,
           job->who.mbus != NULL ? "telegram" : "request", result->requests == 1 ? "" : "s");
    if (job->who.mbus == NULL) {
        printf("%u register%s, ", result->registers, result->registers == 1 ? "" : "s");
    }
    printf("%lu.%03lu ms\n", (unsigned long)(result->elapsed_us / 1000), (unsigned long)(result->elapsed_us % 1000));
}
