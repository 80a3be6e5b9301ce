/* SPDX-License-Identifier: MIT */
#include "tool_meter.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "nearest.h"

/* ---- options ---- */

static int meter_unit(tool_meter *who, const char *command, const char *argument)
{
    unsigned long n;
    if (!tool_number(argument, 1, 255, &n)) {
        return tool_misuse(command, "--unit needs a number from 1 to 255, not '%s'", argument);
    }
    who->unit_given = true;
    who->unit = (uint8_t)n;
    return TOOL_GOOD;
}

static int meter_address(tool_meter *who, const char *command, const char *argument)
{
    unsigned long n;
    if (!tool_number(argument, 0, MW_MBUS_ADDRESS_ALL, &n) || n == 251 || n == 252) {
        return tool_misuse(command, "--address needs a number from 0 to 250, 253 or 254, not '%s'", argument);
    }
    who->address_given = true;
    who->unit = (uint8_t)n;
    return TOOL_GOOD;
}

static int meter_secondary(tool_meter *who, const char *command, const char *argument)
{
    who->secondary_given = true;
    return mw_mbus_secondary_parse(argument, &who->secondary) == MW_OK
               ? TOOL_GOOD
               : tool_misuse(command,
                             "--secondary needs 8 or 16 digits, such as 19020246 or 19020246CD250102, not '%s'",
                             argument);
}

