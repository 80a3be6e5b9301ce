/* SPDX-License-Identifier: MIT */
/* Proves: encoders of requests and PDUs: what is written is inside, and as long as it is said to be
 * Bound: room of 0 to 260 bytes, any content that is documented
 * Unwind: 1
 */
#define STUB_memory
#define STUB_mw_crc16
#define STUB_mw_modbus_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

static uint8_t content[MW_MODBUS_TCP_MAX];
static uint8_t room[MW_MODBUS_TCP_MAX];

static mw_status encode_frame(uint8_t *out, size_t size, size_t *length)
{
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const size_t bytes = any_size(0, MW_MODBUS_PDU_MAX);
    mw_modbus_request request;
    request.data = content;
    switch (nondet_int()) {
    case 0:
        return mw_modbus_encode_read(framing, &request, out, size, length);
    case 1:
        return mw_modbus_encode_write(framing, &request, out, size, length);
    default:
        return mw_modbus_encode_pdu(framing, nondet_u16(), nondet_u8(), TAIL(content, bytes), bytes, out, size, length);
    }
}

static mw_status put(uint8_t *out, size_t size, size_t *length)
{
    const size_t bytes = any_size(0, sizeof content);
    mw_modbus_diagnostics diagnostics = {nondet_u16(), TAIL(content, bytes), bytes};
    mw_modbus_events events = {nondet_u16(), nondet_u16(), nondet_u16(), TAIL(content, bytes), bytes};
    mw_modbus_mask_write mask;
    mw_modbus_read_write exchange;
    exchange.data = content;
    switch (nondet_int()) {
    case 0:
        return mw_modbus_put_diagnostics(&diagnostics, out, size, length);
    case 1:
        return mw_modbus_put_event_counter(&events, out, size, length);
    case 2:
        return mw_modbus_put_event_log(&events, out, size, length);
    case 3:
        return mw_modbus_put_server_id(TAIL(content, bytes), bytes, out, size, length);
    case 4:
        return mw_modbus_put_mask_write(&mask, out, size, length);
    case 5:
        return mw_modbus_put_read_write(&exchange, out, size, length);
    case 6:
        return mw_modbus_put_fifo_request(nondet_u16(), out, size, length);
    case 7:
        return mw_modbus_put_fifo(content, nondet_size(), out, size, length);
    default:
        return mw_modbus_put_id_request(nondet_u8(), nondet_u8(), out, size, length);
    }
}

void proof(void)
{
    const size_t size = any_size(0, sizeof room);
    size_t length = 0;
    mw_status status;
    __CPROVER_havoc_object(content);
    status = nondet_bool() ? encode_frame(TAIL(room, size), size, &length) : put(TAIL(room, size), size, &length);
    PROVE(status != MW_OK || (length >= 1 && length <= size), "inside");
}
