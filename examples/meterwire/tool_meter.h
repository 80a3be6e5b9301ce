/* SPDX-License-Identifier: MIT */
/* One meter as the options of several commands describe it: its model, the line to it, and who it is there. */
#ifndef TOOL_METER_H
#define TOOL_METER_H

#include "tool.h"

#define TOOL_METER_TEXT_SIZE 96
#define TOOL_COMMAND_SIZE    256

typedef struct tool_meter {
    const mw_model *model;     /* null: any meter on M-Bus, or not known yet */
    const mw_mbus_model *mbus; /* null: Modbus, or as above */
    tool_line line;
    uint8_t unit; /* or primary address */
    bool unit_given;
    bool address_given;
    bool secondary_given;
    mw_mbus_secondary secondary;
    uint32_t timeout_us;
    mw_mbus_master master;
    mw_meter meter;
} tool_meter;

/* Options of every command that has to do with one meter, beside those of the line. */
enum { TOOL_OPT_UNIT = 768, TOOL_OPT_ADDRESS, TOOL_OPT_SECONDARY, TOOL_OPT_TIMEOUT, TOOL_OPT_STOP_BITS };
#define TOOL_METER_OPTIONS                                                                                             \
    TOOL_LINE_OPTIONS, {"unit", required_argument, NULL, TOOL_OPT_UNIT},                                               \
        {"address", required_argument, NULL, TOOL_OPT_ADDRESS},                                                        \
        {"secondary", required_argument, NULL, TOOL_OPT_SECONDARY},                                                    \
        {"timeout", required_argument, NULL, TOOL_OPT_TIMEOUT},                                                        \
    {                                                                                                                  \
        "stop-bits", required_argument, NULL, TOOL_OPT_STOP_BITS                                                       \
    }

/* Takes one of these options, or one of those of the line; any other is told as not understood. */
int tool_meter_option(tool_meter *who, const char *command, const struct option *options, int option,
                      const char *argument);
/* Puts target and options together, without a model; gives TOOL_GOOD or TOOL_USAGE. */
int tool_meter_place(tool_meter *who, const char *command, const char *target);
/* Puts model, target and options together, before anything is opened; the settings of the meter are known then. Without
 * a name of a model it is any meter on M-Bus; without a target there is nothing to open. */
int tool_meter_complete(tool_meter *who, const char *command, const char *model, const char *target);
/* Completes the settings of the line by those of the model; gives TOOL_GOOD or TOOL_USAGE. */
int tool_meter_settle(tool_meter *who, const char *command);
/* Makes master and meter ready on a line that is open. */
void tool_meter_ready(tool_meter *who);
/* All of that: opens the line, and makes master and meter ready; an error is told. It stays where it is until it is
 * closed. */
int tool_meter_open(tool_meter *who, const char *command);
void tool_meter_close(tool_meter *who);

/* The setting or command with that code or name; null after an error. */
const mw_setting *tool_meter_setting(const tool_meter *who, const char *command, const char *text);

/* Who is meant, for people: "unit 1". */
const char *tool_meter_text(const tool_meter *who, char out[TOOL_METER_TEXT_SIZE]);
/* How long it had for the beginning of its answer. */
unsigned long tool_meter_timeout_ms(const tool_meter *who);
/* The command line that reaches it, with a further word behind the target or null:
 * "meterwire get MODEL /dev/ttyUSB0 active_tariff --unit 1". Without a model `command` tells what needs none. */
const char *tool_meter_command(const tool_meter *who, const char *command, const char *word,
                               char out[TOOL_COMMAND_SIZE]);
/* What to check, by what went wrong, as a text. */
void tool_meter_reason(const tool_meter *who, mw_status status, uint8_t refusal, char out[TOOL_REASON_SIZE]);
/* The same as an error; refusal is the exception or application error. Gives TOOL_FAILED. */
int tool_meter_explain(const tool_meter *who, mw_status status, uint8_t refusal);
/* Puts model, protocol and address into an object. */
void tool_meter_json(const tool_meter *who, struct cJSON *root);

#endif
