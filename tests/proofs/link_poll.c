/* SPDX-License-Identifier: MIT */
/* Proves: one step of a link from any state that can be: the state that follows can be; its search by link_scan
 * Bound: any time, any counters; pauses of up to 5 minutes, 300 baud or more; buffer of 1 to 261 bytes
 * Library: core link
 * Unwind: 1
 * CI: yes
 */
#include "link.h"

void link_scan(mw_link *link, bool last)
{
    const mw_link before = *link;
    PROVE(REQUIRES_scan(link), "as many bytes as there can be");
    link->count = nondet_u16();
    link->state = nondet_u8();
    link->reason = nondet_u8();
    link->echo = nondet_u16();
    ASSUME(ENSURES_scan(link, &before, last));
}

void proof(void)
{
    uint32_t wait_us;
    uint32_t now_us = nondet_u32();
    mw_link link = any_link();
    switch (nondet_int()) {
    case 0:
        (void)mw_link_poll(&link, now_us, &wait_us);
        break;
    case 1:
        if (link.state == MW_LINK_SEND) {
            mw_link_sent(&link, now_us);
        }
        break;
    case 2:
        mw_link_cancel(&link, now_us);
        break;
    case 3: {
        /* At most 5 minutes, as it is documented. */
        const uint32_t timeout_us = nondet_u32();
        ASSUME(timeout_us <= 300000000u);
        mw_link_start(&link, request, any_size(4, sizeof request), timeout_us, (unsigned)any_size(0, 255), now_us);
        break;
    }
    case 4:
        mw_link_forget(&link);
        break;
    default:
        mw_link_received(
            &link, any_size(0, link.state == MW_LINK_RECEIVE ? (size_t)link.size - link.count : UINT32_MAX), now_us);
        break;
    }
    PROVE(is_link(&link), "the state can be");
}