int tool_meter_option(tool_meter *who, const char *command, const struct option *options, int option,
                      const char *argument)
{
    unsigned long n;
    switch (option) {
    case TOOL_OPT_UNIT:
        return meter_unit(who, command, argument);
    case TOOL_OPT_ADDRESS:
        return meter_address(who, command, argument);
    case TOOL_OPT_SECONDARY:
        return meter_secondary(who, command, argument);
    case TOOL_OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) { /* what the link takes */
            return tool_misuse(command, "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        who->timeout_us = (uint32_t)n * 1000;
        return TOOL_GOOD;
    case TOOL_OPT_STOP_BITS:
        if (!tool_number(argument, 1, 2, &n)) {
            return tool_misuse(command, "--stop-bits is 1 or 2, not '%s'", argument);
        }
        who->line.serial.stop_bits = (uint8_t)n;
        return TOOL_GOOD;
    default:
        return option >= TOOL_OPT_BAUD && option <= TOOL_OPT_MBUS
                   ? tool_line_option(&who->line, command, option, argument)
                   : tool_bad_option(command, options, option, argument);
    }
}

/* Options of one protocol with the other. */
static int meter_check_protocol(const tool_meter *who, const char *command)
{
    if (who->line.serial.mbus && who->unit_given) {
        return tool_misuse(command, "--unit is for Modbus; M-Bus has --address and --secondary");
    }
    if (!who->line.serial.mbus && (who->address_given || who->secondary_given)) {
        return tool_misuse(command, "--address and --secondary are for --mbus; Modbus has --unit");
    }
    if (who->address_given && who->secondary_given) {
        return tool_misuse(command, "either --address or --secondary");
    }
    return TOOL_GOOD;
}

/* Ready but for the line, which may not be open yet. */
static void meter_init(tool_meter *who, mw_modbus_framing framing)
{
    mw_mbus_master_init(&who->master, &who->line.port.link);
    if (who->mbus != NULL) {
        mw_meter_init_mbus(&who->meter, who->mbus, &who->master, who->unit,
                           who->secondary_given ? &who->secondary : NULL);
    } else if (who->model != NULL) {
        mw_meter_init(&who->meter, who->model, &who->line.port.link, framing, who->unit);
        who->meter.timeout_us = who->timeout_us;
    }
}

/* What the model says where no option does. */
static int meter_take_model(tool_meter *who, const char *command, const char *model)
{
    who->model = tool_model(command, model);
    if (who->model == NULL) {
        return TOOL_USAGE;
    }
    if (who->line.serial.mbus) {
        who->mbus = mw_mbus_model_by_name(who->model->name);
        if (who->mbus == NULL) {
            return tool_misuse(command, "%s has no M-Bus", who->model->name);
        }
    }
    if (!who->unit_given && !who->address_given) {
        who->unit = who->mbus != NULL ? who->mbus->address : who->model->unit;
    }
    return TOOL_GOOD;
}

int tool_meter_place(tool_meter *who, const char *command, const char *target)
{
    who->line.target = target;
    who->line.serial.mbus = who->line.serial.mbus || (target != NULL && tool_is_mbus_tcp(target));
    return meter_check_protocol(who, command);
}

int tool_meter_complete(tool_meter *who, const char *command, const char *model, const char *target)
{
    const bool tcp = target != NULL && strncmp(target, "tcp://", strlen("tcp://")) == 0;
    int code;
    who->line.serial.mbus = who->line.serial.mbus || model == NULL;
    code = tool_meter_place(who, command, target);
    if (code == TOOL_GOOD && model != NULL) {
        code = meter_take_model(who, command, model);
    }
    if (code == TOOL_GOOD) {
        meter_init(who, tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU);
    }
    return code;
}

/* ---- the line ---- */

/* With --timeout, what a meter has beyond the time that M-Bus gives it. */
static uint32_t meter_allowance_us(const tool_meter *who)
{
    const uint32_t least_us = mw_mbus_timeout_us(who->line.port.line.char_us, 0);
    if (who->timeout_us == 0) {
        return MW_MBUS_ALLOWANCE_US;
    }
    return who->timeout_us > least_us ? who->timeout_us - least_us : 1;
}

unsigned long tool_meter_timeout_ms(const tool_meter *who)
{
    if (who->line.serial.mbus) {
        return mw_mbus_timeout_us(who->line.port.line.char_us, meter_allowance_us(who)) / 1000;
    }
    return (who->timeout_us != 0 ? who->timeout_us : MW_LINK_TIMEOUT_US) / 1000;
}

static uint32_t meter_baud(const tool_meter *who)
{
    if (who->line.serial.mbus) {
        return who->mbus != NULL ? who->mbus->baud : TOOL_MBUS_BAUD;
    }
    return who->model != NULL ? who->model->baud : TOOL_MODBUS_BAUD;
}

static uint8_t meter_parity(const tool_meter *who)
{
    return who->line.serial.mbus || who->model == NULL ? (uint8_t)MW_PARITY_EVEN : who->model->parity;
}

int tool_meter_settle(tool_meter *who, const char *command)
{
    return tool_line_settle(&who->line, command, meter_baud(who), meter_parity(who));
}

void tool_meter_ready(tool_meter *who)
{
    meter_init(who, mw_port_framing(&who->line.port));
    who->master.allowance_us = meter_allowance_us(who);
}

int tool_meter_open(tool_meter *who, const char *command)
{
    const int code = tool_line_open(&who->line, command, meter_baud(who), meter_parity(who));
    if (code == TOOL_GOOD) {
        tool_meter_ready(who);
    }
    return code;
}

void tool_meter_close(tool_meter *who)
{
    mw_port_close(&who->line.port);
}

static void meter_no_setting(const tool_meter *who, const char *command, const char *text)
{
    char otherwise[128];
    const mw_setting *setting;
    nearest near;
    nearest_init(&near, text);
    for (size_t i = 0; (setting = mw_meter_setting(&who->meter, i)) != NULL; i++) {
        tool_offer_obis(&near, setting->id);
    }
    snprintf(otherwise, sizeof otherwise, "'meterwire get %s%s' lists what it has", who->model->name,
             who->mbus != NULL ? " --mbus" : "");
    tool_unknown(command, &near, otherwise, "%s has no %s '%s'%s", who->model->name,
                 strcmp(command, "command") == 0 ? "command" : "setting", text, who->mbus != NULL ? " on M-Bus" : "");
}

const mw_setting *tool_meter_setting(const tool_meter *who, const char *command, const char *text)
{
    mw_obis id;
    const mw_setting *setting = NULL;
    if (mw_obis_parse(text, &id) == MW_OK) {
        setting = mw_meter_find_setting(&who->meter, id);
    }
    if (setting == NULL) {
        meter_no_setting(who, command, text);
    }
    return setting;
}

/* ---- for people ---- */

const char *tool_meter_text(const tool_meter *who, char out[TOOL_METER_TEXT_SIZE])
{
    char secondary[MW_MBUS_SECONDARY_SIZE];
    if (who->secondary_given) {
        mw_mbus_secondary_text(&who->secondary, secondary);
        snprintf(out, TOOL_METER_TEXT_SIZE, "meter %s", secondary);
    } else {
        snprintf(out, TOOL_METER_TEXT_SIZE, "%s %u", who->line.serial.mbus ? "address" : "unit", who->unit);
    }
    return out;
}

/* How the line is set, where that is not as the meter comes from the factory. */
static void meter_line_options(const tool_meter *who, char *out, size_t size)
{
    const mw_serial *const serial = &who->line.serial;
    size_t used = 0;
    *out = '\0';
    if (serial->baud != meter_baud(who)) {
        used += (size_t)snprintf(out, size, " --baud %lu", (unsigned long)serial->baud);
    }
    if (serial->parity != meter_parity(who)) {
        used += (size_t)snprintf(out + used, size - used, " --parity %s", tool_parity_name(serial->parity));
    }
    if (serial->stop_bits == 2) {
        snprintf(out + used, size - used, " --stop-bits 2");
    }
}

/* Who it is on the line. */
static void meter_who_options(const tool_meter *who, char *out, size_t size)
{
    char secondary[MW_MBUS_SECONDARY_SIZE];
    if (who->secondary_given) {
        mw_mbus_secondary_text(&who->secondary, secondary);
        snprintf(out, size, " --secondary %s", secondary);
    } else {
        snprintf(out, size, " --%s %u", who->line.serial.mbus ? "address" : "unit", who->unit);
    }
}

const char *tool_meter_command(const tool_meter *who, const char *command, const char *word,
                               char out[TOOL_COMMAND_SIZE])
{
    char address[64];
    char line[64] = "";
    const bool mbus = who->line.serial.mbus;
    meter_who_options(who, address, sizeof address);
    if (mbus || !tool_is_tcp(who->line.target)) {
        meter_line_options(who, line, sizeof line);
    }
    snprintf(out, TOOL_COMMAND_SIZE, "meterwire %s%s%s %s%s%s%s%s%s", command, who->model != NULL ? " " : "",
             who->model != NULL ? who->model->name : "", who->line.target, word != NULL ? " " : "",
             word != NULL ? word : "",
             who->model != NULL && mbus && !tool_is_mbus_tcp(who->line.target) ? " --mbus" : "", address, line);
    return out;
}

static void meter_refusal(const tool_meter *who, const char *text, const char *line, uint8_t code,
                          char out[TOOL_REASON_SIZE])
{
    if (who->line.serial.mbus) {
        snprintf(out, TOOL_REASON_SIZE, "%s at %s answered with application error %u, %s", text, line, code,
                 mw_mbus_application_error_text(code));
    } else {
        snprintf(out, TOOL_REASON_SIZE, "%s at %s refused a request: exception %u, %s: check that it is a %s", text,
                 line, code, mw_modbus_exception_text(code), who->model->name);
    }
}

void tool_meter_reason(const tool_meter *who, mw_status status, uint8_t refusal, char out[TOOL_REASON_SIZE])
{
    char line[TOOL_METER_TEXT_SIZE];
    char text[TOOL_METER_TEXT_SIZE];
    tool_line_text(who->line.target, &who->line.serial, line, sizeof line);
    tool_meter_text(who, text);
    if (status == MW_ERR_MISMATCH && who->line.serial.mbus) {
        snprintf(out, TOOL_REASON_SIZE,
                 "the meter that answered at %s is not %s%s%s; 'meterwire read mbus' reads every meter", line, text,
                 who->model != NULL ? ", or no " : "", who->model != NULL ? who->model->name : "");
    } else if (status == MW_ERR_UNSUPPORTED) {
        snprintf(out, TOOL_REASON_SIZE,
                 "%s at %s answered with something that is no readout, such as encrypted data or an alarm: "
                 "'meterwire read mbus' shows it",
                 text, line);
    } else if (status == MW_ERR_REFUSED) {
        meter_refusal(who, text, line, refusal, out);
    } else {
        tool_reason(&who->line, text, status, tool_meter_timeout_ms(who), out);
    }
}

int tool_meter_explain(const tool_meter *who, mw_status status, uint8_t refusal)
{
    char reason[TOOL_REASON_SIZE];
    tool_meter_reason(who, status, refusal, reason);
    return tool_fail("%s", reason);
}

void tool_meter_json(const tool_meter *who, cJSON *root)
{
    static const char *const protocols[] = {"modbus-rtu", "modbus-tcp", "mbus", "modbus-ascii"}; /* by mw_protocol */
    const mw_protocol protocol = who->line.serial.mbus ? MW_PROTOCOL_MBUS : who->line.port.protocol;
    cJSON_AddStringToObject(root, "model", who->model->name);
    cJSON_AddStringToObject(root, "protocol", protocols[protocol]);
    cJSON_AddNumberToObject(root, "unit", who->secondary_given ? MW_MBUS_ADDRESS_SELECTED : who->unit);
    if (who->secondary_given) {
        char secondary[MW_MBUS_SECONDARY_SIZE];
        mw_mbus_secondary_text(&who->secondary, secondary);
        cJSON_AddStringToObject(root, "secondary", secondary);
    }
}
