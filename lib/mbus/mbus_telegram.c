/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include <string.h>

#include "mbus_internal.h"

#define MODE_2 1u /* everything with the highest byte first */

typedef struct mbus_ci {
    uint8_t first;
    uint8_t last;
    uint8_t header_type;
    uint8_t content;
    uint8_t mode_2;
} mbus_ci;

static const mbus_ci mbus_cis[] = {
    {0x72, 0x72, MW_MBUS_HEADER_LONG, MW_MBUS_RECORDS, 0}, /* what nearly every meter sends */
    {0x50, 0x50, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, 0},
    {0x51, 0x51, MW_MBUS_HEADER_NONE, MW_MBUS_RECORDS, 0},
    {0x52, 0x52, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, 0},
    {0x53, 0x53, MW_MBUS_HEADER_LONG, MW_MBUS_COMMAND, 0},
    {0x54, 0x54, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, 0},
    {0x55, 0x55, MW_MBUS_HEADER_NONE, MW_MBUS_RECORDS, MODE_2},
    {0x56, 0x56, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, MODE_2},
    {0x5A, 0x5A, MW_MBUS_HEADER_SHORT, MW_MBUS_RECORDS, 0},
    {0x5B, 0x5B, MW_MBUS_HEADER_LONG, MW_MBUS_RECORDS, 0},
    {0x5C, 0x5C, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, 0},
    {0x69, 0x69, MW_MBUS_HEADER_NONE, MW_MBUS_COMPACT, 0},
    {0x6A, 0x6A, MW_MBUS_HEADER_SHORT, MW_MBUS_COMPACT, 0},
    {0x6B, 0x6B, MW_MBUS_HEADER_LONG, MW_MBUS_COMPACT, 0},
    {0x6C, 0x6D, MW_MBUS_HEADER_LONG, MW_MBUS_COMMAND, 0},
    {0x6E, 0x6E, MW_MBUS_HEADER_SHORT, MW_MBUS_APPLICATION_ERROR, 0},
    {0x6F, 0x6F, MW_MBUS_HEADER_LONG, MW_MBUS_APPLICATION_ERROR, 0},
    {0x70, 0x70, MW_MBUS_HEADER_NONE, MW_MBUS_APPLICATION_ERROR, 0},
    {0x71, 0x71, MW_MBUS_HEADER_NONE, MW_MBUS_ALARM, 0},
    {0x73, 0x73, MW_MBUS_HEADER_FIXED, MW_MBUS_FIXED, 0},
    {0x74, 0x74, MW_MBUS_HEADER_SHORT, MW_MBUS_ALARM, 0},
    {0x75, 0x75, MW_MBUS_HEADER_LONG, MW_MBUS_ALARM, 0},
    {0x76, 0x76, MW_MBUS_HEADER_LONG, MW_MBUS_RECORDS, MODE_2},
    {0x77, 0x77, MW_MBUS_HEADER_FIXED, MW_MBUS_FIXED, MODE_2},
    {0x78, 0x78, MW_MBUS_HEADER_NONE, MW_MBUS_RECORDS, 0},
    {0x79, 0x79, MW_MBUS_HEADER_NONE, MW_MBUS_COMPACT, 0},
    {0x7A, 0x7A, MW_MBUS_HEADER_SHORT, MW_MBUS_RECORDS, 0},
    {0x7B, 0x7B, MW_MBUS_HEADER_SHORT, MW_MBUS_COMPACT, 0},
    {0xA0, 0xB7, MW_MBUS_HEADER_NONE, MW_MBUS_MANUFACTURER, 0},
    {0xB8, 0xBF, MW_MBUS_HEADER_NONE, MW_MBUS_COMMAND, 0},
};

static const uint8_t header_bytes[] = {0, 4, 12, 8}; /* by mw_mbus_header_type; the fixed one with its two units */

#define FIXED_BYTES 16u

uint64_t mw_mbus_unsigned(const uint8_t *bytes, size_t count, bool msb_first)
{
    const uint8_t *at = msb_first ? bytes : bytes + count - 1;
    uint64_t v = 0;
    for (; count > 0; count--) {
        v = v << 8 | *at;
        at += msb_first ? 1 : -1;
    }
    return v;
}

static const mbus_ci *telegram_ci(uint8_t ci)
{
    for (size_t i = 0; i < sizeof mbus_cis / sizeof mbus_cis[0]; i++) {
        if (ci >= mbus_cis[i].first && ci <= mbus_cis[i].last) {
            return &mbus_cis[i];
        }
    }
    return NULL;
}

