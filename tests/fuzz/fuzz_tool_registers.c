/* SPDX-License-Identifier: MIT */
/* The files of `meterwire serve`, and the server that they make.
 *
 * The first byte says whether it is Modbus TCP; up to a NUL follows the file, behind it a PDU that every unit is
 * asked. */
#define _GNU_SOURCE /* memfd_create() */

#include "fuzz_tool.h"
#include "registers.h"

/* What was loaded is in order: objects sorted, texts and queues not longer than they can be. */
static void check_unit(const registers_unit *unit)
{
    CHECK(unit->object_count <= REGISTERS_OBJECTS && unit->server_id_bytes <= REGISTERS_TEXT);
    for (size_t i = 0; i < unit->object_count; i++) {
        CHECK(i == 0 || unit->objects[i].id > unit->objects[i - 1].id);
        CHECK(unit->objects[i].bytes <= REGISTERS_TEXT);
    }
    CHECK(unit->queue_count <= REGISTERS_QUEUES);
    for (size_t i = 0; i < unit->queue_count; i++) {
        CHECK(unit->queues[i].count <= MW_MODBUS_FIFO_MAX);
    }
}

/* A client takes what comes for the answer to what it asked. */
static void ask(registers *all, uint8_t number, const uint8_t *pdu, size_t count)
{
    const mw_modbus_framing framing = all->tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    size_t reply_length;
    mw_modbus_reply taken;
    if (count < 1 || count > MW_MODBUS_PDU_MAX) {
        return;
    }
    memcpy(frame + mw_modbus_pdu_offset(framing), pdu, count);
    CHECK(mw_modbus_seal(framing, 1, number, frame, sizeof frame, count, &length) == MW_OK);
    reply_length = registers_answer(all, frame, length, reply, sizeof reply);
    CHECK(reply_length <= sizeof reply);
    if (reply_length > 0 && mw_modbus_request_length(pdu, count) == (int)count) {
        const mw_status status = mw_modbus_decode_reply(framing, frame, length, reply, reply_length, &taken);
        CHECK(status == MW_OK || status == MW_ERR_REFUSED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static registers all;
    static const bool units[REGISTERS_UNITS] = {[7] = true};
    fuzz_input in = {data, size};
    const bool tcp = fuzz_byte(&in) % 2 != 0;
    const fuzz_input text = fuzz_take_text(&in);
    int code;
    fuzz_mute();
    memset(&all, 0, sizeof all);
    all.tcp = tcp;
    code = registers_load(&all, fuzz_file(text.bytes, text.count), units);
    CHECK(code == TOOL_GOOD || code == TOOL_FAILED);
    for (unsigned i = 0; i < REGISTERS_UNITS; i++) {
        if (all.units[i] != NULL) {
            check_unit(all.units[i]);
            ask(&all, (uint8_t)i, in.bytes, in.count);
        }
    }
    for (unsigned i = 0; i < REGISTERS_UNITS; i++) {
        free(all.units[i]);
    }
    return 0;
}
