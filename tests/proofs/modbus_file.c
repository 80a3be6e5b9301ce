/* SPDX-License-Identifier: MIT */
/* Proves: a part added to a list of file records is inside the room, and on an error the list is as long as it was
 * Bound: room of 2 to 253 bytes, any list that has been built in it, any part
 * Library: core modbus
 * Unwind: 1
 */
#include "../../lib/modbus/modbus_internal.h"
#include "file.h"
#include "proof.h"

static uint8_t room[MW_MODBUS_PDU_MAX];
static uint8_t records[MW_MODBUS_PDU_MAX];

/* The list stays as it is, but for what is copied behind its end. */
void *memcpy(void *to, const void *from, size_t count)
{
    READABLE(from, count);
    WRITABLE(to, count);
    return to;
}

uint32_t modbus_file_answer(const uint8_t *pdu, uint16_t count)
{
    (void)count;
    PROVE(REQUIRES_file_answer(pdu), "a list that asks");
    READABLE(pdu, 2u + pdu[1]);
    return nondet_u32();
}

/* A list that has been built: of a request, or of the reply to one that reads. */
static bool is_list(const uint8_t *pdu, size_t size, bool asks)
{
    return 2u + pdu[1] <= size &&
           (pdu[0] == MW_MODBUS_READ_FILE ? pdu[1] <= 0xF5 && (!asks || REQUIRES_file_answer(pdu))
                                          : pdu[0] == MW_MODBUS_WRITE_FILE && asks);
}

void proof(void)
{
    const size_t size = any_size(2, sizeof room);
    uint8_t *const pdu = TAIL(room, size);
    const bool asks = nondet_bool();
    mw_modbus_file_part part;
    uint8_t before;
    size_t pdu_bytes;
    mw_status status;
    __CPROVER_havoc_object(room);
    if (nondet_bool()) {
        mw_modbus_file_begin(asks && nondet_bool() ? MW_MODBUS_WRITE_FILE : MW_MODBUS_READ_FILE, pdu);
        PROVE(is_list(pdu, size, asks), "a list");
    }
    ASSUME(is_list(pdu, size, asks));
    before = pdu[1];
    part.data = TAIL(records, 2u * part.count <= sizeof records ? 2u * part.count : 0); /* more never fits */
    status = asks ? mw_modbus_file_ask(&part, pdu, size, &pdu_bytes)
                  : mw_modbus_file_give(part.data, part.count, pdu, size, &pdu_bytes);
    PROVE(is_list(pdu, size, asks), "still a list");
    PROVE(status == MW_OK ? pdu_bytes == 2u + pdu[1] && pdu[1] > before : pdu[1] == before, "it grew, or did not");
}
