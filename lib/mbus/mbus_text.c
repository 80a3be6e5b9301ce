/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "mbus_internal.h"

/* ISO 8859-1 in the order of the wire as UTF-8, as many whole characters as fit; gives the length of all. */
static size_t text_from_latin1(const uint8_t *bytes, size_t count, bool msb_first, char *out, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t c = bytes[msb_first ? i : count - 1 - i];
        const size_t n = c == 0 ? 0 : c < 0x80 ? 1 : 2;
        if (n == 1 && length < size) {
            out[length] = (char)c;
        } else if (n == 2 && length + 1 < size) {
            out[length] = (char)(0xC0u | c >> 6);
            out[length + 1] = (char)(0x80u | (c & 0x3Fu));
        }
        length += n;
    }
    return length;
}

static size_t text_write(const uint8_t *bytes, size_t count, bool msb_first, char *out, size_t size)
{
    const size_t length = text_from_latin1(bytes, count, msb_first, NULL, 0);
    if (length < size) {
        (void)text_from_latin1(bytes, count, msb_first, out, size);
        out[length] = '\0';
    }
    return length;
}

/* The data of a text; of anything else, the end of the record. */
static const uint8_t *text_data(const mw_mbus_record *record, size_t *count)
{
    *count = record->kind == MW_KIND_TEXT ? record->data_bytes : 0;
    return record->bytes + record->length - *count;
}

size_t mw_mbus_text_part(const mw_mbus_record *record, char *out, size_t size)
{
    size_t count;
    const uint8_t *const data = text_data(record, &count);
    return text_from_latin1(data, count, record->msb_first, out, size);
}

size_t mw_mbus_text(const mw_mbus_record *record, char *out, size_t size)
{
    size_t count;
    const uint8_t *const data = text_data(record, &count);
    return text_write(data, count, record->msb_first, out, size);
}

size_t mw_mbus_unit_text(const mw_mbus_record *record, char *out, size_t size)
{
    return text_write(record->bytes + record->unit_text, record->unit_text_bytes, record->msb_first, out, size);
}
