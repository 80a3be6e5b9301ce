/* SPDX-License-Identifier: MIT */
/* A scan as its options describe it, for the two protocols. */
#ifndef SCAN_H
#define SCAN_H

#include "scan_progress.h"
#include "tool.h"

#define SCAN_BAUDS    10 /* speeds there are */
#define SCAN_PARITIES 3
#define SCAN_UNITS    256

typedef struct scan_job {
    tool_line line;
    uint32_t bauds[SCAN_BAUDS]; /* one at least, the most likely first; through TCP it only counts for times */
    size_t baud_count;
    uint8_t parities[SCAN_PARITIES]; /* one at least */
    size_t parity_count;
    bool units[SCAN_UNITS]; /* those to be asked on Modbus */
    bool units_given;
    bool secondary;
    mw_mbus_secondary range;
    uint32_t timeout_us; /* 0: what is usual */
    bool repeats_given;
    uint8_t repeats;
    bool all; /* go on after the speed at which something was found */
    bool json;
    scan_progress progress;
    unsigned found;
} scan_job;

/* Sets the line as it is not yet; false, after telling why, where it cannot be so, and for good when the port is
 * broken. */
bool scan_set_line(scan_job *job, uint32_t baud, uint8_t parity);
/* Whether there is no use in going on: interrupted, the port is broken, or nobody reads what is printed. */
bool scan_is_over(const scan_job *job);
/* Tells why it is over. */
int scan_tell_over(const scan_job *job);

int scan_modbus(scan_job *job);
int scan_mbus(scan_job *job);

#endif
