/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "show.h"
#include "tool.h"

#define READINGS_MAX 1024
#define CODES_MAX    64

typedef struct read_job {
    const mw_model *model;
    const char *target;
    mw_serial serial;
    uint8_t unit;
    uint32_t timeout_us;
    bool trace;
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
    } names[] = {{"fast", MW_GROUP_FAST}, {"slow", MW_GROUP_SLOW}, {"once", MW_GROUP_ONCE}};
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

enum { OPT_UNIT = 256, OPT_BAUD, OPT_PARITY, OPT_GROUP, OPT_OBIS, OPT_TIMEOUT, OPT_TRACE, OPT_JSON };

static const struct option read_options[] = {{"unit", required_argument, NULL, OPT_UNIT},
                                             {"baud", required_argument, NULL, OPT_BAUD},
                                             {"parity", required_argument, NULL, OPT_PARITY},
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"obis", required_argument, NULL, OPT_OBIS},
                                             {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                             {"trace", no_argument, NULL, OPT_TRACE},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {NULL, 0, NULL, 0}};

static int read_option(read_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_UNIT:
        if (!tool_number(argument, 1, 255, &n)) {
            return tool_misuse("read", "--unit needs a number from 1 to 255, not '%s'", argument);
        }
        job->unit = (uint8_t)n;
        return TOOL_GOOD;
    case OPT_BAUD:
        if (!tool_number(argument, 300, 115200, &n)) {
            return tool_misuse("read", "--baud needs a speed from 300 to 115200, not '%s'", argument);
        }
        job->serial.baud = (uint32_t)n;
        return TOOL_GOOD;
    case OPT_PARITY:
        return tool_parity(argument, &job->serial.parity)
                   ? TOOL_GOOD
                   : tool_misuse("read", "--parity is even, none or odd, not '%s'", argument);
    case OPT_GROUP:
        return read_group(argument, &job->selection.groups)
                   ? TOOL_GOOD
                   : tool_misuse("read", "--group is fast, slow or once, not '%s'", argument);
    case OPT_OBIS:
        return read_add_code(job, argument);
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) { /* what the link takes */
            return tool_misuse("read", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        job->timeout_us = (uint32_t)n * 1000;
        return TOOL_GOOD;
    case OPT_TRACE:
        job->trace = true;
        return TOOL_GOOD;
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    default:
        return tool_bad_option("read", read_options, option, argument);
    }
}

/* What the model says where no option does. */
static int read_complete(read_job *job, bool parity_given)
{
    const mw_model *const model = job->model;
    if (job->serial.baud == 0) {
        job->serial.baud = model->baud;
    }
    if (!parity_given) {
        job->serial.parity = model->parity;
    }
    if (job->unit == 0) {
        job->unit = model->unit;
    }
    for (size_t i = 0; i < job->selection.code_count; i++) {
        if (mw_model_find(model, job->codes[i]) == model->row_count) {
            char name[SHOW_SIZE];
            return tool_misuse("read", "%s has no %s; 'meterwire models %s' lists what it has", model->name,
                               show_name(job->codes[i], name), model->name);
        }
    }
    job->selection.codes = job->codes;
    return TOOL_GOOD;
}

static int read_arguments(read_job *job, int argc, char **argv)
{
    bool parity_given = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", read_options, NULL)) != -1) {
        const int code = read_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
        parity_given = parity_given || option == OPT_PARITY;
    }
    if (argc - optind != 2) {
        return tool_misuse(
            "read", argc - optind < 2 ? "MODEL and TARGET are needed" : "more than MODEL and TARGET; what is '%s'?",
            argc - optind > 2 ? argv[optind + 2] : "");
    }
    job->model = tool_model("read", argv[optind]);
    job->target = argv[optind + 1];
    return job->model == NULL ? TOOL_USAGE : read_complete(job, parity_given);
}

static void read_trace(void *user, bool sent, const uint8_t *bytes, size_t count)
{
    const mw_port *const port = (const mw_port *)user;
    fprintf(stderr, "%10lu us %s", (unsigned long)port->io.now_us(port->io.user), sent ? ">" : "<");
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, " %02X", bytes[i]);
    }
    fputc('\n', stderr);
}

