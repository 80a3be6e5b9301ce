/* SPDX-License-Identifier: MIT */
/* Firmware without an operating system: a meter on a UART, read in a loop that never waits. Everything above the line
 * is what firmware does; below it a UART, a clock and a meter are simulated, so that the program runs anywhere.
 *
 *     cc -std=c99 superloop.c $(pkg-config --cflags --libs meterwire) -o superloop && ./superloop
 */
#include <meterwire/meterwire.h>

#include <stdio.h>

#define BAUD 9600

/* What your hardware has: a clock of microseconds that may wrap around, and a UART that sends and receives by
 * interrupts into rings. With RS-485 the interrupt switches the driver off behind the last character. */
static uint32_t clock_us(void);
static void uart_send(const uint8_t *bytes, size_t count);
static bool uart_receive(uint8_t *byte);

static const mw_link_config line = {.char_us = MW_LINK_CHAR_US(BAUD)};
static const mw_obis codes[] = {{1, 0, 16, 7, 0, 255}, {1, 0, 32, 7, 0, 255}, {1, 0, 1, 8, 0, 255}};
static const mw_selection wanted = {0, codes, sizeof codes / sizeof codes[0]};
static uint8_t buffer[MW_MODBUS_RTU_MAX];
static mw_link uart_link;
static mw_meter meter;

static void firmware_begin(void)
{
    mw_link_init(&uart_link, &mw_framer_rtu, &line, buffer, sizeof buffer, clock_us());
    mw_meter_init(&meter, &mw_model_wago_879_3000, &uart_link, MW_MODBUS_RTU, 1);
    mw_meter_begin(&meter, &wanted);
}

static void use(const mw_reading *reading)
{
    char code[MW_OBIS_TEXT_SIZE], value[MW_READING_VALUE_SIZE];
    mw_obis_text(reading->id, code, sizeof code);
    mw_reading_text(reading, value, sizeof value);
    printf("%8lu us  %s  %s %s\n", (unsigned long)clock_us(), code,
           reading->quality == MW_QUALITY_GOOD ? value : mw_quality_text(reading->quality),
           mw_unit_text(reading->unit));
}

/* One turn of the main loop, between whatever else there is to do. */
static void firmware_turn(void)
{
    mw_reading reading;
    uint32_t wait_us; /* how long a processor could sleep if nothing is received */
    uint8_t byte;
    mw_status status;
    while (uart_receive(&byte)) {
        mw_link_feed(&uart_link, &byte, 1, clock_us());
    }
    if (mw_link_poll(&uart_link, clock_us(), &wait_us) == MW_LINK_SEND) {
        size_t length;
        const uint8_t *const request = mw_link_request(&uart_link, &length);
        uart_send(request, length);
        mw_link_sent(&uart_link, clock_us());
    }
    status = mw_meter_next(&meter, clock_us(), &reading); /* MW_AGAIN: the link is at work */
    if (status == MW_OK) {
        use(&reading);
    } else if (status == MW_END) {
        printf("%8lu us  %s, %u requests\n", (unsigned long)clock_us(), mw_status_text(mw_meter_status(&meter)),
               mw_meter_requests(&meter));
        mw_meter_begin(&meter, &wanted); /* a real program lets some time pass first */
    }
}

/* ------------------------------------------------ the simulation ------------------------------------------------ */

typedef struct ring {
    uint8_t bytes[512];
    unsigned in, out;
} ring;

static ring sent, answer, received; /* by us, still inside the meter, by us */
static uint32_t now_us, answer_us;

static uint32_t clock_us(void)
{
    return now_us;
}

static void put(ring *to, const uint8_t *bytes, size_t count)
{
    while (count-- > 0) {
        to->bytes[to->in++ % sizeof to->bytes] = *bytes++;
    }
}

static bool take(ring *from, uint8_t *byte)
{
    if (from->out == from->in) {
        return false;
    }
    *byte = from->bytes[from->out++ % sizeof from->bytes];
    return true;
}

static void uart_send(const uint8_t *bytes, size_t count)
{
    put(&sent, bytes, count);
}

static bool uart_receive(uint8_t *byte)
{
    return take(&received, byte);
}

static mw_status meter_value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    reading->n = row->c == 16 ? 43870 : row->c == 32 ? 2301 : row->c == 1 ? 123456780 : 0;
    reading->exp10 = -1;
    return MW_OK;
}

/* One character goes each way. The meter answers 20 ms after a request is complete. */
static void wire_turn(void)
{
    static mw_device device = {.model = &mw_model_wago_879_3000, .unit = 1, .value = meter_value};
    static uint8_t request[MW_MODBUS_FRAME_MAX], reply[MW_MODBUS_FRAME_MAX];
    static size_t count;
    size_t skip, length;
    uint8_t byte;
    if (count < sizeof request && take(&sent, &request[count])) {
        count++;
        if (mw_modbus_find(MW_MODBUS_RTU, request, count, false, &skip, &length) == MW_OK) {
            mw_device_answer(&device, MW_MODBUS_RTU, request + skip, length, reply, sizeof reply, &length);
            put(&answer, reply, length);
            answer_us = now_us + 20000;
            count = 0;
        }
    }
    if ((int32_t)(now_us - answer_us) >= 0 && take(&answer, &byte)) {
        put(&received, &byte, 1);
    }
}

int main(void)
{
    firmware_begin();
    for (unsigned turns = 0; turns < 4000; turns++) {
        now_us += MW_LINK_CHAR_US(BAUD) / 10; /* the loop turns ten times a character */
        if (turns % 10 == 0) {
            wire_turn();
        }
        firmware_turn();
    }
    return mw_meter_status(&meter) == MW_OK ? 0 : 1;
}
