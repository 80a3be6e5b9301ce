/* SPDX-License-Identifier: MIT */
/* A simulated line: a clock that moves only when nobody has anything to do, and a script of the bytes that are heard,
 * each some time after a request was sent. An exchange runs over it with sim_exchange(), which steps the link as the
 * comment of link.h prescribes, or with mw_link_run() and sim_io().
 *
 * Time counts up from 0 in 64 bits; what the link is told is its sum with start_us in 32 bits, which may wrap around.
 */
#ifndef MW_SIM_LINE_H
#define MW_SIM_LINE_H

#include <meterwire/io.h>

#include <string.h>

#define SIM_EVENTS 40
#define SIM_NEVER  UINT64_MAX
#define SIM_NOW    0u /* instead of the number of a request: after the present time */

/* Bytes to be heard. */
typedef struct sim_event {
    uint64_t at_us;   /* when; while `after` is not SIM_NOW, how long after that request was sent */
    uint32_t pace_us; /* not 0: they come one by one, so far apart */
    unsigned after;   /* number of the request, the first is 1 */
    const uint8_t *bytes;
    size_t count;
} sim_event;

typedef struct sim_line {
    uint32_t start_us;
    uint64_t time_us;
    sim_event events[SIM_EVENTS]; /* those whose bytes were heard are out of it */
    size_t event_count;
    /* Optional: hears each request and may script the answer with sim_say(). */
    void (*listener)(struct sim_line *line, const uint8_t *request, size_t length);
    void *user;       /* the listener's */
    uint32_t poll_us; /* not 0: poll at least so often, or read at most so long, although nothing requires it */
    bool direct;      /* mw_link_space() and mw_link_received() instead of mw_link_feed() */
    /* What is being sent. */
    const uint8_t *request;
    size_t request_length;
    /* What happened. */
    unsigned sent;     /* requests */
    uint64_t sent_us;  /* when the last one was */
    uint64_t heard_us; /* when the last byte was handed over */
    uint64_t quiet_us; /* the shortest silence between a byte and the request after it */
    /* The functions of sim_io(): calls so far, the longest wait, and which call fails, the first being 1. */
    unsigned writes;
    unsigned reads;
    uint32_t longest_wait_us;
    size_t least_size;   /* that was to be read */
    unsigned fail_write; /* after the bytes went out */
    unsigned fail_read;
    mw_status fail_status;
} sim_line;

static inline void sim_init(sim_line *line, uint32_t start_us)
{
    memset(line, 0, sizeof *line);
    line->start_us = start_us;
    line->heard_us = SIM_NEVER;
    line->quiet_us = SIM_NEVER;
    line->least_size = SIZE_MAX;
}

/* What the clock shows. */
static inline uint32_t sim_now(const sim_line *line)
{
    return (uint32_t)(line->start_us + line->time_us);
}

/* Puts bytes into the script, `at_us` after request number `after`, or after now. They must live until they are heard.
 * What is to be heard at the same time is heard in the order of the script. False: the script is full. */
static inline bool sim_say(sim_line *line, unsigned after, uint64_t at_us, uint32_t pace_us, const uint8_t *bytes,
                           size_t count)
{
    sim_event *const event = &line->events[line->event_count];
    if (line->event_count == SIM_EVENTS) {
        return false;
    }
    line->event_count++;
    event->at_us = after == SIM_NOW ? line->time_us + at_us : at_us;
    event->pace_us = pace_us;
    event->after = after;
    event->bytes = bytes;
    event->count = count;
    return true;
}

/* Takes out of the script what would follow requests that were not sent so far. */
static inline void sim_forget(sim_line *line)
{
    size_t kept = 0;
    for (size_t i = 0; i < line->event_count; i++) {
        if (line->events[i].after == SIM_NOW) {
            line->events[kept++] = line->events[i];
        }
    }
    line->event_count = kept;
}

/* The next event whose time is known, or null. */
static inline sim_event *sim_next(sim_line *line)
{
    sim_event *next = NULL;
    for (size_t i = 0; i < line->event_count; i++) {
        sim_event *const event = &line->events[i];
        if (event->after == SIM_NOW && (next == NULL || event->at_us < next->at_us)) {
            next = event;
        }
    }
    return next;
}

/* Takes the bytes that came until now; the count. */
static inline size_t sim_take(sim_line *line, uint8_t *bytes, size_t size)
{
    size_t taken = 0;
    sim_event *event = sim_next(line);
    while (taken < size && event != NULL && event->at_us <= line->time_us) {
        size_t n = event->count < size - taken ? event->count : size - taken;
        if (event->pace_us != 0 && n > 1) {
            n = 1;
        }
        if (n > 0) {
            memcpy(bytes + taken, event->bytes, n);
            event->bytes += n;
        }
        event->count -= n;
        event->at_us += event->pace_us;
        taken += n;
        if (event->count == 0) {
            line->event_count--;
            memmove(event, event + 1, (size_t)(line->events + line->event_count - event) * sizeof *event);
        }
        event = sim_next(line);
    }
    if (taken > 0) {
        line->heard_us = line->time_us;
    }
    return taken;
}

