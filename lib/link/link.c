/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>

#include <string.h>

/* Silence that ends a frame, besides 4 characters. */
#define SILENCE_US   250000u
/* How long devices are left alone after a broadcast (SL 2.4.1: 100 to 200 ms). */
#define BROADCAST_US 100000u
/* How long to wait for a gap on a line on which somebody talks, besides the timeout. */
#define BUSY_US      1000000u
/* Answers to several requests may come late; no request that is answered has this key. */
#define KEY_ANY      1u
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

uint16_t mw_link_number(mw_link *link)
{
    return ++link->number;
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

/* What is left of a time. Since an event that is so long ago that the clock has wrapped around, this errs by no more
 * than that time. */
static uint32_t link_left(uint32_t now_us, uint32_t since_us, uint32_t time_us)
{
    const uint32_t elapsed = now_us - since_us;
    return elapsed < time_us ? time_us - elapsed : 0;
}

/* The present request may still be answered: as late as if the rest of its time had passed first. When an answer to
 * another one may come, too, both become one memory that holds back everything. */
static void link_expect_late(mw_link *link, uint32_t now_us)
{
    const uint32_t left_us = link_left(now_us, link->late_us, link->late_for_us);
    const uint32_t for_us = link->timeout_us + link_left(now_us, link->limit_us - link->timeout_us, link->timeout_us);
    if (link->key <= MW_FRAMER_BROADCAST) {
        return;
    }
    link->late_key = left_us > 0 && link->late_key != link->key ? KEY_ANY : link->key;
    link->late_for_us = left_us > for_us ? left_us : for_us;
    link->late_us = now_us;
}

void mw_link_cancel(mw_link *link, uint32_t now_us)
{
    if (link->state == MW_LINK_SEND || link->state == MW_LINK_RECEIVE) {
        link_expect_late(link, now_us);
    }
    link->state = MW_LINK_IDLE;
}

void mw_link_forget(mw_link *link)
{
    link->late_for_us = 0;
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

/* Prepares an attempt, which is not to begin before a time. */
static void link_arm(mw_link *link, uint32_t due_us)
{
    link->due_us = due_us;
    link->limit_us = due_us + link_gap_us(link) + BUSY_US;
    link->reason = MW_LINK_TIMEOUT; /* unless something tells more */
    link->count = 0;
    link->state = MW_LINK_WAIT;
}

void mw_link_start(mw_link *link, const uint8_t *request, size_t length, uint32_t timeout_us, unsigned repeats,
                   uint32_t now_us)
{
    uint32_t hold_us = 0;
    mw_link_cancel(link, now_us);
    link->request = request;
    link->request_length = (uint16_t)length;
    link->key = link->framer->key(request);
    if (timeout_us == 0) {
        timeout_us = MW_LINK_TIMEOUT_US;
    }
    link->timeout_us = link_is_broadcast(link) ? BROADCAST_US : timeout_us;
    link->timeout_us += link->config->char_us * link->request_length; /* from the beginning of sending */
    link->repeats = (uint8_t)repeats;
    if (link->key != MW_FRAMER_NUMBERED) {
        hold_us = 1; /* not at once, so that whatever came since the last exchange is read and thrown away first */
        if (link->late_key == link->key || link->late_key == KEY_ANY) {
            hold_us += link_left(now_us, link->late_us, link->late_for_us);
        }
    }
    link_arm(link, now_us + hold_us);
}

/* Looks at what stands there: gives the bytes to step over, or 0 when it may be the beginning of something longer, or
 * when it was the answer and the exchange is done. `last`: nothing more will come, so nothing is a beginning, and what
 * is found among the rest is no reason for anything. */
static size_t link_step(mw_link *link, const uint8_t *bytes, size_t there, bool last)
{
    size_t length;
    const mw_status status = link->framer->examine(link->request, bytes, there, &length);
    if (status == MW_AGAIN) {
        return there < link->size && !last ? 0 : 1;
    }
    if (status == MW_OK || status == MW_ERR_REFUSED) {
        link->count = (uint16_t)((size_t)(bytes - link->buffer) + length);
        link_finish(link, (unsigned)-status);
        return 0;
    }
    if (status == MW_ERR_MISMATCH) {
        link_note(link, MW_LINK_MISMATCH);
        link_count(link, MW_LINK_STRAY_FRAMES, 1);
        return length;
    }
    if (!last) {
        link_note(link, (unsigned)-status);
    }
    return 1;
}

/* Goes through what came. Afterwards the buffer begins with the answer, or with what may become it. */
static void link_scan(mw_link *link, bool last)
{
    const size_t came = link->count;
    const size_t echo = link->echo < came ? link->echo : came;
    size_t at = echo;
    link->echo = (uint16_t)(link->echo - echo);
    while (at < came) {
        const size_t step = link_step(link, link->buffer + at, came - at, last);
        if (step == 0) {
            break;
        }
        at += step;
    }
    link->count = (uint16_t)(link->count - at);
    link_count(link, MW_LINK_STRAY_BYTES, came - echo - link->count);
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
    const mw_link_config *const config = link->config;
    link->due_us = link->limit_us;
    if (link->count > 0) {
        const uint32_t silence_us = config->silence_us != 0 ? config->silence_us : SILENCE_US;
        const uint32_t end_us = link->mark_us + silence_us + 4 * config->char_us;
        link->due_us += config->char_us * ANSWER_CHARS;
        if ((int32_t)(end_us - link->due_us) < 0) {
            link->due_us = end_us;
        }
    }
}

void mw_link_received(mw_link *link, size_t count, uint32_t now_us)
{
    if (count == 0) {
        return;
    }
    link->mark_us = now_us;
    if (link->state == MW_LINK_RECEIVE && !link_is_broadcast(link)) {
        link->count = (uint16_t)(link->count + count);
        link_scan(link, false);
        link_set_due(link);
        return;
    }
    link_count(link, MW_LINK_STRAY_BYTES, count);
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

const uint8_t *mw_link_request(const mw_link *link, size_t *length)
{
    *length = link->request_length;
    return link->request;
}

void mw_link_sent(mw_link *link, uint32_t now_us)
{
    link->state = MW_LINK_RECEIVE;
    link->mark_us = now_us;
    link->echo = link->config->echo ? link->request_length : 0;
    link->limit_us = now_us + link->timeout_us;
    if (link->due_us == link->late_us) {
        link_expect_late(link, now_us); /* a repetition: the first answer may be taken, and the second one come late */
    }
    link->due_us = link->limit_us; /* nothing has come of it */
}

/* The time is over for what came, or for the whole attempt. */
static void link_time_out(mw_link *link, uint32_t now_us)
{
    if (link->count > 0) {
        /* The answer may stand behind what looked like the beginning of a longer frame. */
        link_note(link, MW_LINK_SHORT);
        link_scan(link, true);
        link_set_due(link);
        if (link->state == MW_LINK_DONE || (int32_t)(link->due_us - now_us) > 0) {
            return;
        }
    }
    if (link_is_broadcast(link)) {
        link->reason = MW_LINK_GOOD;
        link->repeats = 0;
    }
    link_expect_late(link, now_us);
    link_finish(link, link->reason);
    if (link->repeats > 0) {
        link->repeats--;
        link_arm(link, now_us);
    }
}

mw_link_want mw_link_poll(mw_link *link, uint32_t now_us, uint32_t *wait_us)
{
    int32_t left = (int32_t)(link->due_us - now_us);
    if (link->state == MW_LINK_RECEIVE && left <= 0) {
        link_time_out(link, now_us);
        left = (int32_t)(link->due_us - now_us);
    }
    if (link->state == MW_LINK_WAIT) {
        const int32_t gap = (int32_t)link_left(now_us, link->mark_us, link_gap_us(link));
        left = left > gap ? left : gap;
        if (left <= 0) {
            link->state = MW_LINK_SEND;
            link->limit_us = now_us + link->timeout_us; /* the port may have sent it when it is cancelled */
        } else if ((int32_t)(link->limit_us - now_us) < 0) {
            link->state = MW_LINK_DONE; /* somebody talks all the time */
            link->reason = MW_LINK_NO_FRAME;
        }
    }
    *wait_us = link->state == MW_LINK_WAIT || link->state == MW_LINK_RECEIVE ? (uint32_t)left : 0;
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
