/* SPDX-License-Identifier: MIT */
/** @file
 * Modbus frames: encoders and decoders over bytes in memory, both directions. They do no I/O and know no time.
 *
 * A frame (ADU) is a PDU in a framing: RTU adds the unit in front and a CRC behind, TCP a header of seven bytes in
 * front. The PDU is the function code and its data. Register values stay the bytes of the wire, high byte first, and
 * are read with mw_modbus_u16() and its sisters, so that no byte order of a machine ever shows.
 *
 * Addresses are those of the wire, 0 to 65535, without 1 or 40001 added.
 *
 * Sources: "MODBUS Application Protocol Specification V1.1b3" (below: AP), "MODBUS over serial line specification and
 * implementation guide V1.02" (SL), "MODBUS messaging on TCP/IP implementation guide V1.0b" (TG).
 */
#ifndef MW_MODBUS_H
#define MW_MODBUS_H

#include <meterwire/core.h>

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MW_MODBUS_PDU_MAX        253     /**< Bytes of the longest PDU (AP 4.1). */
#define MW_MODBUS_RTU_MAX        256     /**< Bytes of the longest RTU frame. */
#define MW_MODBUS_TCP_MAX        260     /**< Bytes of the longest TCP frame. */
#define MW_MODBUS_FRAME_MAX      260     /**< Bytes of the longest frame of any framing. */
#define MW_MODBUS_READ_BYTES     12      /**< Room for the frame of any request to read. */
#define MW_MODBUS_REGISTERS      0x10000 /**< Registers of each kind, or bits, that a device can have. */
#define MW_MODBUS_READ_MAX       125     /**< Registers one request may read (AP 6.3). */
#define MW_MODBUS_WRITE_MAX      123     /**< Registers one request may write (AP 6.12). */
#define MW_MODBUS_READ_BITS_MAX  2000    /**< Bits one request may read (AP 6.1). */
#define MW_MODBUS_WRITE_BITS_MAX 1968    /**< Bits one request may write (AP 6.11). */
#define MW_MODBUS_EXCHANGE_MAX   121     /**< Registers function 23 may write while it reads (AP 6.17). */
#define MW_MODBUS_FIFO_MAX       31      /**< Registers of a FIFO queue (AP 6.18). */
#define MW_MODBUS_FILE_REFERENCE 6       /**< The one reference type of file records (AP 6.14). */

/** How a PDU travels. */
typedef enum mw_modbus_framing {
    MW_MODBUS_RTU = 0, /**< Unit, PDU, CRC-16: serial lines, and serial gateways that pass bytes through. */
    MW_MODBUS_TCP = 1  /**< MBAP header with transaction number, length and unit. */
} mw_modbus_framing;

/** Public function codes. User-defined ones are 65 to 72 and 100 to 110 (AP 5), but makers use others, too. */
typedef enum mw_modbus_function {
    MW_MODBUS_READ_COILS = 1,       /**< Read bits that can be written. */
    MW_MODBUS_READ_DISCRETE = 2,    /**< Read bits that cannot. */
    MW_MODBUS_READ_HOLDING = 3,     /**< Read holding registers. */
    MW_MODBUS_READ_INPUT = 4,       /**< Read input registers. */
    MW_MODBUS_WRITE_COIL = 5,       /**< Write one bit. */
    MW_MODBUS_WRITE_SINGLE = 6,     /**< Write one register. */
    MW_MODBUS_EXCEPTION_STATUS = 7, /**< Read eight status bits of the device's own; serial line. */
    MW_MODBUS_DIAGNOSTICS = 8,      /**< Tests and counters of the serial line. */
    MW_MODBUS_EVENT_COUNTER = 11,   /**< Read how many requests were carried out; serial line. */
    MW_MODBUS_EVENT_LOG = 12,       /**< Read what happened last; serial line. */
    MW_MODBUS_WRITE_COILS = 15,     /**< Write several bits. */
    MW_MODBUS_WRITE_MULTIPLE = 16,  /**< Write several registers. */
    MW_MODBUS_SERVER_ID = 17,       /**< Read what the device is, in a form of its own; serial line. */
    MW_MODBUS_READ_FILE = 20,       /**< Read file records. */
    MW_MODBUS_WRITE_FILE = 21,      /**< Write file records. */
    MW_MODBUS_MASK_WRITE = 22,      /**< Change some bits of a register. */
    MW_MODBUS_READ_WRITE = 23,      /**< Write registers, then read registers. */
    MW_MODBUS_READ_FIFO = 24,       /**< Read a queue of registers. */
    MW_MODBUS_ENCAPSULATED = 43     /**< Another interface; that of type 14 is the device identification. */
} mw_modbus_function;

/** Exception codes (AP 7). A device may send others; they are handed on as they are. */
typedef enum mw_modbus_exception {
    MW_MODBUS_ILLEGAL_FUNCTION = 1,
    MW_MODBUS_ILLEGAL_ADDRESS = 2,
    MW_MODBUS_ILLEGAL_VALUE = 3,
    MW_MODBUS_DEVICE_FAILURE = 4,
    MW_MODBUS_ACKNOWLEDGE = 5,
    MW_MODBUS_BUSY = 6,
    MW_MODBUS_PARITY_ERROR = 8,
    MW_MODBUS_GATEWAY_NO_PATH = 10,
    MW_MODBUS_GATEWAY_NO_ANSWER = 11
} mw_modbus_exception;

