/* SPDX-License-Identifier: MIT */
/* Proves: the frame that a monitor sees in front is inside; a reply is one to a request
 * Bound: any state that can be, 1 to 512 bytes
 * Unwind: 1 memcmp.0:3
 * CI: yes
 */
#define STUB_mw_crc16
#define STUB_mw_modbus_reply_length
#define STUB_mw_modbus_find_end
#define STUB_mw_modbus_match
#include "monitor.h"

mw_status monitor_look(const mw_modbus_monitor *monitor, size_t count, mw_modbus_seen *kind, size_t *length);

void proof(void)
{
    const mw_modbus_monitor monitor = any_monitor();
    const size_t count = any_size(1, sizeof monitor.bytes);
    mw_modbus_seen kind;
    size_t length;
    mw_status status;
    asked_bytes = monitor.waiting ? monitor.request_bytes - 3u : 0;
    status = monitor_look(&monitor, count, &kind, &length);
    PROVE(ENSURES_look(status, &monitor, count, kind, length), "inside");
}
