/* SPDX-License-Identifier: MIT */
/* Proves: lengths of PDUs, told from their first bytes, are at most 253
 * Bound: beginning of a request or reply of 0 to 253 bytes; objects of an identification by modbus_id_length
 * Unwind: 1
 */
#define STUB_modbus_id_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(0, sizeof bytes);
    const uint8_t *const pdu = TAIL(bytes, count);
    PROVE(ENSURES_pdu_length(mw_modbus_request_length(pdu, count), count), "length of a request");
    PROVE(ENSURES_pdu_length(mw_modbus_reply_length(pdu, count), count), "length of a reply");
    PROVE(ENSURES_pdu_length(mw_modbus_table_length(pdu, count), count), "length of a reply of registers");
    if (count > 0) {
        (void)mw_modbus_open_end(pdu, count);
        (void)mw_modbus_is_request(pdu, count);
    }
}
