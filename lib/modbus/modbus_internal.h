/* SPDX-License-Identifier: MIT */
#ifndef MW_MODBUS_INTERNAL_H
#define MW_MODBUS_INTERNAL_H

#include <meterwire/modbus.h>

#define MW_MODBUS_EXCEPTION_BIT 0x80 /* of the function code of a refusal */
#define MW_MODBUS_TCP_HEADER    7
#define MW_MODBUS_TCP_UNIT_AT   6

/* Whether a reply PDU answers a request PDU; both have the length that their function implies. MW_OK, MW_ERR_REFUSED
 * for an exception to this function, or MW_ERR_MISMATCH. */
mw_status mw_modbus_match(const uint8_t *request, const uint8_t *reply);

/* Bytes in front of the PDU. */
static inline size_t mw_modbus_header_bytes(mw_modbus_framing framing)
{
    return framing == MW_MODBUS_TCP ? MW_MODBUS_TCP_HEADER : 1;
}

/* Length of the frame around a PDU. */
static inline size_t mw_modbus_frame_bytes(mw_modbus_framing framing, size_t pdu_bytes)
{
    return pdu_bytes + (framing == MW_MODBUS_TCP ? MW_MODBUS_TCP_HEADER : 3);
}

/* How far the TCP frame reaches that begins here, by its header alone: MW_OK with its length when all of it is there,
 * MW_AGAIN, or MW_ERR_FRAME when this is no header. */
mw_status mw_modbus_tcp_extent(const uint8_t *bytes, size_t count, size_t *length);

/* Functions whose reply is a byte count and registers. */
static inline bool mw_modbus_is_read(uint8_t function)
{
    return function == MW_MODBUS_READ_HOLDING || function == MW_MODBUS_READ_INPUT;
}

#endif
