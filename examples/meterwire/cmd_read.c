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

enum { OPT_GROUP = 256, OPT_OBIS, OPT_JSON, OPT_FORMAT, OPT_WATCH };

static const struct option read_options[] = {TOOL_METER_OPTIONS,
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"obis", required_argument, NULL, OPT_OBIS},
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

static int read_option(read_job *job, int option, const char *argument)
{
    switch (option) {
    case OPT_GROUP:
        return read_group(argument, &job->selection.groups)
                   ? TOOL_GOOD
                   : tool_no_word("read", "--group", "fast|slow|once|extra", argument);
    case OPT_OBIS:
        return read_add_code(job, argument);
    case OPT_JSON:
        job->format = READ_JSON;
        return TOOL_GOOD;
    case OPT_FORMAT:
        return read_format_option(job, argument);
    case OPT_WATCH:
        return read_watch_option(job, argument);
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
        if (mw_obis_parse(job->code_texts[i], &job->codes[i]) != MW_OK || !read_has(job, job->codes[i])) {
            return tool_no_obis(job->who.model, job->who.mbus, job->code_texts[i]);
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
    any = strcmp(argv[optind], TOOL_ANY_MBUS) == 0;
    code = tool_meter_complete(&job->who, "read", any ? NULL : argv[optind], argv[optind + 1]);
    if (code != TOOL_GOOD) {
        return code;
    }
    return any ? read_check_any(job) : read_check_codes(job);
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
        return tool_bad_target(&job->who.line, "read", result->status);
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
        code = tool_meter_settle(&job.who, "read");
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    code = job.period_s > 0 ? read_watch(&job, &result) : read_once(&job, &result);
    read_close(&job);
    return code;
}
