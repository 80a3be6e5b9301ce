/* SPDX-License-Identifier: MIT */
/* Simulated meters on one line. Each hears every request, answers its own, and what several answer at once collides. */
#ifndef SIMULATED_BUS_H
#define SIMULATED_BUS_H

#include "serve_streams.h"
#include "simulation.h"

#define BUS_ERROR_SIZE TOOL_ERROR_SIZE

typedef struct bus_meter {
    simulation sim;
    mw_device device;    /* on Modbus */
    mw_mbus_device mbus; /* on M-Bus */
    uint8_t reply[MW_MBUS_FRAME_MAX];
    struct bus_meter *next;
} bus_meter;

/* Begins with all but the options 0. */
typedef struct simulated_bus {
    bool mbus;          /* otherwise Modbus */
    bool tcp;           /* how Modbus is framed */
    uint32_t baud;      /* speed of the meters that are given none of their own; 0: they understand any */
    const char *parity; /* of all meters, or null */
    bus_meter *first;
    bus_meter *last;
    unsigned count;
    uint8_t reply[MW_MBUS_FRAME_MAX]; /* what the line carries */
} simulated_bus;

/* Adds a meter as it leaves the factory; null after `error` says why not. When all is set, bus_finish() follows. */
bus_meter *bus_add(simulated_bus *bus, const mw_model *model, char error[BUS_ERROR_SIZE]);

/* One of the names of what can be set, unit, address, id and baud; or null. */
const char *bus_name(const char *text);

/* Sets what has that name. False after `error`, which begins with the name, says why not. */
bool bus_set(const simulated_bus *bus, bus_meter *meter, const char *name, const char *value,
             char error[BUS_ERROR_SIZE]);

/* Fixes a value: OBIS=VALUE, by code or name, in its base unit. */
bool bus_fix(bus_meter *meter, const char *text, char error[BUS_ERROR_SIZE]);

/* Completes the meter that was added last, and looks whether it can be on this bus. */
bool bus_finish(const simulated_bus *bus, bus_meter *meter, char error[BUS_ERROR_SIZE]);

/* Lets time pass. */
void bus_advance(simulated_bus *bus, double seconds);

/* What the line carries at bus->reply after a request that came by these streams; its length, 0 for silence. */
size_t bus_answer(simulated_bus *bus, const serve_streams *streams, const uint8_t *request, size_t length);

#endif
