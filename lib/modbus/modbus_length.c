/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "modbus_internal.h"

/* How long the PDU of each function is (AP 6.1 to 6.18): a number of bytes, or COUNTED(at) when the byte at that place
 * counts what follows it, or 0 when there is no such public function. */
#define COUNTED(at)   (0x80 | (at))
#define LAST_FUNCTION 24

static const uint8_t modbus_request_lengths[LAST_FUNCTION + 1] = {
    0, 5, 5,          5,          5, 5, 5, 1,          5,          0, 0,          1, 1,
    0, 0, COUNTED(5), COUNTED(5), 1, 0, 0, COUNTED(1), COUNTED(1), 7, COUNTED(9), 3};

/* The count of function 24 has two bytes; the first is 0, as the limit is 64, and is not looked at. */
static const uint8_t modbus_reply_lengths[LAST_FUNCTION + 1] = {
    0, COUNTED(1), COUNTED(1), COUNTED(1), COUNTED(1), 5,          5,         2, 5,
    0, 0,          5,          COUNTED(1), 0,          0,          5,         5, COUNTED(1),
    0, 0,          COUNTED(1), COUNTED(1), 7,          COUNTED(1), COUNTED(2)};

/* `count` is at least 1. */
static int modbus_length(const uint8_t *pdu, size_t count, const uint8_t *lengths)
{
    unsigned length = pdu[0] <= LAST_FUNCTION ? lengths[pdu[0]] : 0;
    if (length >= COUNTED(0)) {
        const unsigned at = length - COUNTED(0);
        if (count <= at) {
            return 0;
        }
        length = at + 1 + pdu[at];
    }
    return length >= 1 && length <= MW_MODBUS_PDU_MAX ? (int)length : -1;
}

int mw_modbus_table_length(const uint8_t *pdu, size_t count)
{
    if (count == 0) {
        return 0;
    }
    if (pdu[0] >= MW_MODBUS_EXCEPTION_BIT) {
        return 2;
    }
    return modbus_length(pdu, count, modbus_reply_lengths);
}

int mw_modbus_request_length(const uint8_t *pdu, size_t count)
{
    if (count == 0) {
        return 0;
    }
    if (pdu[0] == MW_MODBUS_ENCAPSULATED) {
        if (count < 2) {
            return 0;
        }
        return pdu[1] == MW_MODBUS_MEI_ID ? 4 : -1;
    }
    return modbus_length(pdu, count, modbus_request_lengths);
}

size_t mw_modbus_open_end(const uint8_t *pdu, size_t count)
{
    switch (pdu[0]) {
    case 0:
        return 0;
    case MW_MODBUS_DIAGNOSTICS:
        return 5;
    case MW_MODBUS_ENCAPSULATED:
        return count >= 2 && pdu[1] != MW_MODBUS_MEI_ID ? 2 : 0;
    default:
        return pdu[0] < MW_MODBUS_EXCEPTION_BIT && (pdu[0] > LAST_FUNCTION || modbus_request_lengths[pdu[0]] == 0) ? 1
                                                                                                                   : 0;
    }
}

bool mw_modbus_is_request(const uint8_t *pdu, size_t pdu_bytes)
{
    const size_t least = mw_modbus_open_end(pdu, pdu_bytes);
    return least > 0 ? pdu_bytes >= least : pdu_bytes == (size_t)mw_modbus_request_length(pdu, pdu_bytes);
}
