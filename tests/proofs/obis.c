/* SPDX-License-Identifier: MIT */
/* Proves: what codes mean
 * Bound: every code
 * Unwind: 1 obis_find_private.0:20
 * CI: yes
 */
#include <meterwire/core.h>

#include "../../lib/core/obis_pattern.h"
#include "proof.h"

void proof(void)
{
    mw_obis id;
    const mw_obis_split split = mw_obis_pattern(id.c);
    const int direction = mw_obis_direction(id);
    PROVE(split.phase <= 3 && split.base + split.phase * MW_OBIS_PHASE_STEP == id.c, "a phase");
    PROVE(mw_obis_phase(id) <= 3, "a phase");
    PROVE(mw_obis_tariff(id) <= 63, "a tariff");
    PROVE(mw_obis_quantity(id) <= MW_QUANTITY_FREQUENCY, "a quantity");
    PROVE(direction >= -1 && direction <= 1, "a direction");
}
