/* SPDX-License-Identifier: MIT */
/* A meter of one's own: a table in the application. Nothing has to be registered anywhere.
 *
 *     cc -std=c99 own_meter.c $(pkg-config --cflags --libs meterwire) -o own_meter && ./own_meter
 *
 * The meter is read from a device that is simulated from the same table; with a port (see read_meter.c) it would be
 * mw_meter_init(&meter, &acme, &port.link, mw_port_framing(&port), 0) and &port.io. */
#include <meterwire/meterwire.h>

#include <stdio.h>
#include <string.h>

/* Sorted by address. Exponent: the register counts 10^exp10 of the unit, so 2301 with -1 and V are 230.1 V. */
static const mw_row rows[] = {
    /* address, type, registers, exponent, unit, code a-0:c.d.e, how often it changes, flags */
    {0x0000, MW_TYPE_TEXT, 4, 0, MW_UNIT_NONE, 0, 96, 1, 0, MW_GROUP_ONCE, 0},             /* serial number */
    {0x0100, MW_TYPE_UNSIGNED, 1, -1, MW_UNIT_V, 1, 32, 7, 0, MW_GROUP_FAST, 0},           /* voltage L1 */
    {0x0101, MW_TYPE_UNSIGNED, 2, -3, MW_UNIT_A, 1, 31, 7, 0, MW_GROUP_FAST, 0},           /* current L1 */
    {0x0103, MW_TYPE_SIGNED, 2, 0, MW_UNIT_W, 1, 16, 7, 0, MW_GROUP_FAST, MW_MODBUS_CDAB}, /* power, low word first */
    {0x0110, MW_TYPE_UNSIGNED, 4, 1, MW_UNIT_WH, 1, 1, 8, 0, MW_GROUP_SLOW, 0},            /* import, in 0.01 kWh */
};

/* What can be read in one piece. 0105 to 010F do not exist, so no request may touch them. */
static const mw_block blocks[] = {{0x0000, 4}, {0x0100, 5}, {0x0110, 4}};

static const mw_model acme = {
    .name = "acme-1",
    .title = "ACME 1, one phase",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .blocks = blocks,
    .block_count = sizeof blocks / sizeof blocks[0],
    .read_function = MW_MODBUS_READ_INPUT,
    .max_regs = 60,
    .unit = 1,
    .baud = 19200,
    .parity = MW_PARITY_EVEN,
};

/* ---- the simulated device: a line in memory, at whose other end is the same table ---- */

static uint8_t reply[MW_MODBUS_FRAME_MAX];
static size_t reply_length;

static mw_status device_value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    if (row->type == MW_TYPE_TEXT) {
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "A1234567", sizeof "A1234567");
    } else {
        reading->exp10 = row->exp10;
        reading->n = row->c == 32 ? 2301 : row->c == 31 ? 1042 : row->c == 16 ? -240 : 5000000000;
    }
    return MW_OK;
}

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    static mw_device device = {.model = &acme, .unit = 1, .value = device_value};
    (void)user;
    return mw_device_answer(&device, MW_MODBUS_TCP, bytes, count, reply, sizeof reply, &reply_length);
}

static mw_status line_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user, (void)wait_us;
    *count = reply_length < size ? reply_length : size;
    memcpy(bytes, reply, *count);
    reply_length = 0;
    return MW_OK;
}

static uint32_t line_now_us(void *user)
{
    static uint32_t now_us;
    (void)user;
    return now_us += 1000;
}

int main(void)
{
    static const mw_io io = {.write = line_write, .read = line_read, .now_us = line_now_us};
    static const mw_link_config config; /* all zero: as on TCP */
    static uint8_t buffer[MW_MODBUS_FRAME_MAX];
    mw_reading readings[sizeof rows / sizeof rows[0]];
    size_t count;
    mw_link link;
    mw_meter meter;
    mw_status status;

    mw_link_init(&link, &mw_framer_tcp, &config, buffer, sizeof buffer, io.now_us(NULL));
    mw_meter_init(&meter, &acme, &link, MW_MODBUS_TCP, 0);
    status = mw_meter_read(&meter, &io, NULL, readings, sizeof readings / sizeof readings[0], &count);
    for (size_t i = 0; i < count; i++) {
        char name[MW_OBIS_NAME_SIZE] = "", value[MW_READING_VALUE_SIZE];
        mw_obis_name(readings[i].id, name, sizeof name);
        mw_reading_text(&readings[i], value, sizeof value);
        printf("%-24s %s %s\n", name, readings[i].quality == MW_QUALITY_GOOD ? value : "-",
               mw_unit_text(readings[i].unit));
    }
    printf("%s, %u requests\n", mw_status_text(status), mw_meter_requests(&meter));
    return status == MW_OK ? 0 : 1;
}
