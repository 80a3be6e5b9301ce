/* SPDX-License-Identifier: MIT */
/* A change, and telling how it went. */
#ifndef SET_TELL_H
#define SET_TELL_H

#include "setting_text.h"
#include "tool_meter.h"

typedef struct set_job {
    tool_meter who;
    tool_meter moved;    /* as the meter is reached with its new value; to speak of it only */
    const char *command; /* "set" or "command" */
    bool json;
    unsigned flags; /* MW_WRITE_... */
    const mw_setting *setting;
    int64_t n;
    bool seen; /* it was read before */
    mw_reading before;
    mw_change change;
    mw_status status;    /* how the change ended */
    mw_reading identity; /* what a meter of another model says that it is; "" when that is not known */
    bool stays;          /* it moves later, if at all */
} set_job;

/* Whether the line to the meter has to be set by hand, as behind a gateway. */
bool set_is_fixed(const set_job *job);
/* Tells how it went; gives an exit code. */
int set_tell(const set_job *job);

#endif
