/* SPDX-License-Identifier: MIT */
/* The fixed data structure of meters of the 1990s: two counters of four bytes. */
#include <meterwire/mbus.h>

#include <string.h>

#include "mbus_internal.h"

#define COUNTERS       2u
#define COUNTER_BYTES  4u
#define UNIT_CODE      0x3Fu /* of the byte; the rest is the medium */
#define UNIT_HISTORIC  0x3Eu /* the unit of the first counter, a stored value */
#define CODING_INTEGER 0x4u
#define CODING_BCD     0xCu

mw_status mw_mbus_fixed_next(mw_mbus_cursor *cursor, mw_mbus_record *record)
{
    const unsigned i = cursor->index;
    const bool binary = (cursor->status & MW_MBUS_STATUS_BINARY) != 0;
    mw_mbus_meaning meaning;
    uint8_t unit;
    if (i >= COUNTERS) {
        return MW_END;
    }
    memset(record, 0, sizeof *record);
    unit = cursor->fixed_units[i] & UNIT_CODE;
    record->storage = (cursor->status & MW_MBUS_STATUS_STORED) != 0 ? 1 : 0;
    if (unit == UNIT_HISTORIC) {
        unit = cursor->fixed_units[0] & UNIT_CODE;
        record->storage = 1;
    }
    mw_mbus_fixed_unit(unit, &meaning);
    record->bytes = cursor->body + i * COUNTER_BYTES;
    record->offset = (uint16_t)(record->bytes - cursor->frame);
    record->index = (uint8_t)i;
    record->length = COUNTER_BYTES;
    record->data_bytes = COUNTER_BYTES;
    record->msb_first = cursor->msb_first;
    record->quantity = meaning.quantity;
    mw_mbus_decode_value(record, &meaning, binary ? CODING_INTEGER : CODING_BCD);
    cursor->index++;
    return MW_OK;
}
