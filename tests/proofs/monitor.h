/* SPDX-License-Identifier: MIT */
/* Monitors that can be. */
#ifndef PROOF_MONITOR_H
#define PROOF_MONITOR_H

#include <meterwire/modbus_monitor.h>

#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

/* Whether a frame is as long as that of a request. */
static inline bool is_ask(const uint8_t *frame, size_t length)
{
    return length >= 4 && length <= MW_MODBUS_RTU_MAX && mw_modbus_is_request(frame + 1, length - 3);
}

/* A frame that was given is in front; what it stands before is up to a silence, or all. A request is kept whole. */
static inline bool is_monitor(const mw_modbus_monitor *monitor)
{
    return monitor->count <= sizeof monitor->bytes && monitor->end <= monitor->count &&
           monitor->taken <= (monitor->end > 0 ? monitor->end : monitor->count) &&
           (!monitor->waiting || is_ask(monitor->request, monitor->request_bytes));
}

static inline mw_modbus_monitor any_monitor(void)
{
    mw_modbus_monitor monitor;
    __CPROVER_havoc_object(&monitor);
    monitor.aligned = nondet_bool();
    monitor.waiting = nondet_bool();
    ASSUME(is_monitor(&monitor));
    return monitor;
}

/* Of what stands in front. */
#define ENSURES_look(status, monitor, count, kind, length)                                                             \
    ((status) == MW_AGAIN || (status) == MW_ERR_CHECK ||                                                               \
     ((status) == MW_OK && (length) >= 4 && (length) <= (count) && (length) <= MW_MODBUS_RTU_MAX &&                    \
      (kind) <= MW_MODBUS_SEEN_STRAY && ((kind) != MW_MODBUS_SEEN_REPLY || (monitor)->waiting) &&                      \
      ((kind) != MW_MODBUS_SEEN_REQUEST || is_ask((monitor)->bytes, (length)))))

#endif
