/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "row.h"

/* The digits of the whole, with blanks between words. 4 words just fit. */
void mw_row_decode_words(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row whole = *row;
    if (row->type != MW_TYPE_RAW || row->regs < 1 || row->regs > ROW_NUMBER_REGS) {
        return;
    }
    whole.type = MW_TYPE_DIGITS;
    reading->quality = MW_QUALITY_GOOD;
    (void)mw_row_decode_common(&whole, data, reading);
    reading->n = 0;
    for (unsigned words = row->regs - 1u; words > 0; words--) {
        memmove(reading->text + 5 * words, reading->text + 4 * words, 4);
        reading->text[5 * words - 1] = ' ';
    }
}
