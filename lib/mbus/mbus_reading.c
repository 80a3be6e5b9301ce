/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include <string.h>

#include "mbus_internal.h"

/* Room for the UTF-8 of one character more than a reading can have, and a NUL. */
#define READING_TEXT_ROOM (2 * MW_READING_TEXT_SIZE + 1)

/* As many whole characters of a text as fit. */
static void reading_take_text(const mw_mbus_record *record, mw_reading *reading)
{
    char text[READING_TEXT_ROOM];
    mw_mbus_record part = *record;
    size_t keep = 0;
    size_t length;
    if (part.data_bytes > MW_READING_TEXT_SIZE) {
        /* The beginning of the text is the end of the data, but in mode 2. */
        part.length = (uint8_t)(part.msb_first ? part.length - part.data_bytes + MW_READING_TEXT_SIZE : part.length);
        part.data_bytes = MW_READING_TEXT_SIZE;
    }
    length = mw_mbus_text(&part, text, sizeof text);
    while (keep < length && keep < MW_READING_TEXT_SIZE - 1) {
        const size_t character = (text[keep] & 0x80) != 0 ? 2 : 1;
        if (keep + character > MW_READING_TEXT_SIZE - 1) {
            break;
        }
        keep += character;
    }
    memcpy(reading->text, text, keep);
    if (keep < length || part.data_bytes < record->data_bytes) {
        reading->quality = MW_QUALITY_TRUNCATED;
    }
}

void mw_mbus_reading(uint8_t medium, const mw_mbus_record *record, mw_reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->n = record->n;
    reading->exp10 = record->exp10;
    reading->unit = record->unit;
    reading->kind = record->kind;
    reading->quality = record->quality;
    reading->source = record->index;
    (void)mw_mbus_obis(medium, record, &reading->id);
    if (record->kind == MW_KIND_TEXT) {
        reading_take_text(record, reading);
    }
}
