/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

/* Whether the registers asked for exist at all. */
static uint8_t modbus_check_range(const uint8_t *pdu, uint16_t count)
{
    return (uint32_t)mw_get_be16(pdu + 1) + count > MW_MODBUS_REGISTERS ? MW_MODBUS_ILLEGAL_ADDRESS : 0;
}

static uint8_t modbus_serve_read(const mw_modbus_server *server, const mw_modbus_frame *request, uint8_t *pdu,
                                 size_t size, size_t *pdu_bytes)
{
    const uint8_t *const asked = request->pdu;
    const uint16_t count = mw_get_be16(asked + 3);
    uint8_t exception;
    if (count < 1 || count > MW_MODBUS_READ_MAX) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    exception = modbus_check_range(asked, count);
    if (exception != 0) {
        return exception;
    }
    if (size < 2 + 2 * (size_t)count) {
        return MW_MODBUS_DEVICE_FAILURE;
    }
    exception = server->read(server->user, request->unit, asked[0], mw_get_be16(asked + 1), count, pdu + 2);
    pdu[1] = (uint8_t)(2 * count);
    *pdu_bytes = 2 + 2 * (size_t)count;
    return exception;
}

static uint8_t modbus_serve_write(const mw_modbus_server *server, const mw_modbus_frame *request, uint8_t *pdu,
                                  size_t *pdu_bytes)
{
    const uint8_t *const asked = request->pdu;
    const bool several = asked[0] == MW_MODBUS_WRITE_MULTIPLE;
    const uint16_t count = several ? mw_get_be16(asked + 3) : 1;
    uint8_t exception;
    if (count < 1 || count > MW_MODBUS_WRITE_MAX || (several && asked[5] != 2 * count)) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    exception = modbus_check_range(asked, count);
    if (exception != 0) {
        return exception;
    }
    memcpy(pdu, asked, 5); /* the reply repeats function, address, and value or count */
    *pdu_bytes = 5;
    return server->write(server->user, request->unit, asked[0], mw_get_be16(asked + 1), count,
                         asked + (several ? 6 : 3));
}

/* Puts the reply PDU in place; the exception to send instead, or 0. */
static uint8_t modbus_dispatch(const mw_modbus_server *server, const mw_modbus_frame *request, uint8_t *pdu,
                               size_t size, size_t *pdu_bytes)
{
    const uint8_t function = request->pdu[0];
    const bool reads = function == MW_MODBUS_READ_HOLDING || function == MW_MODBUS_READ_INPUT;
    const bool writes = function == MW_MODBUS_WRITE_SINGLE || function == MW_MODBUS_WRITE_MULTIPLE;
    if (!(reads && server->read != NULL) && !(writes && server->write != NULL)) {
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    /* What the function and its byte count imply must be just what came: a second request hidden behind the first
     * one, or a count without its data, is never acted on. */
    if ((size_t)mw_modbus_request_length(request->pdu, request->pdu_bytes) != request->pdu_bytes) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    pdu[0] = function;
    return reads ? modbus_serve_read(server, request, pdu, size, pdu_bytes)
                 : modbus_serve_write(server, request, pdu, pdu_bytes);
}

mw_status mw_modbus_serve(const mw_modbus_server *server, mw_modbus_framing framing, const uint8_t *request,
                          size_t length, uint8_t *reply, size_t size, size_t *reply_length)
{
    const size_t offset = mw_modbus_header_bytes(framing);
    const size_t overhead = mw_modbus_frame_bytes(framing, 0);
    mw_modbus_frame frame;
    size_t pdu_bytes = 2;
    uint8_t exception;
    bool broadcast;
    mw_status status = mw_modbus_open(framing, request, length, &frame);
    if (status != MW_OK) {
        return status;
    }
    if (size < overhead + 5) {
        return MW_ERR_SPACE;
    }
    broadcast = framing == MW_MODBUS_RTU && frame.unit == 0;
    /* On a serial line a refusal is somebody's answer, if not the echo of an own one. */
    if ((framing == MW_MODBUS_RTU && (frame.pdu[0] & MW_MODBUS_EXCEPTION_BIT) != 0) ||
        (!broadcast && server->serves != NULL && !server->serves(server->user, frame.unit))) {
        *reply_length = 0;
        return MW_OK;
    }
    exception = modbus_dispatch(server, &frame, reply + offset, size - overhead, &pdu_bytes);
    if (broadcast) {
        *reply_length = 0;
        return MW_OK;
    }
    if (exception != 0) {
        reply[offset] = frame.pdu[0] | MW_MODBUS_EXCEPTION_BIT;
        reply[offset + 1] = exception;
        pdu_bytes = 2;
    }
    return mw_modbus_seal(framing, frame.transaction, frame.unit, reply, size, pdu_bytes, reply_length);
}
