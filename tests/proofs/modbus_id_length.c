/* SPDX-License-Identifier: MIT */
/* Proves: the length of an identification is at most 253, and covers its head and that of an object
 * Bound: beginning of a reply of 1 to 253 bytes; any object after any other, each by modbus_id_behind
 * Unwind: 1 modbus_id_length.0:3
 * CI: yes
 */
#include "../../lib/modbus/modbus_internal.h"
#include "id.h"
#include "proof.h"

int modbus_id_length(const uint8_t *pdu, size_t count);

static unsigned rounds;

/* The second round begins in any state that a later one can begin in, so the third one need not be gone through. */
size_t modbus_id_behind(const uint8_t *pdu, size_t count, size_t at)
{
    const size_t behind = nondet_size();
    (void)pdu;
    PROVE(REQUIRES_id_behind(count, at), "a place that can be");
    PROVE(rounds == 0 || at >= 9, "behind an object");
    ASSUME(rounds++ < 2);
    ASSUME(ENSURES_id_behind(behind, count, at));
    return behind;
}

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(1, sizeof bytes);
    const uint8_t *const pdu = TAIL(bytes, count);
    const int length = modbus_id_length(pdu, count);
    PROVE(ENSURES_id_length(length, pdu, count), "covers its objects");
}
