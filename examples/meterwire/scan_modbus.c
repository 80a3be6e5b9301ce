/* SPDX-License-Identifier: MIT */
/* Finding the devices on a Modbus of which nothing is known.
 *
 * How long a meter takes to begin its answer is published by no maker; 100 ms, with what the adapter adds at low
 * speeds, is some times what is seen of them. What is later is not lost: it comes while the next question is asked, and
 * is taken as a reason to ask once more, with patience. Modbus TCP needs the whole second, as a gateway that waits for
 * its own time-out keeps whoever asks next waiting, and answers them too late, too. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scan.h"
#include "who.h"

#define COMBINATIONS  (SCAN_BAUDS * SCAN_PARITIES)
#define SERIAL_US     100000u
#define SERIAL_CHARS  10 /* besides; adapters hold back the last characters for a few character times */
#define GATEWAY_US    300000u
#define PATIENCE_US   MW_LINK_TIMEOUT_US
#define LATE_US       500000u /* how late an answer may be that is not to be taken for the next one's */
#define REQUEST_CHARS 12      /* 8, and the silence in front of it */
#define TEXT_SIZE     1024

typedef struct modbus_scan {
    scan_job *job;
    bool first[SCAN_UNITS]; /* factory addresses of the models */
    bool done[COMBINATIONS];
    unsigned combination; /* the one being searched */
    bool second;          /* the factory addresses were asked everywhere */
    bool rest;            /* all but the factory addresses are asked, or those */
    unsigned unit;        /* asked last */
    unsigned before;      /* the unit asked before that did not answer in time, or 0 */
    bool heard;           /* at this combination: anything */
    bool garbled;         /* at this combination: damage, and it was told */
    unsigned found_here;  /* at this combination */
    double spent;         /* seconds, of the most that it takes */
    who found[SCAN_UNITS];
} modbus_scan;

static uint32_t modbus_baud(const modbus_scan *scan, unsigned combination)
{
    return scan->job->bauds[combination / scan->job->parity_count];
}

static uint8_t modbus_parity(const modbus_scan *scan, unsigned combination)
{
    return scan->job->parities[combination % scan->job->parity_count];
}

static unsigned modbus_combinations(const modbus_scan *scan)
{
    return (unsigned)(scan->job->baud_count * scan->job->parity_count);
}

/* ---- time ---- */

/* Of one character; 0 where the speed is not ours. */
static uint32_t modbus_char_us(const modbus_scan *scan, unsigned combination)
{
    return tool_is_tcp(scan->job->line.target) ? 0 : MW_LINK_CHAR_US(modbus_baud(scan, combination));
}

static uint32_t modbus_timeout_us(const modbus_scan *scan, unsigned combination)
{
    const scan_job *const job = scan->job;
    if (job->timeout_us != 0) {
        return job->timeout_us;
    }
    if (tool_is_tcp(job->line.target)) {
        return job->line.port.protocol == MW_PROTOCOL_TCP ? MW_LINK_TIMEOUT_US : GATEWAY_US;
    }
    return SERIAL_US + SERIAL_CHARS * modbus_char_us(scan, combination);
}

/* Requests it takes to identify a unit: one for each register in which a family of models says what it is. */
static unsigned modbus_requests(void)
{
    unsigned count = 0;
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        const mw_row *const row = mw_model_identity_row(*model);
        bool counted = row == NULL;
        for (const mw_model *const *other = mw_models; other != model && !counted; other++) {
            const mw_row *const asked = mw_model_identity_row(*other);
            counted = asked != NULL && asked->address == row->address;
        }
        count += counted ? 0 : 1;
    }
    return count;
}

/* What a silent unit takes, in seconds. */
static double modbus_cost(const modbus_scan *scan, unsigned combination)
{
    return 1e-6 * modbus_requests() * (1.0 + scan->job->repeats) *
           (modbus_timeout_us(scan, combination) + REQUEST_CHARS * (double)modbus_char_us(scan, combination));
}

static unsigned modbus_units(const modbus_scan *scan)
{
    unsigned count = 0;
    for (unsigned unit = 0; unit < SCAN_UNITS; unit++) {
        count += scan->job->units[unit] ? 1 : 0;
    }
    return count;
}

static double modbus_most(const modbus_scan *scan)
{
    double seconds = 0;
    for (unsigned c = 0; c < modbus_combinations(scan); c++) {
        seconds += modbus_units(scan) * modbus_cost(scan, c);
    }
    return seconds;
}

/* ---- texts ---- */

/* Adds to a text as far as there is room. */
TOOL_PRINTF(2, 3) static void modbus_append(char *text, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, TEXT_SIZE - used, format, arguments);
    va_end(arguments);
}

