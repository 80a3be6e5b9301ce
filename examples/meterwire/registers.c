/* SPDX-License-Identifier: MIT */
#include "registers.h"

#include <string.h>

static bool registers_exist(const registers_unit *unit, mw_modbus_area area, uint16_t address, uint16_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((unit->there[address + i] >> area & 1) == 0) {
            return false;
        }
    }
    return true;
}

static uint8_t registers_read(void *user, uint8_t number, uint8_t function, uint16_t address, uint16_t count,
                              uint8_t *data)
{
    const registers *const all = user;
    const registers_unit *const unit = all->units[number];
    const mw_modbus_area area = mw_modbus_area_of(function);
    /* There is none for a broadcast that has to read first: it is not carried out. */
    if (unit == NULL || !registers_exist(unit, area, address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (size_t i = 0; i < count; i++) {
        switch ((int)area) {
        case MW_MODBUS_HOLDING:
            mw_modbus_put_u16(data, i, unit->holding[address + i]);
            break;
        case MW_MODBUS_INPUT:
            mw_modbus_put_u16(data, i, unit->input[address + i]);
            break;
        default:
            mw_modbus_put_bit(data, i, (unit->bits[address + i] >> area & 1) != 0);
            break;
        }
    }
    return 0;
}

static uint8_t registers_write_unit(registers_unit *unit, uint8_t function, uint16_t address, uint16_t count,
                                    const uint8_t *data)
{
    const mw_modbus_area area = mw_modbus_area_of(function);
    if (!registers_exist(unit, area, address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (size_t i = 0; i < count; i++) {
        if (area == MW_MODBUS_HOLDING) {
            unit->holding[address + i] = mw_modbus_u16(data, i);
        } else {
            mw_modbus_put_bit(&unit->bits[address + i], MW_MODBUS_COILS, mw_modbus_bit(data, i));
        }
    }
    return 0;
}

static uint8_t registers_write(void *user, uint8_t number, uint8_t function, uint16_t address, uint16_t count,
                               const uint8_t *data)
{
    registers *const all = user;
    if (number != 0 || all->tcp) {
        return registers_write_unit(all->units[number], function, address, count, data);
    }
    for (size_t i = 0; i < REGISTERS_UNITS; i++) { /* whoever has them takes them */
        if (all->units[i] != NULL) {
            registers_write_unit(all->units[i], function, address, count, data);
        }
    }
    return 0;
}

static bool registers_serves(void *user, uint8_t number)
{
    const registers *const all = user;
    return all->units[number] != NULL;
}

/* Clears the counters, or gives them. */
static void registers_counters(registers *all, registers_unit *unit, mw_modbus_diagnostics *content, uint8_t counter[2])
{
    if (content->sub_function == 10) {
        all->message_count = 0;
        unit->event_count = 0;
        return;
    }
    mw_modbus_put_u16(counter, 0, all->message_count);
    content->data = counter;
}

static uint8_t registers_diagnose(registers *all, registers_unit *unit, const uint8_t *pdu, size_t pdu_bytes,
                                  uint8_t *reply, size_t size, size_t *reply_bytes)
{
    mw_modbus_diagnostics content;
    uint8_t counter[2] = {0, 0};
    if (mw_modbus_get_diagnostics(pdu, pdu_bytes, &content) != MW_OK) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    switch (content.sub_function) {
    case 0: /* return the data */
        break;
    case 10:
    case 11: /* messages on the line, and of those the ones for this server: all that it sees */
    case 14:
        if (content.data_bytes != sizeof counter) {
            return MW_MODBUS_ILLEGAL_VALUE;
        }
        registers_counters(all, unit, &content, counter);
        break;
    default:
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    return mw_modbus_put_diagnostics(&content, reply, size, reply_bytes) == MW_OK ? 0 : MW_MODBUS_DEVICE_FAILURE;
}

static uint8_t registers_queued(const registers_unit *unit, const uint8_t *pdu, uint8_t *reply, size_t size,
                                size_t *reply_bytes)
{
    const uint16_t address = mw_modbus_u16(pdu + 1, 0);
    for (size_t i = 0; i < unit->queue_count; i++) {
        const registers_queue *const queue = &unit->queues[i];
        if (queue->address == address) {
            return mw_modbus_put_fifo(queue->data, queue->count, reply, size, reply_bytes) == MW_OK
                       ? 0
                       : MW_MODBUS_DEVICE_FAILURE;
        }
    }
    return MW_MODBUS_ILLEGAL_ADDRESS;
}

static uint8_t registers_other(void *user, uint8_t number, const uint8_t *pdu, size_t pdu_bytes, uint8_t *reply,
                               size_t size, size_t *reply_bytes)
{
    registers *const all = user;
    registers_unit *const unit = all->units[number];
    mw_modbus_events events;
    mw_status status;
    if (unit == NULL) {
        return MW_MODBUS_ILLEGAL_FUNCTION; /* a broadcast of what only one can answer */
    }
    memset(&events, 0, sizeof events);
    events.event_count = unit->event_count;
    events.message_count = all->message_count;
    switch (pdu[0]) {
    case MW_MODBUS_EXCEPTION_STATUS:
        reply[0] = pdu[0];
        reply[1] = unit->status;
        *reply_bytes = 2;
        return 0;
    case MW_MODBUS_DIAGNOSTICS:
        return registers_diagnose(all, unit, pdu, pdu_bytes, reply, size, reply_bytes);
    case MW_MODBUS_EVENT_COUNTER:
        status = mw_modbus_put_event_counter(&events, reply, size, reply_bytes);
        break;
    case MW_MODBUS_EVENT_LOG:
        status = mw_modbus_put_event_log(&events, reply, size, reply_bytes);
        break;
    case MW_MODBUS_SERVER_ID:
        status = mw_modbus_put_server_id(unit->server_id, unit->server_id_bytes, reply, size, reply_bytes);
        break;
    case MW_MODBUS_READ_FIFO:
        return registers_queued(unit, pdu, reply, size, reply_bytes);
    case MW_MODBUS_ENCAPSULATED:
        return unit->object_count == 0
                   ? MW_MODBUS_ILLEGAL_FUNCTION
                   : mw_modbus_serve_id(unit->objects, unit->object_count, pdu, pdu_bytes, reply, size, reply_bytes);
    default:
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    return status == MW_OK ? 0 : MW_MODBUS_DEVICE_FAILURE;
}

/* Counts what was carried out: no refusals, and not the questions for the counter (AP 6.9). */
static void registers_count(registers *all, mw_modbus_framing framing, const uint8_t *reply, size_t length)
{
    mw_modbus_frame frame;
    if (mw_modbus_open(framing, reply, length, &frame) == MW_OK && frame.pdu[0] < 0x80 &&
        frame.pdu[0] != MW_MODBUS_EVENT_COUNTER) {
        all->units[frame.unit]->event_count++;
    }
}

size_t registers_answer(registers *all, const uint8_t *frame, size_t length, uint8_t *reply, size_t size)
{
    const mw_modbus_server server = {all, registers_read, registers_write, registers_serves, registers_other};
    const mw_modbus_framing framing = all->tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    size_t reply_length = 0;
    all->message_count++;
    if (mw_modbus_serve(&server, framing, frame, length, reply, size, &reply_length) == MW_OK && reply_length > 0) {
        registers_count(all, framing, reply, reply_length);
    }
    return reply_length;
}
