/* SPDX-License-Identifier: MIT */
/* Proves: one step of a search from any state that can be: the state that follows can be, and so can the progress
 * Bound: any range, any pattern, any answer, any repeats; fewer than 65535 meters
 * Unwind: 19
 */
#include <meterwire/mbus_master.h>

#include "../../lib/mbus/mbus_internal.h"
#include "../../lib/meter/mbus_master_internal.h"
#include "proof.h"

#define POSITIONS 18

static uint8_t answer[MW_MBUS_FRAME_MAX];

unsigned search_wildcard(unsigned position);
unsigned search_value(const mw_mbus_secondary *pattern, unsigned position);
bool search_is_searched(const mw_mbus_search *search, unsigned position);
void search_ask(mw_mbus_search *search, mw_mbus_master *master, uint32_t now_us);
bool search_heard(mw_mbus_search *search, const mw_mbus_master *master, mw_status status, mw_mbus_telegram *telegram);

const uint8_t *mw_link_reply(const mw_link *link, size_t *length)
{
    (void)link;
    *length = any_size(0, sizeof answer);
    return TAIL(answer, *length);
}

void mw_link_forget(mw_link *link)
{
    (void)link;
}

mw_status mw_mbus_decode(const uint8_t *bytes, size_t count, mw_mbus_telegram *telegram, mw_mbus_error *error)
{
    (void)error;
    READABLE(bytes, count);
    __CPROVER_havoc_object(telegram);
    return nondet_bool() ? MW_OK : MW_ERR_FRAME;
}

void mw_mbus_ask_select(mw_mbus_master *master, const mw_mbus_secondary *who, bool other_form, uint16_t tag,
                        uint32_t now_us)
{
    (void)master, (void)who, (void)other_form, (void)tag, (void)now_us;
}

void mw_mbus_ask_selected(mw_mbus_master *master, uint16_t tag, uint32_t now_us)
{
    (void)master, (void)tag, (void)now_us;
}

/* What is fixed in the pattern is no wildcard, and what is counted stays below where the search goes on. */
static bool is_search(const mw_mbus_search *search, const mw_mbus_master *master)
{
    for (unsigned i = 0; i < POSITIONS; i++) {
        if (i < search->position && search_is_searched(search, i) &&
            search_value(&search->pattern, i) >= search_wildcard(i)) {
            return false;
        }
    }
    return search->position <= POSITIONS && search->state <= 3 && search->tries <= 2 * (master->repeats + 1) &&
           search->rounds <= 2 * master->repeats + 4 && search->agreed <= search->rounds && search->garbled <= 2 &&
           search->strange <= 2;
}

void proof(void)
{
    mw_mbus_search search;
    mw_mbus_master master;
    mw_mbus_telegram telegram;
    mw_mbus_secondary range;
    search.range.enhanced = nondet_bool();
    search.pattern.enhanced = nondet_bool();
    search.meter.enhanced = nondet_bool();
    range.enhanced = nondet_bool();
    ASSUME(search.found < UINT16_MAX && search.unresolved < UINT16_MAX && is_search(&search, &master));
    switch (nondet_int()) {
    case 0:
        mw_mbus_search_init(&search, &range);
        break;
    case 1:
        search_ask(&search, &master, nondet_u32());
        break;
    case 2:
        (void)search_heard(&search, &master, (mw_status)nondet_int(), &telegram);
        break;
    default:
        PROVE(mw_mbus_search_progress(&search) <= 1000, "a part");
        break;
    }
    PROVE(is_search(&search, &master), "a search");
}
