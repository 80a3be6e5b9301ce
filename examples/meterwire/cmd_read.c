/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

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
    if (job->selection.code_count == READ_CODES_MAX) {
        return tool_misuse("read", "--obis can be given %d times at most", READ_CODES_MAX);
    }
    job->code_texts[job->selection.code_count++] = text;
    return TOOL_GOOD;
}

enum { OPT_UNIT = 256, OPT_ADDRESS, OPT_SECONDARY, OPT_GROUP, OPT_OBIS, OPT_TIMEOUT, OPT_JSON, OPT_FORMAT, OPT_WATCH };

static const struct option read_options[] = {TOOL_LINE_OPTIONS,
                                             {"unit", required_argument, NULL, OPT_UNIT},
                                             {"address", required_argument, NULL, OPT_ADDRESS},
                                             {"secondary", required_argument, NULL, OPT_SECONDARY},
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"obis", required_argument, NULL, OPT_OBIS},
                                             {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"format", required_argument, NULL, OPT_FORMAT},
                                             {"watch", required_argument, NULL, OPT_WATCH},
                                             {NULL, 0, NULL, 0}};

/* How it is to be printed; of two that are given the last one counts. */
static int read_format_option(read_job *job, const char *text)
{
    static const char *const names[READ_FORMATS] = {"table", "json", "jsonl", "csv", "influx", "prometheus"};
    for (unsigned i = 0; i < READ_FORMATS; i++) {
        if (strcmp(text, names[i]) == 0) {
            job->format = (read_format)i;
            return TOOL_GOOD;
        }
    }
    return tool_misuse("read", "--format is table, json, jsonl, csv, influx or prometheus, not '%s'", text);
}

/* Seconds with a point and digits behind it, or without. */
static int read_watch_option(read_job *job, const char *text)
{
    int64_t n;
    int64_t ms;
    int8_t exp10;
    if (mw_decimal_parse(text, &n, &exp10) != MW_OK || mw_decimal_rescale(n, exp10, -3, &ms) != MW_OK || ms < 100 ||
        ms > 86400000) {
        return tool_misuse("read", "--watch needs seconds from 0.1 to 86400, not '%s'", text);
    }
    job->period_s = (double)ms / 1000;
    return TOOL_GOOD;
}

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
        job->format = READ_JSON;
        return TOOL_GOOD;
    case OPT_FORMAT:
        return read_format_option(job, argument);
    case OPT_WATCH:
        return read_watch_option(job, argument);
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
        job->line.serial.mbus || tool_is_mbus_tcp(job->line.target) || strcmp(argv[optind], TOOL_ANY_MBUS) == 0;
    code = read_check_protocol(job);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (strcmp(argv[optind], TOOL_ANY_MBUS) == 0) {
        return read_check_any(job);
    }
    job->model = tool_model("read", argv[optind]);
    return job->model == NULL ? TOOL_USAGE : read_complete(job);
}

/* Reads once, and prints what there is. */
static int read_once(read_job *job, read_result *result)
{
    char reason[TOOL_REASON_SIZE];
    int code = TOOL_GOOD;
    read_take(job, result);
    if (job->format == READ_CSV && read_is_up(result)) {
        read_print_csv_head();
    }
    if ((read_is_up(result) || job->format == READ_PROMETHEUS) && !read_is_shown(job)) {
        code = read_print(job, result);
    }
    if (result->offline) {
        return tool_bad_target(&job->line, "read", result->status);
    }
    if (result->status == MW_OK) {
        return result->faults == 0 ? code : TOOL_FAILED;
    }
    read_reason(job, result, reason);
    return tool_fail("%s", reason);
}

int cmd_read(int argc, char **argv)
{
    static read_job job;
    static read_result result; /* too large for a stack */
    int code = read_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = read_is_mbus(&job) ? tool_line_settle(&job.line, "read", job.mbus != NULL ? job.mbus->baud : 0, 0)
                                  : tool_line_settle(&job.line, "read", job.model->baud, job.model->parity);
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    code = job.period_s > 0 ? read_watch(&job, &result) : read_once(&job, &result);
    read_close(&job);
    return code;
}
