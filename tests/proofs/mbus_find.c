/* SPDX-License-Identifier: MIT */
/* Proves: fillers and global readouts are skipped, the rest is taken, the walk stays inside
 * Bound: any place in the last 32 bytes
 * Unwind: 33
 */
#define BODY 32
#include "mbus.h"
#include "proof.h"

mw_status walk_find(mw_mbus_cursor *walk);

void walk_fillers(mw_mbus_cursor *walk)
{
    const mw_mbus_cursor before = *walk;
    walk->at = nondet_u8();
    ASSUME(is_step(walk, &before, MW_OK));
}

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    const mw_status status = walk_find(&walk);
    PROVE(is_found(&walk, &before, status), "inside");
}
