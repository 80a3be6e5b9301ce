/* SPDX-License-Identifier: MIT */
#include <meterwire/meter.h>

#include <string.h>

enum {
    METER_PLAN,     /* the next request is to be found */
    METER_EXCHANGE, /* the link is at work */
    METER_ROWS      /* the values of a request are handed out */
};

void mw_meter_init(mw_meter *meter, const mw_model *model, mw_link *link, mw_modbus_framing framing, uint8_t unit)
{
    memset(meter, 0, sizeof *meter);
    meter->model = model;
    meter->link = link;
    meter->framing = (uint8_t)framing;
    meter->unit = unit != 0 ? unit : model->unit;
    meter->repeats = 2;
}

void mw_meter_begin(mw_meter *meter, const mw_selection *selection)
{
    mw_plan_init(&meter->plan, meter->model, selection, meter->max_regs);
    meter->state = METER_PLAN;
    meter->failure = MW_OK;
    meter->exception = 0;
    meter->requests = 0;
    meter->registers = 0;
}

static void meter_end_exchange(mw_meter *meter, mw_status status)
{
    meter->step_status = (int8_t)status;
    if (status != MW_OK && meter->failure == MW_OK) {
        meter->failure = (int8_t)status;
    }
    meter->row = meter->step.first_row;
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
    request.function = meter->model->read_function;
    request.address = meter->step.address;
    request.count = meter->step.regs;
    request.data = NULL;
    if (status == MW_OK) {
        status = mw_modbus_encode_read((mw_modbus_framing)meter->framing, &request, meter->request,
                                       sizeof meter->request, &length);
    }
    if (status != MW_OK) {
        meter_end_exchange(meter, status);
        return;
    }
    meter->requests++;
    meter->registers = (uint16_t)(meter->registers + meter->step.regs);
    mw_link_start(meter->link, meter->request, length, meter->timeout_us, meter->repeats, now_us);
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
        memset(reading, 0, sizeof *reading);
        reading->id = mw_row_id(row);
        reading->unit = row->unit;
        reading->source = row->address;
        reading->quality = MW_QUALITY_NOT_READ;
        return;
    }
    data = meter_reply(meter) + 2 + 2 * (size_t)(row->address - meter->step.address);
    if (meter->integers && row->type == MW_TYPE_FLOAT) {
        meter_decode_integer(row, data, reading);
        return;
    }
    mw_row_decode(row, data, reading);
    if (row->address == meter->model->data_type_address) {
        meter->integers = reading->n != 1;
    }
}

/* The next wanted value of the present request, if there is one. */
static bool meter_next_row(mw_meter *meter, mw_reading *reading)
{
    while (meter->row < meter->step.end_row) {
        const mw_row *const row = &meter->model->rows[meter->row++];
        if (mw_selection_wants(meter->model, meter->plan.selection, row)) {
            meter_decode(meter, row, reading);
            return true;
        }
    }
    return false;
}

mw_status mw_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    for (;;) {
        mw_status status;
        switch (meter->state) {
        case METER_PLAN:
            status = mw_plan_next(&meter->plan, &meter->step);
            if (status == MW_END) {
                return MW_END;
            }
            meter_ask(meter, status, now_us);
            break;
        case METER_EXCHANGE:
            status = mw_link_status(meter->link);
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

mw_status mw_meter_status(const mw_meter *meter)
{
    return (mw_status)meter->failure;
}

uint8_t mw_meter_exception(const mw_meter *meter)
{
    return meter->exception;
}

unsigned mw_meter_requests(const mw_meter *meter)
{
    return meter->requests;
}

unsigned mw_meter_registers(const mw_meter *meter)
{
    return meter->registers;
}

mw_status mw_meter_read(mw_meter *meter, const mw_io *io, const mw_selection *selection, mw_reading *readings,
                        size_t size, size_t *count)
{
    static const mw_selection everything = {0, NULL, 0};
    size_t n = 0;
    mw_status status = MW_OK;
    mw_meter_begin(meter, selection != NULL ? selection : &everything);
    while (status != MW_END) {
        mw_reading reading;
        status = mw_meter_next(meter, io->now_us(io->user), &reading);
        if (status == MW_OK) {
            if (n < size) {
                readings[n] = reading;
            }
            n++;
        } else if (status == MW_AGAIN) {
            const mw_status ran = mw_link_run(meter->link, io);
            if (mw_link_status(meter->link) == MW_AGAIN) {
                meter_end_exchange(meter, ran); /* the port failed, so the link never came to an end */
            }
        }
    }
    *count = n;
    if (meter->failure != MW_OK) {
        return (mw_status)meter->failure;
    }
    return n <= size ? MW_OK : MW_ERR_SPACE;
}

mw_status mw_meter_read_one(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading)
{
    const mw_selection selection = {0, &id, 1};
    size_t count;
    if (mw_model_find(meter->model, id) == meter->model->row_count) {
        return MW_ERR_UNSUPPORTED;
    }
    return mw_meter_read(meter, io, &selection, reading, 1, &count);
}
