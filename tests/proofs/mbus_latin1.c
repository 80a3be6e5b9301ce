/* SPDX-License-Identifier: MIT */
/* Proves: characters of ISO 8859-1 as UTF-8 stay inside, in both orders
 * Bound: 0 to 12 characters, room of 0 to 25 bytes
 * Unwind: 13
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

size_t text_from_latin1(const uint8_t *bytes, size_t count, bool msb_first, char *out, size_t size);

void proof(void)
{
    uint8_t latin[12];
    char room[25];
    const size_t count = any_size(0, sizeof latin);
    const size_t size = any_size(0, sizeof room);
    const size_t length =
        text_from_latin1(TAIL(latin, count), count, nondet_bool(), size > 0 ? TAIL(room, size) : NULL, size);
    PROVE(length <= 2 * count, "two bytes a character");
}
