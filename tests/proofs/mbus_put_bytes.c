/* SPDX-License-Identifier: MIT */
/* Proves: bytes are put into a frame only where checksum and stop fit behind them
 * Bound: room of 0 to 261 bytes, any length so far; 0 to 20 bytes that are put
 * Unwind: 21
 */
#include "draft.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[20];
    const size_t count = any_size(0, sizeof bytes);
    mw_mbus_draft draft = any_draft();
    const mw_mbus_draft before = draft;
    mw_mbus_put_bytes(&draft, TAIL(bytes, count), count);
    PROVE(is_put(&draft, &before, count), "inside");
}
