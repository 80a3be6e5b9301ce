/* SPDX-License-Identifier: MIT */
/* Frames made by definition, without the library that is tested, and memory that notices a byte too many. */
#ifndef MW_TEST_MODBUS_FRAMES_H
#define MW_TEST_MODBUS_FRAMES_H

#include <meterwire/modbus.h>

#include "../mw_test.h"

#ifndef MW_TEST_PLAIN
#include <stdlib.h>
#endif

/* Bytes of the longest stream of any test. */
#define FRAMES_MOST 640

/* The CRC after one more byte, by definition (MODBUS over serial line V1.02, 6.2.2); it starts at 0xFFFF. */
static inline unsigned frames_crc_step(unsigned crc, uint8_t byte)
{
    crc ^= byte;
    for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return crc;
}

/* Appends the CRC to what stands in front of it; the new length. */
static inline size_t frames_put_crc(uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        crc = frames_crc_step(crc, bytes[i]);
    }
    bytes[count] = (uint8_t)crc;
    bytes[count + 1] = (uint8_t)(crc >> 8);
    return count + 2;
}

/* A frame around a PDU of any length; its length. */
static inline size_t frames_put(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, const uint8_t *pdu,
                                size_t pdu_bytes, uint8_t *frame)
{
    if (framing == MW_MODBUS_TCP) {
        frame[0] = (uint8_t)(transaction >> 8);
        frame[1] = (uint8_t)transaction;
        frame[2] = 0;
        frame[3] = 0;
        frame[4] = (uint8_t)((1 + pdu_bytes) >> 8);
        frame[5] = (uint8_t)(1 + pdu_bytes);
        frame[6] = unit;
        memcpy(frame + 7, pdu, pdu_bytes);
        return 7 + pdu_bytes;
    }
    frame[0] = unit;
    memcpy(frame + 1, pdu, pdu_bytes);
    return frames_put_crc(frame, 1 + pdu_bytes);
}

/* The same from hexadecimal text. */
static inline size_t frames_put_hex(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, const char *pdu,
                                    uint8_t *frame)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    return frames_put(framing, transaction, unit, bytes, mw_hex(pdu, bytes, sizeof bytes), frame);
}

/* A copy with nothing readable around it, so that a sanitizer notices any read outside. Of no bytes, too. */
static inline uint8_t *frames_copy(const uint8_t *bytes, size_t count)
{
#ifndef MW_TEST_PLAIN
    uint8_t *const block = (uint8_t *)malloc(count > 0 ? count : 1);
    assert_non_null(block);
    if (count == 0) {
        return block + 1;
    }
#else
    static uint8_t blocks[3][FRAMES_MOST]; /* as many as any test needs at once */
    static unsigned next;
    uint8_t *const block = blocks[next++ % 3];
#endif
    if (count > 0) {
        memcpy(block, bytes, count);
    }
    return block;
}

static inline void frames_free(uint8_t *block, size_t count)
{
#ifndef MW_TEST_PLAIN
    free(count > 0 ? block : block - 1);
#else
    (void)block;
    (void)count;
#endif
}

#define FRAMES_CANARY      0xA5
#define FRAMES_CANARIES    16
#define FRAMES_OUTPUT_MOST 272

static uint8_t frames_output[FRAMES_CANARIES + FRAMES_OUTPUT_MOST + FRAMES_CANARIES];

/* Room for one output, among canaries and full of them. */
static inline uint8_t *frames_room(void)
{
    memset(frames_output, FRAMES_CANARY, sizeof frames_output);
    return frames_output + FRAMES_CANARIES;
}

/* Whether nothing was written in front of the room, nor in it from there on. */
static inline bool frames_intact_from(size_t from)
{
    for (size_t i = 0; i < sizeof frames_output; i++) {
        if (frames_output[i] != FRAMES_CANARY && (i < FRAMES_CANARIES || i >= FRAMES_CANARIES + from)) {
            return false;
        }
    }
    return true;
}

/* Numbers without a pattern, the same everywhere. */
static inline uint8_t frames_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint8_t)(*state >> 24);
}

#endif
