/* SPDX-License-Identifier: MIT */
/* A firmware that reads with functions 3 and 4 and writes with 6 and 16 over RTU: the link in a superloop, and replies
 * decoded against their requests. */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include <string.h>

#include "firmware.h"

static uint8_t buffer[MW_MODBUS_RTU_MAX];
static uint8_t frame[MW_MODBUS_RTU_MAX];
static mw_link link_state;
static const mw_link_config config = {.char_us = MW_LINK_CHAR_US(9600)};

static mw_status exchange(size_t length, mw_modbus_reply *reply)
{
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
        case MW_LINK_DONE: {
            /* The link has verified the reply: only a refusal's code and a read's registers are to be found. */
            const uint8_t *const got = mw_link_reply(&link_state, &length);
            const mw_status status = mw_link_status(&link_state);
            reply->exception = status == MW_ERR_REFUSED ? got[2] : 0;
            reply->data = got + 3;
            return status;
        }
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
    static const uint8_t data[] = {0x12, 0x34, 0x56, 0x78};
    static const mw_modbus_request reads[] = {{0, 1, MW_MODBUS_READ_INPUT, 0x5002, 2, NULL},
                                              {0, 1, MW_MODBUS_READ_HOLDING, 0x5002, 2, NULL}};
    static const mw_modbus_request writes[] = {{0, 1, MW_MODBUS_WRITE_SINGLE, 0x5002, 1, data},
                                               {0, 1, MW_MODBUS_WRITE_MULTIPLE, 0x5002, 2, data}};
    mw_modbus_reply reply;
    size_t length;
    mw_link_init(&link_state, &mw_framer_rtu_registers, &config, buffer, sizeof buffer, firmware_now_us());
    for (unsigned i = 0; i < 2; i++) {
        mw_modbus_encode_write(MW_MODBUS_RTU, &writes[i], frame, sizeof frame, &length);
        if (exchange(length, &reply) != MW_OK) {
            return;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        mw_modbus_encode_read(MW_MODBUS_RTU, &reads[i], frame, sizeof frame, &length);
        if (exchange(length, &reply) != MW_OK) {
            return;
        }
    }
    firmware_result(mw_modbus_u32(reply.data, 0, MW_MODBUS_ABCD));
}

/* All registers are 4343; a write is answered by its beginning. */
size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    const size_t bytes = 2u * (size_t)(request[4] << 8 | request[5]);
    size_t answer_bytes = 0;
    (void)count;
    memset(answer, 0x43, FIRMWARE_ANSWER_MAX);
    answer[1] = request[1];
    if (request[1] > MW_MODBUS_READ_INPUT) {
        memcpy(answer, request, 6);
        mw_modbus_seal(MW_MODBUS_RTU, 0, request[0], answer, FIRMWARE_ANSWER_MAX, 5, &answer_bytes);
    } else {
        answer[2] = (uint8_t)bytes;
        mw_modbus_seal(MW_MODBUS_RTU, 0, request[0], answer, FIRMWARE_ANSWER_MAX, 2 + bytes, &answer_bytes);
    }
    return answer_bytes;
}
