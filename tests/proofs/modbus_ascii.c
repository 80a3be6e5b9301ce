/* SPDX-License-Identifier: MIT */
/* Proves: ASCII is written inside the room; what is received never overtakes what is read
 * Bound: frame of 0 to 256 bytes, room of 0 to 513; 0 to 64 characters received, each by modbus_ascii_step
 * Unwind: 1 mw_modbus_ascii_encode.0:254 mw_modbus_ascii_receive.0:65
 */
#define STUB_mw_crc16
#include <meterwire/modbus.h>

#include "proof.h"

static uint8_t text[MW_MODBUS_ASCII_MAX];
static uint8_t frame[MW_MODBUS_RTU_MAX];
static uint8_t line[64];
static size_t size;
static size_t taken;

uint8_t *ascii_put(uint8_t *at, uint8_t byte)
{
    (void)byte;
    PROVE((size_t)(at - text) + 2 <= size, "inside the room");
    return at + 2;
}

size_t ascii_take(mw_modbus_ascii *ascii, uint8_t character, uint8_t *to)
{
    (void)ascii, (void)character;
    PROVE((size_t)(to - line) <= taken, "behind what was read");
    taken++;
    return nondet_bool() ? 1 : 0;
}

void proof(void)
{
    const size_t length = any_size(0, sizeof frame);
    const size_t count = any_size(0, sizeof line);
    size_t text_length;
    mw_modbus_ascii ascii;
    __CPROVER_havoc_object(frame);
    __CPROVER_havoc_object(line);
    size = any_size(0, sizeof text);
    if (mw_modbus_ascii_encode(frame, length, text, size, &text_length) == MW_OK) {
        PROVE(text_length == 2 * length + 1 && text_length <= size, "inside the room");
    }
    PROVE(mw_modbus_ascii_receive(&ascii, line, count) <= count, "never more");
}