/* Adds those from a unit on, "1-10,50"; with `rest` without the factory addresses. */
static void modbus_append_units(const modbus_scan *scan, unsigned from, bool rest, char *text)
{
    const char *comma = "";
    for (unsigned unit = from; unit < SCAN_UNITS; unit++) {
        unsigned end = unit;
        while (end < SCAN_UNITS && scan->job->units[end] && !(rest && scan->first[end])) {
            end++;
        }
        if (end > unit + 1) {
            modbus_append(text, "%s%u-%u", comma, unit, end - 1);
        } else if (end > unit) {
            modbus_append(text, "%s%u", comma, unit);
        }
        comma = end > unit ? "," : comma;
        unit = end;
    }
}

static void modbus_line_text(const mw_serial *serial, char out[SHOW_SIZE])
{
    snprintf(out, SHOW_SIZE, "%lu 8%c1", (unsigned long)serial->baud, "ENO"[serial->parity]);
}

static void modbus_print_beginning(const modbus_scan *scan, double seconds)
{
    const scan_job *const job = scan->job;
    char text[TEXT_SIZE] = "";
    char line[SHOW_SIZE];
    modbus_append_units(scan, 1, false, text);
    printf("%s %s", modbus_units(scan) == 1 ? "unit" : "units", text);
    if (modbus_combinations(scan) > 1) {
        printf(" at %u combinations of speed and parity", modbus_combinations(scan));
    } else if (!tool_is_tcp(job->line.target)) {
        modbus_line_text(&job->line.port.serial, line);
        printf(" at %s", line);
    }
    printf(seconds < 120 ? ": %.0f s at most\n" : ": %.0f min at most\n", ceil(seconds < 120 ? seconds : seconds / 60));
    (void)tool_written(); /* shown at once */
}

/* ---- what is found ---- */

static void modbus_print_row(const modbus_scan *scan, const who *found)
{
    char line[SHOW_SIZE];
    char words[2 * SHOW_SIZE];
    const bool known = found->identity.model != NULL;
    const bool tcp = tool_is_tcp(scan->job->line.target);
    const int width = tcp ? 0 : 13; /* of the column that only a serial line has */
    modbus_line_text(&found->serial, line);
    if (scan->job->found == 0) {
        printf("%-5s %-*s%-20s  %s\n", "unit", width, tcp ? "" : "line", "model", "serial number");
    }
    printf("%-5u %-*s%-20s  %s\n", found->unit, width, tcp ? "" : line,
           known ? found->identity.model->name : "unknown device",
           known ? who_reading(&found->identity.serial, words) : who_words(found, words, sizeof words));
}

static void modbus_found(modbus_scan *scan, const who *found)
{
    scan_job *const job = scan->job;
    scan_progress_clear(&job->progress);
    if (job->json) {
        tool_print_json(who_json(job->line.target, found));
    } else {
        modbus_print_row(scan, found);
    }
    if (job->found < SCAN_UNITS) {
        scan->found[job->found] = *found;
    }
    job->found++;
    scan->found_here++;
}

/* Once for each speed and parity, as it is the same for many units then. */
static void modbus_damage(modbus_scan *scan, const who *heard)
{
    char line[SHOW_SIZE];
    if (scan->garbled) {
        return;
    }
    scan->garbled = true;
    scan_progress_clear(&scan->job->progress);
    modbus_line_text(&heard->serial, line);
    fprintf(stderr, "meterwire: unit %u%s%s: %s\n", heard->unit, tool_is_tcp(scan->job->line.target) ? "" : " at ",
            tool_is_tcp(scan->job->line.target) ? "" : line, who_damage(heard->status));
}

/* ---- the search ---- */

/* How to ask: in passing, once more because of a bad line, or so that a slow device is understood. */
typedef enum manner { IN_PASSING, AGAIN, PATIENTLY } manner;

/* Lets answers pass that are late. */
static void modbus_wait(scan_job *job, uint32_t time_us)
{
    const mw_io *const io = &job->line.port.io;
    const uint32_t begin_us = io->now_us(io->user);
    uint32_t elapsed_us = 0;
    while (elapsed_us < time_us && !scan_is_over(job)) {
        uint8_t bytes[64];
        size_t count;
        io->read(io->user, bytes, sizeof bytes, time_us - elapsed_us, &count);
        elapsed_us = io->now_us(io->user) - begin_us;
    }
}

