/* SPDX-License-Identifier: MIT */
/* Proves: the server answers inside its room, and asks the application for nothing that cannot be
 * Bound: request of 0 to 260 bytes, room of 0 to 260 bytes, an application that does anything it may
 * Library: core modbus
 * Unwind: 1 modbus_serve_mask.0:3
 */
#define STUB_memory
#define STUB_mw_crc16
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

static uint8_t request[MW_MODBUS_TCP_MAX];
static uint8_t room[MW_MODBUS_TCP_MAX];
static bool was_asked;

void *memset(void *to, int value, size_t count)
{
    (void)value;
    WRITABLE(to, count);
    __CPROVER_havoc_object(to);
    return to;
}

/* Bytes of what is read or written. */
static size_t values(uint8_t function, uint16_t address, uint16_t count)
{
    const mw_modbus_area area = mw_modbus_area_of(function);
    const bool bits = area == MW_MODBUS_COILS || area == MW_MODBUS_DISCRETE;
    was_asked = true;
    PROVE(count >= 1 && count <= (bits ? MW_MODBUS_READ_BITS_MAX : MW_MODBUS_READ_MAX), "a count that can be");
    PROVE((uint32_t)address + count <= MW_MODBUS_REGISTERS, "addresses that can be");
    return bits ? mw_modbus_bit_bytes(count) : 2u * count;
}

/* Any application. */
static uint8_t any_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    (void)user, (void)unit;
    WRITABLE(data, values(function, address, count));
    __CPROVER_havoc_object(data);
    return nondet_u8();
}

static uint8_t any_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                         const uint8_t *data)
{
    (void)user, (void)unit;
    READABLE(data, values(function, address, count));
    return nondet_u8();
}

static bool any_serves(void *user, uint8_t unit)
{
    (void)user, (void)unit;
    return nondet_bool();
}

static uint8_t any_other(void *user, uint8_t unit, const uint8_t *pdu, size_t pdu_bytes, uint8_t *reply, size_t size,
                         size_t *reply_bytes)
{
    (void)user, (void)unit;
    was_asked = true;
    PROVE(pdu_bytes >= 1 && *reply_bytes == 0, "as it is documented");
    READABLE(pdu, pdu_bytes);
    WRITABLE(reply, size);
    *reply_bytes = nondet_size();
    return nondet_u8();
}

void proof(void)
{
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const size_t asked = any_size(0, sizeof request);
    const size_t size = any_size(0, sizeof room);
    mw_modbus_server server;
    size_t reply_length;
    mw_status status;
    __CPROVER_havoc_object(request);
    server.read = nondet_bool() ? any_read : NULL;
    server.write = nondet_bool() ? any_write : NULL;
    server.serves = nondet_bool() ? any_serves : NULL;
    server.other = nondet_bool() ? any_other : NULL;
    status = mw_modbus_serve(&server, framing, TAIL(request, asked), asked, TAIL(room, size), size, &reply_length);
    PROVE(status == MW_OK ? reply_length <= size : !was_asked, "inside, and nothing asked on an error");
}
