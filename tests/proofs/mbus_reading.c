/* SPDX-License-Identifier: MIT */
/* Proves: a record as a reading, whose text ends
 * Bound: any record; the text by mbus_latin1, the code by mbus_obis
 * Unwind: 1 text_from_latin1.0:21
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

size_t text_from_latin1(const uint8_t *bytes, size_t count, bool msb_first, char *out, size_t size)
{
    (void)msb_first;
    READABLE(bytes, count);
    WRITABLE(out, size);
    for (size_t i = 0; i < MW_READING_TEXT_SIZE; i++) {
        if (i < size) {
            char any;
            out[i] = any;
        }
    }
    return any_size(0, 2 * count);
}

bool mw_mbus_obis(uint8_t medium, const mw_mbus_record *record, mw_obis *id)
{
    const mw_obis any;
    (void)medium, (void)record;
    *id = any;
    return nondet_bool();
}

void proof(void)
{
    const mw_mbus_record record = any_record();
    mw_reading reading;
    mw_mbus_reading(nondet_u8(), &record, &reading);
    PROVE(reading.text[MW_READING_TEXT_SIZE - 1] == '\0', "ends");
}
