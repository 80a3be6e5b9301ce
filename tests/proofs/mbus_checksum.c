/* SPDX-License-Identifier: MIT */
/* Proves: the checksum reads no more than it is given, and does not overflow
 * Bound: 0 to 12 and 253 to 257 bytes, the largest ones
 * Unwind: 259 mw_mbus_checksum.0:66 mw_mbus_checksum.1:4
 * Options: --max-field-sensitivity-array-size 257
 */
#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MBUS_FRAME_MAX - 4];
    const size_t chosen = nondet_size();
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = UINT8_MAX;
    }
    for (size_t count = 0; count <= sizeof bytes; count++) { /* each on its own: sums are numbers then */
        if ((count <= 12 || count >= 253) && count == chosen) {
            (void)mw_mbus_checksum(TAIL(bytes, count), count);
        }
    }
}
