/* SPDX-License-Identifier: MIT */
/* File records: requests and replies are lists of parts, built and taken apart one by one. */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

#define FILE_PART   7     /* bytes in front of a part's data: reference type, file, record, count */
#define FILE_RECORD 10000 /* records of a file */

/* How much a list can count (AP 6.14, 6.15). */
static size_t modbus_file_most(uint8_t function)
{
    return function == MW_MODBUS_READ_FILE ? 0xF5 : 0xFB;
}

void mw_modbus_file_begin(uint8_t function, uint8_t *pdu)
{
    pdu[0] = function;
    pdu[1] = 0;
}

/* Room for more at the end of a list, or null. */
static uint8_t *modbus_file_grow(uint8_t *pdu, size_t size, uint32_t bytes)
{
    uint8_t *const end = pdu + 2 + pdu[1];
    if (pdu[1] + bytes > modbus_file_most(pdu[0]) || 2u + pdu[1] + bytes > size) {
        return NULL;
    }
    pdu[1] = (uint8_t)(pdu[1] + bytes);
    return end;
}

/* Where size_t has 16 bits it does not hold twice a count that is not checked yet. */

/* What the answer to a list and one more part will count. */
static uint32_t modbus_file_answer(const uint8_t *pdu, uint16_t count)
{
    uint32_t bytes = 2 + 2 * (uint32_t)count;
    for (size_t at = 2; at < 2u + pdu[1]; at += FILE_PART) {
        bytes += 2 + 2 * (uint32_t)mw_get_be16(pdu + at + 5);
    }
    return bytes;
}

mw_status mw_modbus_file_ask(const mw_modbus_file_part *part, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    const uint32_t data_bytes = pdu[0] == MW_MODBUS_WRITE_FILE ? 2 * (uint32_t)part->count : 0;
    uint8_t *to;
    if (pdu[0] == MW_MODBUS_READ_FILE && modbus_file_answer(pdu, part->count) > modbus_file_most(pdu[0])) {
        return MW_ERR_SPACE;
    }
    if (part->file == 0 || part->count == 0 || (uint32_t)part->record + part->count > FILE_RECORD) {
        return MW_ERR_ARGUMENT;
    }
    to = modbus_file_grow(pdu, size, FILE_PART + data_bytes);
    if (to == NULL) {
        return MW_ERR_SPACE;
    }
    to[0] = MW_MODBUS_FILE_REFERENCE;
    mw_put_be16(to + 1, part->file);
    mw_put_be16(to + 3, part->record);
    mw_put_be16(to + 5, part->count);
    if (data_bytes > 0) {
        memcpy(to + FILE_PART, part->data, data_bytes);
    }
    *pdu_bytes = 2u + pdu[1];
    return MW_OK;
}

/* Whether `position` is inside a list that is as long as it says; brings it to the first part. */
static mw_status modbus_file_at(const uint8_t *pdu, size_t pdu_bytes, size_t *position)
{
    const size_t at = *position == 0 ? 2 : *position;
    if (pdu_bytes < 2 || (pdu[0] != MW_MODBUS_READ_FILE && pdu[0] != MW_MODBUS_WRITE_FILE) ||
        pdu_bytes != 2u + pdu[1] || pdu[1] == 0 || at > pdu_bytes) {
        return MW_ERR_FRAME;
    }
    *position = at;
    return at == pdu_bytes ? MW_END : MW_OK;
}

mw_status mw_modbus_file_asked(const uint8_t *pdu, size_t pdu_bytes, size_t *position, mw_modbus_file_part *part)
{
    const mw_status status = modbus_file_at(pdu, pdu_bytes, position);
    const uint8_t *const at = pdu + *position;
    const size_t left = pdu_bytes - *position;
    mw_modbus_file_part got;
    uint32_t data_bytes;
    if (status != MW_OK) {
        return status;
    }
    if (left < FILE_PART || at[0] != MW_MODBUS_FILE_REFERENCE) {
        return MW_ERR_FRAME;
    }
    got.file = mw_get_be16(at + 1);
    got.record = mw_get_be16(at + 3);
    got.count = mw_get_be16(at + 5);
    got.data = at + FILE_PART;
    data_bytes = pdu[0] == MW_MODBUS_WRITE_FILE ? 2 * (uint32_t)got.count : 0;
    if (got.count == 0 || left < FILE_PART + data_bytes) {
        return MW_ERR_FRAME;
    }
    *position += FILE_PART + data_bytes;
    *part = got;
    return MW_OK;
}

mw_status mw_modbus_file_give(const uint8_t *data, uint16_t count, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    const uint32_t data_bytes = 2 * (uint32_t)count;
    uint8_t *const to = modbus_file_grow(pdu, size, 2 + data_bytes);
    if (to == NULL) {
        return MW_ERR_SPACE;
    }
    to[0] = (uint8_t)(1 + data_bytes);
    to[1] = MW_MODBUS_FILE_REFERENCE;
    memcpy(to + 2, data, data_bytes);
    *pdu_bytes = 2u + pdu[1];
    return MW_OK;
}

mw_status mw_modbus_file_given(const uint8_t *pdu, size_t pdu_bytes, size_t *position, const uint8_t **data,
                               size_t *count)
{
    const mw_status status = modbus_file_at(pdu, pdu_bytes, position);
    const uint8_t *const at = pdu + *position;
    const size_t left = pdu_bytes - *position;
    if (status != MW_OK) {
        return status;
    }
    if (left < 2 || at[0] % 2 == 0 || left < 1u + at[0] || at[1] != MW_MODBUS_FILE_REFERENCE) {
        return MW_ERR_FRAME;
    }
    *data = at + 2;
    *count = at[0] / 2u;
    *position += 1u + at[0];
    return MW_OK;
}
