/* SPDX-License-Identifier: MIT */
/* A firmware that reads two registers over RTU in a superloop: encoder, link, register access. */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include <string.h>

#include "firmware.h"

static uint8_t buffer[MW_MODBUS_RTU_MAX];
static mw_link link_state;
static const mw_link_config config = {.char_us = MW_LINK_CHAR_US(9600)};

void firmware_run(void)
{
    static const mw_modbus_request request = {0, 1, MW_MODBUS_READ_HOLDING, 0x5002, 2, NULL};
    static uint8_t frame[MW_MODBUS_READ_BYTES];
    static size_t length;
    mw_link_init(&link_state, &mw_framer_rtu_registers, &config, buffer, sizeof buffer, firmware_now_us());
    mw_modbus_encode_read(MW_MODBUS_RTU, &request, frame, sizeof frame, &length);
    mw_link_start(&link_state, frame, length, 0, 1, firmware_now_us());
    for (;;) {
        uint32_t wait_us;
        size_t space;
        uint8_t *const to = mw_link_space(&link_state, &space);
        mw_link_received(&link_state, firmware_receive(to, space), firmware_now_us());
        switch (mw_link_poll(&link_state, firmware_now_us(), &wait_us)) {
        case MW_LINK_SEND:
            firmware_send(frame, length);
            mw_link_sent(&link_state, firmware_now_us());
            break;
        case MW_LINK_DONE:
            if (mw_link_status(&link_state) == MW_OK) {
                firmware_result(mw_modbus_u32(mw_link_reply(&link_state, &length) + 3, 0, MW_MODBUS_ABCD));
            }
            return;
        case MW_LINK_IDLE:
        case MW_LINK_WAIT:
        case MW_LINK_RECEIVE:
        default:
            break;
        }
    }
}

/* All registers are 4343. */
size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    const size_t bytes = 2u * (size_t)(request[4] << 8 | request[5]);
    size_t answer_bytes = 0;
    (void)count;
    memset(answer, 0x43, FIRMWARE_ANSWER_MAX);
    answer[1] = request[1];
    answer[2] = (uint8_t)bytes;
    mw_modbus_seal(MW_MODBUS_RTU, 0, request[0], answer, FIRMWARE_ANSWER_MAX, 2 + bytes, &answer_bytes);
    return answer_bytes;
}
