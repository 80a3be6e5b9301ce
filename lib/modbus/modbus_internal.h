/* SPDX-License-Identifier: MIT */
#ifndef MW_MODBUS_INTERNAL_H
#define MW_MODBUS_INTERNAL_H

#include <meterwire/modbus.h>

#define MW_MODBUS_EXCEPTION_BIT 0x80 /* of the function code of a refusal */
#define MW_MODBUS_TCP_HEADER    7
#define MW_MODBUS_TCP_UNIT_AT   6

#define MW_MODBUS_MEI_ID 14 /* of function 43: device identification */

/* Whether a reply PDU answers a request PDU, for every function. MW_OK, MW_ERR_REFUSED for an exception to this
 * function, or MW_ERR_MISMATCH. The request has the length that its function implies; the whole reply is there. */
mw_status mw_modbus_match(const uint8_t *request, const uint8_t *reply, size_t reply_bytes);

/* The same for functions 3, 4, 6 and 16 only; the reply has the length that its function implies. */
mw_status mw_modbus_match_registers(const uint8_t *request, const uint8_t *reply);

/* mw_modbus_reply_length() for functions 1 to 24 and exceptions only. */
int mw_modbus_table_length(const uint8_t *pdu, size_t count);

/* The least length of a PDU whose own bytes do not tell its end, else 0: that of an unknown function, and of
 * diagnostics, which carry back as much as was sent. */
size_t mw_modbus_open_end(const uint8_t *pdu, size_t count);

/* The RTU frame that ends at the first place where its CRC is right, its PDU being of a least length: MW_OK, MW_AGAIN
 * when more bytes may be missing, MW_ERR_CHECK. */
mw_status mw_modbus_find_end(const uint8_t *bytes, size_t count, size_t least, size_t *length);

/* Whether a request is as long as it says, or may be where it does not say. */
bool mw_modbus_is_request(const uint8_t *pdu, size_t pdu_bytes);

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

/* Functions whose reply is a byte count and registers, and nothing was written before. */
static inline bool mw_modbus_reads_registers(uint8_t function)
{
    return function == MW_MODBUS_READ_HOLDING || function == MW_MODBUS_READ_INPUT;
}

/* Functions 1 to 4. */
static inline bool mw_modbus_is_read(uint8_t function)
{
    return function - 1u < MW_MODBUS_READ_INPUT;
}

/* The CRC-16 after one more byte, without the table, where it goes on from byte to byte. */
static inline uint16_t mw_modbus_crc_step(unsigned crc, uint8_t byte)
{
    crc ^= byte;
    for (unsigned bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return (uint16_t)crc;
}

/* Bytes of so many bits. */
static inline size_t mw_modbus_bit_bytes(size_t bits)
{
    return (bits + 7) / 8;
}

#endif
