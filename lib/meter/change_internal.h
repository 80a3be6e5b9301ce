/* SPDX-License-Identifier: MIT */
/* What the protocols do for a change. */
#ifndef MW_CHANGE_INTERNAL_H
#define MW_CHANGE_INTERNAL_H

#include <meterwire/change.h>

/* Steps of a change, in their order. */
enum {
    CHANGE_IDENTIFY,    /* Is it the model? Or on M-Bus: is it one meter, and which? */
    CHANGE_BEFORE,      /* what has to be known before */
    CHANGE_SELECT,      /* on M-Bus: it again, after another was asked for */
    CHANGE_WRITE,       /* the write itself */
    CHANGE_MOVE,        /* the caller sets the line */
    CHANGE_AFTER,       /* what the meter has now, at its new place if it moved */
    CHANGE_RESTORE,     /* the caller sets the line back */
    CHANGE_AFTER_STILL, /* what the meter has now, at its old place */
    CHANGE_OVER
};

struct mw_writer {
    /* The setting with an index; null behind the last one. */
    const mw_setting *(*setting)(const mw_meter *meter, size_t index);
    /* Whether a broadcast is possible on its line. */
    bool (*broadcasts)(const mw_meter *meter);
    /* Starts what a step sends: MW_AGAIN. MW_OK: nothing is to be sent; MW_END: there is nothing to see it by. */
    mw_status (*start)(mw_change *change, uint32_t now_us);
    /* Looks at what came: MW_AGAIN while it has not. MW_OK: the step went well, after a write that the meter has the
     * new value; MW_END: it does not show, or of the write that it was refused but may have been done; MW_ERR_VALUE: it
     * has another one. */
    mw_status (*finish)(mw_change *change, uint32_t now_us);
};

/* Whether it changes the address, so that it is to be asked for elsewhere afterwards. */
bool mw_change_is_address(const mw_change *change);
/* The address at which the meter is to be found at this step. */
uint8_t mw_change_unit(const mw_change *change);

#endif
