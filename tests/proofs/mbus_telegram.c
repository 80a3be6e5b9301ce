/* SPDX-License-Identifier: MIT */
/* Proves: headers, and that the body of a telegram is inside
 * Bound: 0 to 261 bytes received
 * Unwind: 1 telegram_ci.0:31 mw_mbus_unsigned.0:5
 */
#define STUB_mw_mbus_checksum
#include <meterwire/mbus.h>

#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

bool mw_mbus_looks_plain(const mw_mbus_telegram *telegram)
{
    READABLE(telegram->body, telegram->body_bytes);
    return nondet_bool();
}

void proof(void)
{
    uint8_t bytes[MW_MBUS_FRAME_MAX];
    const size_t count = any_size(0, sizeof bytes);
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_error error;
    if (mw_mbus_decode(TAIL(bytes, count), count, &telegram, nondet_bool() ? &error : NULL) == MW_OK) {
        if (telegram.content != MW_MBUS_NOTHING) {
            READABLE(telegram.body, telegram.body_bytes);
            mw_mbus_records(&telegram, &cursor);
            PROVE(cursor.body_bytes <= MW_MBUS_DATA_MAX, "a body of 252 bytes at most");
        }
    }
}
