/* SPDX-License-Identifier: MIT */
/* Proves: what stands behind an object of an identification
 * Bound: any place in, or behind, a reply of 1 to 253 bytes
 * Unwind: 1
 * CI: yes
 */
#include "../../lib/modbus/modbus_internal.h"
#include "id.h"
#include "proof.h"

size_t modbus_id_behind(const uint8_t *pdu, size_t count, size_t at);

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(1, sizeof bytes);
    const size_t at = nondet_size();
    size_t behind;
    ASSUME(REQUIRES_id_behind(count, at));
    behind = modbus_id_behind(TAIL(bytes, count), count, at);
    PROVE(ENSURES_id_behind(behind, count, at), "behind it");
}
