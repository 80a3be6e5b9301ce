/* SPDX-License-Identifier: MIT */
/* Proves: the answer found is inside, and so are its data
 * Bound: request of 5 to 261 bytes, 1 to 261 bytes received
 * Unwind: 1
 * CI: yes
 */
#define STUB_mw_mbus_checksum
#include <meterwire/link.h>
#include <meterwire/mbus.h>

#include "../../lib/mbus/mbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t request[MW_MBUS_FRAME_MAX];
    uint8_t bytes[MW_MBUS_FRAME_MAX];
    const size_t count = any_size(1, sizeof bytes);
    const size_t asked = any_size(5, sizeof request);
    const uint8_t *const at = TAIL(request, asked);
    mw_mbus_frame frame;
    size_t length;
    mw_status status;
    ASSUME(at[0] == MW_MBUS_START_SHORT || asked >= 9); /* as an encoder makes it */
    status = mw_framer_mbus.examine(at, TAIL(bytes, count), count, &length);
    PROVE(ENSURES_examine(status, count, length), "inside");
    if (mw_mbus_open(TAIL(bytes, count), count, &frame, NULL) == MW_OK && frame.type >= MW_MBUS_CONTROL) {
        PROVE(frame.length <= count && frame.data_bytes <= MW_MBUS_DATA_MAX, "inside");
        READABLE(frame.data, frame.data_bytes + 2u);
    }
}
