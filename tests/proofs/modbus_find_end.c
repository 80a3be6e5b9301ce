/* SPDX-License-Identifier: MIT */
/* Proves: the frame found is inside
 * Bound: 0 to 256 bytes
 * Unwind: 257 mw_modbus_crc_step.0:9
 * CI: yes
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MODBUS_RTU_MAX];
    const size_t count = any_size(0, sizeof bytes);
    const size_t least = any_size(0, 5);
    size_t length = nondet_size();
    const mw_status status = mw_modbus_find_end(TAIL(bytes, count), count, least, &length);
    PROVE(ENSURES_find_end(status, count, least, length), "inside");
}
