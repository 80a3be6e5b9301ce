/* SPDX-License-Identifier: MIT */
/* Proves: the text of a decimal is inside, and ends
 * Bound: numbers of up to 6 digits, exponents of -12 to 6, room of 0 to 24 bytes
 * Unwind: 1 mw_decimal_text.0:7 mw_decimal_text.1:15
 */
#include <meterwire/core.h>

#include "proof.h"

void proof(void)
{
    char room[24];
    const size_t size = any_size(0, sizeof room);
    const int32_t n = nondet_i32();
    const int8_t exp10 = nondet_i8();
    ASSUME(n > -1000000 && n < 1000000 && exp10 >= -12 && exp10 <= 6);
    (void)mw_decimal_text(n, exp10, TAIL(room, size), size);
}
