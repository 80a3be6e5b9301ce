/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

#define RTU_HEADER    1
#define RTU_TRAILER   2
#define TCP_LENGTH_AT 4 /* the length field, which counts what follows it */

size_t mw_modbus_pdu_offset(mw_modbus_framing framing)
{
    return mw_modbus_header_bytes(framing);
}

static mw_status modbus_seal_tcp(uint16_t transaction, uint8_t unit, uint8_t *frame, size_t size, size_t pdu_bytes,
                                 size_t *length)
{
    if (size < MW_MODBUS_TCP_HEADER + pdu_bytes) {
        return MW_ERR_SPACE;
    }
    mw_put_be32(frame, (uint32_t)transaction << 16);
    mw_put_be16(frame + TCP_LENGTH_AT, (uint16_t)(1 + pdu_bytes));
    frame[MW_MODBUS_TCP_UNIT_AT] = unit;
    *length = MW_MODBUS_TCP_HEADER + pdu_bytes;
    return MW_OK;
}

mw_status mw_modbus_seal(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, uint8_t *frame, size_t size,
                         size_t pdu_bytes, size_t *length)
{
    const size_t covered = RTU_HEADER + pdu_bytes;
    uint16_t crc;
    if (pdu_bytes < 1 || pdu_bytes > MW_MODBUS_PDU_MAX) {
        return MW_ERR_ARGUMENT;
    }
    if (framing == MW_MODBUS_TCP) {
        return modbus_seal_tcp(transaction, unit, frame, size, pdu_bytes, length);
    }
    if (size < covered + RTU_TRAILER) {
        return MW_ERR_SPACE;
    }
    frame[0] = unit;
    crc = mw_crc16(frame, covered);
    frame[covered] = (uint8_t)crc; /* low byte first, unlike everything else */
    frame[covered + 1] = (uint8_t)(crc >> 8);
    *length = covered + RTU_TRAILER;
    return MW_OK;
}

static mw_status modbus_open_rtu(const uint8_t *bytes, size_t length, mw_modbus_frame *frame)
{
    uint16_t crc;
    if (length < RTU_HEADER + 1 + RTU_TRAILER || length > MW_MODBUS_RTU_MAX) {
        return MW_ERR_FRAME;
    }
    crc = mw_crc16(bytes, length - RTU_TRAILER);
    if (bytes[length - 2] != (uint8_t)crc || bytes[length - 1] != crc >> 8) {
        return MW_ERR_CHECK;
    }
    frame->transaction = 0;
    frame->unit = bytes[0];
    frame->pdu = bytes + RTU_HEADER;
    frame->pdu_bytes = length - RTU_HEADER - RTU_TRAILER;
    return MW_OK;
}

static mw_status modbus_open_tcp(const uint8_t *bytes, size_t length, mw_modbus_frame *frame)
{
    if (length < MW_MODBUS_TCP_HEADER + 1 || length > MW_MODBUS_TCP_MAX || mw_get_be16(bytes + 2) != 0 ||
        mw_get_be16(bytes + TCP_LENGTH_AT) != length - MW_MODBUS_TCP_UNIT_AT) {
        return MW_ERR_FRAME;
    }
    frame->transaction = mw_get_be16(bytes);
    frame->unit = bytes[MW_MODBUS_TCP_UNIT_AT];
    frame->pdu = bytes + MW_MODBUS_TCP_HEADER;
    frame->pdu_bytes = length - MW_MODBUS_TCP_HEADER;
    return MW_OK;
}

mw_status mw_modbus_open(mw_modbus_framing framing, const uint8_t *bytes, size_t length, mw_modbus_frame *frame)
{
    return framing == MW_MODBUS_TCP ? modbus_open_tcp(bytes, length, frame) : modbus_open_rtu(bytes, length, frame);
}

mw_status mw_modbus_tcp_extent(const uint8_t *bytes, size_t count, size_t *length)
{
    /* The protocol number is 0, and so is the high byte of a length that is never above 254. */
    for (size_t i = 2; i < TCP_LENGTH_AT + 1 && i < count; i++) {
        if (bytes[i] != 0) {
            return MW_ERR_FRAME;
        }
    }
    if (count < MW_MODBUS_TCP_UNIT_AT) {
        return MW_AGAIN;
    }
    *length = (size_t)MW_MODBUS_TCP_UNIT_AT + bytes[TCP_LENGTH_AT + 1];
    if (*length < MW_MODBUS_TCP_HEADER + 1 || *length > MW_MODBUS_TCP_MAX) {
        return MW_ERR_FRAME;
    }
    return *length > count ? MW_AGAIN : MW_OK;
}
