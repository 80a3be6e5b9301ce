/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "who.h"

#define REPEATS 2

typedef struct identify_job {
    tool_meter who; /* its model is known when it answered */
    bool json;
} identify_job;

enum { OPT_JSON = 256 };

static const struct option identify_options[] = {
    TOOL_METER_OPTIONS, {"json", no_argument, NULL, OPT_JSON}, {NULL, 0, NULL, 0}};

static int identify_parse(identify_job *job, int argc, char **argv)
{
    int option;
    int code = TOOL_GOOD;
    opterr = 0;
    while (code == TOOL_GOOD && (option = getopt_long(argc, argv, ":", identify_options, NULL)) != -1) {
        if (option == OPT_JSON) {
            job->json = true;
        } else {
            code = tool_meter_option(&job->who, "identify", identify_options, option,
                                     option == ':' || option == '?' ? argv[optind - 1] : optarg);
        }
    }
    return code;
}

static int identify_arguments(identify_job *job, int argc, char **argv)
{
    int code = identify_parse(job, argc, argv);
    if (code == TOOL_GOOD && argc - optind != 1) {
        code = tool_misuse("identify", "one TARGET is needed");
    }
    if (code == TOOL_GOOD) {
        code = tool_meter_place(&job->who, "identify", argv[optind]);
    }
    if (code == TOOL_GOOD && job->who.line.serial.mbus && !job->who.address_given && !job->who.secondary_given) {
        code = tool_misuse("identify", "which meter? give --address or --secondary; 'meterwire scan' finds them");
    }
    return code;
}

/* ---- what is printed ---- */

static void identify_print(const char *name, const char *value)
{
    if (strcmp(value, "-") != 0) {
        printf("%-16s %s\n", name, value);
    }
}

static void identify_print_software(const mw_identity *identity)
{
    static const char *const verdicts[] = {"; version not in the manual's list", ", NOT the one the manual lists",
                                           " as the manual lists it"}; /* by mw_verdict */
    char firmware[SHOW_SIZE];
    char checksum[SHOW_SIZE];
    who_reading(&identity->firmware, firmware);
    if (strcmp(who_reading(&identity->checksum, checksum), "-") == 0) {
        identify_print("software", firmware);
        return;
    }
    printf("%-16s %s, check sum %s%s\n", "software", firmware, checksum, verdicts[identity->listed]);
}

static const char *identify_mid(const mw_identity *identity)
{
    const unsigned flags = identity->model != NULL ? identity->model->flags : identity->mbus_model->flags;
    if (identity->mid == MW_VERDICT_UNKNOWN) {
        return "unknown";
    }
    if (identity->mid == MW_VERDICT_NO) {
        return "no, by its register";
    }
    return (flags & MW_MODEL_MID) != 0 ? "yes, by the declaration of conformity of the type" : "yes, by its register";
}

static void identify_print_identity(const mw_identity *identity)
{
    char text[SHOW_SIZE];
    identify_print("says it is", who_reading(&identity->name, text));
    identify_print("serial number", who_reading(&identity->serial, text));
    identify_print_software(identity);
    identify_print("MID", identify_mid(identity));
}

/* ---- Modbus ---- */

static int identify_known(const identify_job *job, const who *found)
{
    char line[SHOW_SIZE];
    char command[TOOL_COMMAND_SIZE];
    const mw_model *const model = found->identity.model;
    if (job->json) {
        return tool_print_json(who_json(job->who.line.target, found));
    }
    printf("%s\nunit %u at %s\n\n", model->title, found->unit,
           tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line));
    identify_print("model", model->name);
    identify_print_identity(&found->identity);
    printf("\n%s\n", who_command(job->who.line.target, "read", found, command));
    printf("%s\n", who_command(job->who.line.target, "get", found, command));
    return TOOL_GOOD;
}

static int identify_unknown(const identify_job *job, const who *found)
{
    char line[SHOW_SIZE];
    char words[2 * SHOW_SIZE];
    char command[TOOL_COMMAND_SIZE];
    if (job->json) {
        tool_print_json(who_json(job->who.line.target, found));
    }
    return tool_fail("unit %u at %s is none of the models that 'meterwire models' lists: it %s; perhaps it tells more "
                     "to '%s'",
                     found->unit, tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line),
                     who_words(found, words, sizeof words),
                     who_command(job->who.line.target, "identify", found, command));
}

/* The factory addresses of the models, each once, until one is not silent; `asked` receives them as a text. */
static void identify_search(identify_job *job, who *found, char asked[SHOW_SIZE])
{
    bool is_factory[256] = {false};
    const char *comma = " ";
    is_factory[1] = true;
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        is_factory[(*model)->unit] = true;
    }
    snprintf(asked, SHOW_SIZE, "the factory addresses");
    found->status = MW_ERR_TIMEOUT;
    for (unsigned unit = 1; unit < 256 && found->status == MW_ERR_TIMEOUT; unit++) {
        if (is_factory[unit]) {
            const size_t used = strlen(asked);
            snprintf(asked + used, SHOW_SIZE - used, "%s%u", comma, unit);
            comma = ", ";
            who_ask(&job->who.line, (uint8_t)unit, job->who.timeout_us, 0, found);
        }
    }
}

static int identify_modbus(identify_job *job)
{
    who found;
    char whom[SHOW_SIZE];
    int code;
    if (job->who.unit_given) {
        who_ask(&job->who.line, job->who.unit, job->who.timeout_us, REPEATS, &found);
    } else {
        identify_search(job, &found, whom);
    }
    if (found.status == MW_OK) {
        return identify_known(job, &found);
    }
    if (found.status == MW_ERR_UNSUPPORTED) {
        return identify_unknown(job, &found);
    }
    if (job->who.unit_given || found.status != MW_ERR_TIMEOUT) {
        snprintf(whom, sizeof whom, "unit %u", found.unit);
    }
    code = tool_explain(&job->who.line, whom, found.status, tool_meter_timeout_ms(&job->who));
    if (!tool_interrupted() && job->who.line.port.error == NULL) {
        fprintf(stderr, "To find out what is on the line: meterwire scan %s\n", job->who.line.target);
    }
    return code;
}

