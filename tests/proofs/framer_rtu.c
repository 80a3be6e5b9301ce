/* SPDX-License-Identifier: MIT */
/* Proves: the answer found is inside
 * Bound: any request of 4 to 256 bytes, 1 to 256 bytes received
 * Unwind: 1
 * CI: yes
 */
#define STUB_mw_crc16
#define STUB_mw_modbus_reply_length
#define STUB_mw_modbus_find_end
#define STUB_mw_modbus_match
#include <meterwire/link.h>

#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t request[MW_MODBUS_RTU_MAX];
    uint8_t bytes[MW_MODBUS_RTU_MAX];
    const size_t count = any_size(1, sizeof bytes);
    const size_t asked = any_size(4, sizeof request);
    size_t length;
    mw_status status;
    /* The request is one, as an encoder makes it. */
    asked_bytes = asked - 3;
    ASSUME(mw_modbus_is_request(TAIL(request, asked) + 1, asked_bytes));
    status = mw_framer_rtu.examine(TAIL(request, asked), TAIL(bytes, count), count, &length);
    PROVE(ENSURES_examine(status, count, length), "inside");
}