static void modbus_ask(modbus_scan *scan, unsigned unit, manner how, who *found)
{
    scan_job *const job = scan->job;
    uint32_t timeout_us = modbus_timeout_us(scan, scan->combination);
    uint8_t repeats = job->repeats;
    if (how == PATIENTLY) {
        timeout_us = timeout_us > PATIENCE_US ? timeout_us : PATIENCE_US;
        modbus_wait(job, LATE_US);
    }
    if (how != IN_PASSING) {
        repeats = repeats > 1 ? repeats : 1;
    }
    who_ask(&job->line, (uint8_t)unit, timeout_us, repeats, found);
}

/* Asks once more; what it said before counts when it does not answer any more. */
static void modbus_ask_again(modbus_scan *scan, unsigned unit, manner how, who *found)
{
    const bool was_there = who_is_there(found);
    who again;
    if (scan_is_over(scan->job)) {
        return;
    }
    modbus_ask(scan, unit, how, &again);
    if (who_is_there(&again) || !was_there) {
        *found = again;
    }
}

static void modbus_tell(modbus_scan *scan, const who *found)
{
    if (scan_is_over(scan->job)) {
        return;
    }
    if (who_is_there(found)) {
        modbus_found(scan, found);
    } else if (who_damage(found->status) != NULL) {
        modbus_damage(scan, found);
    }
}

/* What answers, but not as a model does in time, is asked once more. An answer to something else may be that of the
 * unit before, which came too late. */
static void modbus_unit(modbus_scan *scan, unsigned unit)
{
    who found;
    who before;
    bool late;
    modbus_ask(scan, unit, IN_PASSING, &found);
    late = found.stray && scan->before != 0;
    scan->heard = scan->heard || found.status != MW_ERR_TIMEOUT;
    if (who_damage(found.status) != NULL) {
        modbus_ask_again(scan, unit, AGAIN, &found);
    }
    if (found.status == MW_ERR_UNSUPPORTED) {
        modbus_ask_again(scan, unit, PATIENTLY, &found);
    }
    if (late && who_damage(found.status) == NULL && !scan_is_over(scan->job)) {
        modbus_ask(scan, scan->before, PATIENTLY, &before);
        modbus_tell(scan, &before);
    }
    scan->before = found.status == MW_ERR_TIMEOUT ? unit : 0;
    modbus_tell(scan, &found);
}

/* The factory addresses at the present speed and parity, or all others. */
static void modbus_range(modbus_scan *scan, bool rest)
{
    scan_job *const job = scan->job;
    const double total = job->progress.most;
    scan->rest = rest;
    scan->before = 0;
    for (unsigned unit = 1; unit < SCAN_UNITS && !scan_is_over(job); unit++) {
        char where[2 * SHOW_SIZE];
        char line[SHOW_SIZE];
        if (!job->units[unit] || scan->first[unit] == rest) {
            continue;
        }
        modbus_line_text(&job->line.port.serial, line);
        snprintf(where, sizeof where, "%s%sunit %u", tool_is_tcp(job->line.target) ? "" : line,
                 tool_is_tcp(job->line.target) ? "" : ", ", unit);
        scan_progress_show(&job->progress, where, total > 0 ? (unsigned)(1000 * scan->spent / total) : 0, job->found);
        scan->unit = unit;
        modbus_unit(scan, unit);
        scan->spent += modbus_cost(scan, scan->combination);
    }
}

/* Whether a bus has shown its speed, or there is no use in going on. */
static bool modbus_is_enough(const modbus_scan *scan)
{
    return (scan->found_here > 0 && !scan->job->all) || scan_is_over(scan->job);
}

/* Searches at a combination, `all` of its units or those that are the most likely; all, too, when those are heard. */
static void modbus_try(modbus_scan *scan, unsigned combination, bool all)
{
    scan->combination = combination;
    scan->heard = false;
    scan->garbled = false;
    scan->found_here = 0;
    if (!scan_set_line(scan->job, modbus_baud(scan, combination), modbus_parity(scan, combination))) {
        scan->done[combination] = true;
        return;
    }
    if (!all) {
        modbus_range(scan, false);
    }
    if ((all || scan->heard) && !scan_is_over(scan->job)) {
        modbus_range(scan, true);
        scan->done[combination] = !scan_is_over(scan->job);
    }
}

static void modbus_search(modbus_scan *scan)
{
    for (unsigned c = 0; c < modbus_combinations(scan); c++) {
        modbus_try(scan, c, false);
        if (modbus_is_enough(scan)) {
            return;
        }
    }
    scan->second = true;
    for (unsigned c = 0; c < modbus_combinations(scan); c++) {
        if (!scan->done[c]) {
            modbus_try(scan, c, true);
        }
        if (modbus_is_enough(scan)) {
            return;
        }
    }
}

