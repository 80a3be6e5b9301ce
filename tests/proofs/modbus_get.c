/* SPDX-License-Identifier: MIT */
/* Proves: what is decoded of the rarer PDUs is inside; lists go on and end
 * Bound: any PDU of 0 to 253 bytes, any place of a list
 * Unwind: 1
 */
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

/* One step through a list. */
static void get_part(const uint8_t *pdu, size_t count)
{
    const size_t before = any_size(0, count);
    size_t position = before;
    mw_status status;
    if (nondet_bool()) {
        mw_modbus_object object;
        status = mw_modbus_get_id_object(pdu, count, &position, &object);
        if (status == MW_OK) {
            READABLE(object.value, object.bytes);
        }
    } else if (nondet_bool()) {
        mw_modbus_file_part part;
        status = mw_modbus_file_asked(pdu, count, &position, &part);
        if (status == MW_OK && pdu[0] == MW_MODBUS_WRITE_FILE) {
            READABLE(part.data, 2u * part.count);
        }
    } else {
        const uint8_t *data;
        size_t records;
        status = mw_modbus_file_given(pdu, count, &position, &data, &records);
        if (status == MW_OK) {
            READABLE(data, 2 * records);
        }
    }
    PROVE(position >= before && position <= count && (status != MW_OK || position > before), "goes on inside");
}

static void get(const uint8_t *pdu, size_t count)
{
    mw_modbus_diagnostics diagnostics;
    mw_modbus_events events;
    mw_modbus_mask_write mask;
    mw_modbus_read_write exchange;
    mw_modbus_id id;
    const uint8_t *data;
    size_t bytes;
    switch (nondet_int()) {
    case 0:
        if (mw_modbus_get_diagnostics(pdu, count, &diagnostics) == MW_OK) {
            READABLE(diagnostics.data, diagnostics.data_bytes);
        }
        break;
    case 1:
        if (mw_modbus_get_events(pdu, count, &events) == MW_OK && events.log_bytes > 0) {
            PROVE(events.log_bytes <= MW_MODBUS_LOG_MAX, "a log that can be");
            READABLE(events.log, events.log_bytes);
        }
        break;
    case 2:
        if (mw_modbus_get_server_id(pdu, count, &data, &bytes) == MW_OK) {
            READABLE(data, bytes);
        }
        break;
    case 3:
        (void)mw_modbus_get_mask_write(pdu, count, &mask);
        break;
    case 4:
        if (mw_modbus_get_read_write(pdu, count, &exchange) == MW_OK) {
            READABLE(exchange.data, 2u * exchange.write_count);
        }
        break;
    case 5:
        if (mw_modbus_get_fifo(pdu, count, &data, &bytes) == MW_OK) {
            PROVE(bytes <= MW_MODBUS_FIFO_MAX, "a queue that can be");
            READABLE(data, 2 * bytes);
        }
        break;
    case 6:
        (void)mw_modbus_get_id(pdu, count, &id);
        break;
    default:
        get_part(pdu, count);
        break;
    }
}

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(0, sizeof bytes);
    get(TAIL(bytes, count), count);
}
