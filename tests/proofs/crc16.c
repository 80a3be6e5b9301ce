/* SPDX-License-Identifier: MIT */
/* Proves: the CRC looks at nothing but what it covers
 * Bound: 0 to 256 bytes; table of 256 entries
 * Library: core
 * Unwind: 1 mw_crc16.0:129
 */
#include <meterwire/modbus.h>

#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MODBUS_RTU_MAX];
    const size_t count = any_size(0, sizeof bytes);
    (void)mw_crc16(TAIL(bytes, count), count);
}
