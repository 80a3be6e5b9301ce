/* SPDX-License-Identifier: MIT */
/* What decoding and encoding of rows share. */
#ifndef MW_ROW_H
#define MW_ROW_H

#include <meterwire/model.h>

#define ROW_RESIDUAL        10000 /* last digits of the residual that are one of the number above it */
#define ROW_SECONDS_TO_2000 INT64_C(946684800)
#define ROW_CLOCK_REGS      6

/* The largest number of so many bits that the type of the row can hold, as a pattern. */
uint64_t mw_row_most(const mw_row *row, unsigned bits);
/* Whether the table says something that can be: numbers have 1 to 4 registers. */
bool mw_row_is_sound(const mw_row *row);

#endif
