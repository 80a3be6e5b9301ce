/* SPDX-License-Identifier: MIT */
/* Proves: the CRC by the table is that by the polynomial (SL 6.2.2)
 * Bound: 0 to 4 bytes; table of 256 entries; two bring the register into any state, so it holds for what follows
 * Library: core
 * Unwind: 9 proof.0:5 mw_crc16.0:3
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[4];
    const size_t count = any_size(0, sizeof bytes);
    uint16_t crc = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        crc = mw_modbus_crc_step(crc, bytes[i]);
    }
    PROVE(mw_crc16(bytes, count) == crc, "the same");
}
