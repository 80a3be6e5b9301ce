/* SPDX-License-Identifier: MIT */
/* Proves: what codes mean, and their texts
 * Bound: every code, room of 0 to 24 bytes
 * Unwind: 1 obis_find_private.0:20 text_number.0:4 text_number.1:2 text_number.2:4
 */
#include <meterwire/core.h>

#include "../../lib/core/obis_pattern.h"
#include "proof.h"

void proof(void)
{
    char room[MW_OBIS_TEXT_SIZE];
    const size_t size = any_size(0, sizeof room);
    mw_obis id;
    const mw_obis_split split = mw_obis_pattern(id.c);
    const int direction = mw_obis_direction(id);
    PROVE(split.phase <= 3 && split.base + split.phase * MW_OBIS_PHASE_STEP == id.c, "a phase");
    PROVE(mw_obis_phase(id) <= 3, "a phase");
    PROVE(mw_obis_tariff(id) <= 63, "a tariff");
    PROVE(mw_obis_quantity(id) <= MW_QUANTITY_FREQUENCY, "a quantity");
    PROVE(direction >= -1 && direction <= 1, "a direction");
    PROVE(mw_obis_text(id, TAIL(room, size), size) < sizeof room, "24 bytes are enough");
}
