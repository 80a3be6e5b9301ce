/* SPDX-License-Identifier: MIT */
/* Functions of the serial line: diagnostics, events, what the device says it is. */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

#define LOG_HEADER 8 /* function, byte count, status, events, messages */

mw_status mw_modbus_put_diagnostics(const mw_modbus_diagnostics *content, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (content->data_bytes < 2 || content->data_bytes > MW_MODBUS_PDU_MAX - 3 || content->data_bytes % 2 != 0) {
        return MW_ERR_ARGUMENT;
    }
    if (size < 3 + content->data_bytes) {
        return MW_ERR_SPACE;
    }
    memmove(pdu + 3, content->data, content->data_bytes);
    pdu[0] = MW_MODBUS_DIAGNOSTICS;
    mw_put_be16(pdu + 1, content->sub_function);
    *pdu_bytes = 3 + content->data_bytes;
    return MW_OK;
}

mw_status mw_modbus_get_diagnostics(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_diagnostics *content)
{
    if (pdu_bytes < 5 || pdu_bytes % 2 == 0 || pdu[0] != MW_MODBUS_DIAGNOSTICS) {
        return MW_ERR_FRAME;
    }
    content->sub_function = mw_get_be16(pdu + 1);
    content->data = pdu + 3;
    content->data_bytes = pdu_bytes - 3;
    return MW_OK;
}

mw_status mw_modbus_put_event_counter(const mw_modbus_events *content, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (size < 5) {
        return MW_ERR_SPACE;
    }
    pdu[0] = MW_MODBUS_EVENT_COUNTER;
    mw_put_be16(pdu + 1, content->status);
    mw_put_be16(pdu + 3, content->event_count);
    *pdu_bytes = 5;
    return MW_OK;
}

mw_status mw_modbus_put_event_log(const mw_modbus_events *content, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (content->log_bytes > MW_MODBUS_LOG_MAX) {
        return MW_ERR_ARGUMENT;
    }
    if (size < LOG_HEADER + content->log_bytes) {
        return MW_ERR_SPACE;
    }
    if (content->log_bytes > 0) {
        memmove(pdu + LOG_HEADER, content->log, content->log_bytes);
    }
    pdu[0] = MW_MODBUS_EVENT_LOG;
    pdu[1] = (uint8_t)(LOG_HEADER - 2 + content->log_bytes);
    mw_put_be16(pdu + 2, content->status);
    mw_put_be16(pdu + 4, content->event_count);
    mw_put_be16(pdu + 6, content->message_count);
    *pdu_bytes = LOG_HEADER + content->log_bytes;
    return MW_OK;
}

mw_status mw_modbus_get_events(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_events *content)
{
    if (pdu_bytes == 5 && pdu[0] == MW_MODBUS_EVENT_COUNTER) {
        content->status = mw_get_be16(pdu + 1);
        content->event_count = mw_get_be16(pdu + 3);
        content->message_count = 0;
        content->log = NULL;
        content->log_bytes = 0;
        return MW_OK;
    }
    if (pdu_bytes < LOG_HEADER || pdu[0] != MW_MODBUS_EVENT_LOG || pdu_bytes != 2u + pdu[1] ||
        pdu_bytes > LOG_HEADER + MW_MODBUS_LOG_MAX) {
        return MW_ERR_FRAME;
    }
    content->status = mw_get_be16(pdu + 2);
    content->event_count = mw_get_be16(pdu + 4);
    content->message_count = mw_get_be16(pdu + 6);
    content->log = pdu + LOG_HEADER;
    content->log_bytes = pdu_bytes - LOG_HEADER;
    return MW_OK;
}

mw_status mw_modbus_put_server_id(const uint8_t *id, size_t id_bytes, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (id_bytes > MW_MODBUS_PDU_MAX - 2) {
        return MW_ERR_ARGUMENT;
    }
    if (size < 2 + id_bytes) {
        return MW_ERR_SPACE;
    }
    if (id_bytes > 0) {
        memmove(pdu + 2, id, id_bytes);
    }
    pdu[0] = MW_MODBUS_SERVER_ID;
    pdu[1] = (uint8_t)id_bytes;
    *pdu_bytes = 2 + id_bytes;
    return MW_OK;
}

mw_status mw_modbus_get_server_id(const uint8_t *pdu, size_t pdu_bytes, const uint8_t **id, size_t *id_bytes)
{
    if (pdu_bytes < 2 || pdu[0] != MW_MODBUS_SERVER_ID || pdu_bytes != 2u + pdu[1]) {
        return MW_ERR_FRAME;
    }
    *id = pdu + 2;
    *id_bytes = pdu[1];
    return MW_OK;
}
