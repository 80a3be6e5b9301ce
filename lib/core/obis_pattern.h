/* SPDX-License-Identifier: MIT */
/* The regularities of the C field of electricity: the same quantity for the sum, L1, L2 and L3 at a distance of 20. */
#ifndef MW_OBIS_PATTERN_H
#define MW_OBIS_PATTERN_H

#include <meterwire/core.h>

#define MW_OBIS_PHASE_STEP     20
#define MW_OBIS_PRIVATE_FIRST  128
#define MW_OBIS_PRIVATE_LAST   199
#define MW_OBIS_PRIVATE_PHASED 12 /* quantities of the private block that have phases */

typedef struct mw_obis_split {
    uint8_t base;  /* C of the sum */
    uint8_t phase; /* 0 sum, 1 to 3 */
} mw_obis_split;

/* For A = 1. */
mw_obis_split mw_obis_pattern(uint8_t c);
/* Whether E counts tariffs. */
bool mw_obis_has_tariffs(mw_obis id);

#endif
