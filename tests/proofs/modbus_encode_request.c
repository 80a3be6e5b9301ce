/* SPDX-License-Identifier: MIT */
/* Proves: the request that an encoder makes is as long as its function implies
 * Bound: any content that is documented, in 260 bytes; that it stays inside is proved by modbus_encode
 * Unwind: 1 memmove.0:11
 */
#define STUB_mw_crc16
#define STUB_mw_modbus_reply_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

#define TELLING 10 /* bytes of a PDU that tell the length of a request: up to the count of function 23 */

static uint8_t content[MW_MODBUS_PDU_MAX];
static uint8_t frame[MW_MODBUS_TCP_MAX];

/* Of what is copied, no more matters. */
void *memmove(void *to, const void *from, size_t count)
{
    uint8_t *const bytes = (uint8_t *)to;
    const uint8_t *const others = (const uint8_t *)from;
    for (size_t i = 0; i < count && i < TELLING; i++) {
        bytes[i] = others[i];
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
    return memmove(to, from, count);
}

static mw_status encode(mw_modbus_framing framing, size_t *length)
{
    const size_t bytes = any_size(0, sizeof content);
    mw_modbus_request request;
    request.data = content;
    switch (nondet_int()) {
    case 0:
        return mw_modbus_encode_read(framing, &request, frame, sizeof frame, length);
    case 1:
        return mw_modbus_encode_write(framing, &request, frame, sizeof frame, length);
    default:
        return mw_modbus_encode_pdu(framing, nondet_u16(), nondet_u8(), content, bytes, frame, sizeof frame, length);
    }
}

void proof(void)
{
    const mw_modbus_framing framing = nondet_bool() ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    size_t length;
    __CPROVER_havoc_object(content);
    __CPROVER_havoc_object(frame);
    if (encode(framing, &length) == MW_OK) {
        PROVE(mw_modbus_is_request(frame + mw_modbus_header_bytes(framing), length - mw_modbus_frame_bytes(framing, 0)),
              "as long as its function implies");
    }
}
