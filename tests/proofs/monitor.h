/* SPDX-License-Identifier: MIT */
/* Monitors that can be. */
#ifndef PROOF_MONITOR_H
#define PROOF_MONITOR_H

#include <meterwire/modbus_monitor.h>

#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

/* A frame that was given is in front; what it stands before is up to a silence, or all. A request is kept whole. */
static inline bool is_monitor(const mw_modbus_monitor *monitor)
{
    return monitor->count <= sizeof monitor->bytes && monitor->end <= monitor->count &&
           monitor->taken <= (monitor->end > 0 ? monitor->end : monitor->count) &&
           (!monitor->waiting || (monitor->request_bytes >= 4 && monitor->request_bytes <= sizeof monitor->request));
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
      (kind) <= MW_MODBUS_SEEN_STRAY && ((kind) != MW_MODBUS_SEEN_REPLY || (monitor)->waiting)))

#endif
