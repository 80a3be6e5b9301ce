/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "read.h"
#include "show_mbus.h"

#define NUMBER_SIZE 8 /* behind a name */

bool read_is_mbus(const read_job *job)
{
    return job->who.line.serial.mbus;
}

const char *read_model_name(const read_job *job)
{
    return job->who.model != NULL ? job->who.model->name : "mbus";
}

const char *read_tag(const read_job *job)
{
    return !read_is_mbus(job) ? "unit" : job->who.secondary_given ? "secondary" : "address";
}

const char *read_address(const read_job *job, char out[SHOW_SIZE])
{
    if (job->who.secondary_given) {
        mw_mbus_secondary_text(&job->who.secondary, out);
    } else {
        snprintf(out, SHOW_SIZE, "%u", job->who.unit);
    }
    return out;
}

bool read_is_shown(const read_job *job)
{
    return job->who.model == NULL && !job->screen && (job->format == READ_TABLE || job->format == READ_JSON);
}

bool read_is_up(const read_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (result->values[i].reading.quality != MW_QUALITY_NOT_READ) {
            return true;
        }
    }
    return result->count == 0 && result->status == MW_OK;
}

/* ---- reasons ---- */

void read_reason(const read_job *job, const read_result *result, char out[TOOL_REASON_SIZE])
{
    if (result->offline && !tool_interrupted()) {
        snprintf(out, TOOL_REASON_SIZE, "cannot open %s: %s", job->who.line.target, job->who.line.port.error);
    } else {
        tool_meter_reason(&job->who, result->status, result->refusal, out);
    }
}

/* ---- any meter on M-Bus ---- */

/* The end of a text; nothing is added when it is full. */
static void take_append(char out[SHOW_SIZE], const char *format, ...) TOOL_PRINTF(2, 3);
static void take_append(char out[SHOW_SIZE], const char *format, ...)
{
    const size_t length = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + length, SHOW_SIZE - length, format, arguments);
    va_end(arguments);
}

/* What a record is, in one word: quantity, function, where it is stored, and modifiers but multipliers. */
static void take_describe(const mw_mbus_record *record, char out[SHOW_SIZE])
{
    static const char *const functions[] = {"", "_maximum", "_minimum", "_error"};
    snprintf(out, SHOW_SIZE, "%s%s", mw_mbus_quantity_text(record->quantity), functions[record->function & 3u]);
    for (unsigned i = 0; record->quantity != MW_MBUS_Q_MANUFACTURER_SPECIFIC; i++) {
        const unsigned modifier = mw_mbus_modifier(record, i);
        if (modifier == MW_MBUS_NO_MODIFIER) {
            break;
        }
        if ((modifier < 0x70 || modifier > 0x77) && modifier != 0x7D) {
            take_append(out, "_%s", mw_mbus_modifier_text(modifier));
        }
    }
    if (record->storage != 0) {
        take_append(out, "_storage_%llu", (unsigned long long)record->storage);
    }
    if (record->tariff != 0) {
        take_append(out, "_tariff_%lu", (unsigned long)record->tariff);
    }
    if (record->subunit != 0) {
        take_append(out, "_subunit_%u", record->subunit);
    }
}

