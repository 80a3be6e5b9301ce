/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

#include <string.h>

#define BCD4 0x0Au
#define BCD6 0x0Bu

bool mw_mbus_wants(const mw_selection *selection, const mw_mbus_row *row)
{
    const mw_obis id = mw_mbus_row_id(row);
    if ((selection->groups & row->group) != 0 || (selection->groups == 0 && selection->code_count == 0)) {
        return true;
    }
    for (size_t i = 0; i < selection->code_count; i++) {
        if (mw_obis_equal(selection->codes[i], id)) {
            return true;
        }
    }
    return false;
}

/* A record with DIF 0A and the three bytes of 0B counts as the latter; see mw_mbus_cursor.short_bcd6. */
static bool row_fits(const mw_mbus_row *row, const mw_mbus_record *record)
{
    const uint8_t *const head = record->bytes;
    const uint8_t dif = head[0] == BCD4 && record->data_bytes == 3 ? BCD6 : head[0];
    return record->dib_bytes + record->vib_bytes == row->head_bytes && dif == row->head[0] &&
           memcmp(head + 1, row->head + 1, row->head_bytes - 1u) == 0;
}

bool mw_mbus_row_take(const mw_mbus_row *row, const mw_mbus_record *record, mw_reading *reading)
{
    if (!row_fits(row, record)) {
        return false;
    }
    mw_mbus_reading(0, record, reading);
    reading->id = mw_mbus_row_id(row);
    reading->unit = row->unit;
    reading->exp10 = (int8_t)(reading->exp10 + row->exp10);
    if (row->part == MW_MBUS_ABOVE_100) {
        reading->n /= 100;
    } else if (row->part == MW_MBUS_BELOW_100) {
        reading->n %= 100;
    }
    return true;
}
