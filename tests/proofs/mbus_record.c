/* SPDX-License-Identifier: MIT */
/* Proves: a record that begins here is inside, and whole when it is good; DIB and VIB that stand alone, too
 * Bound: any place in the 252 bytes of a telegram; DIFEs and VIFEs by mbus_dib, mbus_vifes
 * Unwind: 1 walk_code.0:3
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

mw_status walk_record(mw_mbus_cursor *walk, mw_mbus_record *record);

mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const mw_mbus_cursor before = *walk;
    const mw_status status = (mw_status)nondet_int();
    PROVE(walk->at < walk->body_bytes, "there is a DIF");
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    record->dib_bytes = nondet_u8();
    ASSUME(is_dib(walk, &before, record, status));
    return status;
}

mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count)
{
    const mw_mbus_cursor before = *walk;
    const unsigned passed = *count;
    const mw_status status = (mw_status)nondet_int();
    (void)byte;
    PROVE(passed <= 3, "few bytes passed so far");
    walk->at = nondet_u8();
    walk->error.fault = nondet_u8();
    *count = nondet_unsigned();
    ASSUME(is_vifes(walk, &before, passed, *count, status));
    return status;
}

void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning)
{
    READABLE(vib, vib[0] == MW_MBUS_VIF_FB ? 2 : vib[0] != MW_MBUS_VIF_FD ? 1 : vib[1] == MW_MBUS_VIF_FD ? 3 : 2);
    __CPROVER_havoc_object(meaning);
}

mw_quality mw_mbus_modify(const mw_mbus_record *record, mw_mbus_meaning *meaning)
{
    PROVE(record->vife_bytes <= MW_MBUS_CHAIN_MAX, "not too many");
    READABLE(record->bytes + record->vife, record->vife_bytes);
    __CPROVER_havoc_object(meaning);
    return MW_QUALITY_GOOD;
}

void proof(void)
{
    mw_mbus_cursor walk = any_walk();
    const mw_mbus_cursor before = walk;
    mw_mbus_record record;
    mw_mbus_meaning meaning;
    if (nondet_bool()) {
        ASSUME(walk.at < walk.body_bytes && (walk.body[walk.at] & 0x0Fu) != MW_MBUS_SPECIAL);
        const mw_status status = walk_record(&walk, &record);
        PROVE(is_taken(&walk, &before, &record, status), "inside");
    } else {
        const size_t bytes = any_size(0, sizeof body);
        (void)mw_mbus_head(TAIL(body, bytes), bytes, &meaning);
    }
}
