/* SPDX-License-Identifier: MIT */
/* A firmware that serves registers and bits over RTU, with an identification beside. It asks itself: the requests of
 * all functions that a server has code for, one after the other. */
#include <meterwire/modbus.h>

#include <string.h>

#include "firmware.h"

#define REGISTERS 32

static uint8_t registers[2 * REGISTERS];
static uint8_t reply[MW_MODBUS_RTU_MAX];

static uint8_t serve_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    (void)user;
    (void)unit;
    if (mw_modbus_area_of(function) != MW_MODBUS_HOLDING) {
        return 0;
    }
    if ((uint32_t)address + count > REGISTERS) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memcpy(data, registers + 2 * address, 2 * (size_t)count);
    return 0;
}

static uint8_t serve_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                           const uint8_t *data)
{
    (void)user;
    (void)unit;
    if (mw_modbus_area_of(function) != MW_MODBUS_HOLDING) {
        return 0;
    }
    if ((uint32_t)address + count > REGISTERS) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memcpy(registers + 2 * address, data, 2 * (size_t)count);
    return 0;
}

static uint8_t serve_other(void *user, uint8_t unit, const uint8_t *pdu, size_t pdu_bytes, uint8_t *out, size_t size,
                           size_t *out_bytes)
{
    static const mw_modbus_object objects[] = {{0, 5, "maker"}, {1, 4, "code"}, {2, 4, "V1.0"}};
    (void)user;
    (void)unit;
    return pdu[0] == MW_MODBUS_ENCAPSULATED ? mw_modbus_serve_id(objects, 3, pdu, pdu_bytes, out, size, out_bytes)
                                            : MW_MODBUS_ILLEGAL_FUNCTION;
}

void firmware_run(void)
{
    static const mw_modbus_server server = {NULL, serve_read, serve_write, NULL, serve_other};
    static const uint8_t requests[][16] = {
        {1, 1, 0, 0, 0, 9},
        {1, 5, 0, 0, 0xFF, 0},
        {1, 15, 0, 0, 0, 8, 1, 0xFF},
        {1, 16, 0, 0, 0, 2, 4, 0x43, 0x43, 0x43, 0x43},
        {1, 22, 0, 0, 0xFF, 0xFF, 0, 0},
        {1, 23, 0, 0, 0, 2, 0, 4, 0, 1, 2, 1, 2},
        {1, 43, 14, 1, 0},
        {1, 3, 0, 0, 0, 2},
    };
    static uint8_t frame[MW_MODBUS_RTU_MAX];
    size_t length = 0;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const int pdu_bytes = mw_modbus_request_length(requests[i] + 1, 15);
        memcpy(frame, requests[i], sizeof requests[i]);
        mw_modbus_seal(MW_MODBUS_RTU, 0, 1, frame, sizeof frame, (size_t)pdu_bytes, &length);
        if (mw_modbus_serve(&server, MW_MODBUS_RTU, frame, length, reply, sizeof reply, &length) != MW_OK ||
            (reply[1] & 0x80) != 0) {
            return;
        }
    }
    firmware_result(mw_modbus_u32(reply + 3, 0, MW_MODBUS_ABCD));
}

size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    (void)request;
    (void)count;
    (void)answer;
    return 0;
}
