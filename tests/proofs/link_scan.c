/* SPDX-License-Identifier: MIT */
/* Proves: looking through what came: the answer and the rest are inside, the state that follows can be
 * Bound: buffer of 32 bytes, any state and framer that can be
 * Unwind: 33
 */
#define STUB_memory
#define BUFFER 32
#include "link.h"
#include "proof.h"

void link_scan(mw_link *link, bool last);

void proof(void)
{
    mw_link link = any_link();
    const bool last = nondet_bool();
    const mw_link before = link;
    ASSUME(REQUIRES_scan(&link) && link.reason < MW_LINK_COUNTERS);
    link_scan(&link, last);
    PROVE(ENSURES_scan(&link, &before, last), "the state can be");
}
