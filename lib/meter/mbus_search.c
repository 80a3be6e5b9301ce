/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

#include <string.h>

#include "mbus_master_internal.h"

/* What can be fixed in a pattern, in this order: digits of the identification from the last one on, medium, version,
 * digits of the fabrication number. Identifications come first, for they differ most and have the fewest values each;
 * their last digits, since meters that were bought together share the first ones. */
enum { SEARCH_MEDIUM = 8, SEARCH_VERSION = 9, SEARCH_FABRICATION = 10, SEARCH_POSITIONS = 18 };

enum { /* states: what is asked, or to be asked */
       SEARCH_AT_SELECT,
       SEARCH_AT_READ,
       SEARCH_AT_PROBE, /* selects a fabrication number that no meter has */
       SEARCH_OVER
};

/* A meter is alone when it is read by the pattern, by its own address, and by the pattern again. As 0 wins on the bus,
 * answers that come at the very same time may merge into a frame of one of them, or of nobody, with a right check. Its
 * own address tells whether it exists. And since it alone was read then, its access number is no longer that of the
 * others, and what merges the second time shows another one than it must have. */
#define SEARCH_SURE         3u /* at least; see search_sure() */
#define SEARCH_BY_ITSELF    1u
/* Telegrams of a meter that is not of the pattern, after which it is taken for one that answers to everything. */
#define SEARCH_STRANGE      2u
/* Access numbers that are counted up by more than 1, or not for each telegram that was heard. */
#define SEARCH_STEP_UNKNOWN 2u
/* No digit of a fabrication number is E. */
#define SEARCH_NOBODYS      0xEEEEEEEEu
/* How many positions the progress tells apart. */
#define SEARCH_PROGRESSING  3u

/* ---- patterns ---- */

static unsigned search_wildcard(unsigned position)
{
    return position == SEARCH_MEDIUM || position == SEARCH_VERSION ? 0xFF : 0xF;
}

static unsigned search_value(const mw_mbus_secondary *pattern, unsigned position)
{
    if (position < SEARCH_MEDIUM) {
        return pattern->id >> (4 * position) & 0xFu;
    }
    switch (position) {
    case SEARCH_MEDIUM:
        return pattern->medium;
    case SEARCH_VERSION:
        return pattern->version;
    default:
        return pattern->fabrication >> (4 * (position - SEARCH_FABRICATION)) & 0xFu;
    }
}

static uint32_t search_with_digit(uint32_t digits, unsigned i, unsigned value)
{
    return (digits & ~(UINT32_C(0xF) << (4 * i))) | (uint32_t)value << (4 * i);
}

static void search_set(mw_mbus_secondary *pattern, unsigned position, unsigned value)
{
    switch (position) {
    case SEARCH_MEDIUM:
        pattern->medium = (uint8_t)value;
        break;
    case SEARCH_VERSION:
        pattern->version = (uint8_t)value;
        break;
    default:
        if (position < SEARCH_MEDIUM) {
            pattern->id = search_with_digit(pattern->id, position, value);
        } else {
            pattern->fabrication = search_with_digit(pattern->fabrication, position - SEARCH_FABRICATION, value);
        }
        break;
    }
    /* Not every meter understands a selection with a fabrication number. */
    pattern->enhanced = pattern->fabrication != 0xFFFFFFFFu;
}

static bool search_is_searched(const mw_mbus_search *search, unsigned position)
{
    return search_value(&search->range, position) == search_wildcard(position) &&
           (position < SEARCH_FABRICATION || search->range.enhanced);
}

/* The next position to fix; SEARCH_POSITIONS: there is none. */
static unsigned search_next(const mw_mbus_search *search, unsigned position)
{
    while (position < SEARCH_POSITIONS && !search_is_searched(search, position)) {
        position++;
    }
    return position;
}

/* Whether there is nothing left to fix. */
static bool search_is_last(const mw_mbus_search *search)
{
    return search_next(search, search->position) == SEARCH_POSITIONS;
}

