/* SPDX-License-Identifier: MIT */
/* Proves: looking for the layout of a telegram, and whether it is plain, stay inside, and come to an end
 * Bound: any place in the last 16 bytes; records by mbus_record
 * Unwind: 18
 */
#define BODY 16
#include "mbus.h"
#include "proof.h"

void walk_find_layout(mw_mbus_cursor *walk, mw_mbus_record *record);

void walk_fillers(mw_mbus_cursor *walk)
{
    const mw_mbus_cursor before = *walk;
    walk->at = nondet_u8();
    ASSUME(is_step(walk, &before, MW_OK));
}

mw_status walk_record(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    return take_any(walk, record);
}

void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning)
{
    READABLE(vib, 1);
    meaning->quantity = nondet_u8();
}

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    mw_mbus_record record;
    mw_mbus_telegram telegram;
    if (nondet_bool()) {
        walk_find_layout(&walk, &record);
        PROVE(walk.at == before.at && walk.layout != MW_MBUS_LAYOUT_AUTO, "back where it was");
    } else {
        telegram.content = MW_MBUS_RECORDS;
        telegram.body_bytes = nondet_u8();
        ASSUME(telegram.body_bytes <= sizeof body);
        telegram.body = TAIL(body, telegram.body_bytes);
        telegram.frame.data = body;
        telegram.frame.length = 2;
        telegram.frame.data_bytes = 0;
        (void)mw_mbus_looks_plain(&telegram);
    }
}