/** The exception as a short English text, such as "illegal data address".
 * @param exception  the code.
 * @return a constant string; "unknown exception" for a code without a name. */
MW_API const char *mw_modbus_exception_text(uint8_t exception);

/** A request for registers or bits. */
typedef struct mw_modbus_request {
    uint16_t transaction; /**< TCP: the number the reply will carry, from mw_link_number(). RTU: not used. */
    uint8_t unit;         /**< 1 to 247, on TCP also 0 and 255; 0 on RTU is a broadcast, for writes only. */
    uint8_t function;     /**< mw_modbus_function */
    uint16_t address;     /**< First register or bit, as on the wire. */
    uint16_t count;       /**< Registers or bits; 1 for MW_MODBUS_WRITE_COIL and MW_MODBUS_WRITE_SINGLE. */
    const uint8_t *data;  /**< Writes: registers, 2 * count bytes, high byte first; or bits, eight in a byte, the first
                               being the lowest of the first byte. Reads: not used. */
} mw_modbus_request;

/** A reply, as decoded against its request. */
typedef struct mw_modbus_reply {
    uint8_t exception;   /**< The code when the device refused, else 0. */
    const uint8_t *data; /**< Functions 1 to 4 and 23: the registers, 2 * count bytes, or the bits, eight in a byte, for
                              mw_modbus_bit(). Inside the frame that was decoded. */
    size_t data_bytes;   /**< Bytes at data; 0 for all other functions. */
    const uint8_t *pdu;  /**< Function code and data, for the other functions' mw_modbus_get_...(). */
    size_t pdu_bytes;    /**< Bytes at pdu. */
} mw_modbus_reply;

/** Builds the frame of a request to read registers or bits.
 * @param framing  how it travels.
 * @param request  function 3 or 4 with count 1 to 125, or 1 or 2 with count 1 to 2000; its data are not used.
 * @param frame    receives the frame.
 * @param size     bytes at frame, at least MW_MODBUS_READ_BYTES.
 * @param length   receives the length of the frame.
 * @return MW_OK; MW_ERR_ARGUMENT for another function, a count out of range, addresses beyond 65535, or a broadcast on
 * RTU, which nobody answers; MW_ERR_SPACE.
 * Source: AP 6.1 to 6.4. */
MW_API mw_status mw_modbus_encode_read(mw_modbus_framing framing, const mw_modbus_request *request, uint8_t *frame,
                                       size_t size, size_t *length);

/** Builds the frame of a request to write registers or bits.
 * @param framing  how it travels.
 * @param request  function 6 with count 1, or 16 with count 1 to 123; or of bits, 5 with count 1, or 15 with count 1 to
 * 1968. Bits of the last byte behind the last one are sent as 0.
 * @param frame    receives the frame; it may not overlap the data.
 * @param size     bytes at frame; MW_MODBUS_FRAME_MAX is always enough.
 * @param length   receives the length of the frame.
 * @return MW_OK; MW_ERR_ARGUMENT for another function, a count out of range or addresses beyond 65535; MW_ERR_SPACE.
 * Source: AP 6.5, 6.6, 6.11, 6.12. */
MW_API mw_status mw_modbus_encode_write(mw_modbus_framing framing, const mw_modbus_request *request, uint8_t *frame,
                                        size_t size, size_t *length);

/** Builds the frame of a request from its PDU, for the functions below and for any other.
 * @param framing      how it travels.
 * @param transaction  TCP: the number the reply will carry, from mw_link_number(). RTU: not used.
 * @param unit         address of the device.
 * @param pdu          function code and data; may be at its place in the frame already.
 * @param pdu_bytes    1 to 253.
 * @param frame        receives the frame.
 * @param size         bytes at frame; MW_MODBUS_FRAME_MAX is always enough.
 * @param length       receives the length of the frame.
 * @return MW_OK; MW_ERR_ARGUMENT for a length out of range, for function codes 0 and 128 to 255, and for a public
 * function whose PDU is not as long as it says; MW_ERR_SPACE. On an error nothing was written.
 * On RTU nothing but the CRC tells where the reply of a function that is not public ends: it is taken to end at the
 * first place where the CRC is right, which by chance is too early once in 65536 bytes. The same holds for diagnostics
 * (function 8) with more than one register of data.
 * Source: AP 4.1. */
MW_API mw_status mw_modbus_encode_pdu(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, const uint8_t *pdu,
                                      size_t pdu_bytes, uint8_t *frame, size_t size, size_t *length);

/** Verifies a frame and decodes it as the reply to a request of any function. Unit, function, count, on TCP the
 * transaction, and whatever a function sends back of its request must agree with the request.
 * @param framing         how both travel.
 * @param request         the request frame that was sent.
 * @param request_length  its bytes.
 * @param frame           the frame that came.
 * @param length          its bytes.
 * @param reply           receives the content. Its data point into frame and live as long as that.
 * @return MW_OK; MW_ERR_REFUSED when the device sent an exception (reply->exception is set, nothing else);
 * MW_ERR_FRAME when it is no frame; MW_ERR_CHECK for a wrong CRC; MW_ERR_MISMATCH when it is not the answer to this
 * request.
 * Cost: the CRC on RTU, constant otherwise. */
