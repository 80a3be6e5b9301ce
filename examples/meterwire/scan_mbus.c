/* SPDX-License-Identifier: MIT */
/* Finding the meters on an M-Bus. */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "scan.h"
#include "show.h"

/* The search at one speed. */
typedef struct mbus_scan {
    scan_job *job;
    size_t speed; /* index */
    unsigned unresolved;
    mw_mbus_master master;
} mbus_scan;

/* ---- what is shown ---- */

static void mbus_show_progress(const mbus_scan *scan, const char *where, unsigned per_mille)
{
    const scan_job *const job = scan->job;
    scan_progress_show(&job->progress, where, ((unsigned)scan->speed * 1000 + per_mille) / (unsigned)job->baud_count,
                       job->found);
}

/* Who was found, as far as it is known: by its header, or by the address that a search has found it at. */
static mw_mbus_secondary mbus_who(const mw_mbus_telegram *telegram, const mw_mbus_secondary *searched)
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

static int mbus_print_json(const scan_job *job, const mw_mbus_telegram *telegram, const mw_mbus_secondary *who,
                           const char *id)
{
    char text[SHOW_SIZE];
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "address", telegram->frame.address);
    if (job->baud_count > 1) {
        cJSON_AddNumberToObject(root, "baud", job->line.port.serial.baud);
    }
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
static int mbus_print(scan_job *job, const mw_mbus_telegram *telegram, const mw_mbus_secondary *searched)
{
    const mw_mbus_secondary who = mbus_who(telegram, searched);
    char manufacturer[MW_MBUS_MANUFACTURER_SIZE] = "-";
    char version[8] = "-";
    char id[12] = "-";
    int code = TOOL_GOOD;
    scan_progress_clear(&job->progress);
    if (who.id != UINT32_MAX) {
        snprintf(id, sizeof id, "%08lX", (unsigned long)who.id);
    }
    if (job->json) {
        code = mbus_print_json(job, telegram, &who, id);
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

static int mbus_primary(mbus_scan *scan)
{
    scan_job *const job = scan->job;
    for (unsigned address = 0; address <= MW_MBUS_ADDRESS_MAX && !scan_is_over(job); address++) {
        mw_mbus_telegram telegram;
        char where[SHOW_SIZE];
        mw_status status;
        snprintf(where, sizeof where, "address %u", address);
        mbus_show_progress(scan, where, address * 1000 / (MW_MBUS_ADDRESS_MAX + 1));
        mw_mbus_begin_read(&scan->master, (uint8_t)address);
        status = mw_mbus_wait(&scan->master, &job->line.port.io, &telegram);
        if (status == MW_OK || status == MW_ERR_REFUSED) {
            const int code = mbus_print(job, &telegram, NULL);
            if (code != TOOL_GOOD) {
                return code;
            }
        } else if (status != MW_ERR_TIMEOUT && !scan_is_over(job)) {
            scan_progress_clear(&job->progress);
            fprintf(
                stderr,
                "meterwire: address %u: %s: perhaps several meters; 'meterwire scan --secondary' tells them apart\n",
                address, mw_status_text(status));
        }
    }
    return TOOL_GOOD;
}

static int mbus_secondary(mbus_scan *scan)
{
    scan_job *const job = scan->job;
    const mw_io *const io = &job->line.port.io;
    mw_mbus_search search;
    mw_mbus_search_init(&search, &job->range);
    for (;;) {
        mw_mbus_telegram telegram;
        char where[MW_MBUS_SECONDARY_SIZE];
        const mw_status status = mw_mbus_search_step(&search, &scan->master, io->now_us(io->user), &telegram);
        int code;
        if (status == MW_END) {
            scan->unresolved += search.unresolved;
            return TOOL_GOOD;
        }
        if (status == MW_OK) {
            code = mbus_print(job, &telegram, &search.meter);
            if (code != TOOL_GOOD) {
                return code;
            }
            continue;
        }
        mw_mbus_secondary_text(&search.pattern, where);
        mbus_show_progress(scan, where, mw_mbus_search_progress(&search));
        if (mw_link_run(&job->line.port.link, io) == MW_ERR_IO) {
            return TOOL_GOOD; /* told by the caller */
        }
    }
}

/* For the speed of the line. */
static void mbus_make_master(mbus_scan *scan)
{
    const scan_job *const job = scan->job;
    const uint32_t least_us = mw_mbus_timeout_us(job->line.port.line.char_us, 0);
    mw_mbus_master_init(&scan->master, &scan->job->line.port.link);
    scan->master.repeats = job->repeats_given ? job->repeats : 2;
    if (job->timeout_us > 0) {
        scan->master.allowance_us = job->timeout_us > least_us ? job->timeout_us - least_us : 1;
    }
}

/* Speed after speed; meters on one bus mostly have the same. */
static int mbus_search(mbus_scan *scan)
{
    scan_job *const job = scan->job;
    int code = TOOL_GOOD;
    for (scan->speed = 0; scan->speed < job->baud_count && code == TOOL_GOOD; scan->speed++) {
        if ((job->found > 0 && !job->all) || scan_is_over(job)) {
            break;
        }
        if (scan_set_line(job, job->bauds[scan->speed], job->parities[0])) {
            mbus_make_master(scan);
            code = job->secondary ? mbus_secondary(scan) : mbus_primary(scan);
        }
    }
    return code;
}

static int mbus_tell_unresolved(const mbus_scan *scan)
{
    return tool_fail("%u found, but %u secondary address%s answered that could not be read: perhaps several meters "
                     "that differ in their manufacturer only, or a bad line; more --repeats may help",
                     scan->job->found, scan->unresolved, scan->unresolved == 1 ? "" : "es");
}

static void mbus_print_end(const mbus_scan *scan)
{
    const scan_job *const job = scan->job;
    if (scan->speed < job->baud_count) {
        printf("%u found at %lu; the speeds after it were not searched (--all does)\n", job->found,
               (unsigned long)job->line.port.serial.baud);
    } else {
        printf("%u found\n", job->found);
    }
}

int scan_mbus(scan_job *job)
{
    mbus_scan scan;
    int code;
    memset(&scan, 0, sizeof scan);
    scan.job = job;
    scan_progress_begin(&job->progress, 0);
    code = mbus_search(&scan);
    scan_progress_clear(&job->progress);
    if (scan_is_over(job)) {
        return scan_tell_over(job);
    }
    if (code == TOOL_GOOD && scan.unresolved > 0) {
        return mbus_tell_unresolved(&scan);
    }
    if (code == TOOL_GOOD && job->found == 0) {
        return tool_fail(
            "no meter answered at %s: check baud rate, the two wires, and the power of the level converter",
            job->line.target);
    }
    if (code == TOOL_GOOD && !job->json) {
        mbus_print_end(&scan);
    }
    return code;
}