static void search_begin_round(mw_mbus_search *search)
{
    search->state = SEARCH_AT_SELECT;
    search->tries = 0;
    search->garbled = 0;
}

static void search_begin_pattern(mw_mbus_search *search)
{
    search_begin_round(search);
    search->rounds = 0;
    search->agreed = 0;
    search->strange = 0;
}

/* Done with this pattern: to the next one beside it, or beside one above it. */
static void search_advance(mw_mbus_search *search)
{
    mw_mbus_secondary *const pattern = &search->pattern;
    search_begin_pattern(search);
    while (search->position > 0) {
        const unsigned at = search->position - 1u;
        const unsigned wildcard = search_wildcard(at);
        if (search_is_searched(search, at)) {
            const unsigned value = search_value(pattern, at) + 1;
            search_set(pattern, at, value);
            if (value < wildcard) {
                return;
            }
        }
        search->position--;
    }
    search->state = SEARCH_OVER;
}

static void search_fix(mw_mbus_search *search, unsigned position)
{
    search_begin_pattern(search);
    search_set(&search->pattern, position, 0);
    search->position = (uint8_t)(position + 1);
}

/* There is more than one meter, or it cannot be read: makes the pattern more precise, if that is possible. */
static void search_split(mw_mbus_search *search)
{
    const unsigned next = search_next(search, search->position);
    if (next == SEARCH_POSITIONS) {
        search->unresolved++;
        search_advance(search);
    } else if (next >= SEARCH_FABRICATION && search->position <= SEARCH_FABRICATION) {
        search_begin_pattern(search);
        search->state = SEARCH_AT_PROBE;
    } else {
        search_fix(search, next);
    }
}

void mw_mbus_search_init(mw_mbus_search *search, const mw_mbus_secondary *range)
{
    memset(search, 0, sizeof *search);
    search->pattern = *range;
    search->meter = *range;
    search->range = *range;
    search_set(&search->pattern, SEARCH_MEDIUM, range->medium); /* sets enhanced, too */
    search_begin_pattern(search);
}

/* ---- rounds ---- */

/* So many telegrams of one meter, and of no other in between, make sure that it is alone. As others may not hear a
 * selection, they are more where more is repeated. */
static unsigned search_sure(const mw_mbus_master *master)
{
    return master->repeats > 1 ? master->repeats + 2u : SEARCH_SURE;
}

static void search_begin_another_round(mw_mbus_search *search, const mw_mbus_master *master)
{
    search->rounds++;
    if (search->rounds >= search_sure(master) + master->repeats) {
        search_split(search);
    } else {
        search_begin_round(search);
    }
}

/* ---- selection ---- */

/* A round of selections ends when somebody has answered for sure, or nobody for sure. Something that is no E5 may be
 * several of them at once; or noise, which does not come twice, so it is tried longer. A frame is nobody's answer: it
 * is an echo. */
static bool search_is_round_over(mw_mbus_search *search, const mw_mbus_master *master, mw_status status)
{
    const unsigned tries = master->repeats + 1u;
    search->tries++;
    if (status != MW_OK && status != MW_ERR_TIMEOUT && status != MW_ERR_MISMATCH) {
        search->garbled++;
    }
    return status == MW_OK || search->garbled > 1 || search->tries >= (search->garbled > 0 ? 2 * tries : tries);
}

/* Of two tries one is enough. */
static bool search_was_answered(const mw_mbus_search *search, mw_status status)
{
    return status == MW_OK || search->garbled > 1 || (search->garbled > 0 && search->tries <= 2);
}

static void search_heard_select(mw_mbus_search *search, const mw_mbus_master *master, mw_status status)
{
    if (!search_is_round_over(search, master, status)) {
        return;
    }
    if (status == MW_OK || (search_was_answered(search, status) && search_is_last(search))) {
        search->state = SEARCH_AT_READ;
    } else if (search_was_answered(search, status)) {
        search_split(search);
    } else if (search->agreed > 0) {
        search_begin_another_round(search, master);
    } else {
        search_advance(search);
    }
}

