/* SPDX-License-Identifier: MIT */
/* Proves: DIF and any number of DIFEs
 * Bound: any place in the last 32 bytes
 * Unwind: 33
 * CI: yes
 */
#define BODY 32
#include "mbus.h"
#include "proof.h"

mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record);

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    mw_mbus_record record = {0};
    mw_status status;
    ASSUME(walk.at < walk.body_bytes);
    status = walk_dib(&walk, &record);
    PROVE(is_dib(&walk, &before, &record, status), "inside, and goes on");
}
