/* SPDX-License-Identifier: MIT */
/* What the tables of the Socomec Countis families have in common. All numbers are unsigned, the word of the highest
 * digits first; the largest number of a type means "not available". */
#ifndef MW_SOCOMEC_H
#define MW_SOCOMEC_H

#include <meterwire/change.h>
#include <meterwire/modbus.h>
#include <meterwire/models.h>

#include "row.h"
#include "table.h"

/* Address, type, registers, exponent, unit, code of electricity c.d.e, group. */
#define SOCOMEC_ROW(address, type, regs, exp10, unit, c, d, e, group)                                                  \
    MW_ROW(address, type, regs, exp10, unit, 1, c, d, e, group, MW_ROW_MOST_ABSENT)
/* The same of the device, 0-0:c.d.e, a number without unit. */
#define SOCOMEC_DEVICE(address, c, d, e, group)                                                                        \
    MW_ROW(address, UNSIGNED, 1, 0, NONE, 0, c, d, e, group, MW_ROW_MOST_ABSENT)
/* A number that says what the meter is. */
#define SOCOMEC_IDENT(address, d) SOCOMEC_DEVICE(address, MW_OBIS_C_IDENTITY, d, 0, ONCE)

/* An energy of 2 registers. */
#define SOCOMEC_ENERGY(address, exp10, unit, c, e, group) SOCOMEC_ROW(address, UNSIGNED, 2, exp10, unit, c, 8, e, group)
/* An energy with its residual; that both are one sum is inferred. */
#define SOCOMEC_FINE(address, type, unit, c, e)                                                                        \
    MW_ROW(address, type, 3, -1, unit, 1, c, 8, e, SLOW, MW_ROW_MOST_ABSENT | MW_ROW_INFERRED)
/* An inductive or capacitive energy, whose quadrant is inferred. */
#define SOCOMEC_QUADRANT(address, c, e)                                                                                \
    MW_ROW(address, UNSIGNED, 2, 3, VARH, 1, c, 8, e, SLOW, MW_ROW_MOST_ABSENT | MW_ROW_INFERRED)

/* The nine energies with residual of a phase (p = 0, 20, 40, 60 for the sum, L1, L2, L3). */
#define SOCOMEC_RESIDUALS(block, p)                                                                                    \
    SOCOMEC_FINE((block) + 0x03, RESIDUAL, WH, 1 + (p), 0), SOCOMEC_FINE((block) + 0x06, RESIDUAL, WH, 2 + (p), 0),    \
        SOCOMEC_FINE((block) + 0x09, RESIDUAL, VARH, 3 + (p), 0),                                                      \
        SOCOMEC_FINE((block) + 0x0C, RESIDUAL, VARH, 4 + (p), 0),                                                      \
        SOCOMEC_FINE((block) + 0x0F, RESIDUAL, VAH, 9 + (p), 0),                                                       \
        SOCOMEC_FINE((block) + 0x12, RESIDUAL, VARH, 5 + (p), 0),                                                      \
        SOCOMEC_FINE((block) + 0x15, RESIDUAL, VARH, 7 + (p), 0),                                                      \
        SOCOMEC_FINE((block) + 0x18, RESIDUAL, VARH, 6 + (p), 0),                                                      \
        SOCOMEC_FINE((block) + 0x1B, RESIDUAL, VARH, 8 + (p), 0)

/* The blocks of 33, 96 and 16 words with the counters per tariff. */
#define SOCOMEC_TARIFF_BLOCKS(block)                                                                                   \
    {(block), 33}, {(block) + 0x21, 96},                                                                               \
    {                                                                                                                  \
        (block) + 0x81, 16                                                                                             \
    }

