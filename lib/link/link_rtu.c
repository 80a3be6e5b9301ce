/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "../core/bytes.h"
#include "../modbus/modbus_internal.h"

/* A master's view of RTU: unit, reply PDU, CRC. */

static mw_status rtu_examine(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const int pdu_bytes = mw_modbus_reply_length(bytes + 1, count - 1);
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
    return bytes[0] == request[0] ? mw_modbus_match(request + 1, bytes + 1) : MW_ERR_MISMATCH;
}

/* Only the same unit can answer with the same function; unit 0 is everybody. */
static uint16_t rtu_key(const uint8_t *request)
{
    return mw_get_be16(request);
}

const mw_framer mw_framer_rtu = {rtu_examine, rtu_key, 7, 1750};