static bool take_has(const read_result *result, const char *name)
{
    for (size_t i = 0; i < result->count; i++) {
        if (strcmp(result->values[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The second energy is energy_2. */
static void take_number(const read_result *result, char name[SHOW_SIZE])
{
    const size_t length = strlen(name) < SHOW_SIZE - NUMBER_SIZE ? strlen(name) : SHOW_SIZE - NUMBER_SIZE;
    for (unsigned number = 2; take_has(result, name); number++) {
        snprintf(name + length, SHOW_SIZE - length, "_%u", number);
    }
}

static void take_record(read_result *result, uint8_t medium, size_t before, const mw_mbus_record *record)
{
    read_value *const value = &result->values[result->count];
    if (result->count == READ_VALUES_MAX) {
        return;
    }
    mw_mbus_reading(medium, record, &value->reading);
    value->reading.source = (uint16_t)(before + record->index);
    if (mw_obis_name(value->reading.id, value->name, sizeof value->name) == 0) {
        take_describe(record, value->name);
    }
    take_number(result, value->name);
    snprintf(value->unit, sizeof value->unit, "%s", mw_unit_text(value->reading.unit));
    if (record->quantity == MW_MBUS_Q_PLAIN_TEXT) {
        mw_mbus_unit_text(record, value->unit, sizeof value->unit);
    }
    result->count++;
}

static void take_records(read_result *result, const mw_mbus_telegram *telegram)
{
    const size_t before = result->count;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status;
    mw_mbus_records(telegram, &cursor);
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        if (status == MW_OK) {
            take_record(result, telegram->header.medium, before, &record);
        } else {
            result->faults++;
        }
    }
}

/* Prints a telegram as it is, and what of it could not be taken apart. */
static void take_show(const read_job *job, const mw_mbus_telegram *telegram)
{
    const bool json = job->format == READ_JSON;
    char time[READ_TIME_SIZE];
    mw_mbus_error errors[SHOW_MBUS_ERRORS_MAX];
    const size_t count = show_mbus_errors(telegram, errors);
    if (!json) {
        if (job->period_s > 0) {
            printf("%s\n", read_local_text(read_now_ns(), time));
        }
        show_mbus_print(telegram);
    } else {
        (void)tool_print_json(show_mbus_json(telegram));
    }
    for (size_t i = 0; i < count; i++) {
        show_mbus_print_error(errors[i].fault, errors[i].offset, json);
    }
}

static bool take_is_readout(const mw_mbus_telegram *telegram)
{
    return telegram->content == MW_MBUS_RECORDS || telegram->content == MW_MBUS_FIXED;
}

/* The values of the read before are not those of this one. */
static void take_forget(read_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        result->values[i].reading.quality = MW_QUALITY_NOT_READ;
    }
}

/* Whether it was a readout, or could be shown whatever it was. */
static bool take_telegram(const read_job *job, read_result *result, const mw_mbus_telegram *telegram)
{
    if (result->requests++ == 0) {
        result->count = 0;
        result->faults = 0;
    }
    if (read_is_shown(job)) {
        take_show(job, telegram);
    }
    take_records(result, telegram);
    return read_is_shown(job) || take_is_readout(telegram);
}

/* Says how many records are missing, once: `before` were missing last time. */
static void take_tell_faults(const read_job *job, const read_result *result, unsigned before)
{
    if (result->faults > 0 && result->faults != before && !read_is_shown(job) && !job->screen) {
        (void)tool_fail("%u record%s cannot be taken apart: 'meterwire read mbus' without --format says why",
                        result->faults, result->faults == 1 ? "" : "s");
    }
}

static void take_any(read_job *job, read_result *result)
{
    const unsigned faults = result->faults;
    mw_mbus_telegram telegram;
    mw_status status;
    bool readout = true;
    if (job->who.secondary_given) {
        mw_mbus_begin_read_secondary(&job->who.master, &job->who.secondary);
    } else {
        mw_mbus_begin_read(&job->who.master, job->who.unit);
    }
    while ((status = mw_mbus_wait(&job->who.master, &job->who.line.port.io, &telegram)) == MW_OK) {
        readout = take_telegram(job, result, &telegram) && readout;
    }
    result->status = status != MW_END ? status : readout ? MW_OK : MW_ERR_UNSUPPORTED;
    result->refusal = status == MW_ERR_REFUSED ? telegram.code : 0;
    take_tell_faults(job, result, faults);
}

/* ---- a model ---- */

static void take_model(read_job *job, read_result *result, const mw_io *io)
{
    static mw_reading readings[READ_VALUES_MAX]; /* too large for a stack */
    const uint32_t begin_us = io->now_us(io->user);
    result->status = mw_meter_read(&job->who.meter, io, &job->selection, readings, READ_VALUES_MAX, &result->count);
    result->elapsed_us = io->now_us(io->user) - begin_us;
    result->requests = mw_meter_requests(&job->who.meter);
    result->registers = mw_meter_registers(&job->who.meter);
    result->refusal = mw_meter_exception(&job->who.meter);
    if (result->count > READ_VALUES_MAX) {
        result->count = READ_VALUES_MAX;
    }
    for (size_t i = 0; i < result->count; i++) {
        read_value *const value = &result->values[i];
        value->reading = readings[i];
        show_name(readings[i].id, value->name);
        snprintf(value->unit, sizeof value->unit, "%s", mw_unit_text(readings[i].unit));
    }
}

/* ---- the line ---- */

/* Makes master and meter ready on the link of the port. */

static mw_status nowhere_write(void *user, const uint8_t *bytes, size_t count)
{
    (void)user, (void)bytes, (void)count;
    return MW_ERR_IO;
}

static mw_status nowhere_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user, (void)wait_us;
    memset(bytes, 0, size);
    *count = 0;
    return MW_ERR_IO;
}

static uint32_t nowhere_now_us(void *user)
{
    (void)user;
    return 0;
}

/* The line cannot be opened: a read from nowhere knows which values those are that were not read. */
static void take_nothing(read_job *job, read_result *result)
{
    static const mw_io nowhere = {NULL, nowhere_write, nowhere_read, nowhere_now_us, NULL, NULL};
    static uint8_t buffer[MW_MBUS_FRAME_MAX];
    mw_port *const port = &job->who.line.port;
    const mw_status status = result->status;
    if (job->who.model == NULL) {
        take_forget(result);
        return;
    }
    memset(&port->line, 0, sizeof port->line);
    mw_link_init(&port->link, job->who.mbus != NULL ? &mw_framer_mbus : &mw_framer_rtu, &port->line, buffer,
                 sizeof buffer, 0);
    tool_meter_ready(&job->who);
    take_model(job, result, &nowhere);
    result->status = status;
}

static void take_once(read_job *job, read_result *result)
{
    result->requests = 0;
    result->offline = false;
    if (!job->open) {
        result->status = tool_line_connect(&job->who.line);
        if (result->status != MW_OK) {
            result->offline = true;
            take_nothing(job, result);
            return;
        }
        tool_catch_signals(); /* not before: connecting may take long, and does not heed them */
        job->open = true;
        tool_meter_ready(&job->who);
    }
    if (job->who.model != NULL) {
        take_model(job, result, &job->who.line.port.io);
    } else {
        take_any(job, result);
        if (result->requests == 0) {
            take_forget(result);
        }
    }
    if (result->status != MW_OK && result->status != MW_ERR_REFUSED) {
        read_close(job);
    }
}

void read_take(read_job *job, read_result *result)
{
    const bool kept = job->open;
    take_once(job, result);
    /* What was kept open may have been closed by the other side meanwhile. */
    if (kept && result->status == MW_ERR_IO && !read_is_up(result) && !tool_interrupted()) {
        take_once(job, result);
    }
    result->time_ns = read_now_ns();
}

void read_close(read_job *job)
{
    if (job->open) {
        mw_port_close(&job->who.line.port);
        job->open = false;
    }
}
