/* SPDX-License-Identifier: MIT */
/* Proves: text of a value or a unit, as UTF-8, is written only where it fits, and ends
 * Bound: any record, room of 0 to 513 bytes; the characters by mbus_latin1
 * Unwind: 1
 */
#include "mbus.h"
#include "proof.h"

size_t text_from_latin1(const uint8_t *bytes, size_t count, bool msb_first, char *out, size_t size)
{
    (void)msb_first;
    READABLE(bytes, count);
    PROVE(size == 0 || __CPROVER_w_ok(out, size), "writable: out");
    return any_size(0, 2 * count);
}

void proof(void)
{
    const mw_mbus_record record = any_record();
    char room[513];
    const size_t size = any_size(0, sizeof room);
    const size_t length = nondet_bool() ? mw_mbus_text(&record, TAIL(room, size), size)
                                        : mw_mbus_unit_text(&record, TAIL(room, size), size);
    PROVE(length < sizeof room, "513 bytes are always enough");
    PROVE(length >= size || TAIL(room, size)[length] == '\0', "ends");
}
