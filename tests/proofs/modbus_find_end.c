/* SPDX-License-Identifier: MIT */
/* Proves: the frame found is inside, whatever the CRC
 * Bound: 0 to 512 bytes
 * Unwind: 1 mw_modbus_find_end.0:257
 */
#include <meterwire/modbus.h>

#include "proof.h"

mw_status mw_modbus_find_end(const uint8_t *bytes, size_t count, size_t least, size_t *length);

uint16_t mw_modbus_crc_step(unsigned crc, uint8_t byte)
{
    (void)crc, (void)byte;
    return nondet_u16();
}

void proof(void)
{
    static uint8_t bytes[512];
    const size_t count = any_size(0, sizeof bytes);
    const size_t least = any_size(0, 5);
    size_t length = nondet_size();
    const mw_status status = mw_modbus_find_end(TAIL(bytes, count), count, least, &length);
    PROVE(ENSURES_find_end(status, count, least, length), "inside");
}
