/* SPDX-License-Identifier: MIT */
/* Socomec Countis E23, E24 (Modbus RTU) and E27 (4850 3054), E28 (4850 3055, MID) (Modbus TCP): three phases, direct
 * connection.
 *
 * Source: Socomec "MODBUS tables of Countis_E23", V 103.18, and "Countis_E24", V 103.8, which have the same rows. No
 * table of the E27 and E28 is public; that it is this one OpenEMS states and has seen on real meters for voltages,
 * currents, powers, frequency and two energies. Network settings of the E27 and E28: manual 545881, 8.2. Their
 * registers for it are not known, and 0xE000 to 0xE003 are left out, as those are settings of RS-485. docs/models.md
 * lists what is inferred.
 *
 * The blocks of 145 words that V 103 prints are split as V 201 prints them, 33 + 96 + 16. */
#include "socomec.h"

#define E2X_FREQUENCY_EXP10 (-3) /* 0.01 Hz on the E4x */

#define E2X_TARIFFS(address, exp10, unit, c, group)                                                                    \
    SOCOMEC_ENERGY(address, exp10, unit, c, 1, group), SOCOMEC_ENERGY((address) + 2, exp10, unit, c, 2, group)
#define E2X_TARIFF_QUADRANTS(address, c) SOCOMEC_QUADRANT(address, c, 1), SOCOMEC_QUADRANT((address) + 2, c, 2)
/* A phase, for which reactive energies without quadrant are reserved. */
#define E2X_PHASE_TARIFFS(block, p)                                                                                    \
    SOCOMEC_TARIFF(block, EXTRA), E2X_TARIFFS((block) + 0x01, 3, WH, 1 + (p), SLOW),                                   \
        E2X_TARIFFS((block) + 0x11, 3, WH, 2 + (p), SLOW), E2X_TARIFF_QUADRANTS((block) + 0x31, 5 + (p)),              \
        E2X_TARIFF_QUADRANTS((block) + 0x41, 6 + (p)), E2X_TARIFF_QUADRANTS((block) + 0x61, 7 + (p)),                  \
        E2X_TARIFF_QUADRANTS((block) + 0x71, 8 + (p)), E2X_TARIFFS((block) + 0x81, 3, VAH, 9 + (p), SLOW)

#define E2X_PARTIAL_TARIFFS(address, c)                                                                                \
    SOCOMEC_FINE(address, RESIDUAL, WH, c, 1), SOCOMEC_FINE((address) + 3, RESIDUAL, WH, c, 2)

#define E2X_TARIFF_TOTALS(block, exp10, group)                                                                         \
    SOCOMEC_TARIFF_COUNT(block, group), SOCOMEC_TARIFF((block) + 1, group),                                            \
        E2X_TARIFFS((block) + 0x02, exp10, WH, 1, group), E2X_TARIFFS((block) + 0x12, exp10, VARH, 3, group),          \
        SOCOMEC_HOURS((block) + 0x22, 1, group), SOCOMEC_HOURS((block) + 0x24, 2, group)

#define E2X_MEGA(address, unit, c) SOCOMEC_ROW(address, UNSIGNED, 1, 6, unit, c, 8, 0, EXTRA)

#define E2X_RS485_ROWS 4 /* the last ones, not of the E27 and E28 */

