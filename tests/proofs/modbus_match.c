/* SPDX-License-Identifier: MIT */
/* Proves: whether a reply answers a request is told from what is there; a refusal has two bytes
 * Bound: any request that is one, reply of 1 to 253 bytes; file records by modbus_match_file
 * Unwind: 1
 */
#define STUB_modbus_id_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

/* What is equal begins equally; no more of it matters. */
int memcmp(const void *a, const void *b, size_t count)
{
    const uint8_t *const one = (const uint8_t *)a;
    const uint8_t *const other = (const uint8_t *)b;
    const int result = nondet_int();
    READABLE(one, count);
    READABLE(other, count);
    PROVE(count >= 1, "something");
    ASSUME(result != 0 ||
           (one[0] == other[0] && (count < 2 || one[1] == other[1]) && (count < 3 || one[2] == other[2])));
    return result;
}

bool match_file(const uint8_t *request, const uint8_t *reply)
{
    READABLE(request, 2u + request[1]);
    READABLE(reply, 2u + reply[1]);
    return nondet_bool();
}

void proof(void)
{
    uint8_t request[MW_MODBUS_PDU_MAX];
    uint8_t reply[MW_MODBUS_PDU_MAX];
    const size_t asked = any_size(1, sizeof request);
    const size_t count = any_size(1, sizeof reply);
    const uint8_t *const ask = TAIL(request, asked);
    const uint8_t *const answer = TAIL(reply, count);
    mw_status status;
    ASSUME(mw_modbus_is_request(ask, asked));
    status = mw_modbus_match(ask, answer, count);
    PROVE(ENSURES_match(status, answer, count), "what follows from a match");
    PROVE(status != MW_ERR_REFUSED || (count == 2 && answer[0] == ask[0] + 0x80), "a refusal of this function");
}
