/* SPDX-License-Identifier: MIT */
/* Socomec Countis E43 (4850 3065) and E44 (4850 3066, MID): three phases, current transformers 1 A or 5 A, Modbus RTU.
 *
 * Source: Socomec "MODBUS tables of Countis_E44", V 201.255, all 45 blocks but what is reserved; conventions, function
 * codes and the order of words by manual 547981A, 8.3, and by two implementations. docs/models.md lists what is
 * inferred: the whole table for the E43, whose own edition (V 201.274) differs in nothing that is known.
 *
 * Rows of the same code: finest are the energies with residual (0x4D80, 0x5580, 0x5D80, 0x6580), then 10 Wh (0xC700,
 * 0xC800, 0x9040), then 1 kWh; the coarser ones are MW_GROUP_EXTRA. */
#include "socomec.h"

#define E4X_FREQUENCY_EXP10 (-2)

/* A counter of four tariffs, and the same in a group of its own, or as a quadrant. */
#define E4X_TARIFFS(address, exp10, unit, c, group)                                                                    \
    SOCOMEC_ENERGY(address, exp10, unit, c, 1, group), SOCOMEC_ENERGY((address) + 2, exp10, unit, c, 2, group),        \
        SOCOMEC_ENERGY((address) + 4, exp10, unit, c, 3, group),                                                       \
        SOCOMEC_ENERGY((address) + 6, exp10, unit, c, 4, group)
#define E4X_TARIFF_QUADRANTS(address, c)                                                                               \
    SOCOMEC_QUADRANT(address, c, 1), SOCOMEC_QUADRANT((address) + 2, c, 2), SOCOMEC_QUADRANT((address) + 4, c, 3),     \
        SOCOMEC_QUADRANT((address) + 6, c, 4)
/* A phase (p = 0, 20, 40, 60); `group` of what 0xC800 has finer for the sum. */
#define E4X_PHASE_TARIFFS(block, p, group)                                                                             \
    SOCOMEC_TARIFF(block, EXTRA), E4X_TARIFFS((block) + 0x01, 3, WH, 1 + (p), group),                                  \
        E4X_TARIFFS((block) + 0x11, 3, WH, 2 + (p), SLOW), E4X_TARIFFS((block) + 0x21, 3, VARH, 3 + (p), group),       \
        E4X_TARIFF_QUADRANTS((block) + 0x31, 5 + (p)), E4X_TARIFF_QUADRANTS((block) + 0x41, 6 + (p)),                  \
        E4X_TARIFFS((block) + 0x51, 3, VARH, 4 + (p), SLOW), E4X_TARIFF_QUADRANTS((block) + 0x61, 7 + (p)),            \
        E4X_TARIFF_QUADRANTS((block) + 0x71, 8 + (p)), E4X_TARIFFS((block) + 0x81, 3, VAH, 9 + (p), SLOW)

#define E4X_PARTIAL_TARIFFS(address, c)                                                                                \
    SOCOMEC_FINE(address, RESIDUAL, WH, c, 1), SOCOMEC_FINE((address) + 3, RESIDUAL, WH, c, 2),                        \
        SOCOMEC_FINE((address) + 6, RESIDUAL, WH, c, 3), SOCOMEC_FINE((address) + 9, RESIDUAL, WH, c, 4)

/* Day, week, month: the previous one first, import and export in turn. */
#define E4X_INDEX(address, exp10, e, group)                                                                            \
    SOCOMEC_ENERGY(address, exp10, WH, MW_OBIS_C_INDEX_IMPORT, e, group),                                              \
        SOCOMEC_ENERGY((address) + 2, exp10, WH, MW_OBIS_C_INDEX_EXPORT, e, group)
#define E4X_INDEXES(block, exp10, group)                                                                               \
    E4X_INDEX(block, exp10, 1, group), E4X_INDEX((block) + 4, exp10, 0, group),                                        \
        E4X_INDEX((block) + 8, exp10, 3, group), E4X_INDEX((block) + 12, exp10, 2, group),                             \
        E4X_INDEX((block) + 16, exp10, 5, group), E4X_INDEX((block) + 20, exp10, 4, group)