/* Lets time pass until there are bytes, at most so long. */
static inline void sim_wait(sim_line *line, uint64_t most_us)
{
    const sim_event *const event = sim_next(line);
    const uint64_t until = line->time_us + most_us;
    if (event == NULL || event->at_us >= until) {
        line->time_us = until;
    } else if (event->at_us > line->time_us) {
        line->time_us = event->at_us;
    }
}

/* The line hears a request. */
static inline void sim_send(sim_line *line, const uint8_t *request, size_t length)
{
    line->sent++;
    line->sent_us = line->time_us;
    if (line->heard_us != SIM_NEVER && line->time_us - line->heard_us < line->quiet_us) {
        line->quiet_us = line->time_us - line->heard_us;
    }
    for (size_t i = 0; i < line->event_count; i++) {
        if (line->events[i].after == line->sent) {
            line->events[i].after = SIM_NOW;
            line->events[i].at_us += line->time_us;
        }
    }
    if (line->listener != NULL) {
        line->listener(line, request, length);
    }
}

/* Hands what came until now to the link. False: it has no room, and never will. */
static inline bool sim_hand_over(sim_line *line, mw_link *link)
{
    uint8_t bytes[300]; /* more than any frame */
    if (line->direct) {
        size_t space;
        uint8_t *const to = mw_link_space(link, &space);
        if (space == 0) {
            return false;
        }
        mw_link_received(link, sim_take(line, to, space), sim_now(line));
    } else {
        mw_link_feed(link, bytes, sim_take(line, bytes, sizeof bytes), sim_now(line));
    }
    return true;
}

/* Time passes outside of an exchange, while the link is still handed what is heard. */
static inline void sim_idle(sim_line *line, mw_link *link, uint64_t time_us)
{
    const uint64_t until = line->time_us + time_us;
    while (sim_hand_over(line, link) && line->time_us < until) {
        sim_wait(line, until - line->time_us);
    }
}

static inline void sim_start(sim_line *line, mw_link *link, const uint8_t *request, size_t length, uint32_t timeout_us,
                             unsigned repeats)
{
    line->request = request;
    line->request_length = length;
    (void)mw_link_start(link, request, length, timeout_us, repeats, sim_now(line));
}

/* Steps the exchange until the link wants something else than bytes and time, or until time_us have passed. */
static inline mw_link_want sim_step(sim_line *line, mw_link *link, uint64_t time_us)
{
    const uint64_t until = line->time_us + time_us;
    for (unsigned long steps = 0; steps < 1000000; steps++) {
        uint32_t wait_us;
        const mw_link_want want = mw_link_poll(link, sim_now(line), &wait_us);
        if ((want != MW_LINK_WAIT && want != MW_LINK_RECEIVE) || line->time_us >= until) {
            return want;
        }
        if (wait_us > until - line->time_us) {
            wait_us = (uint32_t)(until - line->time_us);
        }
        sim_wait(line, line->poll_us != 0 && line->poll_us < wait_us ? line->poll_us : wait_us);
        if (!sim_hand_over(line, link)) {
            break;
        }
    }
    return MW_LINK_IDLE;
}

/* Runs what was started until it is done. MW_AGAIN: it was not after time_us. */
static inline mw_status sim_run(sim_line *line, mw_link *link, uint64_t time_us)
{
    const uint64_t until = line->time_us + time_us;
    while (line->time_us < until && sim_step(line, link, until - line->time_us) == MW_LINK_SEND) {
        sim_send(line, line->request, line->request_length);
        mw_link_sent(link, sim_now(line));
    }
    return mw_link_status(link);
}

/* A whole exchange. An hour is more than any may take. */
static inline mw_status sim_exchange(sim_line *line, mw_link *link, const uint8_t *request, size_t length,
                                     uint32_t timeout_us, unsigned repeats)
{
    sim_start(line, link, request, length, timeout_us, repeats);
    return sim_run(line, link, UINT64_C(3600000000));
}

/* The same line for blocking use. What comes while nobody reads is kept, as by a port. */

static inline mw_status sim_io_write(void *user, const uint8_t *bytes, size_t count)
{
    sim_line *const line = (sim_line *)user;
    sim_send(line, bytes, count);
    return ++line->writes == line->fail_write ? line->fail_status : MW_OK;
}

static inline mw_status sim_io_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    sim_line *const line = (sim_line *)user;
    if (++line->reads == line->fail_read) {
        return line->fail_status;
    }
    if (line->longest_wait_us < wait_us) {
        line->longest_wait_us = wait_us;
    }
    if (line->least_size > size) {
        line->least_size = size;
    }
    sim_wait(line, line->poll_us != 0 && line->poll_us < wait_us ? line->poll_us : wait_us);
    *count = sim_take(line, bytes, size);
    return MW_OK;
}

static inline uint32_t sim_io_now(void *user)
{
    const sim_line *const line = (const sim_line *)user;
    return sim_now(line);
}

static inline mw_io sim_io(sim_line *line)
{
    const mw_io io = {line, sim_io_write, sim_io_read, sim_io_now, NULL, NULL};
    return io;
}

#endif
