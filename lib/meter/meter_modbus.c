/* SPDX-License-Identifier: MIT */
#include <meterwire/meter.h>

#include <string.h>

#include "../models/row.h"
#include "meter_internal.h"

/* Refused requests that one read learns from; a meter that refuses more is another one. */
#define SPLITS_MAX 64

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
    return meter->step_status == MW_ERR_TIMEOUT || meter->step_status == MW_ERR_IO;
}

/* Starts the exchange of a step: MW_AGAIN, or the status of the step when there is none to be had. */
static mw_status meter_ask(mw_meter *meter, mw_status planned, uint32_t now_us)
{
    mw_status status = meter_is_gone(meter) ? (mw_status)meter->step_status : planned;
    mw_modbus_request request;
    size_t length;
    if (status != MW_OK) {
        return status;
    }
    request.transaction = mw_link_number(meter->link);
    request.unit = meter->unit;
    request.function = meter->on.modbus.model->read_function;
    request.address = meter->on.modbus.step.address;
    request.count = meter->on.modbus.step.regs;
    request.data = NULL;
    status = mw_modbus_encode_read((mw_modbus_framing)meter->framing, &request, meter->on.modbus.request,
                                   sizeof meter->on.modbus.request, &length);
    if (status != MW_OK) {
        return status;
    }
    meter->requests++;
    meter->registers = (uint16_t)(meter->registers + meter->on.modbus.step.regs);
    meter->link->config = meter->line;
    mw_link_start(meter->link, meter->on.modbus.request, length, meter->timeout_us, meter->repeats, now_us);
    return MW_AGAIN;
}

/* The PDU of the reply, which the link has verified. */
static const uint8_t *meter_reply(const mw_meter *meter)
{
    size_t length;
    return mw_link_reply(meter->link, &length) + mw_modbus_pdu_offset((mw_modbus_framing)meter->framing);
}

static void meter_decode(mw_meter *meter, const mw_row *row, mw_reading *reading)
{
    const mw_model *const model = meter->on.modbus.model;
    const uint8_t *data;
    if (meter->step_status != MW_OK) {
        mw_row_begin(row, reading);
        reading->exp10 = 0;
        reading->quality = meter->step_status == MW_ERR_UNSUPPORTED ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_NOT_READ;
        return;
    }
    data = meter_reply(meter) + 2 + 2 * (size_t)(row->address - meter->on.modbus.step.address);
    mw_model_decode(model, row, data, reading);
    if (row->address == model->data_type_address) {
        meter->integers = reading->n != 1;
    }
    if (meter->integers && row->type == MW_TYPE_FLOAT) {
        mw_row_set_integer(reading, (uint32_t)mw_row_raw(row, data));
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
 * first to be missing; or, where there is none, in the middle, but not inside what a value needs. 0 when there is one
 * value only. */
static uint16_t meter_split_row(const mw_meter *meter, bool *gap)
{
    const mw_plan_step *const step = &meter->on.modbus.step;
    const unsigned middle = (unsigned)(step->first_row + step->end_row) / 2;
    const uint32_t gap_score = 0x10000; /* more than all without a gap */
    uint32_t end = 0;
    uint32_t best = 0;
    uint16_t best_row = 0;
    for (uint16_t i = step->first_row; i < step->end_row; i++) {
        const mw_row *const row = &meter->on.modbus.model->rows[i];
        if (mw_selection_wants(meter->on.modbus.model, meter->selection, row)) {
            const uint32_t score = row->address > end   ? gap_score + row->address - end
                                   : row->address < end ? 1
                                   : i <= middle        ? 2u + i
                                                        : 2;
            if (i > step->first_row && score > best) {
                best = score;
                best_row = i;
            }
            end = (uint32_t)row->address + mw_row_span(row);
        }
    }
    *gap = best > gap_score;
    return best_row;
}

/* Remembers what was found out about a row. That it is missing is worth more than that a request has to begin there. */
static void meter_note(mw_plan_notes *notes, uint16_t row, uint16_t missing)
{
    unsigned i = 0;
    while (i < notes->count && (notes->rows[i] & ~MW_PLAN_MISSING) != row) {
        i++;
    }
    if (i == MW_PLAN_NOTES && missing != 0) {
        for (i = 0; i < MW_PLAN_NOTES && (notes->rows[i] & MW_PLAN_MISSING) != 0; i++) {
        }
    }
    if (i < MW_PLAN_NOTES) {
        notes->rows[i] = (uint16_t)(row | missing);
        if (i == notes->count) {
            notes->count++;
        }
    }
}

/* What to do about a request that was refused for its address: ask for less, until it is one value that is missing.
 * Gives the status of the request; MW_AGAIN when it is to be asked in parts. */
static mw_status meter_refused(mw_meter *meter)
{
    mw_plan *const plan = &meter->on.modbus.plan;
    const uint16_t first = meter->on.modbus.step.first_row;
    bool gap;
    const uint16_t row = meter_split_row(meter, &gap);
    if (meter->exception != MW_MODBUS_ILLEGAL_ADDRESS || meter->splits == SPLITS_MAX) {
        return MW_ERR_REFUSED;
    }
    meter->splits++;
    if (row == 0) {
        meter_note(&meter->on.modbus.notes, first, MW_PLAN_MISSING);
        return MW_ERR_UNSUPPORTED;
    }
    if (gap) {
        meter_note(&meter->on.modbus.notes, row, 0);
    }
    plan->next_row = first;
    plan->barrier = row;
    return MW_AGAIN;
}

static mw_status modbus_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    for (;;) {
        mw_status status;
        switch (meter->state) {
        case METER_BEGIN:
            mw_plan_init(&meter->on.modbus.plan, meter->on.modbus.model, meter->selection, meter->max_regs);
            meter->on.modbus.plan.notes = &meter->on.modbus.notes;
            meter->splits = 0;
            meter->state = METER_PLAN;
            continue;
        case METER_PLAN:
            status = mw_plan_next(&meter->on.modbus.plan, &meter->on.modbus.step);
            if (status == MW_END) {
                return MW_END;
            }
            status = meter_ask(meter, status, now_us);
            meter->state = METER_EXCHANGE;
            break;
        case METER_EXCHANGE:
            status = mw_meter_link_status(meter);
            if (status == MW_AGAIN) {
                return MW_AGAIN;
            }
            if (status == MW_ERR_REFUSED) {
                meter->exception = meter_reply(meter)[1];
                status = meter_refused(meter);
                meter->state = METER_PLAN;
            }
            break;
        default:
            if (meter_next_row(meter, reading)) {
                return MW_OK;
            }
            meter->state = METER_PLAN;
            continue;
        }
        if (status != MW_AGAIN) {
            meter_end_exchange(meter, status);
        }
    }
}

static const mw_meter_protocol modbus_meter = {modbus_meter_next};

bool mw_meter_is_modbus(const mw_meter *meter)
{
    return meter->protocol == &modbus_meter;
}

void mw_meter_init(mw_meter *meter, const mw_model *model, mw_link *link, mw_modbus_framing framing, uint8_t unit)
{
    memset(meter, 0, sizeof *meter);
    meter->protocol = &modbus_meter;
    meter->writer = model->writer;
    meter->on.modbus.model = model;
    meter->link = link;
    meter->line = link->config;
    meter->framing = (uint8_t)framing;
    meter->unit = unit != 0 ? unit : model->unit;
    meter->repeats = 2;
}

void mw_meter_forget(mw_meter *meter)
{
    if (meter->protocol == &modbus_meter) {
        memset(&meter->on.modbus.notes, 0, sizeof meter->on.modbus.notes);
    }
}
