/* SPDX-License-Identifier: MIT */
#include "who.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

/* The exception in the answer to the last request, or 0. */
static uint8_t who_exception(const mw_port *port)
{
    size_t length;
    const uint8_t *const reply = mw_link_reply(&port->link, &length);
    return mw_link_status(&port->link) == MW_ERR_REFUSED ? reply[mw_modbus_pdu_offset(mw_port_framing(port)) + 1] : 0;
}

/* As who_ask(), but for what the link counts. */
static void who_identify(mw_port *port, mw_identifier *identifier, who *found)
{
    while ((found->status = mw_identify_step(identifier, port->io.now_us(port->io.user), &found->identity)) ==
           MW_AGAIN) {
        const mw_status ran = mw_link_run(&port->link, &port->io);
        const uint8_t exception = who_exception(port);
        if (mw_link_status(&port->link) == MW_AGAIN) {
            found->status = ran; /* the port failed */
            return;
        }
        found->refusal = exception != 0 ? exception : found->refusal;
        /* An answer that is late is a sign of life, and none of a model is taken for one of another. */
        mw_link_forget(&port->link);
    }
}

void who_ask(tool_line *line, uint8_t unit, uint32_t timeout_us, uint8_t repeats, who *found)
{
    mw_port *const port = &line->port;
    uint32_t counters[MW_LINK_COUNTERS] = {0};
    mw_identifier identifier;
    memset(found, 0, sizeof *found);
    found->unit = unit;
    found->serial = port->serial;
    mw_identify_begin(&identifier, &port->link, mw_port_framing(port), unit, mw_models);
    identifier.timeout_us = timeout_us;
    identifier.repeats = repeats;
    port->line.counters = counters;
    who_identify(port, &identifier, found);
    port->line.counters = NULL;
    found->stray = counters[MW_LINK_STRAY_FRAMES] > 0;
}

bool who_is_there(const who *found)
{
    return found->status == MW_OK || found->status == MW_ERR_UNSUPPORTED;
}

const char *who_reading(const mw_reading *reading, char out[SHOW_SIZE])
{
    if (reading->kind == MW_KIND_NONE || reading->quality != MW_QUALITY_GOOD ||
        mw_reading_text(reading, out, SHOW_SIZE) >= SHOW_SIZE || out[0] == '\0') {
        snprintf(out, SHOW_SIZE, "-");
    }
    return out;
}

const char *who_words(const who *found, char *out, size_t size)
{
    char name[SHOW_SIZE];
    int used = 0;
    out[0] = '\0';
    if (strcmp(who_reading(&found->identity.name, name), "-") != 0) {
        used = snprintf(out, size, "says '%s'", name);
    }
    if (found->refusal != 0 && (size_t)used < size) {
        snprintf(out + used, size - (size_t)used, "%srefuses with exception %u, %s", used > 0 ? ", " : "",
                 found->refusal, mw_modbus_exception_text(found->refusal));
    }
    if (out[0] == '\0') {
        snprintf(out, size, "answers, but does not say what it is");
    }
    return out;
}

const char *who_damage(mw_status status)
{
    switch ((int)status) {
    case MW_ERR_SHORT:
    case MW_ERR_FRAME:
    case MW_ERR_CHECK:
        return "damaged answers: perhaps two devices with one address, or another speed or parity";
    case MW_ERR_MISMATCH:
        return "answers to something else: perhaps another master is on the line, or a slow device (--timeout)";
    default:
        return NULL;
    }
}

const mw_mbus_model *who_other(const mw_mbus_telegram *telegram, const mw_identity *identity, size_t *at)
{
    while (mw_mbus_models[*at] != NULL) {
        const mw_mbus_model *const other = mw_mbus_models[(*at)++];
        const mw_mbus_model *const both[] = {identity->mbus_model, other, NULL};
        mw_identity equally;
        if (other != identity->mbus_model && mw_identify_mbus(telegram, both, &equally) == MW_OK &&
            equally.candidates == 2) {
            return other;
        }
    }
    return NULL;
}

const char *who_command(const char *target, const char *verb, const who *found, char out[TOOL_COMMAND_SIZE])
{
    tool_meter meter;
    memset(&meter, 0, sizeof meter);
    meter.model = found->identity.model;
    meter.line.target = target;
    meter.line.serial = found->serial;
    meter.unit = found->unit;
    return tool_meter_command(&meter, meter.model != NULL ? verb : "modbus id", NULL, out);
}

static void who_add_reading(cJSON *root, const char *name, const mw_reading *reading)
{
    char text[SHOW_SIZE];
    if (reading->kind != MW_KIND_NONE) {
        cJSON_AddStringToObject(root, name, who_reading(reading, text));
    }
}

static void who_add_verdict(cJSON *root, const char *name, uint8_t verdict)
{
    cJSON_AddItemToObject(
        root, name, verdict == MW_VERDICT_UNKNOWN ? cJSON_CreateNull() : cJSON_CreateBool(verdict == MW_VERDICT_YES));
}

void who_json_identity(cJSON *root, const mw_identity *identity)
{
    const mw_model *const model = identity->model;
    const mw_mbus_model *const mbus = identity->mbus_model;
    if (model != NULL || mbus != NULL) {
        cJSON_AddStringToObject(root, "model", model != NULL ? model->name : mbus->name);
        cJSON_AddStringToObject(root, "title", model != NULL ? model->title : mbus->title);
    } else {
        cJSON_AddNullToObject(root, "model");
    }
    who_add_reading(root, "name", &identity->name);
    who_add_reading(root, "serial", &identity->serial);
    who_add_reading(root, "firmware", &identity->firmware);
    who_add_reading(root, "checksum", &identity->checksum);
    if (identity->checksum.kind != MW_KIND_NONE) {
        who_add_verdict(root, "checksum_listed", identity->listed);
    }
    if (model != NULL || mbus != NULL) {
        who_add_verdict(root, "mid", identity->mid);
    }
}

cJSON *who_json(const char *target, const who *found)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "unit", found->unit);
    if (!tool_is_tcp(target)) {
        cJSON_AddNumberToObject(root, "baud", found->serial.baud);
        cJSON_AddStringToObject(root, "parity", tool_parity_name(found->serial.parity));
    }
    who_json_identity(root, &found->identity);
    if (found->status == MW_ERR_UNSUPPORTED && found->refusal != 0) {
        cJSON_AddNumberToObject(root, "exception", found->refusal);
    }
    return root;
}
