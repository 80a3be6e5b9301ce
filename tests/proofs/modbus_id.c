/* SPDX-License-Identifier: MIT */
/* Proves: the answer to a request for identification is inside the room
 * Bound: table of 0 to 6 objects of 0 to 244 bytes, request of 0 to 253 bytes, room of 0 to 253 bytes
 * Unwind: 1 modbus_id_find.0:7 modbus_id_put.0:7 proof.0:7
 */
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

static uint8_t room[MW_MODBUS_PDU_MAX];
static uint8_t text[244];

/* The head of the request comes back, of which the access is looked at again; values can be any. */
void *memcpy(void *to, const void *from, size_t count)
{
    const uint8_t *const bytes = (const uint8_t *)from;
    uint8_t *const copy = (uint8_t *)to;
    READABLE(bytes, count);
    WRITABLE(copy, count);
    if (count == 3) {
        copy[2] = bytes[2];
    }
    return to;
}

void proof(void)
{
    uint8_t request[MW_MODBUS_PDU_MAX];
    mw_modbus_object table[6];
    const size_t count = any_size(0, 6);
    const size_t asked = any_size(0, sizeof request);
    const size_t size = any_size(0, sizeof room);
    size_t pdu_bytes;
    uint8_t exception;
    for (size_t i = 0; i < 6; i++) {
        ASSUME(table[i].bytes <= sizeof text);
        table[i].value = TAIL(text, table[i].bytes);
    }
    exception =
        mw_modbus_serve_id(table + 6 - count, count, TAIL(request, asked), asked, TAIL(room, size), size, &pdu_bytes);
    PROVE(exception != 0 || (pdu_bytes >= 7 && pdu_bytes <= size), "inside");
}
