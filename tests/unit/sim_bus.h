/* SPDX-License-Identifier: MIT */
/* A simulated M-Bus on a simulated line: each request is heard by all slaves, and what they answer is merged as on the
 * wire. Nobody answers: silence. One does: its frame, character by character. Several do: what is equal overlaps, what
 * is not becomes garbage, as a bit that any of them sends as 0 is 0.
 *
 *     sim_bus_init(&bus, &line, slaves, replies, count, MW_LINK_CHAR_US(2400));
 *
 * makes the slaves addresses 1 to `count`; set their headers afterwards. Then the line is used as any other. */
#ifndef MW_SIM_BUS_H
#define MW_SIM_BUS_H

#include <meterwire/mbus_slave.h>

#include "sim_line.h"

#define SIM_BUS_KEPT 4 /* answers that may be on the line at once: late ones, and the present one */

/* What becomes of an exchange. */
typedef enum sim_fate {
    SIM_FATE_GOOD = 0,
    SIM_FATE_DEAF,   /* no slave hears the request */
    SIM_FATE_LOST,   /* the slaves obey, but nobody hears them */
    SIM_FATE_DAMAGED /* a bit of the answer is wrong */
} sim_fate;

typedef struct sim_bus {
    sim_line *line;
    mw_mbus_slave *slaves;
    size_t count;
    uint32_t char_us;    /* 0: no speed, everything comes at once */
    uint32_t latency_us; /* between request and answer; the least is 11 bits */
    bool acks_collide;   /* several E5 at once are garbage. Else they are one E5. */
    unsigned lose;       /* not 0: each so many-th answer is lost */
    unsigned damage;     /* not 0: each so many-th answer is damaged */
    /* Optional: the fate of request number line->sent. Before `lose` and `damage`. */
    sim_fate (*fate)(struct sim_bus *bus, const uint8_t *request, size_t length);
    void *user; /* of that function */
    /* What happened. */
    unsigned answers;    /* that any slave gave, collisions being one */
    unsigned collisions; /* of several slaves, and no E5 */
    unsigned crowds;     /* several E5 at once */
    /* Answers until they are heard. */
    unsigned next;
    uint8_t kept[SIM_BUS_KEPT][MW_MBUS_FRAME_MAX];
} sim_bus;

/* The fabrication number: eight digits, one a nibble, as they are. */
static inline mw_status sim_bus_read(void *user, unsigned application, unsigned number, mw_mbus_draft *draft,
                                     bool *more)
{
    const mw_mbus_slave *const slave = (const mw_mbus_slave *)user;
    const uint32_t digits = slave->fabrication;
    const uint8_t record[] = {
        0x0C, 0x78, (uint8_t)digits, (uint8_t)(digits >> 8), (uint8_t)(digits >> 16), (uint8_t)(digits >> 24)};
    (void)application;
    (void)number;
    (void)more;
    mw_mbus_put_bytes(draft, record, sizeof record);
    return MW_OK;
}

/* Lays an answer over those before it; the length of them all. */
static inline size_t sim_bus_lay(uint8_t *bytes, size_t length, const uint8_t *more, size_t more_length)
{
    for (size_t i = 0; i < more_length; i++) {
        bytes[i] = i < length ? (uint8_t)(bytes[i] & more[i]) : more[i];
    }
    return length > more_length ? length : more_length;
}

/* Asks all slaves; the length of what the wire carries then. */
static inline size_t sim_bus_ask(sim_bus *bus, const uint8_t *request, size_t request_length, uint8_t *bytes)
{
    size_t length = 0;
    unsigned answers = 0;
    bool differ = false;
    for (size_t i = 0; i < bus->count; i++) {
        mw_mbus_slave *const slave = bus->slaves + i;
        size_t reply_length = 0;
        (void)mw_mbus_slave_answer(slave, request, request_length, &reply_length);
        if (reply_length > 0) {
            differ = differ || (answers > 0 && (reply_length != length || memcmp(bytes, slave->reply, length) != 0));
            length = sim_bus_lay(bytes, length, slave->reply, reply_length);
            answers++;
        }
    }
    bus->answers += answers > 0 ? 1 : 0;
    if (answers > 1 && length == 1) {
        bus->crowds++;
        if (bus->acks_collide) {
            bytes[0] = 0xA1;
            bytes[1] = 0x84;
            length = 2;
        }
    } else if (answers > 1) {
        mw_mbus_frame frame;
        bus->collisions++;
        if (differ && mw_mbus_open(bytes, length, &frame, NULL) == MW_OK) {
            bytes[length - 2] = (uint8_t)(bytes[length - 2] ^ 0x01u); /* characters never overlap that well */
        }
    }
    return length;
}

static inline sim_fate sim_bus_fate(const sim_bus *bus)
{
    if (bus->lose != 0 && bus->answers % bus->lose == 0) {
        return SIM_FATE_LOST;
    }
    return bus->damage != 0 && bus->answers % bus->damage == 0 ? SIM_FATE_DAMAGED : SIM_FATE_GOOD;
}

/* The line's listener. The request takes its time on the wire, too. */
static inline void sim_bus_hear(sim_line *line, const uint8_t *request, size_t request_length)
{
    sim_bus *const bus = (sim_bus *)line->user;
    sim_fate fate = bus->fate != NULL ? bus->fate(bus, request, request_length) : SIM_FATE_GOOD;
    uint8_t *const bytes = bus->kept[bus->next];
    size_t length;
    if (fate == SIM_FATE_DEAF) {
        return;
    }
    length = sim_bus_ask(bus, request, request_length, bytes);
    if (length > 0 && fate == SIM_FATE_GOOD) {
        fate = sim_bus_fate(bus);
    }
    if (length == 0 || fate == SIM_FATE_LOST) {
        return;
    }
    if (fate == SIM_FATE_DAMAGED) {
        bytes[length / 2] = (uint8_t)(bytes[length / 2] ^ 0x20u);
    }
    (void)sim_say(line, SIM_NOW, (uint64_t)bus->char_us * (request_length + 1) + bus->latency_us, bus->char_us, bytes,
                  length);
    bus->next = (bus->next + 1) % SIM_BUS_KEPT;
}

static inline void sim_bus_init(sim_bus *bus, sim_line *line, mw_mbus_slave *slaves,
                                uint8_t (*replies)[MW_MBUS_FRAME_MAX], size_t count, uint32_t char_us)
{
    memset(bus, 0, sizeof *bus);
    memset(slaves, 0, count * sizeof *slaves);
    bus->line = line;
    bus->slaves = slaves;
    bus->count = count;
    bus->char_us = char_us;
    bus->latency_us = char_us;
    line->listener = sim_bus_hear;
    line->user = bus;
    for (size_t i = 0; i < count; i++) {
        slaves[i].address = (uint8_t)(i + 1);
        slaves[i].reply = replies[i];
        slaves[i].user = slaves + i;
        slaves[i].readout = sim_bus_read;
    }
}

#endif
