/* SPDX-License-Identifier: MIT */
/* The text format of Prometheus: a metric per quantity with its unit, what it belongs to in labels. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "read.h"

#define METRIC_SIZE 160
#define LABEL_SIZE  8

/* What a value is called. */
typedef struct prom_metric {
    char name[METRIC_SIZE]; /* "": no metric, but a label of meterwire_info or nothing at all */
    char help[SHOW_SIZE];
    char phase[LABEL_SIZE];
    char tariff[LABEL_SIZE];
    const char *direction;
    bool counter;
    bool printed;
} prom_metric;

static const char *prom_unit(uint8_t unit)
{
    static const struct {
        uint8_t unit;
        const char *name;
    } names[] = {
        {MW_UNIT_WH, "_watthours"},
        {MW_UNIT_VARH, "_varhours"},
        {MW_UNIT_VAH, "_voltamperehours"},
        {MW_UNIT_W, "_watts"},
        {MW_UNIT_VAR, "_vars"},
        {MW_UNIT_VA, "_voltamperes"},
        {MW_UNIT_V, "_volts"},
        {MW_UNIT_A, "_amperes"},
        {MW_UNIT_HZ, "_hertz"},
        {MW_UNIT_PER_WH, "_per_watthour"},
        {MW_UNIT_J, "_joules"},
        {MW_UNIT_J_PER_H, "_joules_per_hour"},
        {MW_UNIT_M3, "_cubic_meters"},
        {MW_UNIT_M3_PER_H, "_cubic_meters_per_hour"},
        {MW_UNIT_FT3, "_cubic_feet"},
        {MW_UNIT_KG, "_kilograms"},
        {MW_UNIT_KG_PER_H, "_kilograms_per_hour"},
        {MW_UNIT_CELSIUS, "_celsius"},
        {MW_UNIT_K, "_kelvin"},
        {MW_UNIT_BAR, "_bars"},
        {MW_UNIT_PERCENT, "_percent"},
        {MW_UNIT_DEGREE, "_degrees"},
        {MW_UNIT_S, "_seconds"},
        {MW_UNIT_MIN, "_minutes"},
        {MW_UNIT_H, "_hours"},
        {MW_UNIT_DAY, "_days"},
        {MW_UNIT_MONTH, "_months"},
        {MW_UNIT_YEAR, "_years"},
        {MW_UNIT_DBM, "_dbm"},
        {MW_UNIT_CURRENCY, "_currency"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].unit == unit) {
            return names[i].name;
        }
    }
    return "";
}

/* Cuts what a label says off the end of a name. */
static bool prom_cut(char *name, const char *suffix)
{
    const size_t length = strlen(name);
    const size_t cut = strlen(suffix);
    if (cut == 0 || cut >= length || strcmp(name + length - cut, suffix) != 0) {
        return false;
    }
    name[length - cut] = '\0';
    return true;
}

/* Energies that only grow: no balance, and nothing that can be reset. */
static bool prom_is_growing_energy(mw_obis id)
{
    const unsigned c = id.c < MW_OBIS_C_REACTIVE_TOTAL ? id.c - mw_obis_phase(id) * 20u : id.c;
    return id.d == 8 &&
           ((c >= 1 && c <= 9) || (c >= MW_OBIS_C_SECONDARY_ACTIVE_IMPORT && c <= MW_OBIS_C_SECONDARY_REACTIVE_EXPORT));
}

/* Present values of meters for electricity, cooling, heat, and cold and hot water. */
static bool prom_is_counter(mw_obis id)
{
    if (id.f != 255) {
        return false;
    }
    switch (id.a) {
    case 1:
        return prom_is_growing_energy(id);
    case 5:
    case 6:
        return id.c == 1 || id.c == 2; /* energy, volume */
    case 8:
    case 9:
        return id.c == 1;
    default:
        return false;
    }
}

static void prom_add_char(char out[METRIC_SIZE], char c)
{
    const size_t length = strlen(out);
    if (length + 1 < METRIC_SIZE) {
        out[length] = c;
        out[length + 1] = '\0';
    }
}

/* Adds a name, with "_" for what a metric's name cannot have. */
static void prom_add(char out[METRIC_SIZE], const char *text)
{
    for (; *text != '\0'; text++) {
        prom_add_char(out, isalnum((unsigned char)*text) ? *text : '_');
    }
}

/* Takes tariff, phase and direction out of a name, which ends with them in this order. */
static void prom_take_labels(prom_metric *metric, char name[SHOW_SIZE], mw_obis id)
{
    char suffix[LABEL_SIZE];
    const unsigned tariff = mw_obis_tariff(id);
    const unsigned phase = mw_obis_phase(id);
    const int direction = mw_obis_direction(id);
    snprintf(suffix, sizeof suffix, "_t%u", tariff % 100);
    if (tariff > 0 && prom_cut(name, suffix)) {
        memcpy(metric->tariff, suffix + 2, strlen(suffix) - 1);
    }
    snprintf(suffix, sizeof suffix, "_l%u", phase % 10);
    if (phase > 0 && prom_cut(name, suffix)) {
        memcpy(metric->phase, suffix + 1, strlen(suffix));
    }
    if (direction > 0 && prom_cut(name, "_import")) {
        metric->direction = "import";
    } else if (direction < 0 && prom_cut(name, "_export")) {
        metric->direction = "export";
    }
}