/* The port's own function, unless the user has had enough. Waiting less than the link wants does no harm. */
static mw_status (*read_port_read)(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count);

static mw_status read_interruptible(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    const uint32_t most_us = TOOL_WAIT_MS * 1000;
    *count = 0;
    return tool_interrupted() ? MW_ERR_IO
                              : read_port_read(user, bytes, size, wait_us < most_us ? wait_us : most_us, count);
}

static const char *read_damage_hint(bool tcp, mw_modbus_framing framing)
{
    if (!tcp) {
        return "baud rate, parity, termination, and whether two devices have the same address";
    }
    return framing == MW_MODBUS_TCP
               ? "that the other side speaks this protocol"
               : "that the other side speaks this protocol, and baud rate, parity and wires behind the gateway";
}

/* What to check, by what went wrong. */
static int read_explain(const read_job *job, const mw_port *port, const mw_meter *meter)
{
    char line[SHOW_SIZE];
    const unsigned long ms = (job->timeout_us != 0 ? job->timeout_us : MW_LINK_TIMEOUT_US) / 1000;
    const bool tcp = tool_is_tcp(job->target);
    const mw_status status = mw_meter_status(meter);
    tool_line_text(job->target, &job->serial, line, sizeof line);
    if (tool_interrupted()) {
        return tool_fail("interrupted");
    }
    switch ((int)status) {
    case MW_ERR_TIMEOUT:
        return tool_fail("no answer from unit %u at %s within %lu ms: check %s", job->unit, line, ms,
                         tcp ? "the unit number, and the wires behind a gateway"
                             : "address, baud rate, parity, A/B wires");
    case MW_ERR_SHORT:
    case MW_ERR_FRAME:
    case MW_ERR_CHECK:
        return tool_fail("damaged answer from unit %u at %s (%s): check %s", job->unit, line, mw_status_text(status),
                         read_damage_hint(tcp, port->framing));
    case MW_ERR_MISMATCH:
        return tool_fail("unit %u at %s did not answer, but something else did: check the address, and whether "
                         "another master is on the line",
                         job->unit, line);
    case MW_ERR_REFUSED:
        return tool_fail("unit %u at %s refused a request: exception %u, %s: check that it is a %s", job->unit, line,
                         mw_meter_exception(meter), mw_modbus_exception_text(mw_meter_exception(meter)),
                         job->model->name);
    default:
        return tool_fail("%s: %s", job->target, port->error != NULL ? port->error : mw_status_text(status));
    }
}

static cJSON *read_json_value(const mw_reading *reading)
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

static cJSON *read_json_reading(const mw_reading *reading)
{
    cJSON *const object = cJSON_CreateObject();
    char text[SHOW_SIZE];
    mw_obis_text(reading->id, text, sizeof text);
    cJSON_AddStringToObject(object, "obis", text);
    cJSON_AddStringToObject(object, "name", show_name(reading->id, text));
    cJSON_AddItemToObject(object, "value", read_json_value(reading));
    cJSON_AddStringToObject(object, "unit", mw_unit_text(reading->unit));
    cJSON_AddStringToObject(object, "quality", mw_quality_text(reading->quality));
    snprintf(text, sizeof text, "0x%04X", reading->source);
    cJSON_AddStringToObject(object, "source", text);
    return object;
}