static const mw_row socomec_e2x_rows[] = {
    SOCOMEC_WRITTEN(0x9E21, 96, 14),
    SOCOMEC_WRITTEN(0x9E40, MW_OBIS_C_COMMAND, 5),
    SOCOMEC_WRITTEN(0xE200, MW_OBIS_C_COMMAND, 2),
    SOCOMEC_WRITTEN(0xE222, MW_OBIS_C_COMMAND, 3),
    SOCOMEC_WRITTEN(0xE224, MW_OBIS_C_COMMAND, 4),

    SOCOMEC_RESIDUALS(0x4D80, 20),
    E2X_PHASE_TARIFFS(0x4F00, 20),
    SOCOMEC_RESIDUALS(0x5580, 40),
    E2X_PHASE_TARIFFS(0x5700, 40),
    SOCOMEC_RESIDUALS(0x5D80, 60),
    E2X_PHASE_TARIFFS(0x5F00, 60),
    SOCOMEC_RESIDUALS(0x6580, 0),
    SOCOMEC_TARIFF(0x6700, EXTRA),
    E2X_TARIFFS(0x6701, 3, WH, 1, EXTRA), /* finer at 0xC800 */
    E2X_TARIFFS(0x6711, 3, WH, 2, SLOW),
    E2X_TARIFFS(0x6721, 3, VARH, 3, EXTRA),
    E2X_TARIFF_QUADRANTS(0x6731, 5),
    E2X_TARIFF_QUADRANTS(0x6741, 6),
    E2X_TARIFFS(0x6751, 3, VARH, 4, SLOW),
    E2X_TARIFF_QUADRANTS(0x6761, 7),
    E2X_TARIFF_QUADRANTS(0x6771, 8),
    E2X_TARIFFS(0x6781, 3, VAH, 9, SLOW),
    E2X_PARTIAL_TARIFFS(0x8000, MW_OBIS_C_PARTIAL_ACTIVE_IMPORT),
    E2X_PARTIAL_TARIFFS(0x8018, MW_OBIS_C_PARTIAL_ACTIVE_EXPORT), /* printed "positive", but as Ea- */
    SOCOMEC_BALANCE,
    SOCOMEC_ROLLOVERS,
    SOCOMEC_STATE,

    SOCOMEC_PRODUCT,
    SOCOMEC_IDENT(0xC362, 14),
    SOCOMEC_IDENT(0xC363, 15),
    SOCOMEC_TEXT(0xC36E, 4, MW_OBIS_C_IDENTITY, 24, 0),
    SOCOMEC_NAMES,

    SOCOMEC_METROLOGY(E2X_FREQUENCY_EXP10),

    SOCOMEC_TOTALS(0xC650, 3),
    SOCOMEC_PARTIALS(0xC650, 3, EXTRA),
    E2X_TARIFF_TOTALS(0xC6A0, 3, EXTRA),
    SOCOMEC_TOTALS(0xC700, 1),
    SOCOMEC_PARTIALS(0xC700, 1, SLOW),
    E2X_TARIFF_TOTALS(0xC800, 1, SLOW),

    /* A direct meter has no ratio to leave out: all this is the same once more. */
    SOCOMEC_VOLTAGES_AGAIN(E2X_FREQUENCY_EXP10),
    SOCOMEC_FACTOR_AGAIN,
    SOCOMEC_FACTORS_AGAIN,
    SOCOMEC_AGAIN(0xC86C, UNSIGNED, -3, A, 11),
    SOCOMEC_MEANS_AGAIN,
    E2X_MEGA(0xC86F, WH, 1),
    E2X_MEGA(0xC870, VARH, 3),
    E2X_MEGA(0xC871, WH, 2),
    E2X_MEGA(0xC872, VARH, 4),
    SOCOMEC_ROW(0xC873, UNSIGNED, 1, 0, NONE, MW_OBIS_C_PHASE_SEQUENCE, 7, 0, FAST),

    SOCOMEC_DEVICE(0xE000, MW_OBIS_C_COMMUNICATION, 0, 0, ONCE),
    SOCOMEC_DEVICE(0xE001, MW_OBIS_C_COMMUNICATION, 1, 0, ONCE),
    SOCOMEC_DEVICE(0xE002, MW_OBIS_C_COMMUNICATION, 6, 0, ONCE),
    SOCOMEC_DEVICE(0xE003, MW_OBIS_C_COMMUNICATION, 2, 0, ONCE),
};

#define E2X_RS485_BLOCKS 2 /* the last ones */

static const mw_block socomec_e2x_blocks[] = {
    {0x4D80, 66}, SOCOMEC_TARIFF_BLOCKS(0x4F00),
    {0x5580, 66}, SOCOMEC_TARIFF_BLOCKS(0x5700),
    {0x5D80, 66}, SOCOMEC_TARIFF_BLOCKS(0x5F00),
    {0x6580, 66}, SOCOMEC_TARIFF_BLOCKS(0x6700),
    {0x8000, 48}, {0x8100, 6},
    {0x9000, 11}, {0x9E60, 2},
    {0x9E80, 6},  {0x9EA0, 1},
    {0xC350, 66}, {0xC550, 62},
    {0xC650, 65}, {0xC6A0, 50},
    {0xC700, 65}, {0xC800, 50},
    {0xC850, 36}, {0xE000, 1},
    {0xE001, 3},
};

static const mw_choice socomec_e2x_resets[] = {{0x20, 0, 0xC70C, "all partial counters"}};
static const mw_choice socomec_e2x_actions[] = {{0xA1, 0, 0, "store configuration"}, {0xB2, 0, 0, "restart"}};
static const mw_choice socomec_e2x_partials[] = {
    {0x01, 0, 0xC70C, "active import"}, {0x02, 0, 0xC70E, "reactive import"}, {0x04, 0, 0xC710, "apparent"},
    {0x08, 0, 0xC712, "active export"}, {0x10, 0, 0xC714, "reactive export"},
};
static const mw_choice socomec_e2x_partial_tariffs[] = {
    {0x01, 0, 0x8000, "tariff 1"}, {0x02, 0, 0x8003, "tariff 2"}, {0xFFFF, 0, 0x8000, "all"}};
