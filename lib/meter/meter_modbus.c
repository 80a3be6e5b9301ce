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

/* That a row is missing is no failure. */
static void meter_end_exchange(mw_meter *meter, mw_status status)
{
    meter->step_status = (int8_t)status;
    if (status != MW_OK && status != MW_ERR_UNSUPPORTED && meter->failure == MW_OK) {
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
    meter->link->config = meter->line;
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
        mw_meter_miss(reading, mw_row_id(row), row->unit,
                      meter->step_status == MW_ERR_UNSUPPORTED ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_NOT_READ);
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

/* Where a request is best split: behind the widest gap between two wanted values, as registers nobody wants are the
 * first to be missing; or, where there is none, in the middle. 0 when there is one value only. */
static uint16_t meter_split_row(const mw_meter *meter, bool *gap)
{
    const mw_row *const rows = meter->on.modbus.model->rows;
    const mw_plan_step *const step = &meter->on.modbus.step;
    uint16_t before = step->first_row;
    uint16_t best = 0;
    unsigned widest = 0;
    unsigned wanted = 1;
    for (uint16_t i = (uint16_t)(before + 1); i < step->end_row; i++) {
        if (mw_selection_wants(meter->on.modbus.model, meter->selection, &rows[i])) {
            const unsigned width = rows[i].address - (rows[before].address + mw_row_span(&rows[before]));
            if (width > widest || (widest == 0 && i <= (step->first_row + step->end_row) / 2u) || wanted == 1) {
                best = i;
                widest = width;
            }
            wanted++;
            before = i;
        }
    }
    *gap = widest > 0;
    return best;
}

/* What to do about a request that was refused for its address: ask for less. False when nothing can be learned from it
 * any more. */
static bool meter_split(mw_meter *meter)
{
    mw_plan_notes *const notes = &meter->on.modbus.notes;
    mw_plan *const plan = &meter->on.modbus.plan;
    bool gap;
    const uint16_t row = meter_split_row(meter, &gap);
    if (meter->exception != MW_MODBUS_ILLEGAL_ADDRESS || notes->count == MW_PLAN_NOTES) {
        return false;
    }
    if (row == 0) {
        notes->rows[notes->count++] = (uint16_t)(meter->on.modbus.step.first_row | MW_PLAN_MISSING);
    } else if (gap) {
        notes->rows[notes->count++] = row;
    }
    plan->next_row = meter->on.modbus.step.first_row;
    plan->barrier = row;
    meter->state = METER_PLAN;
    return true;
}

static mw_status modbus_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    for (;;) {
        mw_status status;
        switch (meter->state) {
        case METER_BEGIN:
            mw_plan_init(&meter->on.modbus.plan, meter->on.modbus.model, meter->selection, meter->max_regs);
            meter->on.modbus.plan.notes = &meter->on.modbus.notes;
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
                if (meter_split(meter)) {
                    break;
                }
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
    meter->line = link->config;
    meter->framing = (uint8_t)framing;
    meter->unit = unit != 0 ? unit : model->unit;
    meter->repeats = 2;
}
