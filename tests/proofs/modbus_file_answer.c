/* SPDX-License-Identifier: MIT */
/* Proves: what the answer to a list of file records will count is told from what is in the list
 * Bound: list of 2 to 247 bytes, any part more
 * Library: core modbus
 * Unwind: 1 modbus_file_answer.0:36
 * CI: yes
 */
#include <meterwire/modbus.h>

#include "file.h"
#include "proof.h"

uint32_t modbus_file_answer(const uint8_t *pdu, uint16_t count);

static uint8_t list[2 + 0xF5];

uint16_t mw_get_be16(const uint8_t *p)
{
    PROVE(p >= list && (size_t)(p - list) + 2 <= 2u + list[1], "inside the list");
    return nondet_u16();
}

void proof(void)
{
    __CPROVER_havoc_object(list);
    ASSUME(REQUIRES_file_answer(list));
    (void)modbus_file_answer(list, nondet_u16());
}
