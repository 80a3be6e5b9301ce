/* SPDX-License-Identifier: MIT */
/* Proves: what is fed to a link is copied into what is left of its buffer, whatever comes of it
 * Bound: any state that can be, buffer of 1 to 261 bytes, 0 to 300 bytes fed; what they change by link_poll
 * Library: core link
 * Unwind: 1 mw_link_feed.0:3
 * CI: yes
 */
#include "link.h"

static uint8_t bytes[300];
static size_t fed;
static unsigned rounds;

/* The second round begins in any state that can be, so the third one need not be gone through. */
void mw_link_received(mw_link *link, size_t count, uint32_t now_us)
{
    const uint16_t size = link->size;
    uint8_t *const buffer = link->buffer;
    (void)now_us;
    PROVE(count >= 1 && (link->state != MW_LINK_RECEIVE || count <= (size_t)link->size - link->count), "it fits");
    fed += count;
    ASSUME(rounds++ < 2);
    __CPROVER_havoc_object(link);
    link->size = size;
    link->buffer = buffer;
    ASSUME(is_link(link));
}

/* Bytes can be any, before and after. */
void *memcpy(void *to, const void *from, size_t count)
{
    READABLE(from, count);
    WRITABLE(to, count);
    PROVE((const uint8_t *)from + count <= bytes + sizeof bytes, "inside what is fed");
    return to;
}

void proof(void)
{
    mw_link link = any_link();
    const size_t count = any_size(0, sizeof bytes);
    link.buffer = TAIL(received, link.size);
    mw_link_feed(&link, TAIL(bytes, count), count, nondet_u32());
    PROVE(fed == count, "each byte once");
}
