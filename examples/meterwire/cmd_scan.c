/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "show.h"
#include "tool.h"

typedef struct scan_job {
    tool_line line;
    bool secondary;
    bool json;
    mw_mbus_secondary range;
    mw_mbus_master master;
    bool progress; /* there is a terminal to show it on */
    unsigned found;
    unsigned unresolved;
    double begin; /* seconds */
} scan_job;

enum { OPT_SECONDARY = 256, OPT_RANGE, OPT_TIMEOUT, OPT_REPEATS, OPT_JSON };

static const struct option scan_options[] = {TOOL_LINE_OPTIONS,
                                             {"secondary", no_argument, NULL, OPT_SECONDARY},
                                             {"range", required_argument, NULL, OPT_RANGE},
                                             {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                             {"repeats", required_argument, NULL, OPT_REPEATS},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {NULL, 0, NULL, 0}};

static int scan_option(scan_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_SECONDARY:
        job->secondary = true;
        return TOOL_GOOD;
    case OPT_RANGE:
        job->secondary = true;
        return mw_mbus_secondary_parse(argument, &job->range) == MW_OK
                   ? TOOL_GOOD
                   : tool_misuse("scan", "--range needs 8 or 16 digits, F for any, such as 1902FFFF, not '%s'",
                                 argument);
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) {
            return tool_misuse("scan", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        job->master.allowance_us = (uint32_t)n * 1000; /* for now: all of it; see scan_prepare() */
        return TOOL_GOOD;
    case OPT_REPEATS:
        if (!tool_number(argument, 0, 20, &n)) {
            return tool_misuse("scan", "--repeats needs a number from 0 to 20, not '%s'", argument);
        }
        job->master.repeats = (uint8_t)n;
        return TOOL_GOOD;
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    case TOOL_OPT_BAUD:
    case TOOL_OPT_PARITY:
    case TOOL_OPT_TRACE:
    case TOOL_OPT_MBUS:
        return tool_line_option(&job->line, "scan", option, argument);
    default:
        return tool_bad_option("scan", scan_options, option, argument);
    }
}

static int scan_arguments(scan_job *job, int argc, char **argv)
{
    static const mw_mbus_secondary anybody = MW_MBUS_ANYBODY;
    int option;
    job->range = anybody;
    job->master.repeats = 2;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", scan_options, NULL)) != -1) {
        const int code = scan_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 1) {
        return tool_misuse("scan", "one TARGET is needed");
    }
    job->line.target = argv[optind];
    if (!job->line.serial.mbus && !tool_is_mbus_tcp(job->line.target)) {
        return tool_misuse("scan", "only M-Bus can be scanned so far: --mbus");
    }
    return TOOL_GOOD;
}

/* ---- what is shown ---- */

static void scan_clear_progress(const scan_job *job)
{
    if (job->progress) {
        fputs("\r\033[K", stderr);
    }
}

static void scan_show_progress(const scan_job *job, const char *where, unsigned per_mille)
{
    const double seconds = tool_seconds() - job->begin;
    if (!job->progress) {
        return;
    }
    fprintf(stderr, "\r\033[K%3u.%u %%  %s  %u found", per_mille / 10, per_mille % 10, where, job->found);
    if (per_mille >= 20) {
        const double left = seconds * (1000 - per_mille) / per_mille;
        fprintf(stderr, "  about %d:%02d left", (int)left / 60, (int)left % 60);
    }
    fflush(stderr);
}

/* Who was found, as far as it is known: by its header, or by the address that a search has found it at. */
static mw_mbus_secondary scan_who(const mw_mbus_telegram *telegram, const mw_mbus_secondary *searched)
{
    mw_mbus_secondary who = MW_MBUS_ANYBODY;
    if (searched != NULL) {
        who = *searched;
    }
    if (telegram->header_type == MW_MBUS_HEADER_LONG || telegram->header_type == MW_MBUS_HEADER_FIXED) {
        who.id = telegram->header.id;
        who.medium = telegram->header.medium;
    }
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        who.manufacturer = telegram->header.manufacturer;
        who.version = telegram->header.version;
    }
    return who;
}

static int scan_print_json(const mw_mbus_telegram *telegram, const mw_mbus_secondary *who, const char *id)
{
    char text[SHOW_SIZE];
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "address", telegram->frame.address);
    if (who->id != UINT32_MAX) {
        cJSON_AddStringToObject(root, "id", id);
    }
    if (who->manufacturer != UINT16_MAX) {
        mw_mbus_manufacturer_text(who->manufacturer, text);
        cJSON_AddStringToObject(root, "manufacturer", text);
        cJSON_AddNumberToObject(root, "version", who->version);
    }
    if (who->medium != UINT8_MAX) {
        cJSON_AddNumberToObject(root, "medium", who->medium);
        cJSON_AddStringToObject(root, "medium_name", mw_mbus_medium_text(who->medium));
    }
    if (who->id != UINT32_MAX) {
        mw_mbus_secondary_text(who, text);
        cJSON_AddStringToObject(root, "secondary", text);
    }
    if (telegram->content == MW_MBUS_APPLICATION_ERROR) {
        cJSON_AddStringToObject(root, "application_error", mw_mbus_application_error_text(telegram->code));
    }
    return tool_print_json(root);
}

