/* SPDX-License-Identifier: MIT */
/* The values of a meter that does not exist: three phases with a load that moves, and energies that grow with it.
 * Everything goes by OBIS code, so it serves every model. */
#ifndef SIMULATION_H
#define SIMULATION_H

#include <meterwire/meterwire.h>

#define SIMULATION_FIXED_MAX 128
#define SIMULATION_ID        19020246u /* serial number of the first meter of a bus */

typedef struct simulation_fixed {
    mw_obis id;
    mw_reading value;
} simulation_fixed;

typedef struct simulation {
    const mw_model *model;
    unsigned number;     /* of the meter on its bus, from 0: makes its values differ from those of others */
    double seconds;      /* since it began */
    double energy[4][3]; /* active energy imported since it began, per tariff and phase, Wh */
    double reset[3];     /* what it was per phase when the day register was reset */
    double partial[5];   /* what it was when the partial counters were: of all tariffs, and of each */
    uint32_t id;         /* serial number, one digit a nibble */
    uint32_t baud;       /* the only speed it understands; 0: any */
    uint8_t unit;
    unsigned tariff;
    size_t fixed_count;
    simulation_fixed fixed[SIMULATION_FIXED_MAX];
} simulation;

void simulation_init(simulation *sim, const mw_model *model, unsigned number);

/* Lets time pass. */
void simulation_advance(simulation *sim, double seconds);

/* Fixes the value of a row, given as text in its base unit. MW_ERR_UNSUPPORTED when the model has no such row,
 * MW_ERR_VALUE or MW_ERR_RANGE when it cannot have that value, MW_ERR_REFUSED when all values would have to be
 * integers, MW_ERR_SPACE when there are too many. */
mw_status simulation_fix(simulation *sim, mw_obis id, const char *text);

/* Sets the speed, on M-Bus or on Modbus, and the parity on Modbus, "even", "none" or "odd", by which the meter is
 * reached. False when the meter has none of that name. */
bool simulation_set_speed(simulation *sim, bool mbus, uint32_t baud);
bool simulation_set_parity(simulation *sim, const char *name);

/* For mw_device: user is the simulation. */
mw_status simulation_value(void *user, const mw_row *row, mw_reading *reading);
mw_status simulation_set(void *user, const mw_modbus_setting *setting, const mw_reading *value);

/* For mw_mbus_device. */
mw_status simulation_mbus_value(void *user, mw_obis id, mw_reading *reading);
mw_status simulation_mbus_set(void *user, const mw_mbus_setting *setting, int64_t n);

#endif
