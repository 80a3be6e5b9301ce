/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "scan.h"

enum {
    OPT_SECONDARY = 256,
    OPT_RANGE,
    OPT_UNITS,
    OPT_BAUDS,
    OPT_PARITIES,
    OPT_TIMEOUT,
    OPT_REPEATS,
    OPT_ALL,
    OPT_JSON
};

static const struct option scan_options[] = {TOOL_LINE_OPTIONS,
                                             {"secondary", no_argument, NULL, OPT_SECONDARY},
                                             {"range", required_argument, NULL, OPT_RANGE},
                                             {"units", required_argument, NULL, OPT_UNITS},
                                             {"bauds", required_argument, NULL, OPT_BAUDS},
                                             {"parities", required_argument, NULL, OPT_PARITIES},
                                             {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                             {"repeats", required_argument, NULL, OPT_REPEATS},
                                             {"all", no_argument, NULL, OPT_ALL},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {NULL, 0, NULL, 0}};

/* ---- lists ---- */

/* Takes the next word of a list "a,b,c"; false at its end, and for a word that is empty or too long, which remains. */
static bool scan_word(const char **list, char word[16])
{
    const size_t length = strcspn(*list, ",");
    if (length == 0 || length >= 16) {
        return false;
    }
    memcpy(word, *list, length);
    word[length] = '\0';
    *list += length;
    if (**list == ',' && (*list)[1] != '\0') {
        ++*list;
    }
    return true;
}

static bool scan_add_baud(scan_job *job, const char *word)
{
    static const uint32_t speeds[SCAN_BAUDS] = {300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};
    unsigned long n;
    bool known = false;
    if (!tool_number(word, 1, 115200, &n)) {
        return false;
    }
    for (size_t i = 0; i < job->baud_count; i++) {
        if (job->bauds[i] == n) {
            return true;
        }
    }
    for (size_t i = 0; i < SCAN_BAUDS; i++) {
        known = known || speeds[i] == n;
    }
    if (known) {
        job->bauds[job->baud_count++] = (uint32_t)n;
    }
    return known;
}

static bool scan_add_parity(scan_job *job, const char *word)
{
    uint8_t parity;
    if (!tool_parity(word, &parity)) {
        return false;
    }
    for (size_t i = 0; i < job->parity_count; i++) {
        if (job->parities[i] == parity) {
            return true;
        }
    }
    job->parities[job->parity_count++] = parity;
    return true;
}

/* 7 or 1-10 */
static bool scan_add_units(scan_job *job, const char *word)
{
    char first[16];
    const char *const dash = strchr(word, '-');
    unsigned long from;
    unsigned long to;
    snprintf(first, sizeof first, "%.*s", (int)strcspn(word, "-"), word);
    if (!tool_number(first, 1, SCAN_UNITS - 1, &from) ||
        !tool_number(dash != NULL ? dash + 1 : first, from, SCAN_UNITS - 1, &to)) {
        return false;
    }
    for (; from <= to; from++) {
        job->units[from] = true;
    }
    return true;
}

static bool scan_take_list(scan_job *job, const char *list, bool (*add)(scan_job *job, const char *word))
{
    char word[16];
    if (*list == '\0') {
        return false;
    }
    while (scan_word(&list, word)) {
        if (!add(job, word)) {
            return false;
        }
    }
    return *list == '\0';
}

/* ---- arguments ---- */

static int scan_list(scan_job *job, int option, const char *argument)
{
    switch (option) {
    case OPT_UNITS:
        job->units_given = true;
        memset(job->units, 0, sizeof job->units);
        return scan_take_list(job, argument, scan_add_units)
                   ? TOOL_GOOD
                   : tool_misuse("scan", "--units needs numbers and ranges such as 1-10,50,247, not '%s'", argument);
    case OPT_BAUDS:
    case TOOL_OPT_BAUD:
        job->baud_count = 0;
        return scan_take_list(job, argument, scan_add_baud)
                   ? TOOL_GOOD
                   : tool_misuse("scan",
                                 "--bauds needs speeds of 300, 600, 1200 ... 115200, such as 9600,19200, not '%s'",
                                 argument);
    default:
        job->parity_count = 0;
        return scan_take_list(job, argument, scan_add_parity)
                   ? TOOL_GOOD
                   : tool_misuse("scan", "--parities needs some of even,none,odd, not '%s'", argument);
    }
}

static int scan_number(scan_job *job, int option, const char *argument)
{
    unsigned long n;
    if (option == OPT_TIMEOUT) {
        if (!tool_number(argument, 1, 300000, &n)) {
            return tool_misuse("scan", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        job->timeout_us = (uint32_t)n * 1000;
        return TOOL_GOOD;
    }
    if (!tool_number(argument, 0, 20, &n)) {
        return tool_misuse("scan", "--repeats needs a number from 0 to 20, not '%s'", argument);
    }
    job->repeats = (uint8_t)n;
    job->repeats_given = true;
    return TOOL_GOOD;
}

static int scan_range(scan_job *job, const char *argument)
{
    job->secondary = true;
    return mw_mbus_secondary_parse(argument, &job->range) == MW_OK
               ? TOOL_GOOD
               : tool_misuse("scan", "--range needs 8 or 16 digits, F for any, such as 1902FFFF, not '%s'", argument);
}

static int scan_option(scan_job *job, int option, const char *argument)
{
    switch (option) {
    case OPT_UNITS:
    case OPT_BAUDS:
    case OPT_PARITIES:
    case TOOL_OPT_BAUD:
    case TOOL_OPT_PARITY:
        return scan_list(job, option, argument);
    case OPT_TIMEOUT:
    case OPT_REPEATS:
        return scan_number(job, option, argument);
    case OPT_RANGE:
        return scan_range(job, argument);
    case OPT_SECONDARY:
        job->secondary = true;
        return TOOL_GOOD;
    case OPT_ALL:
        job->all = true;
        return TOOL_GOOD;
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    case TOOL_OPT_TRACE:
    case TOOL_OPT_MBUS:
        return tool_line_option(&job->line, "scan", option, argument);
    default:
        return tool_bad_option("scan", scan_options, option, argument);
    }
}

/* Options of one protocol with the other, or of a line that has no such thing. */
static int scan_check(const scan_job *job)
{
    const bool tcp = tool_is_tcp(job->line.target);
    const bool mbus = job->line.serial.mbus;
    if (mbus && (job->units_given || job->parity_count > 1)) {
        return tool_misuse("scan", "--units and --parities are for Modbus, not for M-Bus");
    }
    if (!mbus && job->secondary) {
        return tool_misuse("scan", "--secondary and --range are for M-Bus: --mbus");
    }
    if (tcp && (mbus ? job->baud_count > 1 : job->baud_count + job->parity_count > 0)) {
        return tool_misuse("scan", "speed and parity behind a gateway are those the gateway is set to");
    }
    for (unsigned unit = 248; unit < SCAN_UNITS && !mbus && !tcp; unit++) {
        if (job->units[unit]) {
            return tool_misuse("scan", "units of a serial line are 1 to 247, not %u", unit);
        }
    }
    return TOOL_GOOD;
}

/* Where no option did. Meters come with 9600, even or none; Modbus names 19200; the rest is what they can be set to. */
static void scan_complete(scan_job *job)
{
    static const uint32_t bauds[] = {9600, 19200, 38400, 115200, 57600, 4800, 2400, 1200};
    static const uint8_t parities[] = {MW_PARITY_EVEN, MW_PARITY_NONE, MW_PARITY_ODD};
    const bool one = job->line.serial.mbus || tool_is_tcp(job->line.target);
    if (job->baud_count == 0) {
        job->baud_count = one ? 1 : sizeof bauds / sizeof bauds[0];
        memcpy(job->bauds, bauds, job->baud_count * sizeof bauds[0]);
        job->bauds[0] = job->line.serial.mbus ? 2400 : bauds[0];
    }
    if (job->parity_count == 0) { /* a pseudo-terminal has none, so that one try is enough */
        job->parity_count = one || tool_is_pseudo_terminal(job->line.target) ? 1 : sizeof parities;
        memcpy(job->parities, parities, job->parity_count);
    }
    if (!job->units_given) {
        memset(job->units + 1, true, 247);
    }
    job->line.serial.baud = job->bauds[0];
    job->line.serial.parity = job->parities[0];
    job->line.parity_given = true;
}

static int scan_arguments(scan_job *job, int argc, char **argv)
{
    static const mw_mbus_secondary anybody = MW_MBUS_ANYBODY;
    int option;
    int code = TOOL_GOOD;
    job->range = anybody;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", scan_options, NULL)) != -1) {
        code = scan_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 1) {
        return tool_misuse("scan", "one TARGET is needed");
    }
    job->line.target = argv[optind];
    job->line.serial.mbus = job->line.serial.mbus || tool_is_mbus_tcp(job->line.target);
    code = scan_check(job);
    if (code == TOOL_GOOD) {
        scan_complete(job);
    }
    return code;
}

/* ---- the line ---- */

bool scan_set_line(scan_job *job, uint32_t baud, uint8_t parity)
{
    mw_port *const port = &job->line.port;
    const mw_line line = {baud, parity, 0};
    mw_status status = MW_OK;
    if (tool_is_tcp(job->line.target)) {
        return true;
    }
    if (port->serial.baud != baud || port->serial.parity != parity) {
        status = port->io.set_line(port->io.user, &line, NULL);
    }
    if (status == MW_ERR_IO) {
        return false;
    }
    if (status != MW_OK ||
        ((port->warnings & MW_PORT_PARITY_NOT_APPLIED) != 0 && !tool_is_pseudo_terminal(job->line.target))) {
        port->error = NULL;
        scan_progress_clear(&job->progress);
        fprintf(stderr, "meterwire: %s cannot be set to %lu, parity %s, which is left out\n", job->line.target,
                (unsigned long)baud, tool_parity_name(parity));
        return false;
    }
    mw_link_forget(&port->link);
    return true;
}

bool scan_is_over(const scan_job *job)
{
    return tool_interrupted() || job->line.port.error != NULL || !tool_written();
}

int scan_tell_over(const scan_job *job)
{
    if (tool_interrupted()) {
        return tool_fail("interrupted; %u found so far", job->found);
    }
    /* main() says that the output cannot be written. */
    return job->line.port.error != NULL ? tool_fail("%s: %s", job->line.target, job->line.port.error) : TOOL_FAILED;
}

int cmd_scan(int argc, char **argv)
{
    static scan_job job;
    int code = scan_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_line_open(&job.line, "scan", 0, MW_PARITY_EVEN);
    }
    if (code == TOOL_GOOD) {
        code = job.line.serial.mbus ? scan_mbus(&job) : scan_modbus(&job);
        mw_port_close(&job.line.port);
    }
    return code;
}
