/* SPDX-License-Identifier: MIT */
/* Proves: server and its reply, whatever the application answers
 * Bound: request of 0 to 260 bytes, room of 0 to 260 bytes
 * Unwind: 3
 * CI: yes
 */
#define STUB_memory
#define STUB_mw_crc16
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

/* An application that does what is documented, and puts anything. */
static uint8_t any_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    const bool bits = mw_modbus_area_of(function) != MW_MODBUS_HOLDING && mw_modbus_area_of(function) != MW_MODBUS_INPUT;
    const size_t bytes = bits ? (count + 7u) / 8 : 2 * (size_t)count;
    (void)user, (void)unit;
    PROVE(count >= 1 && (uint32_t)address + count <= 65536, "registers that can be");
    WRITABLE(data, bytes);
    __CPROVER_havoc_object(data);
    return nondet_u8();
}

static uint8_t any_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                         const uint8_t *data)
{
    const bool bits = mw_modbus_area_of(function) == MW_MODBUS_COILS;
    (void)user, (void)unit;
    PROVE(count >= 1 && (uint32_t)address + count <= 65536, "registers that can be");
    READABLE(data, bits ? (count + 7u) / 8 : 2 * (size_t)count);
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
    READABLE(pdu, pdu_bytes);
    WRITABLE(reply, size);
    __CPROVER_havoc_object(reply);
    *reply_bytes = nondet_size();
    return nondet_u8();
}

void proof(void)
{
    const mw_modbus_server server = {NULL, nondet_bool() ? any_read : NULL, nondet_bool() ? any_write : NULL,
                                     nondet_bool() ? any_serves : NULL, nondet_bool() ? any_other : NULL};
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    uint8_t request[MW_MODBUS_TCP_MAX];
    uint8_t reply[MW_MODBUS_TCP_MAX];
    const size_t length = any_size(0, sizeof request);
    const size_t size = any_size(0, sizeof reply);
    size_t reply_length = 0;
    if (mw_modbus_serve(&server, framing, TAIL(request, length), length, TAIL(reply, size), size, &reply_length) ==
        MW_OK) {
        PROVE(reply_length <= size, "the reply is inside");
    }
}
