/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

/* A request under way: its parts, and where its reply goes. */
typedef struct modbus_call {
    const mw_modbus_server *server;
    mw_modbus_frame request;
    uint8_t *reply; /* PDU */
    size_t size;
    size_t reply_bytes;
} modbus_call;

/* Whether so much may be asked for, and exists at all. */
static uint8_t modbus_check(const uint8_t *at, uint16_t count, unsigned most)
{
    if (count - 1u >= most) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    return (uint32_t)mw_get_be16(at) + count > MW_MODBUS_REGISTERS ? MW_MODBUS_ILLEGAL_ADDRESS : 0;
}

static uint8_t modbus_ask_read(const modbus_call *call, const uint8_t *at, uint16_t count, uint8_t *data)
{
    return call->server->read(call->server->user, call->request.unit, call->request.pdu[0], mw_get_be16(at), count,
                              data);
}

static uint8_t modbus_ask_write(const modbus_call *call, const uint8_t *at, uint16_t count, const uint8_t *data)
{
    return call->server->write(call->server->user, call->request.unit, call->request.pdu[0], mw_get_be16(at), count,
                               data);
}

/* Makes the reply so long, a repetition of the request if that is wanted, or says that there is no room for it. */
static uint8_t modbus_reserve(modbus_call *call, size_t bytes, bool repeat)
{
    if (call->size < bytes) {
        return MW_MODBUS_DEVICE_FAILURE;
    }
    memcpy(call->reply, call->request.pdu, repeat ? bytes : 1);
    call->reply_bytes = bytes;
    return 0;
}

/* Functions 1 to 4, and what 23 reads. */
static uint8_t modbus_serve_read(modbus_call *call)
{
    const uint8_t *const asked = call->request.pdu;
    const uint16_t count = mw_get_be16(asked + 3);
    const bool bits = asked[0] <= MW_MODBUS_READ_DISCRETE;
    const size_t bytes = bits ? mw_modbus_bit_bytes(count) : 2 * (size_t)count;
    uint8_t exception = modbus_check(asked + 1, count, bits ? MW_MODBUS_READ_BITS_MAX : MW_MODBUS_READ_MAX);
    if (exception == 0) {
        exception = modbus_reserve(call, 2 + bytes, false);
    }
    if (exception != 0) {
        return exception;
    }
    call->reply[1] = (uint8_t)bytes;
    memset(call->reply + 2, 0, bytes);
    exception = modbus_ask_read(call, asked + 1, count, call->reply + 2);
    if (bits && count % 8 != 0) {
        call->reply[1 + bytes] &= (uint8_t)(0xFFu >> (8 - count % 8));
    }
    return exception;
}

/* Functions 5 and 6. */
static uint8_t modbus_serve_write_one(modbus_call *call)
{
    const uint8_t *const asked = call->request.pdu;
    /* FF00 and 0000 happen to have the bit in the right place. */
    if (asked[0] == MW_MODBUS_WRITE_COIL && (asked[4] != 0 || (asked[3] != 0 && asked[3] != 0xFF))) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    (void)modbus_reserve(call, 5, true); /* there is always room for that */
    return modbus_ask_write(call, asked + 1, 1, asked + 3);
}

/* Functions 15 and 16. */
static uint8_t modbus_serve_write(modbus_call *call)
{
    const uint8_t *const asked = call->request.pdu;
    const uint16_t count = mw_get_be16(asked + 3);
    const bool bits = asked[0] == MW_MODBUS_WRITE_COILS;
    uint8_t exception;
    if (asked[5] != (bits ? mw_modbus_bit_bytes(count) : 2 * (size_t)count)) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    exception = modbus_check(asked + 1, count, bits ? MW_MODBUS_WRITE_BITS_MAX : MW_MODBUS_WRITE_MAX);
    if (exception == 0) {
        exception = modbus_reserve(call, 5, true);
    }
    return exception != 0 ? exception : modbus_ask_write(call, asked + 1, count, asked + 6);
}

static uint8_t modbus_serve_mask(modbus_call *call)
{
    const uint8_t *const asked = call->request.pdu;
    uint8_t value[2];
    uint8_t exception = modbus_reserve(call, 7, true);
    if (exception == 0) {
        exception = modbus_ask_read(call, asked + 1, 1, value);
    }
    if (exception != 0) {
        return exception;
    }
    for (unsigned i = 0; i < 2; i++) {
        const unsigned mask = asked[3 + i];
        value[i] = (uint8_t)((value[i] & mask) | (asked[5 + i] & ~mask));
    }
    return modbus_ask_write(call, asked + 1, 1, value);
}

