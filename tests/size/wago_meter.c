/* SPDX-License-Identifier: MIT */
/* A firmware that reads everything of a WAGO 879-3000 over RTU: link, planner, decoder and model in a superloop. */
#include <meterwire/meter.h>
#include <meterwire/models.h>

#include <string.h>

#include "firmware.h"

/* All its RAM but the stack; the buffer holds the longest answer, of 125 registers. */
static struct {
    mw_link link;
    mw_meter meter;
    uint8_t buffer[MW_MODBUS_RTU_MAX];
} firmware_state;

static const mw_link_config config = {.char_us = MW_LINK_CHAR_US(9600)};
static const mw_selection everything = {0, NULL, 0};

#define DATA_TYPE  0x4026 /* register that is 1 while floats are floats */
#define VOLTAGE_L1 0x5002
#define REGISTERS  0x4343 /* what all others are; as a float 0x43434343 is 195.26274... */

static void drive(void)
{
    mw_link *const link = &firmware_state.link;
    for (;;) {
        uint32_t wait_us;
        size_t space;
        uint8_t *const to = mw_link_space(link, &space);
        mw_link_received(link, firmware_receive(to, space), firmware_now_us());
        switch (mw_link_poll(link, firmware_now_us(), &wait_us)) {
        case MW_LINK_SEND: {
            size_t length;
            const uint8_t *const request = mw_link_request(link, &length);
            firmware_send(request, length);
            mw_link_sent(link, firmware_now_us());
            break;
        }
        case MW_LINK_DONE:
            return;
        case MW_LINK_IDLE:
        case MW_LINK_WAIT:
        case MW_LINK_RECEIVE:
        default:
            break;
        }
    }
}

void firmware_run(void)
{
    mw_reading reading;
    bool good = false;
    mw_status status;
    mw_link_init(&firmware_state.link, &mw_framer_rtu_registers, &config, firmware_state.buffer,
                 sizeof firmware_state.buffer, firmware_now_us());
    mw_meter_init(&firmware_state.meter, &mw_readings_wago_879_3000, &firmware_state.link, MW_MODBUS_RTU, 1);
    mw_meter_begin(&firmware_state.meter, &everything);
    while ((status = mw_meter_next(&firmware_state.meter, firmware_now_us(), &reading)) != MW_END) {
        if (status == MW_AGAIN) {
            drive();
        } else if (reading.source == VOLTAGE_L1) {
            good = reading.quality == MW_QUALITY_GOOD && reading.n == 195263 && reading.exp10 == -3;
        }
    }
    firmware_result(good ? FIRMWARE_GOOD : 0);
}

size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    const unsigned address = (unsigned)request[2] << 8 | request[3];
    const unsigned registers = (unsigned)request[4] << 8 | request[5];
    size_t answer_bytes = 0;
    (void)count;
    answer[1] = request[1];
    answer[2] = (uint8_t)(2 * registers);
    for (unsigned i = 0; i < registers; i++) {
        const unsigned value = address + i == DATA_TYPE ? 1 : REGISTERS;
        answer[3 + 2 * i] = (uint8_t)(value >> 8);
        answer[4 + 2 * i] = (uint8_t)value;
    }
    mw_modbus_seal(MW_MODBUS_RTU, 0, request[0], answer, FIRMWARE_ANSWER_MAX, 2 + 2 * (size_t)registers, &answer_bytes);
    return answer_bytes;
}