/* Totals and partial counters at one resolution, in front of which two words are reserved. */
#define SOCOMEC_TOTALS(block, exp10)                                                                                   \
    SOCOMEC_ENERGY((block) + 2, exp10, WH, 1, 0, EXTRA), SOCOMEC_ENERGY((block) + 4, exp10, VARH, 3, 0, EXTRA),        \
        SOCOMEC_ENERGY((block) + 6, exp10, VAH, 9, 0, EXTRA), SOCOMEC_ENERGY((block) + 8, exp10, WH, 2, 0, EXTRA),     \
        SOCOMEC_ENERGY((block) + 10, exp10, VARH, 4, 0, EXTRA)
#define SOCOMEC_PARTIALS(block, exp10, group)                                                                          \
    SOCOMEC_ENERGY((block) + 12, exp10, WH, MW_OBIS_C_PARTIAL_ACTIVE_IMPORT, 0, group),                                \
        SOCOMEC_ENERGY((block) + 14, exp10, VARH, MW_OBIS_C_PARTIAL_REACTIVE_IMPORT, 0, group),                        \
        SOCOMEC_ENERGY((block) + 16, exp10, VAH, MW_OBIS_C_PARTIAL_APPARENT, 0, group),                                \
        SOCOMEC_ENERGY((block) + 18, exp10, WH, MW_OBIS_C_PARTIAL_ACTIVE_EXPORT, 0, group),                            \
        SOCOMEC_ENERGY((block) + 20, exp10, VARH, MW_OBIS_C_PARTIAL_REACTIVE_EXPORT, 0, group)

/* Operating time of a tariff. */
#define SOCOMEC_HOURS(address, tariff, group)                                                                          \
    MW_ROW(address, UNSIGNED, 2, -2, H, 0, 96, 8, tariff, group, MW_ROW_MOST_ABSENT)

#define SOCOMEC_TARIFF(address, group)       SOCOMEC_DEVICE(address, 96, 14, 0, group)
#define SOCOMEC_TARIFF_COUNT(address, group) SOCOMEC_DEVICE(address, MW_OBIS_C_OPERATION, 7, 0, group)

/* 0x8100: signed in both families, although V 103 prints it unsigned; a balance can be negative. */
#define SOCOMEC_BALANCE                                                                                                \
    SOCOMEC_FINE(0x8100, SIGNED_RESIDUAL, WH, 16, 0),                                                                  \
        SOCOMEC_FINE(0x8103, SIGNED_RESIDUAL, VARH, MW_OBIS_C_REACTIVE_NET, 0)

/* 0x9000 to 0x9008: where counters end, and how often they began anew; one word each. */
#define SOCOMEC_ROLLOVER(address, c, e) SOCOMEC_ROW(address, UNSIGNED, 1, 0, NONE, c, 8, e, SLOW)
#define SOCOMEC_ROLLOVERS                                                                                              \
    MW_ROW(0x9000, UNSIGNED, 2, 1, WH, 0, MW_OBIS_C_IDENTITY, 29, 0, ONCE, MW_ROW_MOST_ABSENT),                        \
        SOCOMEC_ROLLOVER(0x9002, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 0),                                                \
        SOCOMEC_ROLLOVER(0x9003, MW_OBIS_C_ROLLOVERS_REACTIVE_IMPORT, 0),                                              \
        SOCOMEC_ROLLOVER(0x9004, MW_OBIS_C_ROLLOVERS_ACTIVE_EXPORT, 0),                                                \
        SOCOMEC_ROLLOVER(0x9005, MW_OBIS_C_ROLLOVERS_REACTIVE_EXPORT, 0),                                              \
        SOCOMEC_ROLLOVER(0x9006, MW_OBIS_C_ROLLOVERS_APPARENT, 0),                                                     \
        SOCOMEC_ROLLOVER(0x9007, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 1),                                                \
        SOCOMEC_ROLLOVER(0x9008, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT, 2)
#define SOCOMEC_ROLLOVER_EXP10 10 /* one beyond 999 999 999 times 10 Wh */

