/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus_monitor.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

#define MONITOR_SILENCE_US 50000u
#define MONITOR_REPLY_US   1000000u
#define MONITOR_AROUND     3 /* bytes around a PDU */

void mw_modbus_monitor_init(mw_modbus_monitor *monitor, uint32_t silence_us, uint32_t reply_us)
{
    memset(monitor, 0, sizeof *monitor);
    monitor->silence_us = silence_us != 0 ? silence_us : MONITOR_SILENCE_US;
    monitor->reply_us = reply_us != 0 ? reply_us : MONITOR_REPLY_US;
    monitor->aligned = true;
}

/* Takes bytes away from the front. */
static void monitor_drop(mw_modbus_monitor *monitor, size_t n)
{
    monitor->count = (uint16_t)(monitor->count - n);
    memmove(monitor->bytes, monitor->bytes + n, monitor->count);
    if (monitor->end > 0) {
        monitor->end = (uint16_t)(monitor->end - n);
        monitor->aligned = monitor->aligned || monitor->end == 0;
    }
}

static void monitor_drop_frame(mw_modbus_monitor *monitor)
{
    monitor_drop(monitor, monitor->taken);
    monitor->taken = 0;
}

/* Whether silence has fallen since the last byte. */
static bool monitor_is_silent(const mw_modbus_monitor *monitor, uint32_t now_us)
{
    return monitor->count > 0 && now_us - monitor->last_us >= monitor->silence_us;
}

size_t mw_modbus_monitor_feed(mw_modbus_monitor *monitor, const uint8_t *bytes, size_t count, uint32_t now_us)
{
    size_t space;
    monitor_drop_frame(monitor);
    if (monitor->end > 0 && monitor->end < monitor->count && monitor_is_silent(monitor, now_us)) {
        return 0; /* a second silence: what came before it is to be looked at first */
    }
    if (monitor_is_silent(monitor, now_us)) {
        monitor->end = monitor->count;
    }
    space = sizeof monitor->bytes - monitor->count;
    count = count < space ? count : space;
    if (count > 0) {
        memcpy(monitor->bytes + monitor->count, bytes, count);
        monitor->count = (uint16_t)(monitor->count + count);
        monitor->last_us = now_us;
    }
    return count;
}

/* Whether a frame with a PDU of this length stands in front: MW_OK, MW_AGAIN when bytes are missing, MW_ERR_CHECK. */
static mw_status monitor_check(const uint8_t *bytes, size_t count, int pdu_bytes, size_t *length)
{
    if (pdu_bytes < 0) {
        return MW_ERR_CHECK;
    }
    *length = (size_t)pdu_bytes + MONITOR_AROUND;
    if (pdu_bytes == 0 || *length > count) {
        return MW_AGAIN;
    }
    return mw_crc16(bytes, *length) == 0 ? MW_OK : MW_ERR_CHECK;
}

/* Whether an intact frame is the reply that is waited for. */
static bool monitor_answers(const mw_modbus_monitor *monitor, const uint8_t *bytes, size_t length)
{
    mw_status status;
    if (!monitor->waiting || monitor->last_us - monitor->request_us > monitor->reply_us ||
        bytes[0] != monitor->request[0]) {
        return false;
    }
    status = mw_modbus_match(monitor->request + 1, bytes + 1, length - MONITOR_AROUND);
    return status == MW_OK || status == MW_ERR_REFUSED;
}

/* Frames whose own bytes do not tell their end. Any noise may look like one, so only the place where one may begin
 * counts, or the reply that is waited for. */
static mw_status monitor_check_open(const mw_modbus_monitor *monitor, size_t count, size_t *length)
{
    const uint8_t *const bytes = monitor->bytes;
    const size_t least = count > 1 ? mw_modbus_open_end(bytes + 1, count - 1) : 0;
    const bool expected = monitor->waiting && memcmp(bytes, monitor->request, 2) == 0;
    return least > 0 && (monitor->aligned || expected) ? mw_modbus_find_end(bytes, count, least, length) : MW_ERR_CHECK;
}

/* The reply with 17 to 24 bits is as long as its request, but seldom asks for a possible count. */
static bool monitor_may_ask(const uint8_t *pdu)
{
    return pdu[0] > MW_MODBUS_READ_DISCRETE || mw_get_be16(pdu + 3) - 1u < MW_MODBUS_READ_BITS_MAX;
}

