/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "../modbus/modbus_internal.h"

/* RTU without what the rarer functions need: shorter by half a kilobyte. */

static mw_status rtu_registers_examine(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const int pdu_bytes = mw_modbus_table_length(bytes + 1, count - 1);
    if (pdu_bytes < 0) {
        return MW_ERR_FRAME;
    }
    *length = 1 + (size_t)pdu_bytes + 2;
    if (pdu_bytes == 0 || *length > count) {
        return MW_AGAIN;
    }
    if (mw_crc16(bytes, *length) != 0) { /* a CRC over its own CRC is 0 */
        return MW_ERR_CHECK;
    }
    return bytes[0] == request[0] ? mw_modbus_match_registers(request + 1, bytes + 1) : MW_ERR_MISMATCH;
}

/* Only the same unit can answer with the same function; unit 0 is everybody. */
static uint16_t rtu_registers_key(const uint8_t *request)
{
    return (uint16_t)(request[0] * 256u + request[1]); /* two bytes of code fewer than mw_get_be16() */
}

const mw_framer mw_framer_rtu_registers = {rtu_registers_examine, rtu_registers_key, 7, 1750};
