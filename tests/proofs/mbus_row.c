/* SPDX-License-Identifier: MIT */
/* Proves: a record as the value of a row of a model
 * Bound: any record, any row with a head of 1 to 6 bytes, exponents that add up
 * Unwind: 1 mw_mbus_wants.0:3
 * CI: yes
 */
#define STUB_memory
#include <meterwire/model.h>

#include "mbus.h"
#include "proof.h"

void mw_mbus_reading(uint8_t medium, const mw_mbus_record *record, mw_reading *reading)
{
    (void)medium;
    READABLE(record->bytes, record->length);
    reading->n = nondet_i64();
    reading->exp10 = nondet_i8();
    ASSUME(reading->exp10 >= -100 && reading->exp10 <= 100);
}

void proof(void)
{
    const mw_mbus_record record = any_record();
    mw_obis codes[2];
    mw_selection selection;
    mw_mbus_row row;
    mw_reading reading;
    ASSUME(row.head_bytes >= 1 && row.head_bytes <= sizeof row.head && row.exp10 >= -20 && row.exp10 <= 20);
    selection.codes = codes;
    ASSUME(selection.code_count <= 2);
    (void)mw_mbus_wants(&selection, &row);
    (void)mw_mbus_row_take(&row, &record, &reading);
}
