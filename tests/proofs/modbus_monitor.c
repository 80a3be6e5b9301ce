/* SPDX-License-Identifier: MIT */
/* Proves: one step of a monitor from any state that can be: the state that follows can be, what it gives is inside
 * Bound: any time; 0 to 512 bytes waiting, 0 to 300 more; what stands in front by modbus_monitor_look
 * Unwind: 1 mw_modbus_monitor_next.0:2 memcpy.0:12
 * CI: yes
 */
#include "monitor.h"

static mw_modbus_monitor watch;
static unsigned rounds;

#define TELLING 11 /* bytes of a frame that tell the length of a request: unit, and up to the count of function 23 */

/* The round after a byte of noise begins in a state that can be: nothing else is to be shown of it. */
mw_status monitor_look(const mw_modbus_monitor *of, size_t count, mw_modbus_seen *kind, size_t *length)
{
    const mw_status status = (mw_status)nondet_int();
    PROVE(of->taken == 0 && is_monitor(of), "the state can be");
    PROVE(count >= 1 && count <= of->count && (of->end == 0 || count <= of->end), "inside");
    ASSUME(rounds++ == 0);
    *kind = (mw_modbus_seen)nondet_unsigned();
    *length = nondet_size();
    ASSUME(ENSURES_look(status, of, count, *kind, *length));
    return status;
}

/* Bytes can be any, before and after; of a request, those that tell its length are the same. */
void *memcpy(void *to, const void *from, size_t count)
{
    const uint8_t *const bytes = (const uint8_t *)from;
    READABLE(from, count);
    WRITABLE(to, count);
    PROVE(to != (void *)watch.request || count <= sizeof watch.request, "a request that can be");
    for (size_t i = 0; to == (void *)watch.request && i < count && i < TELLING; i++) {
        watch.request[i] = bytes[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    return memcpy(to, from, count);
}

void proof(void)
{
    const uint32_t now_us = nondet_u32();
    watch = any_monitor();
    if (nondet_bool()) {
        mw_modbus_monitor_init(&watch, nondet_u32(), nondet_u32());
    }
    if (nondet_bool()) {
        uint8_t bytes[300];
        const size_t count = any_size(0, sizeof bytes);
        PROVE(mw_modbus_monitor_feed(&watch, TAIL(bytes, count), count, now_us) <= count, "not more than there is");
    } else {
        mw_modbus_event event;
        if (mw_modbus_monitor_next(&watch, now_us, &event) == MW_OK) {
            READABLE(event.frame.pdu, event.frame.pdu_bytes);
            PROVE(event.frame.pdu_bytes >= 1 && event.frame.pdu_bytes <= MW_MODBUS_PDU_MAX, "a PDU");
            PROVE((event.kind == MW_MODBUS_SEEN_REPLY) == (event.request.pdu != NULL), "a reply has its request");
            PROVE(event.request.pdu == NULL || event.request.pdu_bytes <= MW_MODBUS_PDU_MAX, "a request");
        }
    }
    PROVE(is_monitor(&watch), "the state can be");
}