/* ---- M-Bus ---- */

static void identify_print_header(const mw_mbus_telegram *telegram)
{
    char manufacturer[MW_MBUS_MANUFACTURER_SIZE];
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        mw_mbus_manufacturer_text(telegram->header.manufacturer, manufacturer);
        identify_print("manufacturer", manufacturer);
        printf("%-16s %u\n%-16s %s\n", "version", telegram->header.version, "medium",
               mw_mbus_medium_text(telegram->header.medium));
    }
}

static int identify_print_mbus(identify_job *job, const mw_mbus_telegram *telegram, const mw_identity *identity)
{
    char text[SHOW_SIZE];
    char whom[TOOL_METER_TEXT_SIZE];
    char command[TOOL_COMMAND_SIZE];
    size_t at = 0;
    tool_meter *const meter = &job->who;
    meter->mbus = identity->mbus_model;
    meter->model = mw_model_by_name(meter->mbus->name);
    printf("%s\n%s at %s\n\n", meter->mbus->title, tool_meter_text(meter, whom),
           tool_line_text(meter->line.target, &meter->line.serial, text, sizeof text));
    identify_print("model", meter->mbus->name);
    for (const mw_mbus_model *other; (other = who_other(telegram, identity, &at)) != NULL;) {
        printf("%-16s %s, which sends the same over M-Bus\n", "or", other->name);
    }
    identify_print_header(telegram);
    identify_print_identity(identity);
    printf("\n%s\n", tool_meter_command(meter, "read", NULL, command));
    printf("%s\n", tool_meter_command(meter, "get", NULL, command));
    return TOOL_GOOD;
}

static int identify_print_mbus_json(const mw_mbus_telegram *telegram, const mw_identity *identity)
{
    char manufacturer[MW_MBUS_MANUFACTURER_SIZE];
    cJSON *const root = cJSON_CreateObject();
    cJSON *others;
    size_t at = 0;
    cJSON_AddNumberToObject(root, "address", telegram->frame.address);
    who_json_identity(root, identity);
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        mw_mbus_manufacturer_text(telegram->header.manufacturer, manufacturer);
        cJSON_AddStringToObject(root, "manufacturer", manufacturer);
        cJSON_AddNumberToObject(root, "version", telegram->header.version);
        cJSON_AddNumberToObject(root, "medium", telegram->header.medium);
        cJSON_AddStringToObject(root, "medium_name", mw_mbus_medium_text(telegram->header.medium));
    }
    if (identity->mbus_model != NULL) {
        others = cJSON_AddArrayToObject(root, "or");
        for (const mw_mbus_model *other; (other = who_other(telegram, identity, &at)) != NULL;) {
            cJSON_AddItemToArray(others, cJSON_CreateString(other->name));
        }
    }
    return tool_print_json(root);
}

static int identify_unknown_mbus(const identify_job *job, const mw_mbus_telegram *telegram)
{
    char whom[TOOL_METER_TEXT_SIZE];
    char command[TOOL_COMMAND_SIZE];
    if (!job->json) {
        identify_print_header(telegram);
    }
    return tool_fail("%s at %s is none of the models that 'meterwire models' lists; '%s' shows what it sends",
                     tool_meter_text(&job->who, whom), job->who.line.target,
                     tool_meter_command(&job->who, "read mbus", NULL, command));
}

static int identify_telegram(identify_job *job, const mw_mbus_telegram *telegram)
{
    mw_identity identity;
    int code = TOOL_GOOD;
    const mw_status status = mw_identify_mbus(telegram, mw_mbus_models, &identity);
    if (job->json) {
        code = identify_print_mbus_json(telegram, &identity);
    } else if (status == MW_OK) {
        code = identify_print_mbus(job, telegram, &identity);
    }
    return status == MW_OK ? code : identify_unknown_mbus(job, telegram);
}

static int identify_explain_mbus(const identify_job *job, mw_status status, const mw_mbus_telegram *telegram)
{
    const int code = tool_meter_explain(&job->who, status, telegram->code);
    const tool_line *const line = &job->who.line;
    if (status != MW_ERR_REFUSED && !tool_interrupted() && line->port.error == NULL) {
        fprintf(stderr, "To find out what is on the line: meterwire scan %s%s --secondary\n", line->target,
                tool_is_tcp(line->target) ? "" : " --mbus");
    }
    return code;
}

static int identify_mbus(identify_job *job)
{
    mw_mbus_master *const master = &job->who.master;
    mw_mbus_telegram telegram;
    mw_status status;
    if (job->who.secondary_given) {
        mw_mbus_begin_read_secondary(master, &job->who.secondary);
    } else {
        mw_mbus_begin_read(master, job->who.unit);
    }
    status = mw_mbus_wait(master, &job->who.line.port.io, &telegram);
    return status == MW_OK ? identify_telegram(job, &telegram) : identify_explain_mbus(job, status, &telegram);
}

int cmd_identify(int argc, char **argv)
{
    static identify_job job;
    int code = identify_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_meter_open(&job.who, "identify");
    }
    if (code == TOOL_GOOD) {
        code = job.who.line.serial.mbus ? identify_mbus(&job) : identify_modbus(&job);
        tool_meter_close(&job.who);
    }
    return code;
}
