/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../core/bytes.h"
#include "../models/row.h"
#include "change_internal.h"
#include "meter_internal.h"

/* The description of the setting is the first member of it. */
static const mw_modbus_setting *modbus_setting(const mw_change *change)
{
    return (const mw_modbus_setting *)(const void *)change->setting;
}

static const mw_setting *modbus_change_setting(const mw_meter *meter, size_t index)
{
    const mw_model *const model = meter->on.modbus.model;
    return index < model->setting_count ? &model->settings[index].what : NULL;
}

/* On TCP unit 0 is the device itself. */
static bool modbus_change_broadcasts(const mw_meter *meter)
{
    return meter->framing != MW_MODBUS_TCP;
}

static const mw_row *modbus_row_at(const mw_model *model, uint16_t address)
{
    for (unsigned i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

static const mw_row *modbus_row_of(const mw_model *model, mw_obis id)
{
    const size_t i = mw_model_find(model, id);
    return i < model->row_count ? &model->rows[i] : NULL;
}

/* By which the meter shows what it has: the counter of a command, or the row with the code of the setting. */
static const mw_row *modbus_shown_row(const mw_change *change)
{
    const mw_model *const model = change->meter->on.modbus.model;
    if (change->setting->kind == MW_SETTING_ACTION) {
        const mw_choice *const choice = mw_setting_choice(change->setting, change->n);
        return choice != NULL && choice->counter != 0 ? modbus_row_at(model, choice->counter) : NULL;
    }
    return modbus_row_of(model, change->setting->id);
}

/* Whether it shows by the place at which the meter answers, whatever it answers. */
static bool modbus_is_seen_by_place(const mw_change *change)
{
    return mw_change_is_address(change) || change->line.baud != 0;
}

/* The first row that can be read, or null. */
static const mw_row *modbus_any_row(const mw_model *model)
{
    for (unsigned i = 0; i < model->row_count; i++) {
        if (model->rows[i].group != MW_GROUP_WRITTEN) {
            return &model->rows[i];
        }
    }
    return NULL;
}

/* What is read to see it: the row that shows it; or where the place does, any that can be read. */
static const mw_row *modbus_asked_row(const mw_change *change)
{
    const mw_row *const any = modbus_any_row(change->meter->on.modbus.model);
    const mw_row *const row = modbus_shown_row(change);
    return row == NULL && modbus_is_seen_by_place(change) ? any : row;
}

static mw_modbus_request modbus_change_request(const mw_change *change, uint8_t unit)
{
    mw_modbus_request request;
    memset(&request, 0, sizeof request);
    request.transaction = mw_link_number(change->meter->link);
    request.unit = unit;
    return request;
}

static mw_status modbus_change_begin(mw_change *change, mw_status encoded, size_t length, unsigned repeats,
                                     uint32_t now_us)
{
    mw_meter *const meter = change->meter;
    if (encoded != MW_OK) {
        return encoded;
    }
    meter->link->config = meter->line;
    mw_link_start(meter->link, change->request, length, meter->timeout_us, repeats, now_us);
    return MW_AGAIN;
}

static mw_status modbus_start_read(mw_change *change, const mw_row *row, uint8_t unit, unsigned repeats,
                                   uint32_t now_us)
{
    mw_modbus_request request = modbus_change_request(change, unit);
    size_t length = 0;
    mw_status status;
    request.function = change->meter->on.modbus.model->read_function;
    request.address = row->address;
    request.count = (uint16_t)mw_row_span(row);
    status = mw_modbus_encode_read((mw_modbus_framing)change->meter->framing, &request, change->request,
                                   sizeof change->request, &length);
    return modbus_change_begin(change, status, length, repeats, now_us);
}

/* The value in the registers of the setting. */
static mw_status modbus_put_value(const mw_change *change, const mw_row *row, uint8_t *data)
{
    mw_reading value;
    memset(&value, 0, sizeof value);
    if (change->setting->kind == MW_SETTING_RATIO) {
        mw_put_ct_ratio((uint16_t)(change->n / 100), (uint16_t)(change->n % 100), (mw_ct_coding)change->coding, data);
        return MW_OK;
    }
    value.kind = change->setting->kind == MW_SETTING_TIME ? MW_KIND_DATETIME : MW_KIND_NUMBER;
    value.n = change->n;
    value.exp10 = change->setting->exp10;
    return row != NULL && row->regs == modbus_setting(change)->regs ? mw_row_encode(row, &value, data)
                                                                    : MW_ERR_UNSUPPORTED;
}

static mw_status modbus_start_write(mw_change *change, uint32_t now_us)
{
    const mw_modbus_setting *const setting = modbus_setting(change);
    const bool broadcast = (change->flags & MW_WRITE_BROADCAST) != 0;
    mw_modbus_request request = modbus_change_request(change, broadcast ? 0 : change->meter->unit);
    uint8_t data[2 * ROW_CLOCK_REGS]; /* no setting has more registers */
    size_t length = 0;
    mw_status status = MW_ERR_UNSUPPORTED;
    request.function = setting->function;
    request.address = setting->address;
    request.count = setting->regs;
    request.data = data;
    if (setting->regs <= ROW_CLOCK_REGS) {
        status = modbus_put_value(change, modbus_row_at(change->meter->on.modbus.model, setting->address), data);
    }
    if (status == MW_OK) {
        status = mw_modbus_encode_write((mw_modbus_framing)change->meter->framing, &request, change->request,
                                        sizeof change->request, &length);
    }
    return modbus_change_begin(change, status, length, 0, now_us);
}

static mw_status modbus_start_before(mw_change *change, uint32_t now_us)
{
    const mw_row *const row = modbus_asked_row(change);
    if (mw_change_is_address(change)) {
        return change->n != change->meter->unit && row != NULL
                   ? modbus_start_read(change, row, (uint8_t)change->n, 0, now_us)
                   : MW_OK;
    }
    if (change->setting->kind == MW_SETTING_RATIO && (row == NULL || mw_row_span(row) < 2)) {
        return MW_ERR_UNSUPPORTED; /* it does not show its coding */
    }
    if ((change->setting->kind == MW_SETTING_RATIO || change->setting->kind == MW_SETTING_ACTION) && row != NULL) {
        return modbus_start_read(change, row, change->meter->unit, change->meter->repeats, now_us);
    }
    return MW_OK;
}

static mw_status modbus_change_start(mw_change *change, uint32_t now_us)
{
    const mw_meter *const meter = change->meter;
    const mw_row *row;
    switch (change->step) {
    case CHANGE_IDENTIFY:
        row = mw_model_identity_row(meter->on.modbus.model);
        if ((change->setting->flags & MW_SETTING_IDENTIFY) == 0) {
            return MW_OK;
        }
        return row != NULL ? modbus_start_read(change, row, meter->unit, meter->repeats, now_us) : MW_ERR_UNSUPPORTED;
    case CHANGE_BEFORE:
        return modbus_start_before(change, now_us);
    case CHANGE_SELECT:
        return MW_OK;
    case CHANGE_WRITE:
        return modbus_start_write(change, now_us);
    default:
        row = modbus_asked_row(change);
        return row != NULL ? modbus_start_read(change, row, mw_change_unit(change), meter->repeats, now_us) : MW_END;
    }
}

/* The PDU of the reply, which the link has verified. */
static const uint8_t *modbus_change_reply(const mw_change *change)
{
    size_t length;
    return mw_link_reply(change->meter->link, &length) +
           mw_modbus_pdu_offset((mw_modbus_framing)change->meter->framing);
}

static mw_status modbus_identified(const mw_change *change, const uint8_t *data)
{
    const mw_model *const model = change->meter->on.modbus.model;
    mw_reading reading;
    mw_model_decode(model, mw_model_identity_row(model), data, &reading);
    return mw_model_is(model, &reading) ? MW_OK : MW_ERR_MISMATCH;
}

/* A gateway that hears nobody says so by an exception. */
static bool modbus_hears_nobody(const mw_change *change, mw_status status)
{
    return status == MW_ERR_REFUSED &&
           (change->exception == MW_MODBUS_GATEWAY_NO_PATH || change->exception == MW_MODBUS_GATEWAY_NO_ANSWER);
}

/* Whether somebody is at the address wanted. */
static mw_status modbus_probed(const mw_change *change, mw_status status)
{
    const bool nobody = status == MW_ERR_TIMEOUT || status == MW_ERR_MISMATCH || modbus_hears_nobody(change, status);
    return nobody ? MW_OK : MW_ERR_IN_USE;
}

static mw_status modbus_before(mw_change *change, mw_status status)
{
    mw_reading reading;
    const uint8_t *data;
    if (mw_change_is_address(change)) {
        return modbus_probed(change, status);
    }
    if (status == MW_ERR_REFUSED && change->exception == MW_MODBUS_ILLEGAL_ADDRESS &&
        change->setting->kind == MW_SETTING_ACTION) {
        return MW_OK; /* a command does not need its counter */
    }
    if (status != MW_OK) {
        return status;
    }
    data = modbus_change_reply(change) + 2;
    if (change->setting->kind == MW_SETTING_RATIO) {
        change->coding = (uint8_t)mw_ct_coding_of(mw_modbus_u16(data, 0), mw_modbus_u16(data, 1), &change->before);
        return change->coding != MW_CT_UNKNOWN ? MW_OK : MW_ERR_UNSUPPORTED;
    }
    mw_model_decode(change->meter->on.modbus.model, modbus_shown_row(change), data, &reading);
    change->before = reading.quality == MW_QUALITY_GOOD ? reading.n : -1;
    return MW_OK;
}

/* A counter that was set to 0 has less than before, and may have counted since. */
static mw_status modbus_counted(const mw_change *change, const mw_reading *reading)
{
    if (reading->quality != MW_QUALITY_GOOD || (change->before <= 0 && reading->n != 0)) {
        return MW_END;
    }
    return reading->n == 0 || reading->n < change->before ? MW_OK : MW_ERR_VALUE;
}

/* It answers, but does not show the value. */
static mw_status modbus_answers(const mw_change *change)
{
    return change->step == CHANGE_AFTER && modbus_is_seen_by_place(change) ? MW_OK : MW_END;
}

static mw_status modbus_looked(const mw_change *change, const uint8_t *data)
{
    const mw_row *const row = modbus_shown_row(change);
    mw_reading reading;
    int64_t n;
    if (change->setting->kind == MW_SETTING_RATIO) {
        uint8_t expected[4];
        modbus_put_value(change, row, expected);
        return memcmp(data, expected, sizeof expected) == 0 ? MW_OK : MW_ERR_VALUE;
    }
    if (row == NULL) {
        return modbus_answers(change);
    }
    mw_model_decode(change->meter->on.modbus.model, row, data, &reading);
    if (change->setting->kind == MW_SETTING_ACTION) {
        return modbus_counted(change, &reading);
    }
    if (reading.quality != MW_QUALITY_GOOD || reading.kind == MW_KIND_TEXT) {
        return MW_END;
    }
    return mw_decimal_rescale(reading.n, reading.exp10, change->setting->exp10, &n) == MW_OK && n == change->n
               ? MW_OK
               : MW_ERR_VALUE;
}

/* The exceptions that do not mean that nothing was written: "accepted, but it takes long", a failure on the way, and a
 * gateway that lost the answer (AP 7). */
static mw_status modbus_written(const mw_change *change, mw_status status)
{
    if (status != MW_ERR_REFUSED) {
        return status;
    }
    switch (change->exception) {
    case MW_MODBUS_ACKNOWLEDGE:
        return MW_OK;
    case MW_MODBUS_DEVICE_FAILURE:
    case MW_MODBUS_GATEWAY_NO_ANSWER:
        return MW_END;
    default:
        return status;
    }
}

/* What is seen after the write. Where that takes long, an old value may be one that is not changed yet. */
static mw_status modbus_seen(const mw_change *change, mw_status status)
{
    if (modbus_hears_nobody(change, status)) {
        return MW_ERR_TIMEOUT;
    }
    if (status == MW_ERR_REFUSED) {
        return modbus_answers(change); /* the register cannot be read */
    }
    if (status != MW_OK) {
        return status;
    }
    status = modbus_looked(change, modbus_change_reply(change) + 2);
    return status == MW_ERR_VALUE && change->exception == MW_MODBUS_ACKNOWLEDGE ? MW_END : status;
}

static mw_status modbus_change_finish(mw_change *change, uint32_t now_us)
{
    const mw_status status = mw_link_status(change->meter->link);
    (void)now_us;
    if (status == MW_AGAIN) {
        return MW_AGAIN;
    }
    if (status == MW_ERR_REFUSED) {
        change->exception = modbus_change_reply(change)[1];
    }
    switch (change->step) {
    case CHANGE_IDENTIFY:
        return status == MW_OK ? modbus_identified(change, modbus_change_reply(change) + 2) : status;
    case CHANGE_BEFORE:
        return modbus_before(change, status);
    case CHANGE_WRITE:
        return modbus_written(change, status);
    default:
        return modbus_seen(change, status);
    }
}

const mw_writer mw_writer_modbus = {modbus_change_setting, modbus_change_broadcasts, modbus_change_start,
                                    modbus_change_finish};
