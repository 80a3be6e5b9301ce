/* SPDX-License-Identifier: MIT */
/* Proves: one step of a link through what came: it goes on inside, waits for more, or is done with the answer inside
 * Bound: any place in a buffer of 1 to 261 bytes
 * Library: core link
 * Unwind: 1
 * CI: yes
 */
#include "link.h"

size_t link_step(mw_link *link, const uint8_t *bytes, size_t there, bool last);

void proof(void)
{
    const bool last = nondet_bool();
    mw_link link = any_link();
    const mw_link before = link;
    size_t at;
    size_t step;
    ASSUME(link.count > 0 && link.state != MW_LINK_DONE);
    link.buffer = TAIL(received, link.size);
    at = any_size(0, link.count - 1u);
    step = link_step(&link, link.buffer + at, before.count - at, last);
    PROVE(ENSURES_step(&link, &before, at, before.count - at, last, step), "inside");
}
