/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "modbus_internal.h"

#define ID_COUNT_AT 6 /* how many objects follow */

/* Where the object behind the one at `at` would be; 0 when it takes more bytes to tell. */
static size_t modbus_id_behind(const uint8_t *pdu, size_t count, size_t at)
{
    return at + 1 < count ? at + 2 + pdu[at + 1] : 0;
}

/* Device identification (AP 6.21): objects, each with an id and a byte count in front. */
static int modbus_id_length(const uint8_t *pdu, size_t count)
{
    size_t at = ID_COUNT_AT + 1;
    if (count >= 2 && pdu[1] != MW_MODBUS_MEI_ID) {
        return -1;
    }
    if (count <= ID_COUNT_AT) {
        return 0;
    }
    for (unsigned left = pdu[ID_COUNT_AT]; left > 0; left--) {
        if (at + 2 > MW_MODBUS_PDU_MAX) {
            return -1;
        }
        at = modbus_id_behind(pdu, count, at);
        if (at == 0) {
            return 0;
        }
    }
    return at <= MW_MODBUS_PDU_MAX ? (int)at : -1;
}

int mw_modbus_reply_length(const uint8_t *pdu, size_t count)
{
    if (count > 0 && pdu[0] == MW_MODBUS_ENCAPSULATED) {
        return modbus_id_length(pdu, count);
    }
    if (count > 1 && pdu[0] == MW_MODBUS_READ_FIFO && pdu[1] != 0) {
        return -1; /* the high byte of a count that is never above 64 */
    }
    return mw_modbus_table_length(pdu, count);
}
