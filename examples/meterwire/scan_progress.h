/* SPDX-License-Identifier: MIT */
/* How far a scan is: one line on the error output, where that is a terminal. */
#ifndef SCAN_PROGRESS_H
#define SCAN_PROGRESS_H

#include <stdbool.h>

typedef struct scan_progress {
    bool shown;   /* there is a terminal to show it on */
    double begin; /* seconds */
    double most;  /* seconds that all of it takes at most; 0: not known, so it is estimated by what it took */
} scan_progress;

void scan_progress_begin(scan_progress *progress, double most);
/* Before anything else is printed. */
void scan_progress_clear(const scan_progress *progress);
void scan_progress_show(const scan_progress *progress, const char *where, unsigned per_mille, unsigned found);

#endif
