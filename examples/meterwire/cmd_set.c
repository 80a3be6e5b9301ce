/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "set_tell.h"

enum { OPT_JSON = 256, OPT_IRREVERSIBLE, OPT_BROADCAST };

static const struct option set_options[] = {TOOL_METER_OPTIONS,
                                            {"json", no_argument, NULL, OPT_JSON},
                                            {"yes-irreversible", no_argument, NULL, OPT_IRREVERSIBLE},
                                            {"broadcast", no_argument, NULL, OPT_BROADCAST},
                                            {NULL, 0, NULL, 0}};

static int set_option(set_job *job, int option, const char *argument)
{
    switch (option) {
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    case OPT_IRREVERSIBLE:
        job->flags |= MW_WRITE_IRREVERSIBLE;
        return TOOL_GOOD;
    case OPT_BROADCAST:
        job->flags |= MW_WRITE_BROADCAST;
        return TOOL_GOOD;
    default:
        return tool_meter_option(&job->who, job->command, set_options, option, argument);
    }
}

/* ---- what is wanted, before the port is opened ---- */

static int set_refuse_value(const set_job *job, const char *name, const char *text)
{
    char allowed[SETTING_TEXT_SIZE];
    nearest near;
    nearest_init(&near, text);
    setting_offer(job->setting, &near);
    return tool_unknown(job->command, &near, NULL, "%s can be %s, not '%s'", name,
                        setting_allowed_text(job->setting, allowed), text);
}

/* A command that can do one thing only needs no value. */
static int set_take_value(set_job *job, const char *name, const char *text)
{
    char allowed[SETTING_TEXT_SIZE];
    if (text == NULL && job->setting->kind == MW_SETTING_ACTION && job->setting->choice_count == 1) {
        job->n = job->setting->choices[0].n;
        return TOOL_GOOD;
    }
    if (text == NULL) {
        return tool_misuse(job->command, "which value? %s can be %s", name,
                           setting_allowed_text(job->setting, allowed));
    }
    return setting_parse(job->setting, text, &job->n) && mw_setting_allows(job->setting, job->n)
               ? TOOL_GOOD
               : set_refuse_value(job, name, text);
}

static int set_check_broadcast(const set_job *job, const char *name)
{
    if ((job->setting->flags & MW_SETTING_BROADCAST) == 0) {
        return tool_misuse(job->command, "%s cannot be sent to all meters", name);
    }
    return job->who.unit_given || job->who.address_given || job->who.secondary_given
               ? tool_misuse(job->command, "--broadcast is for all meters, not for one")
               : TOOL_GOOD;
}

/* As the library will see it; nothing is sent. */
static int set_check(set_job *job, const char *name)
{
    const char *const reason = setting_irreversible(job->setting, job->n);
    char value[SHOW_SIZE];
    const mw_status status =
        mw_change_begin(&job->change, &job->who.meter, job->setting->id, job->n, job->setting->exp10, job->flags);
    setting_value_text(job->setting, job->n, value);
    if (status == MW_ERR_ARGUMENT && reason != NULL) {
        return tool_misuse(job->command, "%s %s is not written without --yes-irreversible: %s", name, value, reason);
    }
    if (status == MW_ERR_UNSUPPORTED) {
        return tool_misuse(job->command, "there is no broadcast on Modbus TCP");
    }
    return status == MW_OK ? TOOL_GOOD : tool_misuse(job->command, "%s %s: %s", name, value, mw_status_text(status));
}

static int set_want(set_job *job, const char *setting, const char *value)
{
    const bool command = strcmp(job->command, "command") == 0;
    char name[SHOW_SIZE];
    int code;
    job->setting = tool_meter_setting(&job->who, job->command, setting);
    if (job->setting == NULL) {
        return TOOL_USAGE;
    }
    show_name(job->setting->id, name);
    if ((job->setting->kind == MW_SETTING_ACTION) != command) {
        return tool_misuse(job->command,
                           command ? "%s is a setting: 'meterwire set'"
                                   : "%s is a command: "
                                     "'meterwire command'",
                           name);
    }
    code = set_take_value(job, name, value);
    if (code == TOOL_GOOD && (job->flags & MW_WRITE_BROADCAST) != 0) {
        code = set_check_broadcast(job, name);
    }
    return code == TOOL_GOOD ? set_check(job, name) : code;
}

static int set_parse(set_job *job, int argc, char **argv)
{
    int option;
    int code = TOOL_GOOD;
    opterr = 0;
    while (code == TOOL_GOOD && (option = getopt_long(argc, argv, ":", set_options, NULL)) != -1) {
        code = set_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
    }
    return code;
}

