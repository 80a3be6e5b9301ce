/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include <string.h>

#include "modbus_internal.h"

enum {
    ASCII_IDLE = 0,
    ASCII_HIGH, /* the first digit of a byte, or the end */
    ASCII_LOW,
    ASCII_LF /* only that is missing */
};

#define ASCII_AROUND 7 /* characters around a PDU: colon, unit, LRC, CR, LF */

static uint8_t ascii_digit(unsigned value)
{
    return (uint8_t)(value < 10 ? '0' + value : 'A' + value - 10);
}

/* The value of a digit, or 16. */
static unsigned ascii_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - (unsigned)'0';
    }
    digit |= 0x20; /* lower case */
    return digit >= 'a' && digit <= 'f' ? digit - (unsigned)'a' + 10 : 16;
}

static uint8_t *ascii_put(uint8_t *at, uint8_t byte)
{
    at[0] = ascii_digit(byte >> 4);
    at[1] = ascii_digit(byte & 15);
    return at + 2;
}

mw_status mw_modbus_ascii_encode(const uint8_t *frame, size_t length, uint8_t *text, size_t size, size_t *text_length)
{
    mw_modbus_frame parts;
    uint8_t *at = text;
    uint8_t sum;
    const mw_status status = mw_modbus_open(MW_MODBUS_RTU, frame, length, &parts);
    if (status != MW_OK) {
        return status;
    }
    if (size < 2 * parts.pdu_bytes + ASCII_AROUND) {
        return MW_ERR_SPACE;
    }
    sum = parts.unit;
    *at++ = ':';
    at = ascii_put(at, parts.unit);
    for (size_t i = 0; i < parts.pdu_bytes; i++) {
        sum = (uint8_t)(sum + parts.pdu[i]);
        at = ascii_put(at, parts.pdu[i]);
    }
    at = ascii_put(at, (uint8_t)(0u - sum));
    at[0] = '\r';
    at[1] = '\n';
    *text_length = (size_t)(at - text) + 2;
    return MW_OK;
}

void mw_modbus_ascii_init(mw_modbus_ascii *ascii)
{
    memset(ascii, 0, sizeof *ascii);
}

/* A byte is complete: gives the one before it, as the last one is the LRC and no part of an RTU frame. */
static size_t ascii_take_byte(mw_modbus_ascii *ascii, uint8_t byte, uint8_t *to)
{
    const size_t given = ascii->count > 0 ? 1 : 0;
    ascii->state = ASCII_HIGH;
    if (given > 0) {
        *to = ascii->held;
        ascii->crc = mw_modbus_crc_step(ascii->crc, ascii->held);
    }
    ascii->held = byte;
    ascii->sum = (uint8_t)(ascii->sum + byte);
    ascii->count++;
    if (ascii->count > MW_MODBUS_PDU_MAX + 2) {
        ascii->state = ASCII_IDLE;
    }
    return given;
}

/* CR: gives the first byte of the CRC, of a wrong one where the LRC was wrong. */
static size_t ascii_end(mw_modbus_ascii *ascii, uint8_t *to)
{
    if (ascii->state != ASCII_HIGH || ascii->count < 3) {
        ascii->state = ASCII_IDLE;
        return 0;
    }
    if (ascii->sum != 0) {
        ascii->crc = (uint16_t)~ascii->crc;
    }
    *to = (uint8_t)ascii->crc;
    ascii->state = ASCII_LF;
    return 1;
}

static size_t ascii_take_digit(mw_modbus_ascii *ascii, unsigned value, uint8_t *to)
{
    if (value <= 15 && ascii->state == ASCII_LOW) {
        return ascii_take_byte(ascii, (uint8_t)((unsigned)ascii->digit << 4 | value), to);
    }
    if (value <= 15 && ascii->state == ASCII_HIGH) {
        ascii->digit = (uint8_t)value;
        ascii->state = ASCII_LOW;
    } else {
        ascii->state = ASCII_IDLE;
    }
    return 0;
}

/* Takes a character, gives at most one byte; how many. */
static size_t ascii_take(mw_modbus_ascii *ascii, uint8_t character, uint8_t *to)
{
    if (character == ':') {
        mw_modbus_ascii_init(ascii);
        ascii->crc = 0xFFFF;
        ascii->state = ASCII_HIGH;
        return 0;
    }
    if (character == '\r') {
        return ascii_end(ascii, to);
    }
    if (character == '\n' && ascii->state == ASCII_LF) {
        *to = (uint8_t)(ascii->crc >> 8);
        ascii->state = ASCII_IDLE;
        return 1;
    }
    return ascii_take_digit(ascii, ascii_value(character), to);
}

size_t mw_modbus_ascii_receive(mw_modbus_ascii *ascii, uint8_t *bytes, size_t count)
{
    size_t given = 0;
    for (size_t i = 0; i < count; i++) {
        given += ascii_take(ascii, bytes[i], bytes + given);
    }
    return given;
}
