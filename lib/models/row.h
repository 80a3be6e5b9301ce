/* SPDX-License-Identifier: MIT */
/* What decoding and encoding of rows share. */
#ifndef MW_ROW_H
#define MW_ROW_H

#include <meterwire/model.h>

#define ROW_RESIDUAL        10000 /* last digits of the residual that are one of the number above it */
#define ROW_SECONDS_TO_2000 INT64_C(946684800)
#define ROW_CLOCK_REGS      6

/* How the currents of a transformer are coded. */
typedef enum mw_ct_coding {
    MW_CT_UNKNOWN = 0, /* both codings fit, which may or may not be the same number */
    MW_CT_BINARY,
    MW_CT_DECIMAL, /* packed */
    MW_CT_INVALID
} mw_ct_coding;

/* That of a primary current, as the secondary one helps to tell. */
mw_ct_coding mw_ct_coding_of(uint16_t primary, uint16_t secondary);
/* Both as 2 registers, in a coding that is known. */
void mw_put_ct_ratio(uint16_t primary, uint16_t secondary, mw_ct_coding coding, uint8_t *data);

/* The largest number of so many bits that the type of the row can hold, as a pattern. */
uint64_t mw_row_most(const mw_row *row, unsigned bits);
/* Whether the table says something that can be: numbers have 1 to 4 registers. */
bool mw_row_is_sound(const mw_row *row);

#endif
