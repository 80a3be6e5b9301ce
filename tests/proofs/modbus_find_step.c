/* SPDX-License-Identifier: MIT */
/* Proves: a frame that begins here is inside
 * Bound: 1 to 260 bytes
 * Unwind: 1 mw_modbus_tcp_extent.0:4
 * CI: yes
 */
#define STUB_mw_crc16
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

mw_status find_rtu(const uint8_t *bytes, size_t count, bool silent, size_t *length);

void proof(void)
{
    uint8_t bytes[MW_MODBUS_TCP_MAX];
    const size_t count = any_size(1, sizeof bytes);
    size_t length;
    const mw_status status = nondet_bool() ? mw_modbus_tcp_extent(TAIL(bytes, count), count, &length)
                                           : find_rtu(TAIL(bytes, count), count, nondet_bool(), &length);
    PROVE(status != MW_OK || (length >= 1 && length <= count), "inside");
}
