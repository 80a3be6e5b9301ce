/* SPDX-License-Identifier: MIT */
#include "modbus_internal.h"

#include <string.h>

mw_status mw_modbus_match_registers(const uint8_t *request, const uint8_t *reply)
{
    if (reply[0] == (request[0] | MW_MODBUS_EXCEPTION_BIT)) {
        return MW_ERR_REFUSED;
    }
    if (reply[0] == request[0]) {
        if (mw_modbus_reads_registers(request[0]) && reply[1] == 2u * request[4]) {
            return MW_OK;
        }
        /* Address, and value or count come back. */
        if ((request[0] == MW_MODBUS_WRITE_SINGLE || request[0] == MW_MODBUS_WRITE_MULTIPLE) &&
            memcmp(request, reply, 5) == 0) {
            return MW_OK;
        }
    }
    return MW_ERR_MISMATCH;
}
