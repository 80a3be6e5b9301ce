/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

mw_status mw_modbus_encode_write(mw_modbus_framing framing, const mw_modbus_request *request, uint8_t *frame,
                                 size_t size, size_t *length)
{
    uint8_t *pdu;
    const bool single = request->function == MW_MODBUS_WRITE_SINGLE;
    const size_t data_at = single ? 3 : 6;
    const size_t data_bytes = 2 * (size_t)request->count;
    if ((!single && request->function != MW_MODBUS_WRITE_MULTIPLE) || request->count < 1 ||
        request->count > (single ? 1 : MW_MODBUS_WRITE_MAX) ||
        (uint32_t)request->address + request->count > MW_MODBUS_REGISTERS) {
        return MW_ERR_ARGUMENT;
    }
    if (size < mw_modbus_frame_bytes(framing, data_at + data_bytes)) {
        return MW_ERR_SPACE;
    }
    pdu = frame + mw_modbus_header_bytes(framing);
    pdu[0] = request->function;
    mw_put_be16(pdu + 1, request->address);
    if (!single) {
        mw_put_be16(pdu + 3, request->count);
        pdu[5] = (uint8_t)data_bytes;
    }
    memcpy(pdu + data_at, request->data, data_bytes);
    return mw_modbus_seal(framing, request->transaction, request->unit, frame, size, data_at + data_bytes, length);
}
