/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "modbus_internal.h"

mw_status mw_modbus_encode_pdu(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, const uint8_t *pdu,
                               size_t pdu_bytes, uint8_t *frame, size_t size, size_t *length)
{
    /* What is longer or shorter than it says could not be told from its neighbours on a serial line. */
    if (pdu_bytes < 1 || pdu_bytes > MW_MODBUS_PDU_MAX || pdu[0] >= MW_MODBUS_EXCEPTION_BIT ||
        !mw_modbus_is_request(pdu, pdu_bytes)) {
        return MW_ERR_ARGUMENT;
    }
    if (size < mw_modbus_frame_bytes(framing, pdu_bytes)) {
        return MW_ERR_SPACE;
    }
    memmove(frame + mw_modbus_header_bytes(framing), pdu, pdu_bytes);
    return mw_modbus_seal(framing, transaction, unit, frame, size, pdu_bytes, length);
}
