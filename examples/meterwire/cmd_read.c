/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "show.h"
#include "show_mbus.h"
#include "tool.h"

#define READINGS_MAX 1024
#define CODES_MAX    64
#define READ_ANY     TOOL_ANY_MBUS

typedef struct read_job {
    const mw_model *model;     /* null: any meter on M-Bus */
    const mw_mbus_model *mbus; /* null: Modbus, or any meter on M-Bus */
    tool_line line;
    uint8_t unit; /* or primary address */
    bool unit_given;
    bool address_given;
    bool secondary_given;
    mw_mbus_secondary secondary;
    uint32_t timeout_us;
    bool json;
    mw_selection selection;
    const char *code_texts[CODES_MAX];
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

/* A code or name; understood when the model is known. */
static int read_add_code(read_job *job, const char *text)
{
    if (job->selection.code_count == CODES_MAX) {
        return tool_misuse("read", "--obis can be given %d times at most", CODES_MAX);
    }
    job->code_texts[job->selection.code_count++] = text;
    return TOOL_GOOD;
}

enum { OPT_UNIT = 256, OPT_ADDRESS, OPT_SECONDARY, OPT_GROUP, OPT_OBIS, OPT_TIMEOUT, OPT_JSON };

static const struct option read_options[] = {TOOL_LINE_OPTIONS,
                                             {"unit", required_argument, NULL, OPT_UNIT},
                                             {"address", required_argument, NULL, OPT_ADDRESS},
                                             {"secondary", required_argument, NULL, OPT_SECONDARY},
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"obis", required_argument, NULL, OPT_OBIS},
                                             {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {NULL, 0, NULL, 0}};

/* Who is to be read. */
static int read_who(read_job *job, int option, const char *argument)
{
    unsigned long n = 0;
    switch (option) {
    case OPT_UNIT:
        if (!tool_number(argument, 1, 255, &n)) {
            return tool_misuse("read", "--unit needs a number from 1 to 255, not '%s'", argument);
        }
        job->unit_given = true;
        break;
    case OPT_ADDRESS:
        if (!tool_number(argument, 0, MW_MBUS_ADDRESS_ALL, &n) || n == 251 || n == 252) {
            return tool_misuse("read", "--address needs a number from 0 to 250, 253 or 254, not '%s'", argument);
        }
        job->address_given = true;
        break;
    default:
        job->secondary_given = true;
        return mw_mbus_secondary_parse(argument, &job->secondary) == MW_OK
                   ? TOOL_GOOD
                   : tool_misuse("read",
                                 "--secondary needs 8 or 16 digits, such as 19020246 or 19020246CD250102, not '%s'",
                                 argument);
    }
    job->unit = (uint8_t)n;
    return TOOL_GOOD;
}

static int read_option(read_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_UNIT:
    case OPT_ADDRESS:
    case OPT_SECONDARY:
        return read_who(job, option, argument);
    case OPT_GROUP:
        return read_group(argument, &job->selection.groups)
                   ? TOOL_GOOD
                   : tool_no_word("read", "--group", "fast|slow|once|extra", argument);
    case OPT_OBIS:
        return read_add_code(job, argument);
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) { /* what the link takes */
            return tool_misuse("read", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        job->timeout_us = (uint32_t)n * 1000;
        return TOOL_GOOD;
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    case TOOL_OPT_BAUD:
    case TOOL_OPT_PARITY:
    case TOOL_OPT_TRACE:
    case TOOL_OPT_MBUS:
        return tool_line_option(&job->line, "read", option, argument);
    default:
        return tool_bad_option("read", read_options, option, argument);
    }
}

/* Options of one protocol with the other. */
static int read_check_protocol(const read_job *job)
{
    if (job->line.serial.mbus && job->unit_given) {
        return tool_misuse("read", "--unit is for Modbus; M-Bus has --address and --secondary");
    }
    if (!job->line.serial.mbus && (job->address_given || job->secondary_given)) {
        return tool_misuse("read", "--address and --secondary are for --mbus; Modbus has --unit");
    }
    if (job->address_given && job->secondary_given) {
        return tool_misuse("read", "either --address or --secondary");
    }
    return TOOL_GOOD;
}

static bool read_has(const read_job *job, mw_obis id)
{
    if (job->mbus == NULL) {
        return mw_model_find(job->model, id) < job->model->row_count;
    }
    for (size_t i = 0; i < job->mbus->row_count; i++) {
        if (mw_obis_equal(mw_mbus_row_id(&job->mbus->rows[i]), id)) {
            return true;
        }
    }
    return false;
}

/* What the model says where no option does. */
static int read_complete(read_job *job)
{
    if (job->line.serial.mbus) {
        job->mbus = mw_mbus_model_by_name(job->model->name);
        if (job->mbus == NULL) {
            return tool_misuse("read", "%s has no M-Bus", job->model->name);
        }
    }
    if (!job->unit_given && !job->address_given) {
        job->unit = job->mbus != NULL ? job->mbus->address : job->model->unit;
    }
    for (size_t i = 0; i < job->selection.code_count; i++) {
        if (mw_obis_parse(job->code_texts[i], &job->codes[i]) != MW_OK || !read_has(job, job->codes[i])) {
            return tool_no_obis(job->model, job->mbus, job->code_texts[i]);
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
    return job->address_given || job->secondary_given
               ? TOOL_GOOD
               : tool_misuse("read", "which meter? give --address or --secondary; 'meterwire scan' finds them");
}

static int read_arguments(read_job *job, int argc, char **argv)
{
    int option;
    int code;
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
    job->line.target = argv[optind + 1];
    job->line.serial.mbus =
        job->line.serial.mbus || tool_is_mbus_tcp(job->line.target) || strcmp(argv[optind], READ_ANY) == 0;
    code = read_check_protocol(job);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (strcmp(argv[optind], READ_ANY) == 0) {
        return read_check_any(job);
    }
    job->model = tool_model("read", argv[optind]);
    return job->model == NULL ? TOOL_USAGE : read_complete(job);
}

/* Who was to answer, for people. */
static const char *read_who_text(const read_job *job, char out[SHOW_SIZE])
{
    char secondary[MW_MBUS_SECONDARY_SIZE];
    if (job->secondary_given) {
        mw_mbus_secondary_text(&job->secondary, secondary);
        snprintf(out, SHOW_SIZE, "meter %s", secondary);
    } else {
        snprintf(out, SHOW_SIZE, "%s %u", job->line.serial.mbus ? "address" : "unit", job->unit);
    }
    return out;
}

/* With --timeout, what a meter has beyond the time that M-Bus gives it. */
static uint32_t read_allowance_us(const read_job *job)
{
    const uint32_t least_us = mw_mbus_timeout_us(job->line.port.line.char_us, 0);
    if (job->timeout_us == 0) {
        return MW_MBUS_ALLOWANCE_US;
    }
    return job->timeout_us > least_us ? job->timeout_us - least_us : 1;
}

/* How long the meter had for the beginning of its answer. */
static unsigned long read_timeout_ms(const read_job *job)
{
    if (job->line.serial.mbus) {
        return mw_mbus_timeout_us(job->line.port.line.char_us, read_allowance_us(job)) / 1000;
    }
    return (job->timeout_us != 0 ? job->timeout_us : MW_LINK_TIMEOUT_US) / 1000;
}

static int read_explain_refusal(const read_job *job, const char *who, const char *line, uint8_t code)
{
    if (job->line.serial.mbus) {
        return tool_fail("%s at %s answered with application error %u, %s", who, line, code,
                         mw_mbus_application_error_text(code));
    }
    return tool_fail("%s at %s refused a request: exception %u, %s: check that it is a %s", who, line, code,
                     mw_modbus_exception_text(code), job->model->name);
}

/* What to check, by what went wrong. */
static int read_explain(const read_job *job, mw_status status, uint8_t refusal)
{
    char line[SHOW_SIZE];
    char who[SHOW_SIZE];
    tool_line_text(job->line.target, &job->line.serial, line, sizeof line);
    read_who_text(job, who);
    if (status == MW_ERR_MISMATCH && job->line.serial.mbus) {
        return tool_fail("the meter that answered at %s is not %s%s%s; 'meterwire read mbus' reads every meter", line,
                         who, job->model != NULL ? ", or no " : "", job->model != NULL ? job->model->name : "");
    }
    if (status == MW_ERR_UNSUPPORTED) {
        return tool_fail("%s at %s answered with something that is no readout, such as encrypted data or an alarm: "
                         "'meterwire read mbus' shows it",
                         who, line);
    }
    return status == MW_ERR_REFUSED ? read_explain_refusal(job, who, line, refusal)
                                    : tool_explain(&job->line, who, status, read_timeout_ms(job));
}

static int read_print_json(const read_job *job, const read_result *result)
{
    static const char *const protocols[] = {"modbus-rtu", "modbus-tcp", "mbus", "modbus-ascii"}; /* by mw_protocol */
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    cJSON_AddStringToObject(root, "model", job->model->name);
    cJSON_AddStringToObject(root, "protocol", protocols[job->line.port.protocol]);
    cJSON_AddNumberToObject(root, "unit", job->secondary_given ? MW_MBUS_ADDRESS_SELECTED : job->unit);
    if (job->secondary_given) {
        char secondary[MW_MBUS_SECONDARY_SIZE];
        mw_mbus_secondary_text(&job->secondary, secondary);
        cJSON_AddStringToObject(root, "secondary", secondary);
    }
    cJSON_AddNumberToObject(root, "requests", result->requests);
    cJSON_AddNumberToObject(root, "registers", result->registers);
    cJSON_AddNumberToObject(root, "elapsed_us", result->elapsed_us);
    cJSON_AddItemToObject(root, "readings", list);
    for (size_t i = 0; i < result->count; i++) {
        cJSON_AddItemToArray(list, show_json_reading(&result->readings[i], job->mbus != NULL));
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
    show_value(job->model, reading, value);
    if (read_is_number(reading) && read_point(value) < POINT_COLUMN) {
        indent = POINT_COLUMN - read_point(value);
    }
    printf("%-28s %*s%-*s %-8s %s\n", show_name(reading->id, name), indent, "", VALUE_WIDTH - indent, value,
           reading->quality == MW_QUALITY_GOOD ? show_unit(reading) : "", code);
}

/* Of Modbus the row it came from, as another one may have the same code. */
static uint8_t read_row_group(const read_job *job, const mw_reading *reading)
{
    const mw_model *const model = job->model;
    size_t i = mw_model_find(model, reading->id);
    if (job->mbus == NULL) {
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
    printf("%s\n%s at %s\n", job->model->title, read_who_text(job, who),
           tool_line_text(job->line.target, &job->line.serial, line, sizeof line));
    read_print_group(job, result, MW_GROUP_ONCE, "Identification, settings and state");
    read_print_group(job, result, MW_GROUP_FAST, "Instantaneous values");
    read_print_group(job, result, MW_GROUP_SLOW, "Energies");
    read_print_group(job, result, MW_GROUP_EXTRA, "Once more, coarser, or on request");
    printf("\n%zu values, %u %s%s, ", result->count, result->requests, job->mbus != NULL ? "telegram" : "request",
           result->requests == 1 ? "" : "s");
    if (job->mbus == NULL) {
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

static int read_model(read_job *job, mw_mbus_master *master)
{
    static read_result result; /* too large for a stack */
    mw_port *const port = &job->line.port;
    mw_meter meter;
    uint32_t begin_us;
    mw_status status;
    int code = TOOL_GOOD;
    if (job->mbus != NULL) {
        mw_meter_init_mbus(&meter, job->mbus, master, job->unit, job->secondary_given ? &job->secondary : NULL);
    } else {
        mw_meter_init(&meter, job->model, &port->link, mw_port_framing(port), job->unit);
        meter.timeout_us = job->timeout_us;
    }
    begin_us = port->io.now_us(port->io.user);
    status = mw_meter_read(&meter, &port->io, &job->selection, result.readings, READINGS_MAX, &result.count);
    result.elapsed_us = port->io.now_us(port->io.user) - begin_us;
    result.requests = mw_meter_requests(&meter);
    result.registers = mw_meter_registers(&meter);
    if (read_got_something(&result)) {
        if (job->json) {
            code = read_print_json(job, &result);
        } else {
            read_print_table(job, &result);
        }
    }
    return status == MW_OK ? code : read_explain(job, status, mw_meter_exception(&meter));
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
static int read_any(read_job *job, mw_mbus_master *master)
{
    mw_mbus_telegram telegram;
    mw_status status;
    int code = TOOL_GOOD;
    if (job->secondary_given) {
        mw_mbus_begin_read_secondary(master, &job->secondary);
    } else {
        mw_mbus_begin_read(master, job->unit);
    }
    while ((status = mw_mbus_wait(master, &job->line.port.io, &telegram)) == MW_OK) {
        const int printed = read_print_telegram(&telegram, job->json);
        code = code == TOOL_GOOD ? printed : code;
    }
    return status == MW_END ? code : read_explain(job, status, status == MW_ERR_REFUSED ? telegram.code : 0);
}

int cmd_read(int argc, char **argv)
{
    static read_job job;
    mw_mbus_master master;
    int code = read_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = job.line.serial.mbus ? tool_line_open(&job.line, "read", job.mbus != NULL ? job.mbus->baud : 0, 0)
                                    : tool_line_open(&job.line, "read", job.model->baud, job.model->parity);
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    mw_mbus_master_init(&master, &job.line.port.link);
    master.allowance_us = read_allowance_us(&job);
    code = job.model != NULL ? read_model(&job, &master) : read_any(&job, &master);
    mw_port_close(&job.line.port);
    return code;
}
