/* SPDX-License-Identifier: MIT */
/* Device identification, function 43 with interface 14. */
#include <meterwire/modbus.h>

#include <string.h>

#include "modbus_internal.h"

#define ID_HEADER 7

mw_status mw_modbus_put_id_request(uint8_t access, uint8_t object, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (access < MW_MODBUS_ID_BASIC || access > MW_MODBUS_ID_ONE) {
        return MW_ERR_ARGUMENT;
    }
    if (size < 4) {
        return MW_ERR_SPACE;
    }
    pdu[0] = MW_MODBUS_ENCAPSULATED;
    pdu[1] = MW_MODBUS_MEI_ID;
    pdu[2] = access;
    pdu[3] = object;
    *pdu_bytes = 4;
    return MW_OK;
}

mw_status mw_modbus_get_id(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_id *id)
{
    if (pdu_bytes < ID_HEADER || pdu[0] != MW_MODBUS_ENCAPSULATED || pdu[1] != MW_MODBUS_MEI_ID ||
        (size_t)mw_modbus_reply_length(pdu, pdu_bytes) != pdu_bytes) {
        return MW_ERR_FRAME;
    }
    id->access = pdu[2];
    id->conformity = pdu[3];
    id->more = pdu[4] == 0xFF;
    id->next = pdu[5];
    id->count = pdu[6];
    return MW_OK;
}

mw_status mw_modbus_get_id_object(const uint8_t *pdu, size_t pdu_bytes, size_t *position, mw_modbus_object *object)
{
    const size_t at = *position == 0 ? ID_HEADER : *position;
    if (at == pdu_bytes) {
        return MW_END;
    }
    if (at + 2 > pdu_bytes || at + 2 + pdu[at + 1] > pdu_bytes) {
        return MW_ERR_FRAME;
    }
    object->id = pdu[at];
    object->bytes = pdu[at + 1];
    object->value = pdu + at + 2;
    *position = at + 2 + object->bytes;
    return MW_OK;
}

/* The highest object that a way of access shows. */
static uint8_t modbus_id_last(uint8_t access)
{
    return access == MW_MODBUS_ID_BASIC ? 0x02 : access == MW_MODBUS_ID_REGULAR ? 0x7F : 0xFF;
}

static size_t modbus_id_find(const mw_modbus_object *objects, size_t count, uint8_t id)
{
    size_t i = 0;
    while (i < count && objects[i].id != id) {
        i++;
    }
    return i;
}

/* Basic, regular or extended by what there is; individual access is always there, too. */
static uint8_t modbus_id_conformity(const mw_modbus_object *objects, size_t count)
{
    const uint8_t last = count > 0 ? objects[count - 1].id : 0;
    return (uint8_t)(0x80 | (last > 0x7F ? MW_MODBUS_ID_EXTENDED
                             : last > 2  ? MW_MODBUS_ID_REGULAR
                                         : MW_MODBUS_ID_BASIC));
}

/* Puts objects from `first` on, as many as are wanted, shown and fit; the length. Says where the next reply goes on. */
static size_t modbus_id_put(const mw_modbus_object *objects, size_t count, size_t first, uint8_t *pdu, size_t size)
{
    const uint8_t last = modbus_id_last(pdu[2]);
    const size_t end = pdu[2] == MW_MODBUS_ID_ONE ? first + 1 : count;
    size_t at = ID_HEADER;
    size_t i = first;
    while (i < end && objects[i].id <= last && at + 2 + objects[i].bytes <= size) {
        pdu[at] = objects[i].id;
        pdu[at + 1] = objects[i].bytes;
        memcpy(pdu + at + 2, objects[i].value, objects[i].bytes);
        at += 2u + objects[i++].bytes;
    }
    pdu[4] = 0;
    pdu[5] = 0;
    if (i < end && objects[i].id <= last) {
        pdu[4] = 0xFF;
        pdu[5] = objects[i].id;
    }
    pdu[6] = (uint8_t)(i - first);
    return at;
}

static uint8_t modbus_id_check(const uint8_t *request, size_t request_bytes)
{
    if (request_bytes >= 2 && request[1] != MW_MODBUS_MEI_ID) {
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    return request_bytes != 4 || request[2] < MW_MODBUS_ID_BASIC || request[2] > MW_MODBUS_ID_ONE
               ? MW_MODBUS_ILLEGAL_VALUE
               : 0;
}

uint8_t mw_modbus_serve_id(const mw_modbus_object *objects, size_t count, const uint8_t *request, size_t request_bytes,
                           uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    const uint8_t exception = modbus_id_check(request, request_bytes);
    size_t first;
    if (exception != 0) {
        return exception;
    }
    first = modbus_id_find(objects, count, request[3]);
    if (request[2] == MW_MODBUS_ID_ONE && first == count) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    if (first == count || objects[first].id > modbus_id_last(request[2])) {
        first = 0; /* as the specification wants it */
    }
    size = size < MW_MODBUS_PDU_MAX ? size : MW_MODBUS_PDU_MAX;
    if (size < ID_HEADER || (first < count && size < ID_HEADER + 2u + objects[first].bytes)) {
        return MW_MODBUS_DEVICE_FAILURE;
    }
    memcpy(pdu, request, 3);
    pdu[3] = modbus_id_conformity(objects, count);
    *pdu_bytes = modbus_id_put(objects, count, first, pdu, size);
    return 0;
}
