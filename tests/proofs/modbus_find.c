/* SPDX-License-Identifier: MIT */
/* Proves: the frame found is inside, at every byte of the stream
 * Bound: 0 to 32 bytes of a stream; each place by the proof modbus_find_step
 * Unwind: 33
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

mw_status find_rtu(const uint8_t *bytes, size_t count, bool silent, size_t *length)
{
    const mw_status status = (mw_status)nondet_int();
    (void)silent;
    READABLE(bytes, count);
    *length = nondet_size();
    ASSUME(status != MW_OK || (*length >= 1 && *length <= count));
    return status;
}

mw_status mw_modbus_tcp_extent(const uint8_t *bytes, size_t count, size_t *length)
{
    return find_rtu(bytes, count, false, length);
}

void proof(void)
{
    uint8_t bytes[32];
    const size_t count = any_size(0, sizeof bytes);
    size_t skip;
    size_t length;
    const mw_status status = mw_modbus_find(nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU, TAIL(bytes, count), count,
                                            nondet_bool(), &skip, &length);
    PROVE(skip <= count, "inside");
    PROVE(status != MW_OK || (length >= 1 && length <= count - skip), "inside");
}