static const char *prom_unit_of(const mw_reading *reading)
{
    switch (reading->kind) {
    case MW_KIND_DATE:
    case MW_KIND_DATETIME:
        return "_timestamp_seconds"; /* on the meter's own clock */
    case MW_KIND_TIME:
        return "_seconds";
    default:
        return prom_unit(reading->unit);
    }
}

static void prom_name(prom_metric *metric, const read_value *value)
{
    char name[SHOW_SIZE];
    memcpy(name, value->name, sizeof name);
    memset(metric, 0, sizeof *metric);
    prom_take_labels(metric, name, value->reading.id);
    metric->counter = prom_is_counter(value->reading.id);
    prom_add(metric->name, "meterwire_");
    prom_add(metric->name, name);
    prom_add(metric->name, prom_unit_of(&value->reading));
    prom_add(metric->name, metric->counter ? "_total" : "");
    snprintf(metric->help, sizeof metric->help, "%s", name);
    for (char *c = metric->help; *c != '\0'; c++) {
        *c = isalnum((unsigned char)*c) || *c == '.' || *c == ':' ? *c : ' ';
    }
    metric->help[0] = (char)toupper((unsigned char)metric->help[0]);
}

static bool prom_is_number(const mw_reading *reading)
{
    return reading->kind != MW_KIND_TEXT && reading->kind != MW_KIND_DATA && reading->kind != MW_KIND_NONE;
}

static void prom_print_who(const read_job *job)
{
    char address[SHOW_SIZE];
    printf("{model=\"%s\",%s=\"%s\"", read_model_name(job), read_tag(job), read_address(job, address));
}

static void prom_print_label(const char *name, const char *value)
{
    char label[METRIC_SIZE] = "";
    prom_add(label, name);
    printf(",%s=\"", label);
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            printf("\\n");
        } else {
            printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
        }
    }
    putchar('"');
}

static void prom_print_value(const read_job *job, const prom_metric *metric, const mw_reading *reading)
{
    char text[READ_TEXT_SIZE];
    printf("%s", metric->name);
    prom_print_who(job);
    if (metric->direction != NULL) {
        prom_print_label("direction", metric->direction);
    }
    if (metric->phase[0] != '\0') {
        prom_print_label("phase", metric->phase);
    }
    if (metric->tariff[0] != '\0') {
        prom_print_label("tariff", metric->tariff);
    }
    if (reading->kind == MW_KIND_NUMBER || reading->kind == MW_KIND_BITS) {
        printf("} %s\n", read_value_text(reading, text));
    } else {
        printf("} %lld\n", (long long)reading->n);
    }
}

static void prom_print_head(const char *name, const char *help, const char *unit, const char *type)
{
    printf("# HELP %s %s%s%s.\n# TYPE %s %s\n", name, help, *unit != '\0' ? " in " : "", unit, name, type);
}

/* A metric with all its values, beginning with the first. */
static void prom_print_metric(const read_job *job, const read_result *result, prom_metric *metrics, size_t first)
{
    prom_print_head(metrics[first].name, metrics[first].help, result->values[first].unit,
                    metrics[first].counter ? "counter" : "gauge");
    for (size_t i = first; i < result->count; i++) {
        if (strcmp(metrics[i].name, metrics[first].name) == 0) {
            metrics[i].printed = true;
            prom_print_value(job, &metrics[i], &result->values[i].reading);
        }
    }
}

/* Texts are labels of one metric that is always 1. */
static void prom_print_info(const read_job *job, const read_result *result)
{
    char text[READ_TEXT_SIZE];
    bool any = false;
    for (size_t i = 0; i < result->count; i++) {
        if (result->values[i].reading.kind != MW_KIND_TEXT || !read_is_finest(result, i)) {
            continue;
        }
        if (!any) {
            prom_print_head("meterwire_info", "What the meter says of itself", "", "gauge");
            printf("meterwire_info");
            prom_print_who(job);
        }
        any = true;
        prom_print_label(result->values[i].name, read_value_text(&result->values[i].reading, text));
    }
    if (any) {
        printf("} 1\n");
    }
}

void read_print_prometheus(const read_job *job, const read_result *result)
{
    static prom_metric metrics[READ_VALUES_MAX];
    const bool up = read_is_up(result);
    prom_print_head("meterwire_up", "Whether the meter answered the last read", "", "gauge");
    printf("meterwire_up");
    prom_print_who(job);
    printf("} %d\n", up ? 1 : 0);
    if (!up) {
        return;
    }
    for (size_t i = 0; i < result->count; i++) {
        memset(&metrics[i], 0, sizeof metrics[i]);
        if (prom_is_number(&result->values[i].reading) && read_is_finest(result, i)) {
            prom_name(&metrics[i], &result->values[i]);
        }
    }
    for (size_t i = 0; i < result->count; i++) {
        if (metrics[i].name[0] != '\0' && !metrics[i].printed) {
            prom_print_metric(job, result, metrics, i);
        }
    }
    prom_print_info(job, result);
}
