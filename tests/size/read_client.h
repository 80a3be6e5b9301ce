/* SPDX-License-Identifier: MIT */
/* The client of rtu_client.c and tcp_client.c, which say FRAMING, FRAMER, BUFFER_BYTES and CHAR_US. */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include <string.h>

#include "firmware.h"

#define PDU  (FRAMING == MW_MODBUS_TCP ? 7 : 1)
#define UNIT (PDU - 1)

static uint8_t buffer[BUFFER_BYTES];
static mw_link link_state;
static const mw_link_config config = {.char_us = CHAR_US};

void firmware_run(void)
{
    static const mw_modbus_request request = {1, 1, MW_MODBUS_READ_HOLDING, 0x5002, 2, NULL};
    static uint8_t frame[MW_MODBUS_READ_BYTES];
    static size_t length;
    mw_link_init(&link_state, &FRAMER, &config, buffer, sizeof buffer, firmware_now_us());
    mw_modbus_encode_read(FRAMING, &request, frame, sizeof frame, &length);
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
                firmware_result(mw_modbus_u32(mw_link_reply(&link_state, &length) + PDU + 2, 0, MW_MODBUS_ABCD));
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
    const size_t bytes = 2u * (size_t)(request[PDU + 3] << 8 | request[PDU + 4]);
    size_t answer_bytes = 0;
    (void)count;
    memset(answer, 0x43, FIRMWARE_ANSWER_MAX);
    answer[PDU] = request[PDU];
    answer[PDU + 1] = (uint8_t)bytes;
    mw_modbus_seal(FRAMING, 1, request[UNIT], answer, FIRMWARE_ANSWER_MAX, 2 + bytes, &answer_bytes);
    return answer_bytes;
}
