/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "modbus_internal.h"

#define RTU_OVERHEAD 3

/* Whether a frame with that PDU stands here: MW_OK, MW_AGAIN when bytes are missing, or MW_ERR_CHECK. */
static mw_status find_rtu_candidate(const uint8_t *bytes, size_t count, int pdu_bytes, size_t *length)
{
    if (pdu_bytes < 0) {
        return MW_ERR_CHECK;
    }
    *length = (size_t)pdu_bytes + RTU_OVERHEAD;
    if (pdu_bytes == 0 || *length > count) {
        return MW_AGAIN;
    }
    return mw_crc16(bytes, *length) == 0 ? MW_OK : MW_ERR_CHECK;
}

/* Frames whose bytes do not tell their end are ended by silence (SL 2.5.1.1). Without it there are at least 2 bytes, as
 * the first alone says nothing. */
static mw_status find_rtu_end(const uint8_t *bytes, size_t count, bool silent, size_t *length)
{
    if (silent) {
        *length = count;
        return count > RTU_OVERHEAD && count <= MW_MODBUS_RTU_MAX && mw_crc16(bytes, count) == 0 ? MW_OK : MW_ERR_CHECK;
    }
    return count < MW_MODBUS_RTU_MAX && mw_modbus_open_end(bytes + 1, count - 1) > 0 ? MW_AGAIN : MW_ERR_CHECK;
}

/* A frame looks alike whether it is a request or a reply, but has another length as one or the other. */
static mw_status find_rtu(const uint8_t *bytes, size_t count, bool silent, size_t *length)
{
    size_t reply_length;
    const mw_status request = find_rtu_candidate(bytes, count, mw_modbus_request_length(bytes + 1, count - 1), length);
    mw_status reply;
    if (request == MW_OK) {
        return MW_OK;
    }
    reply = find_rtu_candidate(bytes, count, mw_modbus_reply_length(bytes + 1, count - 1), &reply_length);
    if (reply == MW_OK) {
        *length = reply_length;
        return MW_OK;
    }
    if (!silent && (request == MW_AGAIN || reply == MW_AGAIN)) {
        return MW_AGAIN;
    }
    return find_rtu_end(bytes, count, silent, length);
}

mw_status mw_modbus_find(mw_modbus_framing framing, const uint8_t *bytes, size_t count, bool silent, size_t *skip,
                         size_t *length)
{
    size_t at = 0;
    size_t found = 0;
    while (at < count) {
        const mw_status status = framing == MW_MODBUS_TCP ? mw_modbus_tcp_extent(bytes + at, count - at, &found)
                                                          : find_rtu(bytes + at, count - at, silent, &found);
        if (status == MW_OK) {
            *skip = at;
            *length = found;
            return MW_OK;
        }
        /* Silence means nothing on TCP: the network may hold up the rest of a frame at any byte. */
        if (status == MW_AGAIN) {
            break;
        }
        at++;
    }
    *skip = at;
    return MW_AGAIN;
}
