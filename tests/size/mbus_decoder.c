/* SPDX-License-Identifier: MIT */
/* A firmware that was given an M-Bus frame by others: frame, header and every record of it, typed. */
#include <meterwire/mbus.h>

#include "../vectors/wago_879_mbus.h"
#include "firmware.h"

/* What takes most stack: a unit in plain text with a modifier, of which there are two layouts, and a date; and a header
 * that tells of encryption, which is then looked for in the same records. */
#define DEEPEST(signature, checksum)                                                                                   \
    {                                                                                                                  \
        0x68, 0x23, 0x23, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00,          \
            (signature), 0x05, 0x02, 0xFC, 0x03, 0x48, 0x52, 0x25, 0x74, 0xD4, 0x11, 0x06, 0x6D, 0x1E, 0x0B, 0x8C,     \
            0x2A, 0x1B, 0x00, 0x01, 0x13, 0x05, (checksum), 0x16                                                       \
    }

static const uint8_t deepest_plain[] = DEEPEST(0x00, 0xF4); /* no block is encrypted */
static const uint8_t deepest_encrypted[] = DEEPEST(0x10, 0x04);

#define DEEPEST_RECORDS 3

/* The good records of a frame. */
static unsigned decode(const uint8_t *frame, size_t length)
{
    static mw_mbus_telegram telegram;
    static mw_mbus_cursor cursor;
    static mw_mbus_record record;
    unsigned good = 0;
    if (mw_mbus_decode(frame, length, &telegram, NULL) != MW_OK) {
        return 0;
    }
    mw_mbus_records(&telegram, &cursor);
    while (mw_mbus_next(&cursor, &record) == MW_OK) {
        good += record.quality == MW_QUALITY_GOOD;
    }
    return good;
}

void firmware_run(void)
{
    const unsigned good = decode(wago_mbus_frame, sizeof wago_mbus_frame) +
                          decode(deepest_plain, sizeof deepest_plain) +
                          decode(deepest_encrypted, sizeof deepest_encrypted);
    firmware_result(good == WAGO_MBUS_RECORDS + DEEPEST_RECORDS ? FIRMWARE_GOOD : good);
}

size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    (void)request;
    (void)count;
    (void)answer;
    return 0;
}
