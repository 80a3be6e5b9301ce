/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "modbus_internal.h"

mw_status mw_modbus_decode_reply(mw_modbus_framing framing, const uint8_t *request, size_t request_length,
                                 const uint8_t *frame, size_t length, mw_modbus_reply *reply)
{
    const size_t offset = mw_modbus_header_bytes(framing);
    mw_modbus_frame parts;
    mw_status status = mw_modbus_open(framing, frame, length, &parts);
    if (status != MW_OK) {
        return status;
    }
    /* Unit, and on TCP the transaction in front of it, are the same bytes in both. */
    if (request_length < offset + 5 || request[offset - 1] != parts.unit ||
        (framing == MW_MODBUS_TCP && memcmp(request, frame, 2) != 0) ||
        (size_t)mw_modbus_reply_length(parts.pdu, parts.pdu_bytes) != parts.pdu_bytes) {
        return MW_ERR_MISMATCH;
    }
    status = mw_modbus_match(request + offset, parts.pdu);
    if (status == MW_ERR_REFUSED) {
        reply->exception = parts.pdu[1];
    } else if (status == MW_OK) {
        reply->exception = 0;
        reply->data = parts.pdu + 2;
        reply->data_bytes = mw_modbus_is_read(parts.pdu[0]) ? parts.pdu[1] : 0;
    }
    return status;
}
