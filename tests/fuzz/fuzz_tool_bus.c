/* SPDX-License-Identifier: MIT */
/* The files of `meterwire simulate --bus`, and the bus that they make.
 *
 * Bits of the first byte are the options of the command; up to a NUL follows the file, behind it a request to its
 * meters. */
#define _GNU_SOURCE /* memfd_create() */

#include "bus_file.h"
#include "fuzz_tool.h"

static void free_bus(simulated_bus *bus)
{
    while (bus->first != NULL) {
        bus_meter *const next = bus->first->next;
        free(bus->first);
        bus->first = next;
    }
}

/* Every meter is one that can be on this bus, and no two share a unit. */
static void check_bus(const simulated_bus *bus)
{
    unsigned count = 0;
    for (const bus_meter *meter = bus->first; meter != NULL; meter = meter->next) {
        CHECK(meter->sim.model != NULL && meter->sim.fixed_count <= SIMULATION_FIXED_MAX);
        CHECK(bus->mbus ? meter->mbus.slave.address <= MW_MBUS_ADDRESS_MAX
                        : meter->sim.unit >= 1 && meter->sim.unit <= 247);
        CHECK(meter->sim.baud == 0 || serve_is_speed(meter->sim.baud));
        for (const bus_meter *other = meter->next; other != NULL && !bus->mbus; other = other->next) {
            CHECK(other->sim.unit != meter->sim.unit);
        }
        count++;
    }
    CHECK(count == bus->count && count > 0);
}

/* As a master asks: each unit of the bus, with the PDU or the data as given. */
static void ask(simulated_bus *bus, const uint8_t *bytes, size_t count)
{
    static serve_streams streams; /* too large for a stack */
    uint8_t frame[MW_MBUS_FRAME_MAX];
    const mw_modbus_framing framing = bus->tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    streams.tcp = true; /* without a speed */
    bus_advance(bus, 1);
    for (const bus_meter *meter = bus->first; meter != NULL && count > 0; meter = meter->next) {
        size_t length = 0;
        mw_mbus_draft draft;
        mw_mbus_frame answer;
        if (bus->mbus) {
            mw_mbus_encode_short(bytes[0], meter->mbus.slave.address, frame);
            length = bus_answer(bus, &streams, frame, 5);
            CHECK(length == 0 || mw_mbus_open(bus->reply, length, &answer, NULL) != MW_AGAIN);
            mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, meter->mbus.slave.address, bytes[0]);
            mw_mbus_put_bytes(&draft, bytes + 1, count - 1);
            if (mw_mbus_finish(&draft, &length) == MW_OK) {
                (void)bus_answer(bus, &streams, frame, length);
            }
        } else if (count <= MW_MODBUS_PDU_MAX) {
            memcpy(frame + mw_modbus_pdu_offset(framing), bytes, count);
            CHECK(mw_modbus_seal(framing, 1, meter->sim.unit, frame, sizeof frame, count, &length) == MW_OK);
            CHECK(bus_answer(bus, &streams, frame, length) <= MW_MODBUS_FRAME_MAX);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static simulated_bus bus;
    fuzz_input in = {data, size};
    const unsigned mode = fuzz_byte(&in);
    const fuzz_input text = fuzz_take_text(&in);
    int code;
    fuzz_mute();
    memset(&bus, 0, sizeof bus);
    bus.mbus = (mode & 1) != 0;
    bus.tcp = (mode & 2) != 0;
    bus.baud = (mode & 4) != 0 ? 9600 : 0;
    bus.parity = (mode & 8) != 0 && !bus.mbus ? "none" : NULL;
    code = bus_file_load(&bus, fuzz_file(text.bytes, text.count));
    CHECK(code == TOOL_GOOD || code == TOOL_FAILED);
    if (code == TOOL_GOOD) {
        check_bus(&bus);
        ask(&bus, in.bytes, in.count);
    }
    free_bus(&bus);
    return 0;
}