MW_API mw_status mw_modbus_decode_reply(mw_modbus_framing framing, const uint8_t *request, size_t request_length,
                                        const uint8_t *frame, size_t length, mw_modbus_reply *reply);

/** @name Register values
 * From the bytes of a reply, or into those of a request, without a check of the index: the caller knows the count it
 * asked for. Signed numbers are the same bits: convert the result to int16_t, int32_t or int64_t.
 *
 * Many devices have a pattern for a value that is not available. It has the width of the value and is to be compared at
 * that width, before any conversion or scaling: 0xFFFF, 0xFFFFFFFF or 0xFFFFFFFFFFFFFFFF for unsigned numbers, 0x8000,
 * 0x80000000 or 0x8000000000000000 for signed ones, a NaN such as 0x7FC00000 for IEEE 754. Which one is the maker's
 * choice, and for some 0xFFFF is a value.
 *
 * Text has no word order: its characters stand in the registers one after the other, or exchanged in pairs, whatever
 * order the numbers of the same device have.
 * @{ */

/** The order of the bytes of a value of several registers, A being its highest. Modbus itself has only ABCD; makers
 * have all four. For 64 bits: ABCDEFGH, BADCFEHG, GHEFCDAB, HGFEDCBA. */
typedef enum mw_modbus_order {
    MW_MODBUS_ABCD = 0, /**< High word first, high byte first. */
    MW_MODBUS_BADC = 1, /**< High word first, bytes of each word exchanged. */
    MW_MODBUS_CDAB = 2, /**< Low word first. */
    MW_MODBUS_DCBA = 3  /**< Low word first, bytes of each word exchanged. */
} mw_modbus_order;

/** One bit.
 * @param data   bytes of the wire, as functions 1 and 2 give them
 * @param index  which bit, 0 the first
 * @return its value */
static inline bool mw_modbus_bit(const uint8_t *data, size_t index)
{
    return (data[index / 8] >> index % 8 & 1) != 0;
}

/** One register.
 * @param data   bytes of the wire
 * @param index  which register, 0 the first
 * @return its value */
static inline uint16_t mw_modbus_u16(const uint8_t *data, size_t index)
{
    return (uint16_t)((unsigned)data[2 * index] << 8 | data[2 * index + 1]);
}

/** Two registers as one number; for an IEEE 754 single these are its bits, for mw_decimal_from_f32().
 * @param data   bytes of the wire
 * @param index  the first of the two registers
 * @param order  the maker's order
 * @return its value */
static inline uint32_t mw_modbus_u32(const uint8_t *data, size_t index, mw_modbus_order order)
{
    uint32_t first = mw_modbus_u16(data, index);
    uint32_t second = mw_modbus_u16(data, index + 1);
    uint32_t value = (order & MW_MODBUS_CDAB) != 0 ? second << 16 | first : first << 16 | second;
    return (order & MW_MODBUS_BADC) != 0 ? (value & 0x00FF00FFu) << 8 | (value >> 8 & 0x00FF00FFu) : value;
}

/** Two registers as an IEEE 754 single.
 * @param data   bytes of the wire
 * @param index  the first of the two registers
 * @param order  the maker's order
 * @return its value, on a machine whose float is that */
