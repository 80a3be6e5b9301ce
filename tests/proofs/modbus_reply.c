/* SPDX-License-Identifier: MIT */
/* Proves: what a reply points to is inside
 * Bound: request of 0 to 260 bytes, reply of 0 to 260 bytes
 * Unwind: 1
 * CI: yes
 */
#define STUB_memory
#define STUB_mw_crc16
#define STUB_mw_modbus_reply_length
#define STUB_mw_modbus_match
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    uint8_t request[MW_MODBUS_TCP_MAX];
    uint8_t frame[MW_MODBUS_TCP_MAX];
    const size_t asked = any_size(0, sizeof request);
    const size_t length = any_size(0, sizeof frame);
    const size_t around = mw_modbus_frame_bytes(framing, 0);
    mw_modbus_reply reply;
    /* What is longer than any PDU and does not tell its end, is a request already up to there. */
    asked_bytes = asked <= around ? 0 : asked - around < MW_MODBUS_PDU_MAX ? asked - around : MW_MODBUS_PDU_MAX;
    if (mw_modbus_decode_reply(framing, TAIL(request, asked), asked, TAIL(frame, length), length, &reply) == MW_OK) {
        READABLE(reply.pdu, reply.pdu_bytes);
    }
}
