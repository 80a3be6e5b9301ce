/* SPDX-License-Identifier: MIT */
/* M-Bus frames made by definition (EN 13757-2), without the library that is tested. */
#ifndef MW_TEST_MBUS_HEX_H
#define MW_TEST_MBUS_HEX_H

#include <meterwire/mbus.h>

#include "../mw_test.h"

/* The frame around C field, address and what may follow: a short one around two bytes, else a long one. Its length. */
static inline size_t mbus_wrap(const uint8_t *carried, size_t count, uint8_t *frame)
{
    const size_t front = count == 2 ? 1 : 4;
    unsigned sum = 0;
    frame[0] = count == 2 ? 0x10 : 0x68;
    if (count != 2) {
        frame[1] = (uint8_t)count;
        frame[2] = (uint8_t)count;
        frame[3] = 0x68;
    }
    for (size_t i = 0; i < count; i++) {
        frame[front + i] = carried[i];
        sum += carried[i];
    }
    frame[front + count] = (uint8_t)sum;
    frame[front + count + 1] = 0x16;
    return front + count + 2;
}

/* The same from hexadecimal text. */
static inline size_t mbus_wrap_hex(const char *carried, uint8_t frame[MW_MBUS_FRAME_MAX])
{
    uint8_t bytes[255];
    return mbus_wrap(bytes, mw_hex(carried, bytes, sizeof bytes), frame);
}

#endif
