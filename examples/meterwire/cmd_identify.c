/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "who.h"

#define REPEATS 2

typedef struct identify_job {
    tool_line line;
    uint8_t unit; /* or primary address */
    bool unit_given;
    bool address_given;
    bool secondary_given;
    mw_mbus_secondary secondary;
    uint32_t timeout_us;
    bool json;
} identify_job;

enum { OPT_UNIT = 256, OPT_ADDRESS, OPT_SECONDARY, OPT_TIMEOUT, OPT_JSON };

static const struct option identify_options[] = {TOOL_LINE_OPTIONS,
                                                 {"unit", required_argument, NULL, OPT_UNIT},
                                                 {"address", required_argument, NULL, OPT_ADDRESS},
                                                 {"secondary", required_argument, NULL, OPT_SECONDARY},
                                                 {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                                 {"json", no_argument, NULL, OPT_JSON},
                                                 {NULL, 0, NULL, 0}};

static int identify_whom(identify_job *job, int option, const char *argument)
{
    unsigned long n = 0;
    switch (option) {
    case OPT_UNIT:
        if (!tool_number(argument, 1, 255, &n)) {
            return tool_misuse("identify", "--unit needs a number from 1 to 255, not '%s'", argument);
        }
        job->unit_given = true;
        break;
    case OPT_ADDRESS:
        if (!tool_number(argument, 0, MW_MBUS_ADDRESS_ALL, &n) || n == 251 || n == 252) {
            return tool_misuse("identify", "--address needs a number from 0 to 250, 253 or 254, not '%s'", argument);
        }
        job->address_given = true;
        break;
    default:
        job->secondary_given = true;
        return mw_mbus_secondary_parse(argument, &job->secondary) == MW_OK
                   ? TOOL_GOOD
                   : tool_misuse("identify",
                                 "--secondary needs 8 or 16 digits, such as 19020246 or 19020246CD250102, not '%s'",
                                 argument);
    }
    job->unit = (uint8_t)n;
    return TOOL_GOOD;
}

static int identify_option(identify_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_UNIT:
    case OPT_ADDRESS:
    case OPT_SECONDARY:
        return identify_whom(job, option, argument);
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) {
            return tool_misuse("identify", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
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
        return tool_line_option(&job->line, "identify", option, argument);
    default:
        return tool_bad_option("identify", identify_options, option, argument);
    }
}

static int identify_check(const identify_job *job)
{
    if (job->line.serial.mbus && job->unit_given) {
        return tool_misuse("identify", "--unit is for Modbus; M-Bus has --address and --secondary");
    }
    if (!job->line.serial.mbus && (job->address_given || job->secondary_given)) {
        return tool_misuse("identify", "--address and --secondary are for --mbus; Modbus has --unit");
    }
    if (job->line.serial.mbus && job->address_given == job->secondary_given) {
        return tool_misuse("identify", job->address_given
                                           ? "either --address or --secondary"
                                           : "which meter? give --address or --secondary; 'meterwire scan' finds them");
    }
    return TOOL_GOOD;
}

static int identify_arguments(identify_job *job, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", identify_options, NULL)) != -1) {
        const int code = identify_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 1) {
        return tool_misuse("identify", "one TARGET is needed");
    }
    job->line.target = argv[optind];
    job->line.serial.mbus = job->line.serial.mbus || tool_is_mbus_tcp(job->line.target);
    return identify_check(job);
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
    char command[WHO_COMMAND_SIZE];
    const mw_model *const model = found->identity.model;
    if (job->json) {
        return tool_print_json(who_json(job->line.target, found));
    }
    printf("%s\nunit %u at %s\n\n", model->title, found->unit,
           tool_line_text(job->line.target, &job->line.serial, line, sizeof line));
    identify_print("model", model->name);
    identify_print_identity(&found->identity);
    printf("\n%s\n", who_command(job->line.target, "read", found, command));
    printf("%s\n", who_command(job->line.target, "get", found, command));
    return TOOL_GOOD;
}

static int identify_unknown(const identify_job *job, const who *found)
{
    char line[SHOW_SIZE];
    char words[2 * SHOW_SIZE];
    char command[WHO_COMMAND_SIZE];
    if (job->json) {
        tool_print_json(who_json(job->line.target, found));
    }
    return tool_fail("unit %u at %s is none of the models that 'meterwire models' lists: it %s; perhaps it tells more "
                     "to '%s'",
                     found->unit, tool_line_text(job->line.target, &job->line.serial, line, sizeof line),
                     who_words(found, words, sizeof words), who_command(job->line.target, "modbus id", found, command));
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
            who_ask(&job->line, (uint8_t)unit, job->timeout_us, 0, found);
        }
    }
}

