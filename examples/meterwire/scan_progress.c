/* SPDX-License-Identifier: MIT */
#include "scan_progress.h"

#include <stdio.h>
#include <unistd.h>

#include "tool.h"

#define ESTIMATE_FROM 20 /* per mille; what less took tells nothing */

void scan_progress_begin(scan_progress *progress, double most)
{
    progress->shown = isatty(STDERR_FILENO) != 0;
    progress->begin = tool_seconds();
    progress->most = most;
}

void scan_progress_clear(const scan_progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
    }
}

static void progress_show_left(const scan_progress *progress, unsigned per_mille)
{
    double left = progress->most * (1000 - per_mille) / 1000;
    if (progress->most <= 0 && per_mille < ESTIMATE_FROM) {
        return;
    }
    if (progress->most <= 0) {
        left = (tool_seconds() - progress->begin) * (1000 - per_mille) / per_mille;
    }
    fprintf(stderr, "  %s %d:%02d left", progress->most > 0 ? "at most" : "about", (int)left / 60, (int)left % 60);
}

void scan_progress_show(const scan_progress *progress, const char *where, unsigned per_mille, unsigned found)
{
    if (!progress->shown) {
        return;
    }
    fprintf(stderr, "\r\033[K%3u.%u %%  %s  %u found", per_mille / 10, per_mille % 10, where, found);
    progress_show_left(progress, per_mille);
    fflush(stderr);
}
