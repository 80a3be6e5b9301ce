/* SPDX-License-Identifier: MIT */
/* How the tables of the models are written. */
#ifndef MW_TABLE_H
#define MW_TABLE_H

#include <meterwire/model.h>

#define MW_COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

/* A model, and the same for programs that only read: with what `reads` says, but not what `writes` does. Its texts are
 * arrays, because linkers keep or drop all literals of a file together, and with them those of the settings. */
#define MW_MODELS(symbol, its_name, its_title, its_identity, reads, writes)                                            \
    static const char symbol##_name[] = its_name;                                                                      \
    static const char symbol##_title[] = its_title;                                                                    \
    static const char symbol##_identity[] = its_identity;                                                              \
    const mw_model mw_model_##symbol = {MW_MODEL_TEXTS(symbol), .title = symbol##_title, reads, writes};               \
    const mw_model mw_readings_##symbol = {MW_MODEL_TEXTS(symbol), reads}
#define MW_MODEL_TEXTS(symbol) .name = symbol##_name, .identity = symbol##_identity

/* Tables of a model, of which the last elements may be left out. */
#define MW_MODEL_ROWS(table, without)   .rows = (table), .row_count = MW_COUNT_OF(table) - (without)
#define MW_MODEL_BLOCKS(table, without) .blocks = (table), .block_count = MW_COUNT_OF(table) - (without)
#define MW_MODEL_SETTINGS(table, without)                                                                              \
    .settings = (table), .writer = &mw_writer_modbus, .setting_count = MW_COUNT_OF(table) - (without)

/* A code a-0:c.d.e. */
#define MW_ID(a, c, d, e)                                                                                              \
    {                                                                                                                  \
        (a), 0, (c), (d), (e), 255                                                                                     \
    }

/* Address, type, registers, exponent, unit, code a-0:c.d.e, group, flags. */
#define MW_ROW(address, type, regs, exp10, unit, a, c, d, e, group, flags)                                             \
    {                                                                                                                  \
        (address), MW_TYPE_##type, (regs), (exp10), MW_UNIT_##unit, (a), (c), (d), (e), MW_GROUP_##group, (flags)      \
    }
/* The same for a float of electricity. */
#define MW_FLOAT(address, exp10, unit, c, d, e, group, flags)                                                          \
    MW_ROW(address, FLOAT, 2, exp10, unit, 1, c, d, e, group, flags)

/* A setting with a range: kind, code, flags, exponent and unit, least and most value, address, registers, function. */
#define MW_VALUES(kind, a, c, d, e, flags, exp10, unit, least, most, address, regs, function)                          \
    {                                                                                                                  \
        {MW_ID(a, c, d, e), MW_SETTING_##kind, (flags), (exp10), MW_UNIT_##unit, 0, (least), (most), NULL}, (address), \
            (regs), (function)                                                                                         \
    }
/* A setting, or a command, with a list of values. */
#define MW_CHOICES(kind, a, c, d, e, flags, exp10, unit, choices, address, regs, function)                             \
    {                                                                                                                  \
        {MW_ID(a, c, d, e), MW_SETTING_##kind, (flags), (exp10), MW_UNIT_##unit, MW_COUNT_OF(choices), 0, 0, choices}, \
            (address), (regs), (function)                                                                              \
    }

#endif
