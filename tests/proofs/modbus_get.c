/* SPDX-License-Identifier: MIT */
/* Proves: what is taken out of a PDU points into it
 * Bound: PDU of 0 to 253 bytes, any position
 * Unwind: 1
 * CI: yes
 */
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t bytes[MW_MODBUS_PDU_MAX];
    const size_t count = any_size(0, sizeof bytes);
    const uint8_t *const pdu = TAIL(bytes, count);
    size_t position = any_size(0, count);
    const uint8_t *data;
    size_t n;
    mw_modbus_diagnostics diagnostics;
    mw_modbus_events events;
    mw_modbus_mask_write mask;
    mw_modbus_read_write exchange;
    mw_modbus_file_part part;
    mw_modbus_id id;
    mw_modbus_object object;
    switch (nondet_int()) {
    case 0:
        if (mw_modbus_get_diagnostics(pdu, count, &diagnostics) == MW_OK) {
            READABLE(diagnostics.data, diagnostics.data_bytes);
        }
        break;
    case 1:
        if (mw_modbus_get_events(pdu, count, &events) == MW_OK && events.log_bytes > 0) {
            READABLE(events.log, events.log_bytes);
        }
        break;
    case 2:
        if (mw_modbus_get_server_id(pdu, count, &data, &n) == MW_OK) {
            READABLE(data, n);
        }
        break;
    case 3:
        (void)mw_modbus_get_mask_write(pdu, count, &mask);
        break;
    case 4:
        if (mw_modbus_get_read_write(pdu, count, &exchange) == MW_OK) {
            READABLE(exchange.data, 2 * (size_t)exchange.write_count);
        }
        break;
    case 5:
        if (mw_modbus_get_fifo(pdu, count, &data, &n) == MW_OK) {
            READABLE(data, 2 * n);
        }
        break;
    case 6:
        if (mw_modbus_file_asked(pdu, count, &position, &part) == MW_OK && pdu[0] == MW_MODBUS_WRITE_FILE) {
            READABLE(part.data, 2 * (size_t)part.count);
        }
        break;
    case 7:
        if (mw_modbus_file_given(pdu, count, &position, &data, &n) == MW_OK) {
            READABLE(data, 2 * n);
        }
        break;
    case 8:
        (void)mw_modbus_get_id(pdu, count, &id);
        break;
    default:
        if (mw_modbus_get_id_object(pdu, count, &position, &object) == MW_OK) {
            READABLE(object.value, object.bytes);
        }
        break;
    }
    PROVE(position <= count, "the position stays inside");
}
