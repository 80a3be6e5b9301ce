/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "modbus_internal.h"

/* Diagnostics of sub-function 0 send back what they got, however much that is (AP 6.8.1). */
static bool modbus_is_loopback(const uint8_t *pdu)
{
    return pdu[0] == MW_MODBUS_DIAGNOSTICS && pdu[1] == 0 && pdu[2] == 0;
}

static mw_status modbus_match_request(const uint8_t *asked, size_t asked_bytes, const mw_modbus_frame *answer)
{
    mw_status status;
    if (!mw_modbus_is_request(asked, asked_bytes)) {
        return MW_ERR_MISMATCH;
    }
    status = mw_modbus_match(asked, answer->pdu, answer->pdu_bytes);
    if (status == MW_OK && modbus_is_loopback(asked) &&
        (asked_bytes != answer->pdu_bytes || memcmp(asked, answer->pdu, asked_bytes) != 0)) {
        return MW_ERR_MISMATCH;
    }
    return status;
}

mw_status mw_modbus_decode_reply(mw_modbus_framing framing, const uint8_t *request, size_t request_length,
                                 const uint8_t *frame, size_t length, mw_modbus_reply *reply)
{
    const size_t offset = mw_modbus_header_bytes(framing);
    const size_t around = mw_modbus_frame_bytes(framing, 0);
    mw_modbus_frame parts;
    mw_status status = mw_modbus_open(framing, frame, length, &parts);
    if (status != MW_OK) {
        return status;
    }
    /* Unit, and on TCP the transaction in front of it, are the same bytes in both. */
    if (request_length <= around || request[offset - 1] != parts.unit ||
        (framing == MW_MODBUS_TCP && memcmp(request, frame, 2) != 0)) {
        return MW_ERR_MISMATCH;
    }
    status = modbus_match_request(request + offset, request_length - around, &parts);
    if (status == MW_ERR_REFUSED) {
        reply->exception = parts.pdu[1];
    } else if (status == MW_OK) {
        const bool reads = mw_modbus_is_read(parts.pdu[0]) || parts.pdu[0] == MW_MODBUS_READ_WRITE;
        reply->exception = 0;
        reply->data = parts.pdu + (reads ? 2 : parts.pdu_bytes);
        reply->data_bytes = reads ? parts.pdu[1] : 0;
        reply->pdu = parts.pdu;
        reply->pdu_bytes = parts.pdu_bytes;
    }
    return status;
}