#define E4X_TARIFF_TOTALS(block, exp10, group)                                                                         \
    SOCOMEC_TARIFF_COUNT(block, group), SOCOMEC_TARIFF((block) + 1, group),                                            \
        E4X_TARIFFS((block) + 0x02, exp10, WH, 1, group), E4X_TARIFFS((block) + 0x12, exp10, VARH, 3, group),          \
        SOCOMEC_HOURS((block) + 0x22, 1, group), SOCOMEC_HOURS((block) + 0x24, 2, group),                              \
        SOCOMEC_HOURS((block) + 0x26, 3, group), SOCOMEC_HOURS((block) + 0x28, 4, group)

/* The last mean of the active import, on the secondary side: its time, then its value. */
#define E4X_LAST_MEAN(address, time_group, group)                                                                      \
    MW_ROW(address, SECONDS_2000, 2, 0, NONE, 0, MW_OBIS_C_LOAD_CURVE, 8, 0, time_group, MW_ROW_MOST_ABSENT),          \
        SOCOMEC_ROW((address) + 2, UNSIGNED, 1, 0, W, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 5, 0, group)

#define E4X_SECONDARY(address, type, exp10, unit, c)                                                                   \
    SOCOMEC_ROW(address, type, 1, exp10, unit, MW_OBIS_C_##c, 7, 0, FAST)
#define E4X_SECONDARY_ENERGY(address, unit, c)                                                                         \
    MW_ROW(address, UNSIGNED, 1, 6, unit, 1, MW_OBIS_C_SECONDARY_##c, 8, 0, SLOW, MW_ROW_MOST_ABSENT | MW_ROW_INFERRED)

#define E4X_CURVE_COMMAND     0xF000
#define E4X_CURVE_WINDOW      0xF010
#define E4X_CURVE_RECORDS     29
#define E4X_CURVE(address, d) SOCOMEC_DEVICE(address, MW_OBIS_C_LOAD_CURVE, d, 0, EXTRA)

static const mw_row socomec_e4x_rows[] = {
    SOCOMEC_WRITTEN(0x9E21, 96, 14),
    SOCOMEC_WRITTEN(0x9E40, MW_OBIS_C_COMMAND, 5),
    MW_ROW(0xE100, CLOCK, 6, 0, NONE, 0, 1, 0, 0, WRITTEN, MW_ROW_INFERRED), /* that the year is written in full */
    SOCOMEC_WRITTEN(0xE222, MW_OBIS_C_COMMAND, 3),
    SOCOMEC_WRITTEN(0xE224, MW_OBIS_C_COMMAND, 4),
    SOCOMEC_WRITTEN(E4X_CURVE_COMMAND, MW_OBIS_C_COMMAND, 6),

    SOCOMEC_RESIDUALS(0x4D80, 20),
    E4X_PHASE_TARIFFS(0x4F00, 20, SLOW),
    SOCOMEC_RESIDUALS(0x5580, 40),
    E4X_PHASE_TARIFFS(0x5700, 40, SLOW),
    SOCOMEC_RESIDUALS(0x5D80, 60),
    E4X_PHASE_TARIFFS(0x5F00, 60, SLOW),
    SOCOMEC_RESIDUALS(0x6580, 0),
    E4X_PHASE_TARIFFS(0x6700, 0, EXTRA),
    E4X_PARTIAL_TARIFFS(0x8000, MW_OBIS_C_PARTIAL_ACTIVE_IMPORT),
    E4X_PARTIAL_TARIFFS(0x8018, MW_OBIS_C_PARTIAL_ACTIVE_EXPORT),
    SOCOMEC_BALANCE,
    SOCOMEC_ROLLOVERS,
    SOCOMEC_ROLLOVER(0x9009, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 3),
    SOCOMEC_ROLLOVER(0x900A, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 4),
    E4X_INDEXES(0x9020, 3, EXTRA),
    E4X_INDEXES(0x9040, 1, SLOW),
    SOCOMEC_STATE,

    SOCOMEC_PRODUCT,
    SOCOMEC_IDENT(0xC361, 13),
    SOCOMEC_IDENT(0xC362, 14),
    SOCOMEC_IDENT(0xC363, 15),
    SOCOMEC_IDENT(0xC364, 16),
    SOCOMEC_IDENT(0xC365, 17),
    MW_ROW(0xC366, RAW, 3, 0, NONE, 0, MW_OBIS_C_IDENTITY, 18, 0, ONCE, 0), /* a date of unknown layout */
    SOCOMEC_IDENT(0xC369, 19),
    SOCOMEC_IDENT(0xC36A, 20),
    SOCOMEC_IDENT(0xC36B, 21),
    SOCOMEC_IDENT(0xC36C, 22),
    SOCOMEC_IDENT(0xC36D, 23),
    SOCOMEC_TEXT(0xC36E, 4, MW_OBIS_C_IDENTITY, 24, 0),
    SOCOMEC_TEXT(0xC372, 4, MW_OBIS_C_IDENTITY, 25, 0),
    SOCOMEC_TEXT(0xC376, 4, MW_OBIS_C_IDENTITY, 26, 0),
    SOCOMEC_NAMES,

    SOCOMEC_METROLOGY(E4X_FREQUENCY_EXP10),

    SOCOMEC_TOTALS(0xC650, 3),
    SOCOMEC_PARTIALS(0xC650, 3, EXTRA),
    E4X_LAST_MEAN(0xC68A, EXTRA, EXTRA),
    E4X_TARIFF_TOTALS(0xC6A0, 3, EXTRA),
    SOCOMEC_TOTALS(0xC700, 1),
    SOCOMEC_PARTIALS(0xC700, 1, SLOW),
    E4X_LAST_MEAN(0xC73A, FAST, FAST),
    E4X_TARIFF_TOTALS(0xC800, 1, SLOW),

    SOCOMEC_VOLTAGES_AGAIN(E4X_FREQUENCY_EXP10),
    E4X_SECONDARY(0xC85C, SIGNED, 1, W, ACTIVE_SECONDARY),
    E4X_SECONDARY(0xC85D, SIGNED, 1, VAR, REACTIVE_SECONDARY),
    E4X_SECONDARY(0xC85E, UNSIGNED, 1, VA, APPARENT_SECONDARY),
    SOCOMEC_FACTOR_AGAIN,
    E4X_SECONDARY(0xC860, SIGNED, 1, W, ACTIVE_SECONDARY + 20),
    E4X_SECONDARY(0xC861, SIGNED, 1, W, ACTIVE_SECONDARY + 40),
    E4X_SECONDARY(0xC862, SIGNED, 1, W, ACTIVE_SECONDARY + 60),
    E4X_SECONDARY(0xC863, SIGNED, 1, VAR, REACTIVE_SECONDARY + 20),
    E4X_SECONDARY(0xC864, SIGNED, 1, VAR, REACTIVE_SECONDARY + 40),
    E4X_SECONDARY(0xC865, SIGNED, 1, VAR, REACTIVE_SECONDARY + 60),
    E4X_SECONDARY(0xC866, UNSIGNED, 1, VA, APPARENT_SECONDARY + 20),
    E4X_SECONDARY(0xC867, UNSIGNED, 1, VA, APPARENT_SECONDARY + 40),
    E4X_SECONDARY(0xC868, UNSIGNED, 1, VA, APPARENT_SECONDARY + 60),
    SOCOMEC_FACTORS_AGAIN,
    E4X_SECONDARY(0xC86C, UNSIGNED, -3, A, CURRENT_SECONDARY),
    SOCOMEC_MEANS_AGAIN,
    /* That these leave out the ratio, too, is what the title of the block says. */
    E4X_SECONDARY_ENERGY(0xC86F, WH, ACTIVE_IMPORT),
    E4X_SECONDARY_ENERGY(0xC870, VARH, REACTIVE_IMPORT),
    E4X_SECONDARY_ENERGY(0xC871, WH, ACTIVE_EXPORT),
    E4X_SECONDARY_ENERGY(0xC872, VARH, REACTIVE_EXPORT),

    SOCOMEC_DEVICE(0xE000, MW_OBIS_C_OPERATION, 10, 0, ONCE),
    MW_ROW(0xE001, UNSIGNED, 1, 0, A, 1, 0, 4, 5, ONCE, MW_ROW_MOST_ABSENT),
    MW_ROW(0xE002, UNSIGNED, 1, 0, A, 1, 0, 4, 2, ONCE, MW_ROW_MOST_ABSENT),
    MW_ROW(0xE00B, UNSIGNED, 1, 0, S, 0, MW_OBIS_C_OPERATION, 8, 0, ONCE, MW_ROW_MOST_ABSENT),
    SOCOMEC_DEVICE(0xE400, MW_OBIS_C_COMMUNICATION, 0, 0, ONCE),

    E4X_CURVE(E4X_CURVE_WINDOW, 0),
    E4X_CURVE(0xF011, 1),
    MW_ROW(0xF012, UNSIGNED, 1, 0, S, 0, MW_OBIS_C_LOAD_CURVE, 2, 0, EXTRA, MW_ROW_MOST_ABSENT),
    E4X_CURVE(0xF013, 3),
    E4X_CURVE(0xF014, 4),
    E4X_CURVE(0xF015, 5),
    MW_ROW(0xF016, SECONDS_2000, 2, 0, NONE, 0, MW_OBIS_C_LOAD_CURVE, 6, 0, EXTRA, MW_ROW_MOST_ABSENT),
    E4X_CURVE(0xF018, 7),
    SOCOMEC_ROW(0xF019, UNSIGNED, 1, 0, W, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 29, 0, EXTRA),
};

/* The last one is header and records of the load curve, which belong together. */
static const mw_block socomec_e4x_blocks[] = {
    {0x4D80, 66},  SOCOMEC_TARIFF_BLOCKS(0x4F00),
    {0x5580, 66},  SOCOMEC_TARIFF_BLOCKS(0x5700),
    {0x5D80, 66},  SOCOMEC_TARIFF_BLOCKS(0x5F00),
    {0x6580, 66},  SOCOMEC_TARIFF_BLOCKS(0x6700),
    {0x8000, 48},  {0x8100, 6},
    {0x9000, 11},  {0x9020, 24},
    {0x9040, 24},  {0x9E60, 2},
    {0x9E80, 6},   {0x9EA0, 1},
    {0xC350, 66},  {0xC550, 62},
    {0xC650, 65},  {0xC6A0, 50},
    {0xC700, 65},  {0xC800, 50},
    {0xC850, 36},  {0xE000, 10},
    {0xE00A, 2},   {0xE400, 1},
    {0xF010, 122},
};

/* Others exist in the family, but only this one in the table of the E44. */
static const mw_choice socomec_e4x_networks[] = {{5, 0, 0, "3P+N"}};
static const mw_choice socomec_e4x_secondaries[] = {{1, 0, 0, "1 A"}, {5, 0, 0, "5 A"}};
static const mw_choice socomec_e4x_periods[] = {
    {60, 0, 0, "1 min"},    {120, 0, 0, "2 min"},  {180, 0, 0, "3 min"},   {240, 0, 0, "4 min"},
    {300, 0, 0, "5 min"},   {360, 0, 0, "6 min"},  {480, 0, 0, "8 min"},   {600, 0, 0, "10 min"},
    {720, 0, 0, "12 min"},  {900, 0, 0, "15 min"}, {1200, 0, 0, "20 min"}, {1800, 0, 0, "30 min"},
    {3600, 0, 0, "60 min"},
};
static const mw_choice socomec_e4x_resets[] = {{0x01, 0, 0, "maximum of the power"},
                                               {0x20, 0, 0xC70C, "all partial counters"}};
static const mw_choice socomec_e4x_partials[] = {
    {0x01, 0, 0xC70C, "active import"}, {0x02, 0, 0xC70E, "reactive import"}, {0x04, 0, 0xC710, "apparent"},
    {0x08, 0, 0xC712, "active export"}, {0x10, 0, 0xC714, "reactive export"}, {0x1F, 0, 0xC70C, "all"},
};
static const mw_choice socomec_e4x_partial_tariffs[] = {
    {0x01, 0, 0x8000, "tariff 1"}, {0x02, 0, 0x8003, "tariff 2"}, {0x04, 0, 0x8006, "tariff 3"},
    {0x08, 0, 0x8009, "tariff 4"}, {0xFFFF, 0, 0x8000, "all"},
};
static const mw_choice socomec_e4x_windows[] = {{0x0001, 0, 0, "newest"}, {0xFFFE, 0, 0, "next"}};

static const mw_modbus_setting socomec_e4x_settings[] = {
    MW_VALUES(NUMBER, 0, 96, 14, 0, MW_SETTING_BROADCAST, 0, NONE, 1, 4, 0x9E21, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 5, 0, 0, 0, NONE, socomec_e4x_resets, 0x9E40, 1, 6),
    MW_CHOICES(NUMBER, 0, MW_OBIS_C_OPERATION, 10, 0, MW_SETTING_IDENTIFY, 0, NONE, socomec_e4x_networks, 0xE000, 1, 6),
    MW_CHOICES(NUMBER, 1, 0, 4, 5, MW_SETTING_IDENTIFY, 0, A, socomec_e4x_secondaries, 0xE001, 1, 6),
    MW_VALUES(NUMBER, 1, 0, 4, 2, MW_SETTING_IDENTIFY, 0, A, 1, 12000, 0xE002, 1, 6),
    MW_CHOICES(NUMBER, 0, MW_OBIS_C_OPERATION, 8, 0, MW_SETTING_LOCKED, 0, S, socomec_e4x_periods, 0xE00B, 1, 6),
    /* 2000-01-01 to 2038-01-19. */
    MW_VALUES(TIME, 0, 1, 0, 0, MW_SETTING_LOCKED, 0, S, 946684800, INT32_MAX, 0xE100, 6, 16),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 3, 0, 0, 0, NONE, socomec_e4x_partials, 0xE222, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 4, 0, 0, 0, NONE, socomec_e4x_partial_tariffs, 0xE224, 1, 6),
    MW_VALUES(NUMBER, 0, MW_OBIS_C_COMMUNICATION, 0, 0, MW_SETTING_LINK | MW_SETTING_LOCKED, 0, NONE, 1, 247, 0xE400, 1,
              6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 6, 0, 0, 0, NONE, socomec_e4x_windows, E4X_CURVE_COMMAND, 1, 16),
};

static const mw_load_curve socomec_e4x_curve = {E4X_CURVE_COMMAND,
                                                0x0001,
                                                0xFFFE,
                                                E4X_CURVE_WINDOW,
                                                E4X_CURVE_RECORDS,
                                                4,
                                                MW_ID(1, MW_OBIS_C_SECONDARY_ACTIVE_IMPORT, 29, 0),
                                                MW_UNIT_W,
                                                0};

/* Factory address, speed and parity are in the manual only as pictures; these are those of a Countis E03. */
#define E4X_READ(its_flags)                                                                                            \
    MW_MODEL_ROWS(socomec_e4x_rows, 0), MW_MODEL_BLOCKS(socomec_e4x_blocks, 0),                                        \
        .read_function = MW_MODBUS_READ_HOLDING, .max_regs = MW_MODBUS_READ_MAX, .unit = 1, .parity = MW_PARITY_NONE,  \
        .baud = 9600, .rollover_exp10 = SOCOMEC_ROLLOVER_EXP10, .flags = (its_flags),                                  \
        .load_curve = &socomec_e4x_curve, .decode = mw_row_decode_socomec
#define E4X_WRITE MW_MODEL_SETTINGS(socomec_e4x_settings, 0)

MW_MODELS(socomec_countis_e43, "socomec-countis-e43", "Socomec Countis E43, three phases, current transformers",
          "countis e43", E4X_READ(MW_MODEL_INFERRED), E4X_WRITE);
MW_MODELS(socomec_countis_e44, "socomec-countis-e44", "Socomec Countis E44, three phases, current transformers, MID",
          "countis e44", E4X_READ(0), E4X_WRITE);