/* 0x9E60 to 0x9EA0. */
#define SOCOMEC_STATE                                                                                                  \
    SOCOMEC_DEVICE(0x9E60, MW_OBIS_C_OPERATION, 9, 0, ONCE), SOCOMEC_IDENT(0x9E61, 27),                                \
        SOCOMEC_ROW(0x9E80, UNSIGNED, 2, -3, A, MW_OBIS_C_CURRENT_SECONDARY + 20, 7, 0, FAST),                         \
        SOCOMEC_ROW(0x9E82, UNSIGNED, 2, -3, A, MW_OBIS_C_CURRENT_SECONDARY + 40, 7, 0, FAST),                         \
        SOCOMEC_ROW(0x9E84, UNSIGNED, 2, -3, A, MW_OBIS_C_CURRENT_SECONDARY + 60, 7, 0, FAST),                         \
        SOCOMEC_IDENT(0x9EA0, 28)

/* 0xC350 to 0xC360. The printed versions: 101 is 1.01. */
#define SOCOMEC_PRODUCT                                                                                                \
    MW_ROW(0xC350, TEXT_LOW, 4, 0, NONE, 0, MW_OBIS_C_IDENTITY, 5, 0, ONCE, 0), SOCOMEC_IDENT(0xC354, 6),              \
        SOCOMEC_IDENT(0xC355, 7),                                                                                      \
        MW_ROW(0xC356, UNSIGNED, 1, -2, NONE, 0, MW_OBIS_C_IDENTITY, 0, 0, ONCE, MW_ROW_MOST_ABSENT),                  \
        MW_ROW(0xC357, UNSIGNED, 1, -2, NONE, 1, 0, 2, 0, ONCE, MW_ROW_MOST_ABSENT), SOCOMEC_IDENT(0xC358, 9),         \
        SOCOMEC_IDENT(0xC359, 10), SOCOMEC_IDENT(0xC35A, 11),                                                          \
        MW_ROW(0xC35B, UNSIGNED, 2, 0, NONE, 0, MW_OBIS_C_IDENTITY, 12, 0, ONCE, MW_ROW_MOST_ABSENT),                  \
        MW_ROW(0xC35D, DIGITS, 4, 0, NONE, 0, MW_OBIS_C_IDENTITY, 8, 0, ONCE, 0)
/* A text of two characters a word. */
#define SOCOMEC_TEXT(address, regs, c, d, e) MW_ROW(address, TEXT, regs, 0, NONE, 0, c, d, e, ONCE, 0)
#define SOCOMEC_NAMES                                                                                                  \
    SOCOMEC_TEXT(0xC37A, 8, 96, 1, 2), SOCOMEC_TEXT(0xC382, 8, 96, 1, 1), SOCOMEC_TEXT(0xC38A, 8, 96, 1, 3)

