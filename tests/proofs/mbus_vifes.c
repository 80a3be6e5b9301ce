/* SPDX-License-Identifier: MIT */
/* Proves: any number of VIFEs
 * Bound: any place in the last 32 bytes
 * Unwind: 33
 */
#define BODY 32
#include "mbus.h"
#include "proof.h"

mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count);

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    const unsigned passed = (unsigned)any_size(0, 3);
    unsigned count = passed;
    const mw_status status = walk_vifes(&walk, nondet_u8(), &count);
    PROVE(is_vifes(&walk, &before, passed, count, status), "inside, and counted");
}