/* Fabrication numbers tell meters apart only when nobody answers to any of them. */
static void search_heard_probe(mw_mbus_search *search, const mw_mbus_master *master, mw_status status)
{
    if (!search_is_round_over(search, master, status)) {
        return;
    }
    if (search_was_answered(search, status)) {
        search->unresolved++;
        search_advance(search);
    } else {
        search_fix(search, search_next(search, search->position));
    }
}

/* ---- readout ---- */

/* The address of the meter that has sent a telegram, as far as it tells. */
static mw_mbus_secondary search_address(const mw_mbus_search *search, const mw_mbus_telegram *telegram)
{
    mw_mbus_secondary address = search->pattern;
    if (telegram->header_type == MW_MBUS_HEADER_LONG || telegram->header_type == MW_MBUS_HEADER_FIXED) {
        address.id = telegram->header.id;
    }
    if (telegram->header_type == MW_MBUS_HEADER_LONG) {
        address.manufacturer = telegram->header.manufacturer;
        address.version = telegram->header.version;
        address.medium = telegram->header.medium;
    }
    return address;
}

static bool search_is_same(const mw_mbus_secondary *a, const mw_mbus_secondary *b)
{
    return a->id == b->id && a->manufacturer == b->manufacturer && a->version == b->version && a->medium == b->medium;
}

static bool search_is_in_pattern(const mw_mbus_search *search, const mw_mbus_secondary *address)
{
    const mw_mbus_header header = {address->id, address->manufacturer, address->version, address->medium, 0, 0, 0};
    return mw_mbus_secondary_matches(&search->pattern, &header);
}

/* Whether an identification has to be found by its digits, for the telegram does not tell it. */
static bool search_is_incomplete(const mw_mbus_search *search, const mw_mbus_telegram *telegram)
{
    bool wild = false;
    for (unsigned i = 0; i < SEARCH_MEDIUM; i++) {
        wild = wild || search_value(&search->pattern, i) == 0xF;
    }
    return wild && telegram->header_type != MW_MBUS_HEADER_LONG && telegram->header_type != MW_MBUS_HEADER_FIXED;
}

/* Whether an access number goes on as it did before, if that was by 1, as it should, or not at all. */
static bool search_is_access_right(mw_mbus_search *search, uint8_t access)
{
    const uint8_t step = (uint8_t)(access - search->access);
    const bool right = search->agreed < 2 || search->step >= SEARCH_STEP_UNKNOWN || search->step == step;
    search->access = access;
    search->step = step;
    return right;
}

/* Takes a telegram that came undisturbed. Gives whether a meter was found. */
static bool search_take(mw_mbus_search *search, const mw_mbus_master *master, const mw_mbus_telegram *telegram)
{
    const mw_mbus_secondary address = search_address(search, telegram);
    if (!search_is_in_pattern(search, &address)) {
        /* It did not hear that another one was selected; or it answers to anything, and would be met everywhere. */
        search->strange++;
        if (search->strange < SEARCH_STRANGE) {
            search_begin_another_round(search, master);
        } else {
            search_advance(search);
        }
        return false;
    }
    if (search_is_incomplete(search, telegram) || (search->agreed > 0 && !search_is_same(&address, &search->meter)) ||
        !search_is_access_right(search, telegram->header.access)) {
        search_split(search);
        return false;
    }
    search->meter = address;
    search->agreed++;
    if (search->agreed < search_sure(master)) {
        search_begin_another_round(search, master);
        return false;
    }
    search->found++;
    search_advance(search);
    return true;
}

/* Several meters are told apart by their digits. Before media and versions are gone through, which are many, and where
 * a meter was read already, a disturbed answer is tried again. Gives whether a meter was found. */
static bool search_heard_read(mw_mbus_search *search, const mw_mbus_master *master, mw_status status,
                              mw_mbus_telegram *telegram)
{
    size_t length;
    const uint8_t *const reply = mw_link_reply(master->link, &length);
    if ((status == MW_OK || status == MW_ERR_REFUSED) && mw_mbus_decode(reply, length, telegram, NULL) == MW_OK) {
        return search_take(search, master, telegram);
    }
    search->step = SEARCH_STEP_UNKNOWN;
    if (status == MW_ERR_TIMEOUT || status == MW_ERR_MISMATCH ||
        search_next(search, search->position) >= SEARCH_MEDIUM) {
        search_begin_another_round(search, master);
    } else {
        search_split(search);
    }
    return false;
}

