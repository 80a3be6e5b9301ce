/* SPDX-License-Identifier: MIT */
/* Load curves by Modbus: a command selects a window, which is then read whole, until one is not full. */
#include <meterwire/meter.h>

#include <string.h>

#include "../core/bytes.h"
#include "meter_internal.h"

enum {
    READER_COMMAND,      /* the next window is to be selected */
    READER_COMMAND_SENT, /* the link is at work */
    READER_WINDOW_ASKED, /* the same */
    READER_RECORDS,      /* the records of the window are handed out */
    READER_OVER
};

static const mw_load_curve *reader_curve(const mw_curve_reader *reader)
{
    return reader->meter->on.modbus.model->load_curve;
}

mw_status mw_curve_begin(mw_curve_reader *reader, mw_meter *meter)
{
    const mw_model *model;
    if (!mw_meter_is_modbus(meter) || meter->on.modbus.model->load_curve == NULL) {
        return MW_ERR_UNSUPPORTED;
    }
    model = meter->on.modbus.model;
    if (mw_curve_window_regs(model->load_curve) > (meter->max_regs != 0 ? meter->max_regs : model->max_regs)) {
        return MW_ERR_RANGE;
    }
    memset(reader, 0, sizeof *reader);
    reader->meter = meter;
    reader->newest = INT64_MAX;
    reader->command = reader_curve(reader)->first;
    return MW_OK;
}

static mw_status reader_end(mw_curve_reader *reader, mw_status status)
{
    reader->state = READER_OVER;
    return status;
}

/* Starts an exchange of one register, or of a window. */
static mw_status reader_ask(mw_curve_reader *reader, bool window, uint8_t repeats, uint32_t now_us)
{
    mw_meter *const meter = reader->meter;
    const mw_load_curve *const curve = reader_curve(reader);
    const mw_modbus_framing framing = (mw_modbus_framing)meter->framing;
    mw_modbus_request request;
    uint8_t command[2];
    size_t length;
    mw_status status;
    mw_put_be16(command, reader->command);
    request.transaction = mw_link_number(meter->link);
    request.unit = meter->unit;
    request.function = window ? meter->on.modbus.model->read_function : (uint8_t)MW_MODBUS_WRITE_MULTIPLE;
    request.address = window ? curve->window : curve->command;
    request.count = window ? (uint16_t)mw_curve_window_regs(curve) : 1;
    request.data = command;
    status = window ? mw_modbus_encode_read(framing, &request, reader->request, sizeof reader->request, &length)
                    : mw_modbus_encode_write(framing, &request, reader->request, sizeof reader->request, &length);
    if (status != MW_OK) {
        return reader_end(reader, status);
    }
    meter->link->config = meter->line;
    mw_link_start(meter->link, reader->request, length, meter->timeout_us, repeats, now_us);
    return MW_AGAIN;
}

static mw_status reader_select(mw_curve_reader *reader, uint32_t now_us)
{
    const bool first = reader->command == reader_curve(reader)->first;
    reader->state = READER_COMMAND_SENT;
    return reader_ask(reader, false, first ? reader->meter->repeats : 0, now_us);
}

/* The record whose turn it is; at the end of a full window it is on to the next one, which is MW_AGAIN. */
static mw_status reader_record(mw_curve_reader *reader, mw_curve_record *record)
{
    const mw_load_curve *const curve = reader_curve(reader);
    size_t length;
    const uint8_t *const pdu =
        mw_link_reply(reader->meter->link, &length) + mw_modbus_pdu_offset((mw_modbus_framing)reader->meter->framing);
    const mw_status status = mw_curve_decode(curve, pdu + 2, reader->index, record);
    if (status == MW_END && reader->index == curve->records) {
        reader->command = curve->next;
        reader->state = READER_COMMAND;
        return MW_AGAIN;
    }
    if (status != MW_OK) {
        return reader_end(reader, status);
    }
    if (reader->index++ == 0) {
        if (record->time >= reader->newest) {
            return reader_end(reader, MW_END); /* a meter that does not move on, or begins anew */
        }
        reader->newest = record->time;
    }
    return MW_OK;
}

/* What follows an exchange that came to an end. */
static mw_status reader_exchanged(mw_curve_reader *reader, uint32_t now_us)
{
    const mw_status status = mw_link_status(reader->meter->link);
    if (status == MW_AGAIN) {
        return MW_AGAIN;
    }
    if (status != MW_OK) {
        return reader_end(reader, status);
    }
    if (reader->state == READER_COMMAND_SENT) {
        reader->state = READER_WINDOW_ASKED;
        return reader_ask(reader, true, reader->meter->repeats, now_us);
    }
    reader->state = READER_RECORDS;
    reader->index = 0;
    return MW_OK;
}

mw_status mw_curve_next(mw_curve_reader *reader, uint32_t now_us, mw_curve_record *record)
{
    mw_status status;
    if (reader->state == READER_COMMAND) {
        return reader_select(reader, now_us);
    }
    if (reader->state == READER_COMMAND_SENT || reader->state == READER_WINDOW_ASKED) {
        status = reader_exchanged(reader, now_us);
        if (status != MW_OK) {
            return status;
        }
    }
    if (reader->state == READER_OVER) {
        return MW_END;
    }
    status = reader_record(reader, record);
    return status == MW_AGAIN ? reader_select(reader, now_us) : status;
}

mw_status mw_curve_read(mw_meter *meter, const mw_io *io, mw_curve_record *records, size_t size, size_t *count)
{
    mw_curve_reader reader;
    mw_status status = mw_curve_begin(&reader, meter);
    *count = 0;
    while ((status == MW_OK || status == MW_AGAIN) && *count < size) {
        status = mw_curve_next(&reader, io->now_us(io->user), &records[*count]);
        if (status == MW_OK) {
            ++*count;
        } else if (status == MW_AGAIN) {
            const mw_status ran = mw_link_run(meter->link, io);
            if (mw_link_status(meter->link) == MW_AGAIN) {
                return ran; /* the port failed, so the link never came to an end */
            }
        }
    }
    return status == MW_END ? MW_OK : status;
}