/* Both ranges are checked before anything is written: reading first shows whether it would be refused. */
static uint8_t modbus_serve_read_write(modbus_call *call)
{
    const uint8_t *const asked = call->request.pdu;
    const uint16_t count = mw_get_be16(asked + 7);
    uint8_t exception;
    if (asked[9] != 2u * count) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    exception = modbus_check(asked + 5, count, MW_MODBUS_EXCHANGE_MAX);
    /* A wrong quantity of either is told before a wrong address (AP 6.17). */
    if (modbus_check(asked + 1, mw_get_be16(asked + 3), MW_MODBUS_READ_MAX) == MW_MODBUS_ILLEGAL_VALUE) {
        exception = MW_MODBUS_ILLEGAL_VALUE;
    }
    if (exception == 0) {
        exception = modbus_serve_read(call);
    }
    if (exception == 0) {
        exception = modbus_ask_write(call, asked + 5, count, asked + 10);
    }
    return exception != 0 ? exception : modbus_serve_read(call);
}

static uint8_t modbus_serve_other(modbus_call *call)
{
    size_t bytes = 0;
    const uint8_t exception = call->server->other(call->server->user, call->request.unit, call->request.pdu,
                                                  call->request.pdu_bytes, call->reply, call->size, &bytes);
    call->reply_bytes = bytes;
    return exception == 0 && bytes > call->size ? MW_MODBUS_DEVICE_FAILURE : exception;
}

typedef uint8_t modbus_service(modbus_call *call);

/* What serves a function, or null. */
static modbus_service *modbus_serving(const mw_modbus_server *server, uint8_t function)
{
    const bool reads = server->read != NULL;
    const bool writes = server->write != NULL;
    modbus_service *service = NULL;
    switch (function) {
    case MW_MODBUS_READ_COILS:
    case MW_MODBUS_READ_DISCRETE:
    case MW_MODBUS_READ_HOLDING:
    case MW_MODBUS_READ_INPUT:
        service = reads ? modbus_serve_read : NULL;
        break;
    case MW_MODBUS_WRITE_COIL:
    case MW_MODBUS_WRITE_SINGLE:
        service = writes ? modbus_serve_write_one : NULL;
        break;
    case MW_MODBUS_WRITE_COILS:
    case MW_MODBUS_WRITE_MULTIPLE:
        service = writes ? modbus_serve_write : NULL;
        break;
    case MW_MODBUS_MASK_WRITE:
        service = reads && writes ? modbus_serve_mask : NULL;
        break;
    case MW_MODBUS_READ_WRITE:
        service = reads && writes ? modbus_serve_read_write : NULL;
        break;
    default:
        break;
    }
    if (service == NULL && server->other != NULL && function - 1u < MW_MODBUS_EXCEPTION_BIT - 1u) {
        service = modbus_serve_other;
    }
    return service;
}

/* Puts the reply PDU in place; the exception to send instead, or 0. */
static uint8_t modbus_dispatch(modbus_call *call)
{
    modbus_service *const service = modbus_serving(call->server, call->request.pdu[0]);
    if (service == NULL) {
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    /* What the function and its byte count imply must be just what came: a second request hidden behind the first
     * one, or a count without its data, is never acted on. */
    if (!mw_modbus_is_request(call->request.pdu, call->request.pdu_bytes)) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    return service(call);
}

/* Whether a request is for nobody here. On a serial line a refusal is somebody's answer, if not the echo of an own
 * one. */
static bool modbus_is_foreign(const mw_modbus_server *server, mw_modbus_framing framing, const mw_modbus_frame *request)
{
    if (framing == MW_MODBUS_RTU && (request->pdu[0] & MW_MODBUS_EXCEPTION_BIT) != 0) {
        return true;
    }
    if (framing == MW_MODBUS_RTU && request->unit == 0) {
        return false;
    }
    return server->serves != NULL && !server->serves(server->user, request->unit);
}

mw_status mw_modbus_serve(const mw_modbus_server *server, mw_modbus_framing framing, const uint8_t *request,
                          size_t length, uint8_t *reply, size_t size, size_t *reply_length)
{
    const size_t overhead = mw_modbus_frame_bytes(framing, 0);
    modbus_call call;
    uint8_t exception;
    mw_status status = mw_modbus_open(framing, request, length, &call.request);
    if (status != MW_OK) {
        return status;
    }
    if (size < overhead + 5) {
        return MW_ERR_SPACE;
    }
    *reply_length = 0;
    if (modbus_is_foreign(server, framing, &call.request)) {
        return MW_OK;
    }
    call.server = server;
    call.reply = reply + mw_modbus_header_bytes(framing);
    call.size = size - overhead < MW_MODBUS_PDU_MAX ? size - overhead : MW_MODBUS_PDU_MAX;
    call.reply_bytes = 0;
    exception = modbus_dispatch(&call);
    if (exception != 0) {
        call.reply[0] = call.request.pdu[0] | MW_MODBUS_EXCEPTION_BIT;
        call.reply[1] = exception;
        call.reply_bytes = 2;
    }
    if ((framing == MW_MODBUS_RTU && call.request.unit == 0) || call.reply_bytes == 0) {
        return MW_OK;
    }
    return mw_modbus_seal(framing, call.request.transaction, call.request.unit, reply, size, call.reply_bytes,
                          reply_length);
}
