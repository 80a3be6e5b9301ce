/* SPDX-License-Identifier: MIT */
/* A Modbus meter made of bare registers, without the library that is tested. */
#ifndef MW_TEST_REGISTERS_H
#define MW_TEST_REGISTERS_H

#include "modbus_frames.h"

#define REGISTERS_PAGE  64u
#define REGISTERS_PAGES 16u

static struct {
    struct {
        uint16_t base;
        uint16_t words[REGISTERS_PAGE];
    } pages[REGISTERS_PAGES];
    unsigned count;
} registers;

/* All are 0. */
static inline void registers_clear(void)
{
    memset(&registers, 0, sizeof registers);
}

/* A register. */
static inline uint16_t *reg(unsigned address)
{
    unsigned i = 0;
    while (i < registers.count && registers.pages[i].base != address / REGISTERS_PAGE) {
        i++;
    }
    assert_true(i < REGISTERS_PAGES);
    if (i == registers.count) {
        registers.pages[registers.count++].base = (uint16_t)(address / REGISTERS_PAGE);
    }
    return &registers.pages[i].words[address % REGISTERS_PAGE];
}

static inline unsigned word(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* A text of two characters a register. */
static inline void registers_text(unsigned address, unsigned count, const char *text)
{
    for (unsigned i = 0; i < count; i++) {
        const unsigned high = *text != '\0' ? (unsigned char)*text++ : 0;
        const unsigned low = *text != '\0' ? (unsigned char)*text++ : 0;
        *reg(address + i) = (uint16_t)(high << 8 | low);
    }
}

/* Registers in hexadecimal. */
static inline void registers_put(unsigned address, const char *hex)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = mw_hex(hex, bytes, sizeof bytes);
    for (unsigned i = 0; 2 * (size_t)i < count; i++) {
        *reg(address + i) = (uint16_t)word(bytes + 2 * (size_t)i);
    }
}

/* The answer to a read by function 3, as PDUs; its length. */
static inline size_t registers_answer(const uint8_t *pdu, uint8_t *reply)
{
    const unsigned count = word(pdu + 3);
    reply[0] = pdu[0];
    reply[1] = (uint8_t)(2 * count);
    for (unsigned i = 0; i < count; i++) {
        const unsigned value = *reg(word(pdu + 1) + i);
        reply[2 + 2 * i] = (uint8_t)(value >> 8);
        reply[3 + 2 * i] = (uint8_t)value;
    }
    return 2 + 2 * (size_t)count;
}

/* Whether a frame of RTU has the right CRC. */
static inline bool registers_intact(const uint8_t *frame, size_t count)
{
    uint8_t again[MW_MODBUS_FRAME_MAX];
    memcpy(again, frame, count - 2);
    (void)frames_put_crc(again, count - 2);
    return memcmp(again, frame, count) == 0;
}

#endif
