/* SPDX-License-Identifier: MIT */
/* Proves: the frame found is inside
 * Bound: 0 to 260 bytes of a stream
 * Unwind: 262 mw_modbus_tcp_extent.0:4
 */
#define STUB_mw_crc16
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MODBUS_TCP_MAX];
    const size_t count = any_size(0, sizeof bytes);
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    size_t skip;
    size_t length;
    const mw_status status = mw_modbus_find(framing, TAIL(bytes, count), count, nondet_bool(), &skip, &length);
    PROVE(skip <= count, "inside");
    PROVE(status != MW_OK || (length >= 1 && length <= count - skip), "inside");
}