/* Medium of the fixed data structure: 4 bits, spread over its two units. A to E are 3 to 8 of an other "mode". */
static uint8_t telegram_fixed_medium(const uint8_t *units)
{
    static const uint8_t media[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0F, 3, 4, 6, 7, 8, 0x0F};
    return media[units[0] >> 6 | units[1] >> 6 << 2];
}

static void telegram_header(mw_mbus_telegram *telegram, const uint8_t *data)
{
    mw_mbus_header *const header = &telegram->header;
    const bool msb_first = telegram->msb_first;
    if (telegram->header_type == MW_MBUS_HEADER_LONG || telegram->header_type == MW_MBUS_HEADER_FIXED) {
        header->id = (uint32_t)mw_mbus_unsigned(data, 4, msb_first);
        data += 4;
    }
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        header->manufacturer = (uint16_t)mw_mbus_unsigned(data, 2, msb_first);
        header->version = data[2];
        header->medium = data[3];
        data += 4;
    }
    header->access = data[0];
    header->status = data[1];
    if (telegram->header_type == MW_MBUS_HEADER_FIXED) {
        header->medium = telegram_fixed_medium(data + 2);
    } else {
        header->signature = (uint16_t)mw_mbus_unsigned(data + 2, 2, msb_first);
    }
}

/* The word of the header names a mode and how many blocks of 16 bytes are encrypted, and the data are not to be
 * understood. Meters on a wire often have something else in that word. */
static bool telegram_is_encrypted(const mw_mbus_telegram *telegram)
{
    const unsigned mode = mw_mbus_mode(&telegram->header);
    const unsigned blocks = telegram->header.signature >> 4 & 0x0Fu;
    if ((mode != 5 && mode != 7) || blocks == 0 || blocks * 16 > telegram->body_bytes) {
        return false;
    }
    return !mw_mbus_looks_plain(telegram);
}

/* What has no CI field. */
static void telegram_is_frame(mw_mbus_telegram *telegram, const mw_mbus_frame *frame)
{
    memset(telegram, 0, sizeof *telegram);
    telegram->frame = *frame;
}

static mw_status telegram_open(const mw_mbus_frame *frame, mw_mbus_telegram *telegram, mw_mbus_error *error)
{
    const mbus_ci *const ci = telegram_ci(frame->ci);
    const size_t data_at = (size_t)frame->length - 2u - frame->data_bytes;
    uint8_t bytes;
    if (ci == NULL) {
        telegram->frame = *frame;
        return mw_mbus_fail(error, MW_MBUS_FAULT_CI, data_at - 1, MW_ERR_UNSUPPORTED);
    }
    bytes = header_bytes[ci->header_type];
    if (ci->content == MW_MBUS_FIXED && frame->data_bytes != FIXED_BYTES) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_FIXED_LENGTH, data_at, MW_ERR_FRAME);
    }
    if (frame->data_bytes < bytes) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_HEADER, data_at + frame->data_bytes, MW_ERR_SHORT);
    }
    telegram_is_frame(telegram, frame);
    telegram->header_type = ci->header_type;
    telegram->content = ci->content;
    telegram->msb_first = ci->mode_2 != 0;
    telegram->body = frame->data + bytes;
    telegram->body_bytes = (uint8_t)(frame->data_bytes - bytes);
    if (bytes > 0) {
        telegram_header(telegram, frame->data);
    }
    if ((ci->content == MW_MBUS_APPLICATION_ERROR || ci->content == MW_MBUS_ALARM) && telegram->body_bytes > 0) {
        telegram->has_code = true;
        telegram->code = telegram->body[0];
    }
    if (ci->content == MW_MBUS_RECORDS && telegram_is_encrypted(telegram)) {
        telegram->content = MW_MBUS_ENCRYPTED;
    }
    return MW_OK;
}

mw_status mw_mbus_decode(const uint8_t *bytes, size_t count, mw_mbus_telegram *telegram, mw_mbus_error *error)
{
    mw_mbus_frame frame;
    const mw_status status = mw_mbus_open(bytes, count, &frame, error);
    if (status != MW_OK) {
        return status;
    }
    if (frame.type == MW_MBUS_CONTROL || frame.type == MW_MBUS_LONG) {
        return telegram_open(&frame, telegram, error);
    }
    telegram_is_frame(telegram, &frame);
    return MW_OK;
}
