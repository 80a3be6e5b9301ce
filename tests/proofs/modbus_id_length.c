/* SPDX-License-Identifier: MIT */
/* Proves: length of the objects of an identification
 * Bound: beginning of a reply, 0 to 32 bytes of it
 * Unwind: 1 modbus_id_length.0:125
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

int modbus_id_length(const uint8_t *pdu, size_t count);

void proof(void)
{
    uint8_t bytes[32];
    const size_t count = any_size(0, sizeof bytes);
    const uint8_t *const pdu = TAIL(bytes, count);
    const int length = modbus_id_length(pdu, count);
    PROVE(ENSURES_pdu_length(length), "length");
    PROVE(count <= 6 || ENSURES_id_length(length, pdu), "length");
}