static int set_arguments(set_job *job, int argc, char **argv)
{
    int code = set_parse(job, argc, argv);
    const int count = argc - optind;
    char **const words = argv + optind;
    if (code != TOOL_GOOD) {
        return code;
    }
    if (count < 3) {
        return tool_misuse(job->command, "MODEL, TARGET and %s are needed",
                           strcmp(job->command, "command") == 0 ? "COMMAND" : "SETTING");
    }
    if (count > 4) {
        return tool_misuse(job->command, "one VALUE, with quotation marks where it has spaces; what is '%s'?",
                           words[4]);
    }
    code = tool_meter_complete(&job->who, job->command, words[0], words[1]);
    return code == TOOL_GOOD ? set_want(job, words[2], count > 3 ? words[3] : NULL) : code;
}

/* ---- the change ---- */

/* What the meter has before. On M-Bus that it is of this model is seen by any value; Modbus has no such readout. */
static mw_status set_look(set_job *job)
{
    tool_meter *const who = &job->who;
    const mw_io *const io = &who->line.port.io;
    mw_status status;
    if ((job->flags & MW_WRITE_BROADCAST) != 0) {
        return MW_OK;
    }
    status = mw_meter_get(&who->meter, io, job->setting->id, &job->before);
    job->seen = status == MW_OK;
    if (status == MW_ERR_UNSUPPORTED && who->mbus != NULL) {
        mw_reading any;
        return mw_meter_read_one(&who->meter, io, mw_mbus_row_id(&who->mbus->rows[0]), &any);
    }
    return status == MW_ERR_UNSUPPORTED || (status == MW_ERR_REFUSED && who->mbus == NULL) ? MW_OK : status;
}

/* What a meter of another model says that it is. */
static void set_ask_identity(set_job *job)
{
    const mw_row *const row = job->who.mbus == NULL ? mw_model_identity_row(job->who.model) : NULL;
    mw_reading *const identity = &job->identity;
    if (row == NULL || mw_meter_read_one(&job->who.meter, &job->who.line.port.io, mw_row_id(row), identity) != MW_OK ||
        identity->quality != MW_QUALITY_GOOD || mw_model_is(job->who.model, identity)) {
        identity->text[0] = '\0';
    }
}

static bool set_is_address(const set_job *job)
{
    return mw_obis_equal(job->setting->id, mw_obis_make(0, MW_OBIS_C_COMMUNICATION, 0, 0)) ||
           mw_obis_equal(job->setting->id, mw_obis_make(0, MW_OBIS_C_COMMUNICATION, 3, 0));
}

/* Where the meter is reached with its new value. */
static void set_follow(set_job *job)
{
    tool_meter *const who = &job->moved;
    const mw_line *const line = &job->change.line;
    if (set_is_address(job) && !who->secondary_given) {
        who->unit = (uint8_t)job->n;
    }
    if (job->setting->kind == MW_SETTING_DIGITS && who->secondary_given) {
        char digits[SHOW_SIZE];
        who->secondary.id = (uint32_t)strtoul(setting_value_text(job->setting, job->n, digits), NULL, 16);
    }
    who->line.serial.baud = line->baud != 0 ? line->baud : who->line.serial.baud;
    who->line.serial.parity = line->parity != MW_PARITY_SAME ? line->parity : who->line.serial.parity;
    who->line.serial.stop_bits = line->stop_bits != 0 ? line->stop_bits : who->line.serial.stop_bits;
}

/* Acknowledged, and still found at the old place. */
static bool set_stays(const set_job *job)
{
    return job->status == MW_OK && job->change.outcome == MW_OUTCOME_ACKNOWLEDGED &&
           (job->change.restore || (set_is_address(job) && job->who.mbus == NULL));
}

static mw_status set_change(set_job *job)
{
    const mw_status status =
        mw_change_begin(&job->change, &job->who.meter, job->setting->id, job->n, job->setting->exp10, job->flags);
    return status == MW_OK ? mw_change_run(&job->change, &job->who.line.port.io) : status;
}

static void set_run(set_job *job)
{
    job->status = set_look(job);
    if (job->status == MW_OK) {
        job->status = set_change(job);
    } else if (job->status == MW_ERR_REFUSED) {
        job->change.exception = mw_meter_exception(&job->who.meter);
    }
    if (job->status == MW_ERR_MISMATCH && job->change.outcome == MW_OUTCOME_OLD) {
        set_ask_identity(job);
    }
    job->stays = set_stays(job);
    job->moved = job->who;
    if (job->change.outcome != MW_OUTCOME_OLD) {
        set_follow(job);
    }
}

static int set_main(const char *command, int argc, char **argv)
{
    static set_job job;
    int code;
    job.command = command;
    code = set_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_meter_open(&job.who, command);
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    set_run(&job);
    code = set_tell(&job);
    tool_meter_close(&job.who);
    return code;
}

int cmd_set(int argc, char **argv)
{
    return set_main("set", argc, argv);
}

int cmd_command(int argc, char **argv)
{
    return set_main("command", argc, argv);
}
