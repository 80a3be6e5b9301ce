/* SPDX-License-Identifier: MIT */
/* Proves: the answer found is inside
 * Bound: request of 8 to 256 bytes, 1 to 256 bytes received
 * Unwind: 1 memcmp.0:6
 * CI: yes
 */
#define STUB_mw_crc16
#include <meterwire/link.h>

#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t request[MW_MODBUS_RTU_MAX];
    uint8_t bytes[MW_MODBUS_RTU_MAX];
    const size_t count = any_size(1, sizeof bytes);
    size_t length;
    const mw_status status =
        mw_framer_rtu_registers.examine(TAIL(request, any_size(8, sizeof request)), TAIL(bytes, count), count, &length);
    PROVE(ENSURES_examine(status, count, length), "inside");
}
