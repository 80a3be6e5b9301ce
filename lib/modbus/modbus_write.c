/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

/* How much a function can write with one request; 0: it does not write. */
static unsigned modbus_write_most(uint8_t function)
{
    switch (function) {
    case MW_MODBUS_WRITE_COIL:
    case MW_MODBUS_WRITE_SINGLE:
        return 1;
    case MW_MODBUS_WRITE_COILS:
        return MW_MODBUS_WRITE_BITS_MAX;
    case MW_MODBUS_WRITE_MULTIPLE:
        return MW_MODBUS_WRITE_MAX;
    default:
        return 0;
    }
}

/* Puts the data in place; a single bit is FF00 or 0000, and the bits behind the last one are 0. */
static void modbus_put_values(const mw_modbus_request *request, uint8_t *to, size_t bytes)
{
    if (request->function == MW_MODBUS_WRITE_COIL) {
        to[0] = (request->data[0] & 1) != 0 ? 0xFF : 0;
        to[1] = 0;
        return;
    }
    memcpy(to, request->data, bytes);
    if (request->function == MW_MODBUS_WRITE_COILS && request->count % 8 != 0) {
        to[bytes - 1] &= (uint8_t)(0xFFu >> (8 - request->count % 8));
    }
}

mw_status mw_modbus_encode_write(mw_modbus_framing framing, const mw_modbus_request *request, uint8_t *frame,
                                 size_t size, size_t *length)
{
    uint8_t *pdu;
    const bool single = request->function <= MW_MODBUS_WRITE_SINGLE;
    const size_t data_at = single ? 3 : 6;
    const size_t data_bytes =
        request->function == MW_MODBUS_WRITE_COILS ? mw_modbus_bit_bytes(request->count) : 2 * (size_t)request->count;
    if (request->count - 1u >= modbus_write_most(request->function) ||
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
    modbus_put_values(request, pdu + data_at, data_bytes);
    return mw_modbus_seal(framing, request->transaction, request->unit, frame, size, data_at + data_bytes, length);
}