static int read_print_json(const read_job *job, const read_result *result, mw_modbus_framing framing)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    char *text;
    cJSON_AddStringToObject(root, "model", job->model->name);
    cJSON_AddStringToObject(root, "protocol", framing == MW_MODBUS_TCP ? "modbus-tcp" : "modbus-rtu");
    cJSON_AddNumberToObject(root, "unit", job->unit);
    cJSON_AddNumberToObject(root, "requests", result->requests);
    cJSON_AddNumberToObject(root, "registers", result->registers);
    cJSON_AddNumberToObject(root, "elapsed_us", result->elapsed_us);
    cJSON_AddItemToObject(root, "readings", list);
    for (size_t i = 0; i < result->count; i++) {
        cJSON_AddItemToArray(list, read_json_reading(&result->readings[i]));
    }
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (text == NULL) {
        return tool_fail("out of memory");
    }
    puts(text);
    cJSON_free(text);
    return TOOL_GOOD;
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
    show_value(job->model, reading, value);
    if (read_is_number(reading) && read_point(value) < POINT_COLUMN) {
        indent = POINT_COLUMN - read_point(value);
    }
    printf("%-28s %*s%-*s %-8s %s\n", show_name(reading->id, name), indent, "", VALUE_WIDTH - indent, value,
           reading->quality == MW_QUALITY_GOOD ? show_unit(reading) : "", code);
}

static uint8_t read_row_group(const mw_model *model, const mw_reading *reading)
{
    const size_t i = mw_model_find(model, reading->id);
    return i < model->row_count ? model->rows[i].group : MW_GROUP_ONCE;
}

static void read_print_group(const read_job *job, const read_result *result, uint8_t group, const char *title)
{
    bool first = true;
    for (size_t i = 0; i < result->count; i++) {
        if (read_row_group(job->model, &result->readings[i]) == group) {
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
    printf("%s\nunit %u at %s\n", job->model->title, job->unit,
           tool_line_text(job->target, &job->serial, line, sizeof line));
    read_print_group(job, result, MW_GROUP_ONCE, "Identification, settings and state");
    read_print_group(job, result, MW_GROUP_FAST, "Instantaneous values");
    read_print_group(job, result, MW_GROUP_SLOW, "Energies");
    printf("\n%zu values, %u request%s, %u registers, %lu.%03lu ms\n", result->count, result->requests,
           result->requests == 1 ? "" : "s", result->registers, (unsigned long)(result->elapsed_us / 1000),
           (unsigned long)(result->elapsed_us % 1000));
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

static int read_from(const read_job *job, mw_port *port, read_result *result)
{
    mw_meter meter;
    uint32_t begin_us;
    mw_status status;
    int code = TOOL_GOOD;
    mw_meter_init(&meter, job->model, &port->link, mw_port_framing(port), job->unit);
    meter.timeout_us = job->timeout_us;
    begin_us = port->io.now_us(port->io.user);
    status = mw_meter_read(&meter, &port->io, &job->selection, result->readings, READINGS_MAX, &result->count);
    result->elapsed_us = port->io.now_us(port->io.user) - begin_us;
    result->requests = mw_meter_requests(&meter);
    result->registers = mw_meter_registers(&meter);
    if (read_got_something(result)) {
        if (job->json) {
            code = read_print_json(job, result, mw_port_framing(port));
        } else {
            read_print_table(job, result);
        }
    }
    return status == MW_OK ? code : read_explain(job, port, &meter);
}

int cmd_read(int argc, char **argv)
{
    static read_result result; /* too large for a stack */
    read_job job;
    mw_port port;
    mw_status status;
    int code;
    memset(&job, 0, sizeof job);
    code = read_arguments(&job, argc, argv);
    if (code != TOOL_GOOD) {
        return code;
    }
    tool_catch_signals();
    status = mw_port_open(&port, job.target, &job.serial);
    if (status != MW_OK && tool_interrupted()) {
        return tool_fail("interrupted");
    }
    if (status != MW_OK) {
        return status == MW_ERR_ARGUMENT ? tool_misuse("read", "cannot open %s: %s", job.target, port.error)
                                         : tool_fail("cannot open %s: %s", job.target, port.error);
    }
    if ((port.warnings & MW_PORT_PARITY_NOT_APPLIED) != 0 && !tool_is_pseudo_terminal(job.target)) {
        fprintf(stderr, "meterwire: warning: %s did not take the parity\n", job.target);
    }
    if (job.trace) {
        port.io.trace = read_trace;
    }
    read_port_read = port.io.read;
    port.io.read = read_interruptible;
    code = read_from(&job, &port, &result);
    mw_port_close(&port);
    return code;
}