/* Looks for a frame of a function whose end is known. */
static mw_status monitor_look_known(const mw_modbus_monitor *monitor, size_t count, mw_modbus_seen *kind,
                                    size_t *length)
{
    const uint8_t *const bytes = monitor->bytes;
    size_t as_request;
    const mw_status reply = monitor_check(bytes, count, mw_modbus_reply_length(bytes + 1, count - 1), length);
    const mw_status request = monitor_check(bytes, count, mw_modbus_request_length(bytes + 1, count - 1), &as_request);
    if (reply == MW_OK && monitor_answers(monitor, bytes, *length)) {
        *kind = MW_MODBUS_SEEN_REPLY;
        return MW_OK;
    }
    if (request == MW_OK && (reply != MW_OK || monitor_may_ask(bytes + 1))) {
        *kind = MW_MODBUS_SEEN_REQUEST;
        *length = as_request;
        return MW_OK;
    }
    *kind = MW_MODBUS_SEEN_STRAY;
    return reply == MW_OK || request != MW_AGAIN ? reply : MW_AGAIN;
}

/* Looks at what stands in front, of which `count` bytes belong together. */
static mw_status monitor_look(const mw_modbus_monitor *monitor, size_t count, mw_modbus_seen *kind, size_t *length)
{
    const mw_status known = monitor_look_known(monitor, count, kind, length);
    mw_status open;
    if (known == MW_OK) {
        return MW_OK;
    }
    open = monitor_check_open(monitor, count, length);
    if (open == MW_OK) {
        *kind = monitor_answers(monitor, monitor->bytes, *length) ? MW_MODBUS_SEEN_REPLY : MW_MODBUS_SEEN_REQUEST;
        return MW_OK;
    }
    return known == MW_AGAIN ? MW_AGAIN : open;
}

static mw_modbus_frame monitor_parts(const uint8_t *bytes, size_t length)
{
    mw_modbus_frame parts;
    parts.transaction = 0;
    parts.unit = bytes[0];
    parts.pdu = bytes + 1;
    parts.pdu_bytes = length - MONITOR_AROUND;
    return parts;
}

/* Gives a frame, and remembers it where a reply is to be expected. */
static void monitor_give(mw_modbus_monitor *monitor, mw_modbus_seen kind, size_t length, mw_modbus_event *event)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->frame = monitor_parts(monitor->bytes, length);
    event->time_us = monitor->last_us;
    event->noise_bytes = monitor->noise;
    if (kind == MW_MODBUS_SEEN_REPLY) {
        event->request = monitor_parts(monitor->request, monitor->request_bytes);
        event->delay_us = monitor->last_us - monitor->request_us;
        monitor->waiting = false;
    } else if (kind == MW_MODBUS_SEEN_REQUEST) {
        memcpy(monitor->request, monitor->bytes, length);
        monitor->request_bytes = (uint16_t)length;
        monitor->request_us = monitor->last_us;
        monitor->waiting = monitor->bytes[0] != 0; /* nobody answers a broadcast */
    }
    monitor->noise = 0;
    monitor->taken = (uint16_t)length;
    monitor->aligned = true;
}

mw_status mw_modbus_monitor_next(mw_modbus_monitor *monitor, uint32_t now_us, mw_modbus_event *event)
{
    monitor_drop_frame(monitor);
    while (monitor->count > 0) {
        mw_modbus_seen kind = MW_MODBUS_SEEN_REQUEST;
        size_t length = 0;
        mw_status status;
        if (monitor->end == 0 && monitor_is_silent(monitor, now_us)) {
            monitor->end = monitor->count;
        }
        status = monitor_look(monitor, monitor->end > 0 ? monitor->end : monitor->count, &kind, &length);
        if (status == MW_OK) {
            monitor_give(monitor, kind, length, event);
            return MW_OK;
        }
        if (status == MW_AGAIN && monitor->end == 0) {
            return MW_AGAIN;
        }
        monitor->aligned = false;
        monitor->noise++;
        monitor_drop(monitor, 1);
    }
    return MW_AGAIN;
}