/* A meter that was found, as soon as it was. What is not known of it is "-". */
static int scan_print(scan_job *job, const mw_mbus_telegram *telegram, const mw_mbus_secondary *searched)
{
    const mw_mbus_secondary who = scan_who(telegram, searched);
    char manufacturer[MW_MBUS_MANUFACTURER_SIZE] = "-";
    char version[8] = "-";
    char id[12] = "-";
    int code = TOOL_GOOD;
    scan_clear_progress(job);
    if (who.id != UINT32_MAX) {
        snprintf(id, sizeof id, "%08lX", (unsigned long)who.id);
    }
    if (job->json) {
        code = scan_print_json(telegram, &who, id);
    } else {
        if (job->found == 0) {
            printf("%-8s %-9s %-12s %-8s %s\n", "address", "id", "manufacturer", "version", "medium");
        }
        if (who.manufacturer != UINT16_MAX) {
            mw_mbus_manufacturer_text(who.manufacturer, manufacturer);
            snprintf(version, sizeof version, "%u", who.version);
        }
        printf("%-8u %-9s %-12s %-8s %s", telegram->frame.address, id, manufacturer, version,
               who.medium != UINT8_MAX ? mw_mbus_medium_text(who.medium) : "-");
        if (telegram->content == MW_MBUS_APPLICATION_ERROR) {
            printf(" (answers with application error %u, %s)", telegram->code,
                   mw_mbus_application_error_text(telegram->code));
        }
        putchar('\n');
    }
    job->found++;
    return tool_written() ? code : TOOL_FAILED;
}

/* ---- the two ways to scan ---- */

static int scan_primary(scan_job *job)
{
    for (unsigned address = 0; address <= MW_MBUS_ADDRESS_MAX && !tool_interrupted(); address++) {
        mw_mbus_telegram telegram;
        char where[SHOW_SIZE];
        mw_status status;
        snprintf(where, sizeof where, "address %u", address);
        scan_show_progress(job, where, address * 1000 / (MW_MBUS_ADDRESS_MAX + 1));
        mw_mbus_begin_read(&job->master, (uint8_t)address);
        status = mw_mbus_wait(&job->master, &job->line.port.io, &telegram);
        if (status == MW_OK || status == MW_ERR_REFUSED) {
            const int code = scan_print(job, &telegram, NULL);
            if (code != TOOL_GOOD) {
                return code;
            }
        } else if (status == MW_ERR_IO) {
            break;
        } else if (status != MW_ERR_TIMEOUT) {
            scan_clear_progress(job);
            fprintf(
                stderr,
                "meterwire: address %u: %s: perhaps several meters; 'meterwire scan --secondary' tells them apart\n",
                address, mw_status_text(status));
        }
    }
    return TOOL_GOOD;
}

static int scan_secondary(scan_job *job)
{
    mw_mbus_search search;
    mw_mbus_search_init(&search, &job->range);
    for (;;) {
        mw_mbus_telegram telegram;
        char where[MW_MBUS_SECONDARY_SIZE];
        const mw_io *const io = &job->line.port.io;
        const mw_status status = mw_mbus_search_step(&search, &job->master, io->now_us(io->user), &telegram);
        int code;
        if (status == MW_END) {
            job->unresolved = search.unresolved;
            return TOOL_GOOD;
        }
        if (status == MW_OK) {
            code = scan_print(job, &telegram, &search.meter);
            if (code != TOOL_GOOD) {
                return code;
            }
            continue;
        }
        mw_mbus_secondary_text(&search.pattern, where);
        scan_show_progress(job, where, mw_mbus_search_progress(&search));
        if (mw_link_run(&job->line.port.link, io) == MW_ERR_IO) {
            return TOOL_GOOD; /* told by the caller */
        }
    }
}

static int scan_run(scan_job *job)
{
    const uint32_t least_us = mw_mbus_timeout_us(job->line.port.line.char_us, 0);
    const uint32_t timeout_us = job->master.allowance_us;
    const uint8_t repeats = job->master.repeats;
    int code;
    mw_mbus_master_init(&job->master, &job->line.port.link);
    job->master.repeats = repeats;
    if (timeout_us > 0) {
        job->master.allowance_us = timeout_us > least_us ? timeout_us - least_us : 1;
    }
    job->progress = isatty(STDERR_FILENO) != 0;
    job->begin = tool_seconds();
    code = job->secondary ? scan_secondary(job) : scan_primary(job);
    scan_clear_progress(job);
    if (tool_interrupted()) {
        return tool_fail("interrupted; %u found so far", job->found);
    }
    if (job->line.port.error != NULL) {
        return tool_fail("%s: %s", job->line.target, job->line.port.error);
    }
    if (code == TOOL_GOOD && job->unresolved > 0) {
        return tool_fail("%u found, but %u secondary address%s answered that could not be read: perhaps several meters "
                         "that differ in their manufacturer only, or a bad line; more --repeats may help",
                         job->found, job->unresolved, job->unresolved == 1 ? "" : "es");
    }
    if (code == TOOL_GOOD && job->found == 0) {
        return tool_fail(
            "no meter answered at %s: check baud rate, the two wires, and the power of the level converter",
            job->line.target);
    }
    if (code == TOOL_GOOD && !job->json) {
        printf("%u found\n", job->found);
    }
    return code;
}

int cmd_scan(int argc, char **argv)
{
    static scan_job job;
    int code = scan_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_line_open(&job.line, "scan", 0, MW_PARITY_EVEN);
    }
    if (code == TOOL_GOOD) {
        code = scan_run(&job);
        mw_port_close(&job.line.port);
    }
    return code;
}
