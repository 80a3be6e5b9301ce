/* SPDX-License-Identifier: MIT */
#include <meterwire/meter.h>

#include <string.h>

#include "meter_internal.h"

void mw_meter_begin(mw_meter *meter, const mw_selection *selection)
{
    meter->selection = selection;
    meter->state = MW_METER_BEGIN;
    meter->failure = MW_OK;
    meter->step_status = MW_OK;
    meter->port_status = MW_OK;
    meter->exception = 0;
    meter->requests = 0;
    meter->registers = 0;
}

mw_status mw_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    return meter->protocol->next(meter, now_us, reading);
}

mw_status mw_meter_link_status(mw_meter *meter)
{
    const mw_status status = (mw_status)meter->port_status;
    meter->port_status = MW_OK;
    return status != MW_OK ? status : mw_link_status(meter->link);
}

void mw_meter_miss(mw_reading *reading, mw_obis id, uint8_t unit, mw_quality quality)
{
    memset(reading, 0, sizeof *reading);
    reading->id = id;
    reading->unit = unit;
    reading->quality = (uint8_t)quality;
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

mw_status mw_meter_read_each(mw_meter *meter, const mw_io *io, const mw_selection *selection,
                             bool (*take)(void *user, const mw_reading *reading), void *user)
{
    static const mw_selection everything = {0, NULL, 0};
    mw_status status;
    mw_meter_begin(meter, selection != NULL ? selection : &everything);
    do {
        mw_reading reading;
        status = mw_meter_next(meter, io->now_us(io->user), &reading);
        if (status == MW_OK && !take(user, &reading)) {
            return MW_END;
        }
        if (status == MW_AGAIN) {
            const mw_status ran = mw_link_run(meter->link, io);
            if (mw_link_status(meter->link) == MW_AGAIN) {
                meter->port_status = (int8_t)ran; /* so the link never came to an end */
            }
        }
    } while (status != MW_END);
    return (mw_status)meter->failure;
}

/* An array of readings that counts on when it is full. */
typedef struct meter_array {
    mw_reading *readings;
    size_t size;
    size_t count;
} meter_array;

static bool meter_store(void *user, const mw_reading *reading)
{
    meter_array *const array = (meter_array *)user;
    if (array->count < array->size) {
        array->readings[array->count] = *reading;
    }
    array->count++;
    return true;
}

mw_status mw_meter_read(mw_meter *meter, const mw_io *io, const mw_selection *selection, mw_reading *readings,
                        size_t size, size_t *count)
{
    meter_array array = {readings, size, 0};
    const mw_status status = mw_meter_read_each(meter, io, selection, meter_store, &array);
    *count = array.count;
    return status != MW_OK || array.count <= size ? status : MW_ERR_SPACE;
}

mw_status mw_meter_read_one(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading)
{
    const mw_selection selection = {0, &id, 1};
    size_t count;
    const mw_status status = mw_meter_read(meter, io, &selection, reading, 1, &count);
    return status == MW_OK && count == 0 ? MW_ERR_UNSUPPORTED : status; /* of nothing that it has */
}