static inline float mw_modbus_f32(const uint8_t *data, size_t index, mw_modbus_order order)
{
    const uint32_t bits = mw_modbus_u32(data, index, order);
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** Four registers as one number; for an IEEE 754 double these are its bits.
 * @param data   bytes of the wire
 * @param index  the first of the four registers
 * @param order  the maker's order
 * @return its value */
static inline uint64_t mw_modbus_u64(const uint8_t *data, size_t index, mw_modbus_order order)
{
    uint64_t first = mw_modbus_u32(data, index, order);
    uint64_t second = mw_modbus_u32(data, index + 2, order);
    return (order & MW_MODBUS_CDAB) != 0 ? second << 32 | first : first << 32 | second;
}

/** Writes one register.
 * @param data   bytes for the wire
 * @param index  which register, 0 the first
 * @param value  what it becomes */
static inline void mw_modbus_put_u16(uint8_t *data, size_t index, uint16_t value)
{
    data[2 * index] = (uint8_t)(value >> 8);
    data[2 * index + 1] = (uint8_t)value;
}

/** Writes a number into two registers, so that mw_modbus_u32() reads it.
 * @param data   bytes for the wire
 * @param index  the first of the two registers
 * @param order  the maker's order
 * @param value  the number */
static inline void mw_modbus_put_u32(uint8_t *data, size_t index, mw_modbus_order order, uint32_t value)
{
    const bool low_first = (order & MW_MODBUS_CDAB) != 0;
    if ((order & MW_MODBUS_BADC) != 0) {
        value = (value & 0x00FF00FFu) << 8 | (value >> 8 & 0x00FF00FFu);
    }
    mw_modbus_put_u16(data, index, (uint16_t)(low_first ? value : value >> 16));
    mw_modbus_put_u16(data, index + 1, (uint16_t)(low_first ? value >> 16 : value));
}

/** Writes a number into four registers, so that mw_modbus_u64() reads it.
 * @param data   bytes for the wire
 * @param index  the first of the four registers
 * @param order  the maker's order
 * @param value  the number */
static inline void mw_modbus_put_u64(uint8_t *data, size_t index, mw_modbus_order order, uint64_t value)
{
    const bool low_first = (order & MW_MODBUS_CDAB) != 0;
    mw_modbus_put_u32(data, index, order, (uint32_t)(low_first ? value : value >> 32));
    mw_modbus_put_u32(data, index + 2, order, (uint32_t)(low_first ? value >> 32 : value));
}

/** Writes one bit.
 * @param data   bytes for the wire, as function 15 takes them
 * @param index  which bit, 0 the first
 * @param value  what it becomes */
static inline void mw_modbus_put_bit(uint8_t *data, size_t index, bool value)
{
    const unsigned bit = 1u << index % 8;
    data[index / 8] = (uint8_t)(value ? data[index / 8] | bit : data[index / 8] & ~bit);
}

/** @}
 * @name Functions of the serial line
 * PDUs of functions 7, 8, 11, 12 and 17, both directions. A client puts the request's PDU into a frame with
 * mw_modbus_encode_pdu(), verifies the reply with mw_modbus_decode_reply() and takes its PDU apart. A server does the
 * reverse in the function `other` of mw_modbus_server.
 *
 * The requests of 7, 11, 12 and 17 are the function code alone. The reply of 7, exception status, is the function code
 * and one byte of eight bits that the device defines (AP 6.7).
 *
 * All mw_modbus_put_...() return MW_OK, MW_ERR_ARGUMENT for content that the specification has no room for, or
 * MW_ERR_SPACE when `size` bytes are too few; MW_MODBUS_PDU_MAX are always enough. All mw_modbus_get_...() return
 * MW_OK, or MW_ERR_FRAME when the PDU is not this function's or not as long as it says. On an error nothing was
 * written. What they give points into the PDU. Cost: linear in the PDU.
 * @{ */

#define MW_MODBUS_LOG_MAX 64 /**< Bytes of an event log (AP 6.10). */

/** Diagnostics (AP 6.8), request and reply. */
typedef struct mw_modbus_diagnostics {
    uint16_t sub_function; /**< 0: return the data. 1: restart. 2: diagnostic register. 4: listen only, without a reply.
                                10: clear counters. 11 to 18: counters. See AP 6.8.1. */
    const uint8_t *data;   /**< High byte first. */
    size_t data_bytes;     /**< 2; for sub-function 0 any even number up to 250. */
} mw_modbus_diagnostics;

/** Builds a PDU of diagnostics, of a request or a reply.
 * @param content    what it says.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length.
 * @return see above; MW_ERR_ARGUMENT for other than 2, 4 ... 250 bytes of data. */
MW_API mw_status mw_modbus_put_diagnostics(const mw_modbus_diagnostics *content, uint8_t *pdu, size_t size,
                                           size_t *pdu_bytes);

/** Takes a PDU of diagnostics apart, of a request or a reply.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param content    receives what it says.
 * @return see above. */
MW_API mw_status mw_modbus_get_diagnostics(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_diagnostics *content);

/** What a device counted (AP 6.9, 6.10). */
typedef struct mw_modbus_events {
    uint16_t status;        /**< 0xFFFF: still busy with an earlier command; else 0. */
    uint16_t event_count;   /**< Requests carried out. */
    uint16_t message_count; /**< Event log only: messages seen since the start; else 0. */
    const uint8_t *log;     /**< Event log only: what happened, the latest first. */
    size_t log_bytes;       /**< Bytes at log, at most MW_MODBUS_LOG_MAX. */
} mw_modbus_events;

/** Builds the reply of function 11, event counter: status and event_count.
 * @param content    what it says.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length, 5.
 * @return see above. */
MW_API mw_status mw_modbus_put_event_counter(const mw_modbus_events *content, uint8_t *pdu, size_t size,
                                             size_t *pdu_bytes);

/** Builds the reply of function 12, event log.
 * @param content    what it says.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length.
 * @return see above; MW_ERR_ARGUMENT for a log of more than MW_MODBUS_LOG_MAX bytes. */
MW_API mw_status mw_modbus_put_event_log(const mw_modbus_events *content, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Takes the reply of function 11 or 12 apart.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param content    receives what it says.
 * @return see above. */
MW_API mw_status mw_modbus_get_events(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_events *content);

/** Builds the reply of function 17, report server ID (AP 6.13).
 * @param id         the device's own form: an id, a byte that is 0xFF when it runs and 0 when not, anything more.
 * @param id_bytes   bytes at id, 0 to 251.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length.
 * @return see above. */
MW_API mw_status mw_modbus_put_server_id(const uint8_t *id, size_t id_bytes, uint8_t *pdu, size_t size,
                                         size_t *pdu_bytes);

/** Takes the reply of function 17 apart.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param id         receives where the device's own form stands.
 * @param id_bytes   receives its bytes.
 * @return see above. */
MW_API mw_status mw_modbus_get_server_id(const uint8_t *pdu, size_t pdu_bytes, const uint8_t **id, size_t *id_bytes);

/** @}
 * @name Rarer functions of registers
 * PDUs of functions 22, 23 and 24, used like those above. The reply of 22 is equal to its request. The reply of 23 is
 * like that of 3, so mw_modbus_decode_reply() gives its registers.
 * @{ */

/** Mask write (AP 6.16): the register becomes (its value AND and_mask) OR (or_mask AND NOT and_mask). */
typedef struct mw_modbus_mask_write {
    uint16_t address;  /**< Holding register. */
    uint16_t and_mask; /**< Bits that stay. */
    uint16_t or_mask;  /**< Of the others those that become 1. */
} mw_modbus_mask_write;

/** Builds a PDU of function 22, of a request or a reply.
 * @param content    what it says.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length, 7.
 * @return see above. */
MW_API mw_status mw_modbus_put_mask_write(const mw_modbus_mask_write *content, uint8_t *pdu, size_t size,
                                          size_t *pdu_bytes);

/** Takes a PDU of function 22 apart, of a request or a reply.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param content    receives what it says.
 * @return see above. */
MW_API mw_status mw_modbus_get_mask_write(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_mask_write *content);

/** Write, then read, in one request (AP 6.17). */
typedef struct mw_modbus_read_write {
    uint16_t read_address;  /**< First holding register to read. */
    uint16_t read_count;    /**< 1 to 125. */
    uint16_t write_address; /**< First holding register to write, which is done first. */
    uint16_t write_count;   /**< 1 to 121. */
    const uint8_t *data;    /**< 2 * write_count bytes, high byte first. */
} mw_modbus_read_write;

/** Builds the request of function 23.
 * @param content    what it says.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length.
 * @return see above; MW_ERR_ARGUMENT for a count out of range or registers beyond 65535. */
MW_API mw_status mw_modbus_put_read_write(const mw_modbus_read_write *content, uint8_t *pdu, size_t size,
                                          size_t *pdu_bytes);

/** Takes the request of function 23 apart.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param content    receives what it says.
 * @return see above; also MW_ERR_FRAME for a count out of range. */
MW_API mw_status mw_modbus_get_read_write(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_read_write *content);

/** Builds the request of function 24, read FIFO queue (AP 6.18).
 * @param address    of the queue.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length, 3.
 * @return see above. */
MW_API mw_status mw_modbus_put_fifo_request(uint16_t address, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Builds the reply of function 24.
 * @param data       the registers of the queue, high byte first.
 * @param count      how many, 0 to 31; where there are more the answer is exception 3.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length.
 * @return see above. */
MW_API mw_status mw_modbus_put_fifo(const uint8_t *data, size_t count, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Takes the reply of function 24 apart. A server finds the address of a request at pdu + 1.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param data       receives where the registers stand.
 * @param count      receives how many.
 * @return see above. */
MW_API mw_status mw_modbus_get_fifo(const uint8_t *pdu, size_t pdu_bytes, const uint8_t **data, size_t *count);

/** @}
 * @name File records
 * PDUs of functions 20 and 21 (AP 6.14, 6.15), used like those above. Requests and replies are lists of parts, begun
 * with mw_modbus_file_begin() and built part by part. The reply of 21 is equal to its request.
 * @{ */

/** Some records of a file, each of which is one register. */
typedef struct mw_modbus_file_part {
    uint16_t file;       /**< 1 to 65535. */
    uint16_t record;     /**< First record, 0 to 9999. */
    uint16_t count;      /**< Records, at least 1. */
    const uint8_t *data; /**< Writing: 2 * count bytes, high byte first. Reading: not used. */
} mw_modbus_file_part;

/** Begins a list without parts.
 * @param function  MW_MODBUS_READ_FILE or MW_MODBUS_WRITE_FILE.
 * @param pdu       receives it; at least 2 bytes. */
MW_API void mw_modbus_file_begin(uint8_t function, uint8_t *pdu);

/** Adds a part to the list of a request.
 * @param part       what to read or write.
 * @param pdu        the list.
 * @param size       bytes at pdu; MW_MODBUS_PDU_MAX are always enough.
 * @param pdu_bytes  receives the length of the PDU.
 * @return MW_OK; MW_ERR_ARGUMENT for file 0, no records or records beyond 9999; MW_ERR_SPACE when it does not fit, or
 * its answer would not. On an error the list is as it was. */
MW_API mw_status mw_modbus_file_ask(const mw_modbus_file_part *part, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Takes the parts of a request one by one, also those of the reply of function 21.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param position   0 before the first part; is moved on.
 * @param part       receives a part; its data point into the PDU.
 * @return MW_OK; MW_END behind the last part; MW_ERR_FRAME when a part is not as long as it says, or has no records or
 * another reference type than 6. Whether file and records exist is the application's to say. */
MW_API mw_status mw_modbus_file_asked(const uint8_t *pdu, size_t pdu_bytes, size_t *position,
                                      mw_modbus_file_part *part);

/** Adds a part to the list of the reply of function 20.
 * @param data       the records, high byte first.
 * @param count      how many.
 * @param pdu        the list.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives the length of the PDU.
 * @return MW_OK; MW_ERR_SPACE when it does not fit, which is answered with exception 3. */
MW_API mw_status mw_modbus_file_give(const uint8_t *data, uint16_t count, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Takes the parts of the reply of function 20 one by one. mw_modbus_decode_reply() has checked that they are those
 * that were asked for.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param position   0 before the first part; is moved on.
 * @param data       receives where the records stand.
 * @param count      receives how many.
 * @return MW_OK; MW_END behind the last part; MW_ERR_FRAME. */
MW_API mw_status mw_modbus_file_given(const uint8_t *pdu, size_t pdu_bytes, size_t *position, const uint8_t **data,
                                      size_t *count);

/** @}
 * @name Device identification
 * PDUs of function 43 with interface 14 (AP 6.21), used like those above. A reply may hold only some of the objects;
 * the client asks again from mw_modbus_id.next on while mw_modbus_id.more is set.
 * @{ */

/** What is read. */
typedef enum mw_modbus_id_access {
    MW_MODBUS_ID_BASIC = 1,    /**< Objects 0 to 2: vendor, product code, revision. */
    MW_MODBUS_ID_REGULAR = 2,  /**< Objects up to 0x7F. */
    MW_MODBUS_ID_EXTENDED = 3, /**< All objects. */
    MW_MODBUS_ID_ONE = 4       /**< One object. */
} mw_modbus_id_access;

/** An object of an identification. */
typedef struct mw_modbus_object {
    uint8_t id;        /**< 0 vendor, 1 product code, 2 revision, 3 URL, 4 product, 5 model, 6 application; 0x80 and up
                            are the maker's. */
    uint8_t bytes;     /**< Bytes at value, at most 244. */
    const void *value; /**< ASCII up to object 0x7F; not terminated. */
} mw_modbus_object;

/** What stands in front of the objects of a reply. */
typedef struct mw_modbus_id {
    uint8_t access;     /**< mw_modbus_id_access, as asked. */
    uint8_t conformity; /**< What the device has: 1 to 3 as mw_modbus_id_access; with 0x80 also MW_MODBUS_ID_ONE. */
    bool more;          /**< There is more, to be asked for from object `next` on. */
    uint8_t next;       /**< Where to go on. A client gives up when this is not above what it has read. */
    uint8_t count;      /**< Objects in this reply. */
} mw_modbus_id;

/** Builds the request.
 * @param access     mw_modbus_id_access
 * @param object     the object to begin with, 0 at first; or the one to read.
 * @param pdu        receives the PDU.
 * @param size       bytes at pdu.
 * @param pdu_bytes  receives its length, 4.
 * @return see above; MW_ERR_ARGUMENT for another access. */
MW_API mw_status mw_modbus_put_id_request(uint8_t access, uint8_t object, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** Takes the head of a reply apart, and checks that all its objects are there.
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param id         receives the head.
 * @return see above. */
MW_API mw_status mw_modbus_get_id(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_id *id);

/** Takes the objects of a reply one by one, after mw_modbus_get_id().
 * @param pdu        the PDU.
 * @param pdu_bytes  its bytes.
 * @param position   0 before the first object; is moved on.
 * @param object     receives an object; its value points into the PDU.
 * @return MW_OK; MW_END behind the last object; MW_ERR_FRAME when one is cut off. */
MW_API mw_status mw_modbus_get_id_object(const uint8_t *pdu, size_t pdu_bytes, size_t *position,
                                         mw_modbus_object *object);

/** Answers a request for identification from a table, for the function `other` of mw_modbus_server.
 * @param objects        the table, in ascending order of ids; it has 0, 1 and 2 at least.
 * @param count          how many.
 * @param request        the PDU of the request.
 * @param request_bytes  its bytes.
 * @param pdu            receives the reply; may not overlap the request.
 * @param size           bytes at pdu.
 * @param pdu_bytes      receives its length.
 * @return 0; MW_MODBUS_ILLEGAL_FUNCTION for another interface, MW_MODBUS_ILLEGAL_VALUE for another access or length,
 * MW_MODBUS_ILLEGAL_ADDRESS for one object that there is not, MW_MODBUS_DEVICE_FAILURE when the first object does not
 * fit. */
MW_API uint8_t mw_modbus_serve_id(const mw_modbus_object *objects, size_t count, const uint8_t *request,
                                  size_t request_bytes, uint8_t *pdu, size_t size, size_t *pdu_bytes);

/** @}
 * @name Frames of any function
 * The parts the functions above are made of, for function codes of one's own and for other transports.
 * @{ */

/** A frame, taken apart. */
typedef struct mw_modbus_frame {
    uint16_t transaction; /**< TCP; 0 on RTU. */
    uint8_t unit;         /**< Address of the device. */
    const uint8_t *pdu;   /**< Function code and data, inside the frame. */
    size_t pdu_bytes;     /**< 1 to 253. */
} mw_modbus_frame;

/** Where the PDU of a frame begins.
 * @param framing  how it travels.
 * @return bytes in front of the PDU: 1 on RTU, 7 on TCP. */
MW_API size_t mw_modbus_pdu_offset(mw_modbus_framing framing);

/** Completes a frame around a PDU that the caller put at mw_modbus_pdu_offset().
 * @param framing      how it travels.
 * @param transaction  TCP: its number.
 * @param unit         address of the device.
 * @param frame        the buffer with the PDU in place; receives what stands in front of it and behind.
 * @param size         bytes at frame.
 * @param pdu_bytes    length of the PDU, 1 to 253.
 * @param length       receives the length of the frame.
 * @return MW_OK; MW_ERR_ARGUMENT for the length of the PDU; MW_ERR_SPACE. */
MW_API mw_status mw_modbus_seal(mw_modbus_framing framing, uint16_t transaction, uint8_t unit, uint8_t *frame,
                                size_t size, size_t pdu_bytes, size_t *length);

/** Verifies a frame and takes it apart.
 * @param framing  how it travelled.
 * @param bytes    the frame, whole and nothing else.
 * @param length   its bytes.
 * @param frame    receives the parts; its PDU points into bytes.
 * @return MW_OK; MW_ERR_FRAME for an impossible length or header; MW_ERR_CHECK for a wrong CRC.
 * Cost: the CRC on RTU, constant otherwise. */
MW_API mw_status mw_modbus_open(mw_modbus_framing framing, const uint8_t *bytes, size_t length, mw_modbus_frame *frame);

/** How long the PDU of a request is, told from its first bytes, for all public functions (AP 6.1 to 6.21).
 * @param pdu    the bytes so far, function code first.
 * @param count  how many.
 * @return the length; 0 when more bytes are needed to tell; -1 when no request begins like this or the function is
 * another one. Diagnostics (function 8) can be longer than the 5 bytes that are said of them; nothing tells by how
 * much. */
MW_API int mw_modbus_request_length(const uint8_t *pdu, size_t count);

/** The same for a reply, exceptions included.
 * @param pdu    the bytes so far, function code first.
 * @param count  how many.
 * @return as mw_modbus_request_length(). */
MW_API int mw_modbus_reply_length(const uint8_t *pdu, size_t count);

/** Finds the next frame in a stream of bytes of a bus, as a device or a listener sees it: requests, and on RTU the
 * replies of others, too.
 * @param framing  how frames travel.
 * @param bytes    what came and was not yet taken.
 * @param count    how much.
 * @param silent   nothing more comes for the time being: on RTU after 3.5 characters of silence, or longer where the
 *                 operating system delays bytes. What has begun but is not complete is then no frame;
 *                 and intact bytes up to here are a frame also where they do not tell its end: of a function that is
 *                 not public, or not as long as its function says, for a server to refuse. Not looked at on TCP, where
 *                 what is missing may come at any time.
 * @param skip     receives how many bytes to throw away before the frame, also for MW_AGAIN.
 * @param length   receives the length of the frame behind them.
 * @return MW_OK: an intact frame; MW_AGAIN: no complete frame. A TCP stream in which bytes had to be thrown away is
 * best closed, as nothing but its header marks where a frame begins. */
MW_API mw_status mw_modbus_find(mw_modbus_framing framing, const uint8_t *bytes, size_t count, bool silent,
                                size_t *skip, size_t *length);

/** @}
 * @name Modbus ASCII
 * The same frames written as text: a colon, two hexadecimal digits for each byte, a checksum (LRC) instead of the CRC,
 * carriage return and line feed (SL 2.5.2). It is a matter of the line alone: what is sent is turned from RTU into
 * ASCII on its way out, what comes is turned into RTU on its way in, and everything else is done as for RTU, with
 * MW_MODBUS_RTU and mw_framer_rtu. The ports do so by themselves; what they trace are the frames of RTU.
 *
 * The link's char_us is the time of two characters, and its silence_us 1000000: a second may pass between characters.
 * @{ */

#define MW_MODBUS_ASCII_MAX 513 /**< Characters of the longest ASCII frame. */

/** Writes an RTU frame as an ASCII frame, with capital digits.
 * @param frame        the RTU frame.
 * @param length       its bytes.
 * @param text         receives the characters, without a terminator; may not overlap the frame.
 * @param size         bytes at text; MW_MODBUS_ASCII_MAX are always enough.
 * @param text_length  receives how many characters.
 * @return MW_OK; MW_ERR_FRAME and MW_ERR_CHECK as mw_modbus_open(); MW_ERR_SPACE. On an error nothing was written.
 * Source: SL 2.5.2.1. */
MW_API mw_status mw_modbus_ascii_encode(const uint8_t *frame, size_t length, uint8_t *text, size_t size,
                                        size_t *text_length);

/** A receiver of ASCII. Its members are private. */
typedef struct mw_modbus_ascii {
    /** @cond private */
    uint8_t state;
    uint8_t digit;
    uint8_t held;
    uint8_t sum;
    uint16_t crc;
    uint16_t count;
    /** @endcond */
} mw_modbus_ascii;

/** Makes a receiver ready for a frame.
 * @param ascii  the receiver. */
MW_API void mw_modbus_ascii_init(mw_modbus_ascii *ascii);

/** Turns characters into the bytes of RTU frames, as they come: for mw_link_feed() of a master, or for mw_modbus_find()
 * of a server. A frame with a wrong LRC becomes one with a wrong CRC; one that is cut off by another colon, or by what
 * is no digit, loses its end. What comes between frames is left out. Small digits are taken, too.
 * @param ascii  the receiver.
 * @param bytes  the characters; receives the bytes, which are never more.
 * @param count  how many characters.
 * @return how many bytes.
 * Cost: linear in the characters. */
MW_API size_t mw_modbus_ascii_receive(mw_modbus_ascii *ascii, uint8_t *bytes, size_t count);

/** Whether no frame is under way: what mw_modbus_find() calls silence, right behind the end of a frame. A server that
 * looks after each line feed finds every frame, also those of functions that are not public.
 * @param ascii  the receiver.
 * @return true between frames. */
static inline bool mw_modbus_ascii_idle(const mw_modbus_ascii *ascii)
{
    return ascii->state == 0;
}

/** @}
 * @name Server
 * The other side: decode a request, let the application answer it, encode the reply.
 * @{ */

/** What a function reads and writes. */
typedef enum mw_modbus_area {
    MW_MODBUS_COILS,    /**< Bits to read and write: functions 1, 5, 15. */
    MW_MODBUS_DISCRETE, /**< Bits to read: function 2. */
    MW_MODBUS_HOLDING,  /**< Registers to read and write: functions 3, 6, 16, 22, 23. */
    MW_MODBUS_INPUT     /**< Registers to read: function 4. */
} mw_modbus_area;

/** Tells for the functions of a server what is read or written.
 * @param function  one that mw_modbus_server.read or write was called with.
 * @return the area. */
static inline mw_modbus_area mw_modbus_area_of(uint8_t function)
{
    switch (function) {
    case MW_MODBUS_READ_COILS:
    case MW_MODBUS_WRITE_COIL:
    case MW_MODBUS_WRITE_COILS:
        return MW_MODBUS_COILS;
    case MW_MODBUS_READ_DISCRETE:
        return MW_MODBUS_DISCRETE;
    case MW_MODBUS_READ_INPUT:
        return MW_MODBUS_INPUT;
    default:
        return MW_MODBUS_HOLDING;
    }
}

/** What a server asks of the application. The functions return 0, or the exception code to send; then nothing may have
 * changed. What no function is there for is answered with MW_MODBUS_ILLEGAL_FUNCTION. A request for all units, unit 0
 * on RTU, is asked for like any other; its answer is not sent. Set to zero what is not used. */
typedef struct mw_modbus_server {
    void *user; /**< Handed to the functions. */
    /** Gives registers or bits. `function` is 1 to 4, or 22 or 23, which read before they write, 23 after it, too;
     * mw_modbus_area_of() tells what is read, and whoever wants to refuse a function does it by its code. `data` has
     * room for registers, 2 * count bytes, high byte first, or for bits, eight in a byte, the first being the lowest of
     * the first byte; for 1 to 4 and 23 it is 0 throughout. */
    uint8_t (*read)(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data);
    /** Takes registers or bits. `function` is 5, 6, 15, 16, 22 or 23; `data` are like those of read. */
    uint8_t (*write)(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, const uint8_t *data);
    /** Whether a unit is served; the others' requests are left unanswered. Null: all units. */
    bool (*serves)(void *user, uint8_t unit);
    /** Answers all other functions, and those of read and write where these are null. `pdu` is the request, function
     * code first; that of a public function is as long as it says. `reply` has room for the PDU of the reply, `size`
     * bytes; *reply_bytes is 0 before, and after when nothing is to be sent. Or null. */
    uint8_t (*other)(void *user, uint8_t unit, const uint8_t *pdu, size_t pdu_bytes, uint8_t *reply, size_t size,
                     size_t *reply_bytes);
} mw_modbus_server;

/** Answers one request frame.
 * @param server   the application's side.
 * @param framing  how it travelled.
 * @param request  the frame, whole and nothing else.
 * @param length   its bytes.
 * @param reply    receives the reply; it may not overlap the request.
 * @param size     bytes at reply, at least 8 on RTU and 12 on TCP; where it is less than MW_MODBUS_FRAME_MAX what has
 * an answer that does not fit is not done, but answered with exception 4.
 * @param reply_length  receives its length; 0 when nothing is to be sent: for a broadcast on RTU, a unit that is not
 *                 served, where the application says so, and for a refusal on RTU, which is another device's answer.
 * @return MW_OK; MW_ERR_FRAME and MW_ERR_CHECK when it was no frame; MW_ERR_SPACE when size is less than that. On an
 * error nothing was asked of the application and nothing is to be sent. */
MW_API mw_status mw_modbus_serve(const mw_modbus_server *server, mw_modbus_framing framing, const uint8_t *request,
                                 size_t length, uint8_t *reply, size_t size, size_t *reply_length);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
