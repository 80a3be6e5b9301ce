/* SPDX-License-Identifier: MIT */
/* Proves: the search of a link through what came stays inside, leaves room for more, and ends
 * Bound: buffer of 1 to 261 bytes; any step after any other, each by link_step
 * Unwind: 1 link_scan.0:3
 * CI: yes
 */
#include "link.h"

void link_scan(mw_link *link, bool last);

static size_t came;
static bool is_last;
static unsigned rounds;
static size_t first;

/* The second round begins in any state that a later one can begin in, so the third one need not be gone through. */
size_t link_step(mw_link *link, const uint8_t *bytes, size_t there, bool last)
{
    const mw_link before = *link;
    const size_t step = nondet_size();
    const size_t at = (size_t)(bytes - received);
    PROVE(there >= 1 && at + there == came && last == is_last, "inside");
    PROVE(link->count == came && link->state != MW_LINK_DONE, "nothing is found yet");
    first = rounds == 0 ? at : first;
    PROVE(rounds == 0 || at > first, "goes on");
    ASSUME(rounds++ < 2);
    link->count = nondet_u16();
    link->state = nondet_u8();
    link->reason = nondet_u8();
    ASSUME(ENSURES_step(link, &before, at, there, last, step));
    return step;
}

void *memmove(void *to, const void *from, size_t count)
{
    READABLE(from, count);
    WRITABLE(to, count);
    return to;
}

void proof(void)
{
    mw_link link = any_link();
    const mw_link before = link;
    is_last = nondet_bool();
    came = link.count;
    ASSUME(link.state != MW_LINK_DONE);
    link_scan(&link, is_last);
    PROVE(ENSURES_scan(&link, &before, is_last), "the state can be");
}