static int identify_modbus(identify_job *job)
{
    who found;
    char whom[SHOW_SIZE];
    int code;
    if (job->unit_given) {
        who_ask(&job->line, job->unit, job->timeout_us, REPEATS, &found);
    } else {
        identify_search(job, &found, whom);
    }
    if (found.status == MW_OK) {
        return identify_known(job, &found);
    }
    if (found.status == MW_ERR_UNSUPPORTED) {
        return identify_unknown(job, &found);
    }
    if (job->unit_given || found.status != MW_ERR_TIMEOUT) {
        snprintf(whom, sizeof whom, "unit %u", found.unit);
    }
    code = tool_explain(&job->line, whom, found.status,
                        (job->timeout_us != 0 ? job->timeout_us : MW_LINK_TIMEOUT_US) / 1000);
    if (!tool_interrupted() && job->line.port.error == NULL) {
        fprintf(stderr, "To find out what is on the line: meterwire scan %s\n", job->line.target);
    }
    return code;
}

/* ---- M-Bus ---- */

/* "address 5" and "--address 5", or the same of a secondary address, by what stands in front of it. */
static const char *identify_address(const identify_job *job, const char *primary, const char *secondary,
                                    char out[SHOW_SIZE])
{
    char text[MW_MBUS_SECONDARY_SIZE];
    if (job->secondary_given) {
        mw_mbus_secondary_text(&job->secondary, text);
        snprintf(out, SHOW_SIZE, "%s %s", secondary, text);
    } else {
        snprintf(out, SHOW_SIZE, "%s %u", primary, job->unit);
    }
    return out;
}

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

static int identify_print_mbus(const identify_job *job, const mw_mbus_telegram *telegram, const mw_identity *identity)
{
    char line[SHOW_SIZE];
    char address[SHOW_SIZE];
    size_t at = 0;
    const mw_mbus_model *const model = identity->mbus_model;
    char mbus[SHOW_SIZE] = "";
    if (!tool_is_tcp(job->line.target)) {
        snprintf(mbus, sizeof mbus, " --mbus --baud %lu", (unsigned long)job->line.serial.baud);
    }
    printf("%s\n%s at %s\n\n", model->title, identify_address(job, "address", "meter", address),
           tool_line_text(job->line.target, &job->line.serial, line, sizeof line));
    identify_print("model", model->name);
    for (const mw_mbus_model *other; (other = who_other(telegram, identity, &at)) != NULL;) {
        printf("%-16s %s, which sends the same over M-Bus\n", "or", other->name);
    }
    identify_print_header(telegram);
    identify_print_identity(identity);
    identify_address(job, "--address", "--secondary", address);
    printf("\nmeterwire read %s %s%s %s\n", model->name, job->line.target, mbus, address);
    printf("meterwire get %s %s%s %s\n", model->name, job->line.target, mbus, address);
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
    char whom[SHOW_SIZE];
    char option[SHOW_SIZE];
    if (!job->json) {
        identify_print_header(telegram);
    }
    return tool_fail("%s at %s is none of the models that 'meterwire models' lists; 'meterwire read mbus %s %s' shows "
                     "what it sends",
                     identify_address(job, "address", "meter", whom), job->line.target, job->line.target,
                     identify_address(job, "--address", "--secondary", option));
}

static int identify_telegram(const identify_job *job, const mw_mbus_telegram *telegram)
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

static int identify_explain_mbus(const identify_job *job, mw_status status, const mw_mbus_telegram *telegram,
                                 uint32_t timeout_us)
{
    char whom[SHOW_SIZE];
    int code;
    identify_address(job, "address", "meter", whom);
    if (status == MW_ERR_REFUSED) {
        return tool_fail("%s at %s answered with application error %u, %s", whom, job->line.target, telegram->code,
                         mw_mbus_application_error_text(telegram->code));
    }
    code = tool_explain(&job->line, whom, status, timeout_us / 1000);
    if (!tool_interrupted() && job->line.port.error == NULL) {
        fprintf(stderr, "To find out what is on the line: meterwire scan %s%s --secondary\n", job->line.target,
                tool_is_tcp(job->line.target) ? "" : " --mbus");
    }
    return code;
}

static int identify_mbus(identify_job *job)
{
    mw_mbus_master master;
    mw_mbus_telegram telegram;
    mw_status status;
    const uint32_t least_us = mw_mbus_timeout_us(job->line.port.line.char_us, 0);
    mw_mbus_master_init(&master, &job->line.port.link);
    master.allowance_us = MW_MBUS_ALLOWANCE_US;
    if (job->timeout_us > 0) {
        master.allowance_us = job->timeout_us > least_us ? job->timeout_us - least_us : 1;
    }
    if (job->secondary_given) {
        mw_mbus_begin_read_secondary(&master, &job->secondary);
    } else {
        mw_mbus_begin_read(&master, job->unit);
    }
    status = mw_mbus_wait(&master, &job->line.port.io, &telegram);
    return status == MW_OK ? identify_telegram(job, &telegram)
                           : identify_explain_mbus(job, status, &telegram, least_us + master.allowance_us);
}

int cmd_identify(int argc, char **argv)
{
    static identify_job job;
    int code = identify_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_line_open(&job.line, "identify", 0, MW_PARITY_EVEN);
    }
    if (code == TOOL_GOOD) {
        code = job.line.serial.mbus ? identify_mbus(&job) : identify_modbus(&job);
        mw_port_close(&job.line.port);
    }
    return code;
}
