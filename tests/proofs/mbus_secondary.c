/* SPDX-License-Identifier: MIT */
/* Proves: secondary addresses from text and to text, and compared with a header
 * Bound: any text of 0 to 27 characters, any address
 * Unwind: 17
 */
#include <meterwire/mbus_master.h>

#include "proof.h"

void proof(void)
{
    char text[28];
    char out[MW_MBUS_SECONDARY_SIZE];
    mw_mbus_secondary secondary;
    mw_mbus_header header;
    secondary.enhanced = nondet_bool();
    switch (nondet_int()) {
    case 0:
        text[sizeof text - 1] = '\0';
        (void)mw_mbus_secondary_parse(TAIL(text, any_size(1, sizeof text)), &secondary);
        break;
    case 1:
        mw_mbus_secondary_text(&secondary, out);
        PROVE(out[secondary.enhanced ? 25 : 16] == '\0', "ends");
        break;
    default:
        (void)mw_mbus_secondary_matches(&secondary, &header);
        break;
    }
}
