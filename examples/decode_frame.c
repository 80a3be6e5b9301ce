/* SPDX-License-Identifier: MIT */
/* Decodes an M-Bus frame that was recorded somewhere. No meter, no line, no memory besides the stack.
 *
 *     cc -std=c99 decode_frame.c $(pkg-config --cflags --libs meterwire) -o decode_frame && ./decode_frame
 */
#include <meterwire/mbus.h>

#include <stdio.h>

/* The example of the M-Bus documentation: a water meter. */
static const uint8_t frame[] = {0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40,
                                0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00, 0xDA, 0x02,
                                0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16};

static void print_record(uint8_t medium, const mw_mbus_record *record)
{
    static const char *const functions[] = {"present", "maximum", "minimum", "at error"}; /* by mw_mbus_function */
    char value[MW_READING_VALUE_SIZE];
    mw_reading reading; /* a copy of the value that does not need the frame any more */
    mw_mbus_reading(medium, record, &reading);
    mw_reading_text(&reading, value, sizeof value);
    printf("%u %-12s %-8s storage %lu tariff %lu: ", record->index, mw_mbus_quantity_text(record->quantity),
           functions[record->function], (unsigned long)record->storage, (unsigned long)record->tariff);
    if (reading.quality == MW_QUALITY_GOOD) {
        printf("%s %s\n", value, mw_unit_text(reading.unit));
    } else {
        printf("(%s)\n", mw_quality_text(reading.quality));
    }
}

int main(void)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_mbus_error error;
    char maker[MW_MBUS_MANUFACTURER_SIZE];
    mw_status status = mw_mbus_decode(frame, sizeof frame, &telegram, &error);
    if (status != MW_OK) {
        fprintf(stderr, "%s: %s\n", mw_status_text(status), mw_mbus_fault_text(error.fault));
        return 1;
    }
    mw_mbus_manufacturer_text(telegram.header.manufacturer, maker);
    printf("%s %08lX, %s, address %u\n", maker, (unsigned long)telegram.header.id,
           mw_mbus_medium_text(telegram.header.medium), telegram.frame.address);

    mw_mbus_records(&telegram, &cursor);
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        if (status == MW_OK) {
            print_record(telegram.header.medium, &record);
        } else { /* one bad record does not lose the others */
            fprintf(stderr, "byte %u: %s\n", cursor.error.offset, mw_mbus_fault_text(cursor.error.fault));
        }
    }
    return 0;
}
