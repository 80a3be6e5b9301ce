/* SPDX-License-Identifier: MIT */
/* A meter for testing an application: a WAGO 879-3000 on Modbus TCP that gives what this program wants.
 *
 *     cc -std=c99 simulated_meter.c $(pkg-config --cflags --libs meterwire) -o simulated_meter
 *     ./simulated_meter 1502 &        0: any port that is free
 *     meterwire read wago-879-3000 tcp://127.0.0.1:1502 --group fast
 *
 * own_meter.c shows the same without a network: a function that calls mw_device_answer() is a line with a meter. */
#define _POSIX_C_SOURCE 200809L /* poll() */

#include <meterwire/device.h>
#include <meterwire/models.h>
#include <meterwire/port.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t tariff = 1;
static int64_t energy_wh = 1234567;

/* What the meter measures. */
static int64_t measure(mw_obis id)
{
    if (mw_obis_equal(id, mw_obis_make(0, 96, 14, 0))) {
        return tariff;
    }
    if (mw_obis_quantity(id) == MW_QUANTITY_ACTIVE_ENERGY) {
        return mw_obis_direction(id) >= 0 && mw_obis_phase(id) == 0 ? energy_wh : 0;
    }
    return mw_obis_quantity(id) == MW_QUANTITY_ACTIVE_POWER ? 3600
           : mw_obis_quantity(id) == MW_QUANTITY_VOLTAGE    ? 230
                                                            : 0;
}

/* Gives the value of a row in the form its type needs. */
static mw_status give(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    switch (row->type) {
    case MW_TYPE_DIGITS: /* four a register */
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "12345678", 4u * row->regs);
        break;
    case MW_TYPE_TEXT:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "F", 2);
        break;
    case MW_TYPE_VERSION:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "1.34", 5);
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        break;
    default:
        /* Type 1: floats are floats. */
        reading->n = row->address == mw_model_wago_879_3000.data_type_address ? 1 : measure(mw_row_id(row));
        break;
    }
    return MW_OK;
}

/* The tariff can be set; every other write is refused. */
static mw_status take(void *user, const mw_modbus_setting *setting, const mw_reading *value)
{
    (void)user;
    if (!mw_obis_equal(setting->what.id, mw_obis_make(0, 96, 14, 0))) {
        return MW_ERR_UNSUPPORTED;
    }
    tariff = value->n;
    printf("tariff %d\n", (int)tariff);
    fflush(stdout);
    return MW_OK;
}

/* Answers one client until it hangs up; the next one waits so long. */
static void serve(mw_device *device, const mw_io *io)
{
    uint8_t bytes[2 * MW_MODBUS_FRAME_MAX], reply[MW_MODBUS_FRAME_MAX];
    size_t there = 0, came, skip, length, reply_length;
    while (io->read(io->user, bytes + there, sizeof bytes - there, 1000000, &came) == MW_OK) {
        there += came;
        while (mw_modbus_find(MW_MODBUS_TCP, bytes, there, false, &skip, &length) == MW_OK) {
            energy_wh++;
            mw_device_answer(device, MW_MODBUS_TCP, bytes + skip, length, reply, sizeof reply, &reply_length);
            if (reply_length > 0 && io->write(io->user, reply, reply_length) != MW_OK) {
                return;
            }
            there -= skip + length;
            memmove(bytes, bytes + skip + length, there);
        }
    }
}

int main(int argc, char **argv)
{
    static mw_device device = {&mw_model_wago_879_3000, 1, NULL, give, take};
    mw_port listener, client;
    uint16_t number;
    if (mw_port_listen(&listener, "127.0.0.1", (uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 1502), &number) !=
        MW_OK) {
        fprintf(stderr, "%s\n", listener.error);
        return EXIT_FAILURE;
    }
    printf("listening: tcp://127.0.0.1:%u\n", number);
    fflush(stdout);
    for (;;) {
        struct pollfd wait = {(int)listener.handle, POLLIN, 0};
        poll(&wait, 1, -1);
        if (mw_port_accept(&listener, &client) == MW_OK) {
            serve(&device, &client.io);
            mw_port_close(&client);
        }
    }
}
