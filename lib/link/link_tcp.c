/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include <string.h>

#include "../modbus/modbus_internal.h"

static mw_status tcp_examine(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const mw_status status = mw_modbus_tcp_extent(bytes, count, length);
    if (status != MW_OK) {
        return status;
    }
    if (memcmp(request, bytes, 2) != 0 || request[MW_MODBUS_TCP_UNIT_AT] != bytes[MW_MODBUS_TCP_UNIT_AT]) {
        return MW_ERR_MISMATCH;
    }
    return mw_modbus_match(request + MW_MODBUS_TCP_HEADER, bytes + MW_MODBUS_TCP_HEADER,
                           *length - MW_MODBUS_TCP_HEADER);
}

static uint16_t tcp_key(const uint8_t *request)
{
    (void)request;
    return MW_FRAMER_NUMBERED;
}

const mw_framer mw_framer_tcp = {tcp_examine, tcp_key, 0, 0};
