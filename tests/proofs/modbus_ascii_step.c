/* SPDX-License-Identifier: MIT */
/* Proves: a receiver of ASCII takes a character and gives at most one byte
 * Bound: any state that can be, any character
 * Unwind: 1 mw_modbus_crc_step.0:9
 * CI: yes
 */
#include "ascii.h"
#include "proof.h"

size_t ascii_take(mw_modbus_ascii *ascii, uint8_t character, uint8_t *to);

void proof(void)
{
    mw_modbus_ascii ascii;
    uint8_t to[1];
    size_t given;
    if (nondet_bool()) {
        mw_modbus_ascii_init(&ascii);
    }
    ASSUME(is_ascii(&ascii));
    given = ascii_take(&ascii, nondet_u8(), to);
    PROVE(given <= 1, "at most one");
    PROVE(is_ascii(&ascii), "the state can be");
}
