/* SPDX-License-Identifier: MIT */
/* Proves: a reply of file records is compared with its request inside both
 * Bound: request of 2 to 253 bytes, reply of 2 to 253 bytes, as long as they say
 * Unwind: 1 match_file.0:37
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

bool match_file(const uint8_t *request, const uint8_t *reply);

static uint8_t request[MW_MODBUS_PDU_MAX];

uint16_t mw_get_be16(const uint8_t *p)
{
    PROVE(p >= request && (size_t)(p - request) + 2 <= 2u + request[1], "inside the request");
    return nondet_u16();
}

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(2, sizeof bytes);
    const uint8_t *const reply = TAIL(bytes, count);
    __CPROVER_havoc_object(request);
    ASSUME(2u + request[1] <= sizeof request && 2u + reply[1] == count);
    (void)match_file(request, reply);
}
