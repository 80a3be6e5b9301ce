/* SPDX-License-Identifier: MIT */
/* Proves: the answer found is inside
 * Bound: any request of 8 to 260 bytes, 1 to 260 bytes received
 * Unwind: 1 mw_modbus_tcp_extent.0:4 memcmp.0:3
 * CI: yes
 */
#define STUB_mw_modbus_match
#include <meterwire/link.h>

#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t request[MW_MODBUS_TCP_MAX];
    uint8_t bytes[MW_MODBUS_TCP_MAX];
    const size_t count = any_size(1, sizeof bytes);
    const size_t asked = any_size(8, sizeof request);
    size_t length;
    mw_status status;
    /* The request is one, as an encoder makes it. */
    asked_bytes = asked - MW_MODBUS_TCP_HEADER;
    ASSUME(mw_modbus_is_request(TAIL(request, asked) + MW_MODBUS_TCP_HEADER, asked_bytes));
    status = mw_framer_tcp.examine(TAIL(request, asked), TAIL(bytes, count), count, &length);
    PROVE(ENSURES_examine(status, count, length), "inside");
}
