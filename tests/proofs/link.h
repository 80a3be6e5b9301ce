/* SPDX-License-Identifier: MIT */
/* A link in any state that can be. What scans the buffer is proved on its own. */
#ifndef PROOF_LINK_H
#define PROOF_LINK_H

#include <meterwire/link.h>

#include "proof.h"

static uint8_t request[260];
#ifndef BUFFER
#define BUFFER 261 /* the longest frame of all protocols */
#endif

static uint8_t received[BUFFER];
static uint32_t counters[MW_LINK_COUNTERS];
static mw_link_config config;

static mw_status any_examine(const uint8_t *asked, const uint8_t *bytes, size_t count, size_t *length)
{
    const mw_status status = (mw_status)nondet_int();
    (void)asked;
    READABLE(bytes, count);
    *length = nondet_size();
    ASSUME(ENSURES_examine(status, count, *length));
    return status;
}

static uint16_t any_key(const uint8_t *asked)
{
    (void)asked;
    return nondet_u16();
}

static const mw_framer any_framer = {any_examine, any_key, 7, 1750};

static inline bool is_link(const mw_link *link)
{
    return link->state <= MW_LINK_DONE && link->reason < MW_LINK_COUNTERS && link->count <= link->size &&
           link->size <= sizeof received && (link->state != MW_LINK_RECEIVE || link->count < link->size) &&
           ((link->state != MW_LINK_WAIT && link->state != MW_LINK_SEND) || link->count == 0) && link->size >= 1 &&
           link->request_length <= sizeof request && link->timeout_us <= 310000000 && link->late_for_us <= 620000000;
}

#define REQUIRES_scan(link) ((link)->count <= (link)->size)
#define ENSURES_scan(link, before, last)                                                                               \
    ((link)->count <= (link)->size && (link)->reason < MW_LINK_COUNTERS &&                                             \
     ((link)->state == MW_LINK_DONE ||                                                                                 \
      ((link)->state == (before)->state && ((last) ? (link)->count == 0 : (link)->count < (link)->size))))

/* Of what stands at `at`, `there` bytes: how many to step over. */
#define ENSURES_step(link, before, at, there, last, step)                                                              \
    ((link)->reason < MW_LINK_COUNTERS && (step) <= (there) &&                                                         \
     ((link)->state == MW_LINK_DONE ? (step) == 0 && (link)->count > (at) && (link)->count <= (at) + (there)           \
                                    : (link)->state == (before)->state && (link)->count == (before)->count &&          \
                                          ((step) >= 1 || (!(last) && (there) < (link)->size))))

/* Of the line: up to 38400 characters of time a second are known; no speed is slower than 300 baud. */
static inline mw_link any_link(void)
{
    mw_link link;
    config.char_us = (uint32_t)any_size(0, 36667);
    config.gap_us = (uint32_t)any_size(0, 300000000);
    config.silence_us = (uint32_t)any_size(0, 300000000);
    config.echo = nondet_bool();
    config.counters = nondet_bool() ? counters : NULL;
    __CPROVER_havoc_object(received);
    __CPROVER_havoc_object(counters);
    __CPROVER_havoc_object(&link);
    link.buffer = received;
    link.request = request;
    link.framer = &any_framer;
    link.config = &config;
    ASSUME(is_link(&link));
    return link;
}

#endif
