/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

mw_status mw_modbus_encode_read(mw_modbus_framing framing, const mw_modbus_request *request, uint8_t *frame,
                                size_t size, size_t *length)
{
    uint8_t *pdu;
    const uint32_t last = request->count - 1u;
    const unsigned most = request->function <= MW_MODBUS_READ_DISCRETE ? MW_MODBUS_READ_BITS_MAX : MW_MODBUS_READ_MAX;
    if (!mw_modbus_is_read(request->function) || last >= most || (request->address + last) >> 16 != 0 ||
        (request->unit == 0 && framing == MW_MODBUS_RTU)) {
        return MW_ERR_ARGUMENT;
    }
    if (size < MW_MODBUS_READ_BYTES) {
        return MW_ERR_SPACE;
    }
    pdu = frame + mw_modbus_header_bytes(framing);
    pdu[0] = request->function;
    mw_put_be16(pdu + 1, request->address);
    mw_put_be16(pdu + 3, request->count);
    return mw_modbus_seal(framing, request->transaction, request->unit, frame, size, 5, length);
}
