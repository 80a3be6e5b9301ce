/* SPDX-License-Identifier: MIT */
/* Who answered: what 'identify' and 'scan' know of a device, and how they tell it. */
#ifndef WHO_H
#define WHO_H

#include "show.h"
#include "tool_meter.h"

/* A unit on Modbus. */
typedef struct who {
    mw_status status; /* as of mw_identify() */
    uint8_t unit;
    uint8_t refusal;  /* exception it answered with last, or 0 */
    bool stray;       /* answers to something else came, too */
    mw_serial serial; /* how the line was set */
    mw_identity identity;
} who;

/* Asks a unit. A gateway that says that it got no answer counts as silence. */
void who_ask(tool_line *line, uint8_t unit, uint32_t timeout_us, uint8_t repeats, who *found);

/* Whether a device is there, known or not. */
bool who_is_there(const who *found);
/* What a device that is no known model says, "says 'COUNTIS E34', refuses with exception 2, illegal data address". */
const char *who_words(const who *found, char *out, size_t size);
/* What went wrong with the line, for people; null where nothing did. */
const char *who_damage(mw_status status);
/* A reading as a text, or "-" where there is none. */
const char *who_reading(const mw_reading *reading, char out[SHOW_SIZE]);
/* The other models, after the one of the identity, that send the same over M-Bus, from `at` on; null when there is no
 * further one. */
const mw_mbus_model *who_other(const mw_mbus_telegram *telegram, const mw_identity *identity, size_t *at);

/* The command line with that verb that reaches it, or where its model is not known, that of 'modbus id'. */
const char *who_command(const char *target, const char *verb, const who *found, char out[TOOL_COMMAND_SIZE]);
/* What is known of it, with unit, speed and parity. */
struct cJSON *who_json(const char *target, const who *found);
/* Puts what is known of it, on either protocol, into an object. */
void who_json_identity(struct cJSON *root, const mw_identity *identity);

#endif
