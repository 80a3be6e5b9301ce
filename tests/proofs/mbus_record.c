/* SPDX-License-Identifier: MIT */
/* Proves: a record that begins here is inside, and whole when it is good
 * Bound: any place in the 252 bytes of a telegram; DIFEs and VIFEs by mbus_dib, mbus_vifes
 * Unwind: 1 walk_code.0:3
 */
#include "mbus.h"
#include "proof.h"

mw_status walk_record(mw_mbus_cursor *walk, mw_mbus_record *record);

mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    return pass_any_dib(walk, record);
}

mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count)
{
    (void)byte;
    return pass_any_vifes(walk, count);
}

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    mw_mbus_record record;
    mw_status status;
    ASSUME(walk.at < walk.body_bytes && (walk.body[walk.at] & 0x0Fu) != MW_MBUS_SPECIAL);
    status = walk_record(&walk, &record);
    PROVE(is_taken(&walk, &before, &record, status), "inside");
}