static void modbus_begin(modbus_scan *scan)
{
    scan_job *const job = scan->job;
    scan->first[1] = true;
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        scan->first[(*model)->unit] = true;
    }
    scan_progress_begin(&job->progress, modbus_most(scan));
    if (!job->json) {
        modbus_print_beginning(scan, job->progress.most);
    }
}

/* ---- the end ---- */

static unsigned modbus_undone(const modbus_scan *scan)
{
    unsigned count = 0;
    for (unsigned c = 0; c < modbus_combinations(scan); c++) {
        count += scan->done[c] ? 0 : 1;
    }
    return count;
}

/* Adds the speeds that are still to be searched, the present one first. */
static void modbus_append_bauds(const modbus_scan *scan, char *text)
{
    const scan_job *const job = scan->job;
    const size_t present = scan->combination / job->parity_count;
    for (size_t i = 0; i < job->baud_count; i++) {
        const size_t at = (present + i) % job->baud_count;
        if (at >= present || !scan->second) {
            modbus_append(text, "%s%lu", i > 0 ? "," : "", (unsigned long)job->bauds[at]);
        }
    }
}

/* The command line that goes on, and asks little of it again. */
static void modbus_tell_rest(const modbus_scan *scan)
{
    const scan_job *const job = scan->job;
    const bool here = scan->rest && ((scan->found_here > 0 && !job->all) || modbus_undone(scan) == 1);
    char text[TEXT_SIZE] = "";
    modbus_append(text, "meterwire scan %s --units ", job->line.target);
    modbus_append_units(scan, here ? scan->unit : 1, here, text);
    if (!tool_is_tcp(job->line.target)) {
        modbus_append(text, " --bauds ");
        if (here) {
            modbus_append(text, "%lu", (unsigned long)modbus_baud(scan, scan->combination));
        } else {
            modbus_append_bauds(scan, text);
        }
        modbus_append(text, " --parities ");
        for (size_t i = 0; i < job->parity_count && !here; i++) {
            modbus_append(text, "%s%s", i > 0 ? "," : "", tool_parity_name(job->parities[i]));
        }
        modbus_append(text, "%s", here ? tool_parity_name(modbus_parity(scan, scan->combination)) : "");
    }
    if (job->timeout_us > 0) {
        modbus_append(text, " --timeout %lu", (unsigned long)(job->timeout_us / 1000));
    }
    if (job->repeats > 0) {
        modbus_append(text, " --repeats %u", job->repeats);
    }
    fprintf(stderr, "To go on: %s%s\n", text, job->all ? " --all" : "");
}

static void modbus_print_commands(const modbus_scan *scan)
{
    putchar('\n');
    for (unsigned i = 0; i < scan->job->found && i < SCAN_UNITS; i++) {
        const who *const found = &scan->found[i];
        char command[TOOL_COMMAND_SIZE];
        puts(who_command(scan->job->line.target, "read", found, command));
    }
}

static int modbus_nothing(const modbus_scan *scan)
{
    const char *const target = scan->job->line.target;
    return tool_is_tcp(target)
               ? tool_fail("no device answered at %s: check the wires behind a gateway, its speed and parity, and the "
                           "power of the devices; slow ones may need a longer --timeout",
                           target)
               : tool_fail("no device answered at %s: check A/B wires (exchange them), termination, the adapter and "
                           "the power of the devices; slow ones may need a longer --timeout",
                           target);
}

static void modbus_print_end(const modbus_scan *scan)
{
    const scan_job *const job = scan->job;
    char line[SHOW_SIZE];
    modbus_line_text(&job->line.port.serial, line);
    if (modbus_undone(scan) > 0) {
        printf("%u found at %s; a bus has one speed, so the others were not searched (--all does)\n", job->found, line);
    } else {
        printf("%u found\n", job->found);
    }
}

int scan_modbus(scan_job *job)
{
    static modbus_scan scan;
    scan.job = job;
    modbus_begin(&scan);
    modbus_search(&scan);
    scan_progress_clear(&job->progress);
    if (!scan_is_over(job) && job->found == 0) {
        return modbus_nothing(&scan);
    }
    if (!job->json && !scan_is_over(job)) {
        modbus_print_end(&scan);
    }
    if (!job->json && job->found > 0) {
        modbus_print_commands(&scan);
    }
    if (scan_is_over(job)) {
        const int code = scan_tell_over(job);
        if (tool_interrupted()) {
            modbus_tell_rest(&scan);
        }
        return code;
    }
    return TOOL_GOOD;
}