/* 0xC552 to 0xC58D, primary values; frequency_exp10 is what the families differ in. */
#define SOCOMEC_VALUE(address, type, exp10, unit, c) SOCOMEC_ROW(address, type, 2, exp10, unit, c, 7, 0, FAST)
#define SOCOMEC_METROLOGY(frequency_exp10)                                                                             \
    SOCOMEC_VALUE(0xC552, UNSIGNED, -2, V, 124), SOCOMEC_VALUE(0xC554, UNSIGNED, -2, V, 125),                          \
        SOCOMEC_VALUE(0xC556, UNSIGNED, -2, V, 126), SOCOMEC_VALUE(0xC558, UNSIGNED, -2, V, 32),                       \
        SOCOMEC_VALUE(0xC55A, UNSIGNED, -2, V, 52), SOCOMEC_VALUE(0xC55C, UNSIGNED, -2, V, 72),                        \
        SOCOMEC_VALUE(0xC55E, UNSIGNED, frequency_exp10, HZ, 14), SOCOMEC_VALUE(0xC560, UNSIGNED, -3, A, 31),          \
        SOCOMEC_VALUE(0xC562, UNSIGNED, -3, A, 51), SOCOMEC_VALUE(0xC564, UNSIGNED, -3, A, 71),                        \
        SOCOMEC_VALUE(0xC566, UNSIGNED, -3, A, 91), SOCOMEC_VALUE(0xC568, SIGNED, 1, W, 16),                           \
        SOCOMEC_VALUE(0xC56A, SIGNED, 1, VAR, 3), SOCOMEC_VALUE(0xC56C, UNSIGNED, 1, VA, 9),                           \
        SOCOMEC_VALUE(0xC56E, SIGNED, -3, NONE, 13), SOCOMEC_VALUE(0xC570, SIGNED, 1, W, 36),                          \
        SOCOMEC_VALUE(0xC572, SIGNED, 1, W, 56), SOCOMEC_VALUE(0xC574, SIGNED, 1, W, 76),                              \
        SOCOMEC_VALUE(0xC576, SIGNED, 1, VAR, 23), SOCOMEC_VALUE(0xC578, SIGNED, 1, VAR, 43),                          \
        SOCOMEC_VALUE(0xC57A, SIGNED, 1, VAR, 63), SOCOMEC_VALUE(0xC57C, UNSIGNED, 1, VA, 29),                         \
        SOCOMEC_VALUE(0xC57E, UNSIGNED, 1, VA, 49), SOCOMEC_VALUE(0xC580, UNSIGNED, 1, VA, 69),                        \
        SOCOMEC_VALUE(0xC582, SIGNED, -3, NONE, 33), SOCOMEC_VALUE(0xC584, SIGNED, -3, NONE, 53),                      \
        SOCOMEC_VALUE(0xC586, SIGNED, -3, NONE, 73), SOCOMEC_VALUE(0xC588, UNSIGNED, -3, A, 11),                       \
        SOCOMEC_VALUE(0xC58A, UNSIGNED, -2, V, MW_OBIS_C_VOLTAGE_LINES), SOCOMEC_VALUE(0xC58C, UNSIGNED, -2, V, 12)

/* 0xC851 to 0xC872, one word a value, without the ratio of the current transformers: what they do not touch is the same
 * once more. */
#define SOCOMEC_AGAIN(address, type, exp10, unit, c) SOCOMEC_ROW(address, type, 1, exp10, unit, c, 7, 0, EXTRA)
#define SOCOMEC_VOLTAGES_AGAIN(frequency_exp10)                                                                        \
    SOCOMEC_AGAIN(0xC851, UNSIGNED, -2, V, 124), SOCOMEC_AGAIN(0xC852, UNSIGNED, -2, V, 125),                          \
        SOCOMEC_AGAIN(0xC853, UNSIGNED, -2, V, 126), SOCOMEC_AGAIN(0xC854, UNSIGNED, -2, V, 32),                       \
        SOCOMEC_AGAIN(0xC855, UNSIGNED, -2, V, 52), SOCOMEC_AGAIN(0xC856, UNSIGNED, -2, V, 72),                        \
        SOCOMEC_AGAIN(0xC857, UNSIGNED, frequency_exp10, HZ, 14)
#define SOCOMEC_FACTOR_AGAIN SOCOMEC_AGAIN(0xC85F, SIGNED, -3, NONE, 13)
#define SOCOMEC_FACTORS_AGAIN                                                                                          \
    SOCOMEC_AGAIN(0xC869, SIGNED, -3, NONE, 33), SOCOMEC_AGAIN(0xC86A, SIGNED, -3, NONE, 53),                          \
        SOCOMEC_AGAIN(0xC86B, SIGNED, -3, NONE, 73)
#define SOCOMEC_MEANS_AGAIN                                                                                            \
    SOCOMEC_AGAIN(0xC86D, UNSIGNED, -2, V, MW_OBIS_C_VOLTAGE_LINES), SOCOMEC_AGAIN(0xC86E, UNSIGNED, -2, V, 12)

/* How something that is only written is coded. */
#define SOCOMEC_WRITTEN(address, c, d) MW_ROW(address, UNSIGNED, 1, 0, NONE, 0, c, d, 0, WRITTEN, 0)

#define SOCOMEC_COUNT(rows) ((uint16_t)MW_COUNT_OF(rows))

#endif
