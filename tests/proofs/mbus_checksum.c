/* SPDX-License-Identifier: MIT */
/* Proves: the checksum reads no more than it is given
 * Bound: 0 to 257 bytes
 * Unwind: 66
 * CI: yes
 */
#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MBUS_FRAME_MAX - 4];
    const size_t count = any_size(0, sizeof bytes);
    (void)mw_mbus_checksum(TAIL(bytes, count), count);
}
