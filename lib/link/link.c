/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>

#include <string.h>

/* Silence that ends a frame for good, besides 4 characters. */
#define SILENCE_US   250000u
/* How long devices are left alone after a broadcast (SL 2.4.1: 100 to 200 ms). */
#define BROADCAST_US 100000u
/* How long to wait for a gap on a line on which somebody talks, besides the timeout. */
#define BUSY_US      1000000u
/* Characters of the longest answer of any protocol, for the time it may take on the wire. */
#define ANSWER_CHARS 264u

static bool link_is_broadcast(const mw_link *link)
{
    return link->key - 1u < MW_FRAMER_BROADCAST;
}

static void link_count(const mw_link *link, unsigned counter, size_t n)
{
    if (link->config->counters != NULL) {
        link->config->counters[counter] += (uint32_t)n;
    }
}

void mw_link_init(mw_link *link, const mw_framer *framer, const mw_link_config *config, uint8_t *buffer, size_t size,
                  uint32_t now_us)
{
    memset(link, 0, sizeof *link);
    link->framer = framer;
    link->config = config;
    link->buffer = buffer;
    link->size = (uint16_t)size;
    link->mark_us = now_us;
}

/* From now on an answer to the present request would be late. */
static void link_expect_late(mw_link *link, uint32_t now_us)
{
    link->late_key = link->key;
    link->late_us = now_us;
}

/* Of the reasons for which an attempt may fail, the most telling one has the largest number. */
static void link_note(mw_link *link, unsigned reason)
{
    if (link->reason < reason) {
        link->reason = (uint8_t)reason;
    }
}

static void link_finish(mw_link *link, unsigned reason)
{
    link->state = MW_LINK_DONE;
    link->reason = (uint8_t)reason;
    link_count(link, reason, 1);
}

void mw_link_cancel(mw_link *link, uint32_t now_us)
{
    if (link->state == MW_LINK_RECEIVE) {
        link_expect_late(link, now_us);
    }
    link->state = MW_LINK_IDLE;
}

/* What is left of a time. Since an event that is so long ago that the clock has wrapped around, this errs by no more
 * than that time. */
static uint32_t link_left(uint32_t now_us, uint32_t since_us, uint32_t time_us)
{
    const uint32_t elapsed = now_us - since_us;
    return elapsed < time_us ? time_us - elapsed : 0;
}

void mw_link_start(mw_link *link, const uint8_t *request, size_t length, uint32_t timeout_us, unsigned repeats,
                   uint32_t now_us)
{
    mw_link_cancel(link, now_us);
    link->request = request;
    link->request_length = (uint16_t)length;
    link->key = link->framer->key(request, length);
    link->timeout_us = timeout_us != 0 ? timeout_us : MW_LINK_TIMEOUT_US;
    link->repeats = (uint8_t)repeats;
    link->due_us = now_us;
    if (link->key != MW_FRAMER_NUMBERED) {
        link->due_us++; /* not at once, so that whatever came since the last exchange is read and thrown away first */
        if (link->key == link->late_key) {
            link->due_us += link_left(now_us, link->late_us, link->timeout_us);
        }
    }
    link->limit_us = link->due_us + BUSY_US;
    link->begins = true;
    link->state = MW_LINK_WAIT;
}

/* Looks at what stands there: gives the bytes to step over, or 0 when it may be the beginning of something longer, or
 * when it was the answer and the exchange is done. */
static size_t link_step(mw_link *link, const uint8_t *bytes, size_t there)
{
    size_t length = 1;
    const mw_status status = link->framer->examine(link->request, link->request_length, bytes, there, &length);
    if (status == MW_AGAIN) {
        return there < link->size ? 0 : 1;
    }
    if (status == MW_OK || status == MW_ERR_REFUSED) {
        link->count = (uint16_t)((size_t)(bytes - link->buffer) + length);
        link_finish(link, (unsigned)-status);
        return 0;
    }
    link_note(link, (unsigned)-status);
    if (status != MW_ERR_MISMATCH) {
        link_count(link, MW_LINK_STRAY_BYTES, 1);
        return 1;
    }
    link_count(link, MW_LINK_STRAY_FRAMES, 1);
    return length;
}

/* Goes through what came. `last`: nothing more will come, so nothing is a beginning. Afterwards the buffer begins with
 * the answer, or with what may become it. */
static void link_scan(mw_link *link, bool last)
{
    size_t at = link->echo;
    if (link->count < at) {
        return;
    }
    link->echo = 0;
    while (at < link->count) {
        size_t step = link_step(link, link->buffer + at, link->count - at);
        if (step == 0) {
            if (!last || link->state == MW_LINK_DONE) {
                break;
            }
            step = 1;
        }
        at += step;
    }
    link->count = (uint16_t)(link->count - at);
    memmove(link->buffer, link->buffer + at, link->count);
}

uint8_t *mw_link_space(mw_link *link, size_t *space)
{
    *space = (size_t)(link->size - link->count);
    return link->buffer + link->count;
}

