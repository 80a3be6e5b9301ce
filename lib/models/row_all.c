/* SPDX-License-Identifier: MIT */
/* What needs the code of all types. A program that only reads its models does without. */
#include "row.h"

static void row_decode_rare(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row_decode_wago(row, data, reading);
    mw_row_decode_socomec(row, data, reading);
}

void mw_row_decode(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row_decode_by(row_decode_rare, row, data, reading);
}
