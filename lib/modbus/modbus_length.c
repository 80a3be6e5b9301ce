/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

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

static int modbus_length(const uint8_t *lengths, const uint8_t *pdu, size_t count)
{
    unsigned length;
    if (count == 0) {
        return 0;
    }
    length = pdu[0] <= LAST_FUNCTION ? lengths[pdu[0]] : 0;
    if (length >= COUNTED(0)) {
        const unsigned at = length - COUNTED(0);
        if (count <= at) {
            return 0;
        }
        length = at + 1 + pdu[at];
    }
    return length >= 1 && length <= MW_MODBUS_PDU_MAX ? (int)length : -1;
}

int mw_modbus_request_length(const uint8_t *pdu, size_t count)
{
    return modbus_length(modbus_request_lengths, pdu, count);
}

int mw_modbus_reply_length(const uint8_t *pdu, size_t count)
{
    if (count > 0 && pdu[0] >= 0x80) {
        return 2;
    }
    return modbus_length(modbus_reply_lengths, pdu, count);
}
