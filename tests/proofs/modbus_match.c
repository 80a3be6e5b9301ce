/* SPDX-License-Identifier: MIT */
/* Proves: a reply is compared with its request
 * Bound: request and reply PDUs of 1 to 253 bytes
 * Unwind: 1 match_file.0:37
 */
#define STUB_memory
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

int modbus_id_length(const uint8_t *pdu, size_t count)
{
    const int length = nondet_int();
    READABLE(pdu, count);
    ASSUME(ENSURES_id_length(length, pdu));
    return length;
}

void proof(void)
{
    uint8_t asked[MW_MODBUS_PDU_MAX];
    uint8_t answered[MW_MODBUS_PDU_MAX];
    const size_t asked_bytes = any_size(1, sizeof asked);
    const size_t answer_bytes = any_size(1, sizeof answered);
    const uint8_t *const request = TAIL(asked, asked_bytes);
    const uint8_t *const reply = TAIL(answered, answer_bytes);
    mw_status status;
    ASSUME(mw_modbus_is_request(request, asked_bytes)); /* as it is documented */
    status = mw_modbus_match(request, reply, answer_bytes);
    PROVE(ENSURES_match(status, reply, answer_bytes), "status");
}
