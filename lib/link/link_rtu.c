/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "../core/bytes.h"
#include "../modbus/modbus_internal.h"

/* A master's view of RTU: unit, reply PDU, CRC. */

#define RTU_AROUND 3 /* bytes around a PDU */

static mw_status rtu_examine_frame(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const int pdu_bytes = mw_modbus_reply_length(bytes + 1, count - 1);
    /* Any noise could be the beginning of an unknown function, so only what was asked for is looked for. */
    if (count > 1 && mw_get_be16(request) == mw_get_be16(bytes)) {
        const size_t least = mw_modbus_open_end(bytes + 1, count - 1);
        if (least > 0) {
            return mw_modbus_find_end(bytes, count, least, length);
        }
    }
    if (pdu_bytes < 0) {
        return MW_ERR_FRAME;
    }
    *length = (size_t)pdu_bytes + RTU_AROUND;
    if (pdu_bytes == 0 || *length > count) {
        return MW_AGAIN;
    }
    return mw_crc16(bytes, *length) == 0 ? MW_OK : MW_ERR_CHECK; /* a CRC over its own CRC is 0 */
}

static mw_status rtu_examine(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const mw_status status = rtu_examine_frame(request, bytes, count, length);
    if (status != MW_OK) {
        return status;
    }
    return bytes[0] == request[0] ? mw_modbus_match(request + 1, bytes + 1, *length - RTU_AROUND) : MW_ERR_MISMATCH;
}

/* Only the same unit can answer with the same function; unit 0 is everybody. */
static uint16_t rtu_key(const uint8_t *request)
{
    return mw_get_be16(request);
}

const mw_framer mw_framer_rtu = {rtu_examine, rtu_key, 7, 1750};