/* When the wait for the answer ends, by what has come of it. */
static void link_set_due(mw_link *link)
{
    const uint32_t char_us = link->config->char_us;
    link->due_us = link->limit_us;
    if (link->count > 0) {
        const uint32_t silence_us = link->config->silence_us != 0 ? link->config->silence_us : 4 * char_us + SILENCE_US;
        link->due_us += char_us * ANSWER_CHARS;
        if ((int32_t)(link->mark_us + silence_us - link->due_us) < 0) {
            link->due_us = link->mark_us + silence_us;
        }
    }
}

void mw_link_received(mw_link *link, size_t count, uint32_t now_us)
{
    if (count == 0) {
        return;
    }
    link->mark_us = now_us;
    if (link->state == MW_LINK_RECEIVE) {
        link->count = (uint16_t)(link->count + count);
        link_scan(link, false);
        link_set_due(link);
        return;
    }
    link_count(link, MW_LINK_STRAY_BYTES, count);
    link->begins = true; /* the silence begins anew */
}

void mw_link_feed(mw_link *link, const uint8_t *bytes, size_t count, uint32_t now_us)
{
    while (count > 0) {
        size_t n = count;
        if (link->state == MW_LINK_RECEIVE) {
            uint8_t *const to = mw_link_space(link, &n);
            n = n < count ? n : count;
            memcpy(to, bytes, n);
        }
        mw_link_received(link, n, now_us);
        bytes += n;
        count -= n;
    }
}

void mw_link_sent(mw_link *link, uint32_t now_us)
{
    link->state = MW_LINK_RECEIVE;
    link->mark_us = now_us;
    link->echo = link->config->echo ? link->request_length : 0;
    if (link_is_broadcast(link)) {
        link->timeout_us = BROADCAST_US;
    }
    link->limit_us = now_us + link->timeout_us + link->config->char_us * link->request_length;
    link_set_due(link);
}

/* The attempt is over: what came may still hold the answer behind what looked like the beginning of a longer frame. */
static void link_give_up(mw_link *link, uint32_t now_us)
{
    if (link->count > 0) {
        link_note(link, MW_LINK_SHORT);
        link_scan(link, true);
    }
    if (link->state == MW_LINK_DONE) {
        return;
    }
    if (link_is_broadcast(link)) {
        link->count = 0;
        link->repeats = 0;
        link->reason = MW_LINK_GOOD;
    } else if (link->reason != MW_LINK_BAD_CHECK && link->reason != MW_LINK_SHORT) {
        link_expect_late(link, now_us); /* a damaged answer does not come again */
    }
    link_finish(link, link->reason);
    if (link->repeats > 0) {
        link->repeats--;
        link->limit_us = now_us + BUSY_US;
        link->begins = true;
        link->state = MW_LINK_WAIT;
    }
}

/* The silence before a request. */
static uint32_t link_gap_us(const mw_link *link)
{
    const mw_framer *const framer = link->framer;
    const mw_link_config *const config = link->config;
    uint32_t gap = config->char_us * framer->gap_half_chars / 2;
    if (gap < framer->gap_least_us) {
        gap = framer->gap_least_us;
    }
    return gap > config->gap_us ? gap : config->gap_us;
}

/* Begins the silence before an attempt; until something tells more, the attempt fails because nothing came. */
static void link_begin(mw_link *link, uint32_t now_us)
{
    const uint32_t gap = now_us + link_left(now_us, link->mark_us, link_gap_us(link));
    link->reason = MW_LINK_TIMEOUT;
    link->count = 0;
    link->begins = false;
    if ((int32_t)(gap - link->due_us) > 0) {
        link->due_us = gap;
    }
}

mw_link_want mw_link_poll(mw_link *link, uint32_t now_us, uint32_t *wait_us)
{
    int32_t left;
    if (link->state == MW_LINK_RECEIVE && (int32_t)(link->due_us - now_us) <= 0) {
        link_give_up(link, now_us);
    }
    if (link->state == MW_LINK_WAIT && link->begins) {
        link_begin(link, now_us);
    }
    left = (int32_t)(link->due_us - now_us);
    if (link->state == MW_LINK_WAIT) {
        if (left <= 0) {
            link->state = MW_LINK_SEND;
        } else if ((int32_t)(link->limit_us - now_us) < 0) {
            link_finish(link, MW_LINK_NO_FRAME); /* somebody talks all the time */
        }
    }
    *wait_us = left > 0 ? (uint32_t)left : 0;
    return (mw_link_want)link->state;
}

mw_status mw_link_status(const mw_link *link)
{
    return link->state == MW_LINK_DONE ? (mw_status)-link->reason : MW_AGAIN;
}

const uint8_t *mw_link_reply(const mw_link *link, size_t *length)
{
    *length = link->reason == MW_LINK_GOOD || link->reason == MW_LINK_REFUSED ? link->count : 0;
    return link->buffer;
}
