/* SPDX-License-Identifier: MIT */
#include "modbus_internal.h"

#include <string.h>

#include "../core/bytes.h"

#define FILE_GROUP 7 /* bytes of a request for a part of a file */

/* How many bytes of each request its reply begins with. */
static const uint8_t match_echo[MW_MODBUS_READ_FIFO + 1] = {1, 1, 1, 1, 1, 5, 5, 1, 3, 1, 1, 1, 1,
                                                            1, 1, 5, 5, 1, 1, 1, 1, 2, 7, 1, 1};

static size_t match_echo_bytes(const uint8_t *request)
{
    switch (request[0]) {
    case MW_MODBUS_ENCAPSULATED: /* the interface and, for an identification, which */
        return request[1] == MW_MODBUS_MEI_ID ? 3 : 2;
    case MW_MODBUS_DIAGNOSTICS: /* the sub-function; the data, too, where they come back as they are */
        return request[1] == 0 && request[2] == 0 ? 5 : 3;
    case MW_MODBUS_WRITE_FILE: /* everything */
        return 2u + request[1];
    default:
        return request[0] <= MW_MODBUS_READ_FIFO ? match_echo[request[0]] : 1;
    }
}

/* Every part that was asked for: a length, the reference type and the registers (AP 6.14). */
static bool match_file(const uint8_t *request, const uint8_t *reply)
{
    const size_t end = 2u + reply[1];
    size_t at = 2;
    for (size_t asked = 2; asked + FILE_GROUP <= 2u + request[1]; asked += FILE_GROUP) {
        const uint32_t bytes = 1 + 2 * (uint32_t)mw_get_be16(request + asked + 5);
        if (at + 1 >= end || reply[at] != bytes || reply[at + 1] != MW_MODBUS_FILE_REFERENCE) {
            return false;
        }
        at += 1 + bytes;
    }
    return at == end;
}

/* Whether as much came as was asked for. */
static bool match_count(const uint8_t *request, const uint8_t *reply)
{
    switch (request[0]) {
    case MW_MODBUS_READ_COILS:
    case MW_MODBUS_READ_DISCRETE:
        return reply[1] == mw_modbus_bit_bytes(mw_get_be16(request + 3));
    case MW_MODBUS_READ_HOLDING:
    case MW_MODBUS_READ_INPUT:
    case MW_MODBUS_READ_WRITE:
        return reply[1] == 2u * mw_get_be16(request + 3);
    case MW_MODBUS_READ_FILE:
        return match_file(request, reply);
    case MW_MODBUS_EVENT_LOG:
        return reply[1] >= 6 && reply[1] <= 6 + MW_MODBUS_LOG_MAX;
    case MW_MODBUS_READ_FIFO:
        return reply[2] >= 2 && reply[2] == 2 + 2u * mw_get_be16(reply + 3) && reply[2] <= 2 + 2 * MW_MODBUS_FIFO_MAX;
    case MW_MODBUS_ENCAPSULATED: /* one object is that object */
        return request[1] != MW_MODBUS_MEI_ID || request[2] != MW_MODBUS_ID_ONE ||
               (reply[6] == 1 && reply[7] == request[3]);
    default:
        return true;
    }
}

mw_status mw_modbus_match(const uint8_t *request, const uint8_t *reply, size_t reply_bytes)
{
    const int length = mw_modbus_reply_length(reply, reply_bytes);
    const size_t least = mw_modbus_open_end(reply, reply_bytes);
    const size_t echo = match_echo_bytes(request);
    if (least > 0 ? reply_bytes < least : reply_bytes != (size_t)length) {
        return MW_ERR_MISMATCH;
    }
    if (reply[0] == (request[0] | MW_MODBUS_EXCEPTION_BIT)) {
        return MW_ERR_REFUSED;
    }
    if (reply_bytes < echo || memcmp(request, reply, echo) != 0 || !match_count(request, reply)) {
        return MW_ERR_MISMATCH;
    }
    return MW_OK;
}