static const mw_choice socomec_e2x_bauds[] = {
    {0, 0, 0, "1200"},  {1, 0, 0, "2400"},  {2, 0, 0, "4800"},  {3, 0, 0, "9600"},
    {4, 0, 0, "19200"}, {5, 0, 0, "38400"}, {6, 0, 0, "57600"}, {7, 0, 0, "115200"},
};
static const mw_choice socomec_e2x_stops[] = {{0, 0, 0, "1"}, {1, 0, 0, "2"}};
static const mw_choice socomec_e2x_parities[] = {{0, 0, 0, "none"}, {1, 0, 0, "odd"}, {2, 0, 0, "even"}};

#define E2X_LINK           (MW_SETTING_LINK | MW_SETTING_IDENTIFY | MW_SETTING_LOCKED)
#define E2X_RS485_SETTINGS 4 /* the last ones */

static const mw_modbus_setting socomec_e2x_settings[] = {
    MW_VALUES(NUMBER, 0, 96, 14, 0, MW_SETTING_BROADCAST, 0, NONE, 1, 2, 0x9E21, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 5, 0, 0, 0, NONE, socomec_e2x_resets, 0x9E40, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 2, 0, MW_SETTING_IDENTIFY, 0, NONE, socomec_e2x_actions, 0xE200, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 3, 0, 0, 0, NONE, socomec_e2x_partials, 0xE222, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 4, 0, 0, 0, NONE, socomec_e2x_partial_tariffs, 0xE224, 1, 6),
    MW_VALUES(NUMBER, 0, MW_OBIS_C_COMMUNICATION, 0, 0, E2X_LINK, 0, NONE, 1, 247, 0xE000, 1, 6),
    MW_CHOICES(NUMBER, 0, MW_OBIS_C_COMMUNICATION, 1, 0, E2X_LINK, 0, NONE, socomec_e2x_bauds, 0xE001, 1, 6),
    MW_CHOICES(NUMBER, 0, MW_OBIS_C_COMMUNICATION, 6, 0, E2X_LINK, 0, NONE, socomec_e2x_stops, 0xE002, 1, 6),
    MW_CHOICES(NUMBER, 0, MW_OBIS_C_COMMUNICATION, 2, 0, E2X_LINK, 0, NONE, socomec_e2x_parities, 0xE003, 1, 6),
};

static const char socomec_e2x_host[] = "192.168.0.4";

/* `without`: 1 for the meters on Ethernet. */
#define E2X_READ(without, its_unit, its_baud, its_flags, its_host)                                                     \
    MW_MODEL_ROWS(socomec_e2x_rows, (without)*E2X_RS485_ROWS),                                                         \
        MW_MODEL_BLOCKS(socomec_e2x_blocks, (without)*E2X_RS485_BLOCKS),                                               \
        .read_function = MW_MODBUS_READ_HOLDING, .max_regs = MW_MODBUS_READ_MAX, .unit = (its_unit),                   \
        .parity = MW_PARITY_NONE, .baud = (its_baud), .rollover_exp10 = SOCOMEC_ROLLOVER_EXP10, .flags = (its_flags),  \
        .host = (its_host), .decode = mw_row_decode_socomec
#define E2X_WRITE(without) MW_MODEL_SETTINGS(socomec_e2x_settings, (without)*E2X_RS485_SETTINGS)

/* Factory address, speed and parity are not known; these are those of a Countis E03. */
#define E2X_RTU_READ E2X_READ(0, 1, 9600, 0, NULL)
#define E2X_TCP_READ E2X_READ(1, 5, 0, MW_MODEL_INFERRED, socomec_e2x_host)

MW_MODELS(socomec_countis_e23, "socomec-countis-e23", "Socomec Countis E23, three phases, direct", "countis e23",
          E2X_RTU_READ, E2X_WRITE(0));
MW_MODELS(socomec_countis_e24, "socomec-countis-e24", "Socomec Countis E24, three phases, direct", "countis e24",
          E2X_RTU_READ, E2X_WRITE(0));
MW_MODELS(socomec_countis_e27, "socomec-countis-e27", "Socomec Countis E27, three phases, direct, 80 A, Ethernet",
          "countis e27", E2X_TCP_READ, E2X_WRITE(1));
MW_MODELS(socomec_countis_e28, "socomec-countis-e28", "Socomec Countis E28, three phases, direct, 80 A, Ethernet, MID",
          "countis e28", E2X_TCP_READ, E2X_WRITE(1));