/* ---- steps ---- */

/* Tells a request from others of this search, and of another one that is at another pattern. */
static uint16_t search_tag(const mw_mbus_search *search)
{
    const uint32_t id = search->pattern.id;
    return (uint16_t)(search->asked ^ id ^ id >> 16);
}

static void search_ask(mw_mbus_search *search, mw_mbus_master *master, uint32_t now_us)
{
    mw_mbus_secondary who = search->agreed == SEARCH_BY_ITSELF ? search->meter : search->pattern;
    const bool other_form = search->tries % 2 != 0;
    search->asked++;
    mw_link_forget(master->link); /* who has answered is seen by the header */
    if (search->state == SEARCH_AT_READ) {
        mw_mbus_ask_selected(master, search_tag(search), now_us);
        return;
    }
    if (search->state == SEARCH_AT_PROBE) {
        who.fabrication = SEARCH_NOBODYS;
        who.enhanced = true;
    }
    mw_mbus_ask_select(master, &who, other_form, search_tag(search), now_us);
}

/* What was asked last is not known any more, by another master or after something else. */
static void search_restart(mw_mbus_search *search)
{
    const bool probing = search->state == SEARCH_AT_PROBE;
    if (search->state != SEARCH_OVER) {
        search_begin_pattern(search);
        search->state = probing ? SEARCH_AT_PROBE : SEARCH_AT_SELECT;
    }
}

static bool search_heard(mw_mbus_search *search, const mw_mbus_master *master, mw_status status,
                         mw_mbus_telegram *telegram)
{
    switch (search->state) {
    case SEARCH_AT_SELECT:
        search_heard_select(search, master, status);
        return false;
    case SEARCH_AT_PROBE:
        search_heard_probe(search, master, status);
        return false;
    default:
        return search_heard_read(search, master, status, telegram);
    }
}

mw_status mw_mbus_search_step(mw_mbus_search *search, mw_mbus_master *master, uint32_t now_us,
                              mw_mbus_telegram *telegram)
{
    bool asking = mw_mbus_is_asking(master, search_tag(search));
    if (!asking) {
        search_restart(search);
    }
    while (search->state != SEARCH_OVER) {
        mw_status status;
        if (!asking) {
            search_ask(search, master, now_us);
        }
        status = mw_link_status(master->link);
        if (status == MW_AGAIN) {
            return status;
        }
        master->asking = false;
        asking = false;
        if (search_heard(search, master, status, telegram)) {
            return MW_OK;
        }
    }
    return MW_END;
}

mw_status mw_mbus_search_wait(mw_mbus_search *search, mw_mbus_master *master, const mw_io *io,
                              mw_mbus_telegram *telegram)
{
    mw_status status = mw_mbus_search_step(search, master, io->now_us(io->user), telegram);
    while (status == MW_AGAIN) {
        status = mw_link_run(master->link, io);
        if (mw_link_status(master->link) == MW_AGAIN) { /* cancelled: the port failed */
            return status;
        }
        status = mw_mbus_search_step(search, master, io->now_us(io->user), telegram);
    }
    return status;
}

unsigned mw_mbus_search_progress(const mw_mbus_search *search)
{
    uint32_t behind = 0;
    uint32_t all = 1;
    unsigned position = search_next(search, 0);
    if (search->state == SEARCH_OVER) {
        return 1000;
    }
    for (unsigned i = 0; i < SEARCH_PROGRESSING && position < SEARCH_POSITIONS; i++) {
        const uint32_t values = search_wildcard(position);
        behind = behind * values + (position < search->position ? search_value(&search->pattern, position) : 0);
        all *= values;
        position = search_next(search, position + 1);
    }
    return (unsigned)(behind * 1000 / all);
}
