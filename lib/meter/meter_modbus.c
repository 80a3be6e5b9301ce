/* SPDX-License-Identifier: MIT */
#include <meterwire/meter.h>

#include <string.h>

#include "meter_internal.h"

enum {
    METER_BEGIN = MW_METER_BEGIN,
    METER_PLAN,     /* the next request is to be found */
    METER_EXCHANGE, /* the link is at work */
    METER_ROWS      /* the values of a request are handed out */
};

static void meter_end_exchange(mw_meter *meter, mw_status status)
{
    meter->step_status = (int8_t)status;
    if (status != MW_OK && meter->failure == MW_OK) {
        meter->failure = (int8_t)status;
    }
    meter->row = meter->on.modbus.step.first_row;
    meter->state = METER_ROWS;
}

/* Whether it is of no use to ask further. */
static bool meter_is_gone(const mw_meter *meter)
{
    return meter->failure != MW_OK && (meter->step_status == MW_ERR_TIMEOUT || meter->step_status == MW_ERR_IO);
}

/* Starts the exchange of a step, or ends it at once when there is none to be had. */
static void meter_ask(mw_meter *meter, mw_status planned, uint32_t now_us)
{
    mw_modbus_request request;
    size_t length;
    mw_status status = planned;
    if (meter_is_gone(meter)) {
        meter_end_exchange(meter, (mw_status)meter->step_status);
        return;
    }
    request.transaction = mw_link_number(meter->link);
    request.unit = meter->unit;
    request.function = meter->on.modbus.model->read_function;
    request.address = meter->on.modbus.step.address;
    request.count = meter->on.modbus.step.regs;
    request.data = NULL;
    if (status == MW_OK) {
        status = mw_modbus_encode_read((mw_modbus_framing)meter->framing, &request, meter->on.modbus.request,
                                       sizeof meter->on.modbus.request, &length);
    }
    if (status != MW_OK) {
        meter_end_exchange(meter, status);
        return;
    }
    meter->requests++;
    meter->registers = (uint16_t)(meter->registers + meter->on.modbus.step.regs);
    mw_link_start(meter->link, meter->on.modbus.request, length, meter->timeout_us, meter->repeats, now_us);
    meter->state = METER_EXCHANGE;
}

/* The PDU of the reply, which the link has verified. */
static const uint8_t *meter_reply(const mw_meter *meter)
{
    size_t length;
    return mw_link_reply(meter->link, &length) + mw_modbus_pdu_offset((mw_modbus_framing)meter->framing);
}

/* Floats of a meter that was set to integers: the number as it is, of an unknown scale. */
static void meter_decode_integer(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row integer = *row;
    integer.type = MW_TYPE_SIGNED;
    integer.exp10 = 0;
    integer.unit = MW_UNIT_NONE;
    mw_row_decode(&integer, data, reading);
    reading->quality = MW_QUALITY_UNCERTAIN;
}

static void meter_decode(mw_meter *meter, const mw_row *row, mw_reading *reading)
{
    const uint8_t *data;
    if (meter->step_status != MW_OK) {
        mw_meter_miss(reading, mw_row_id(row), row->unit, MW_QUALITY_NOT_READ);
        reading->source = row->address;
        return;
    }
    data = meter_reply(meter) + 2 + 2 * (size_t)(row->address - meter->on.modbus.step.address);
    if (meter->integers && row->type == MW_TYPE_FLOAT) {
        meter_decode_integer(row, data, reading);
        return;
    }
    mw_row_decode(row, data, reading);
    if (row->address == meter->on.modbus.model->data_type_address) {
        meter->integers = reading->n != 1;
    }
}

/* The next wanted value of the present request, if there is one. */
static bool meter_next_row(mw_meter *meter, mw_reading *reading)
{
    while (meter->row < meter->on.modbus.step.end_row) {
        const mw_row *const row = &meter->on.modbus.model->rows[meter->row++];
        if (mw_selection_wants(meter->on.modbus.model, meter->selection, row)) {
            meter_decode(meter, row, reading);
            return true;
        }
    }
    return false;
}

static mw_status modbus_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    for (;;) {
        mw_status status;
        switch (meter->state) {
        case METER_BEGIN:
            mw_plan_init(&meter->on.modbus.plan, meter->on.modbus.model, meter->selection, meter->max_regs);
            meter->state = METER_PLAN;
            break;
        case METER_PLAN:
            status = mw_plan_next(&meter->on.modbus.plan, &meter->on.modbus.step);
            if (status == MW_END) {
                return MW_END;
            }
            meter_ask(meter, status, now_us);
            break;
        case METER_EXCHANGE:
            status = mw_meter_link_status(meter);
            if (status == MW_AGAIN) {
                return MW_AGAIN;
            }
            if (status == MW_ERR_REFUSED) {
                meter->exception = meter_reply(meter)[1];
            }
            meter_end_exchange(meter, status);
            break;
        default:
            if (meter_next_row(meter, reading)) {
                return MW_OK;
            }
            meter->state = METER_PLAN;
            break;
        }
    }
}

static bool modbus_meter_has(const mw_meter *meter, mw_obis id)
{
    return mw_model_find(meter->on.modbus.model, id) < meter->on.modbus.model->row_count;
}

static const mw_meter_protocol modbus_meter = {modbus_meter_next, modbus_meter_has};

bool mw_meter_is_modbus(const mw_meter *meter)
{
    return meter->protocol == &modbus_meter;
}

void mw_meter_init(mw_meter *meter, const mw_model *model, mw_link *link, mw_modbus_framing framing, uint8_t unit)
{
    memset(meter, 0, sizeof *meter);
    meter->protocol = &modbus_meter;
    meter->on.modbus.model = model;
    meter->link = link;
    meter->framing = (uint8_t)framing;
    meter->unit = unit != 0 ? unit : model->unit;
    meter->repeats = 2;
}
