/* SPDX-License-Identifier: MIT */
/* How the tables of the models are written. */
#ifndef MW_TABLE_H
#define MW_TABLE_H

#include <meterwire/model.h>

#define MW_COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

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

/* A setting with a range: code, address, registers, function, flags, least and most value. */
#define MW_VALUES(a, c, d, e, address, regs, function, flags, least, most)                                             \
    {                                                                                                                  \
        MW_ID(a, c, d, e), (address), (regs), (function), (flags), 0, (least), (most), NULL                            \
    }
/* A setting with a list of values. */
#define MW_CHOICES(a, c, d, e, address, regs, function, flags, choices)                                                \
    {                                                                                                                  \
        MW_ID(a, c, d, e), (address), (regs), (function), (flags), MW_COUNT_OF(choices), 0, 0, (choices)               \
    }

/* Whether a value is among the choices, or in the range where there are none. */
bool mw_value_allowed(const mw_choice *choices, unsigned choice_count, int32_t least, int32_t most, int64_t n);

#endif
