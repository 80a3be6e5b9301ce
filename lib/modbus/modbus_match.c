/* SPDX-License-Identifier: MIT */
#include "modbus_internal.h"

#include <string.h>

mw_status mw_modbus_match(const uint8_t *request, const uint8_t *reply)
{
    bool same = reply[0] == request[0];
    if (reply[0] == (request[0] | MW_MODBUS_EXCEPTION_BIT)) {
        return MW_ERR_REFUSED;
    }
    if (mw_modbus_is_read(request[0])) {
        same = same && reply[1] == 2u * request[4];
    } else if (request[0] == MW_MODBUS_WRITE_SINGLE || request[0] == MW_MODBUS_WRITE_MULTIPLE) {
        same = same && memcmp(request, reply, 5) == 0; /* address, and value or count come back */
    } else {
        same = false;
    }
    return same ? MW_OK : MW_ERR_MISMATCH;
}
