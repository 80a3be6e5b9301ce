/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include <string.h>

#include "mbus_internal.h"

void mw_mbus_reading(uint8_t medium, const mw_mbus_record *record, mw_reading *reading)
{
    const size_t room = sizeof reading->text - 1;
    memset(reading, 0, sizeof *reading);
    reading->n = record->n;
    reading->exp10 = record->exp10;
    reading->unit = record->unit;
    reading->kind = record->kind;
    reading->quality = record->quality;
    reading->source = record->index;
    (void)mw_mbus_obis(medium, record, &reading->id);
    if (mw_mbus_text_part(record, reading->text, room) > room && reading->quality == MW_QUALITY_GOOD) {
        reading->quality = MW_QUALITY_TRUNCATED;
    }
}
