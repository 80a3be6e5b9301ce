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
 * From the bytes of a reply, without a check of the index: the caller knows the count it asked for.
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

/** Two registers as one number; for an IEEE 754 single these are its bits.
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

/** Four registers as one number.
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
 *                 operating system delays bytes. What has begun but is not complete is then no frame; and a frame
 *                 of a function that is not public, whose end nothing else tells, ends here. Not looked at on TCP,
 *                 where what is missing may come at any time.
 * @param skip     receives how many bytes to throw away before the frame, also for MW_AGAIN.
 * @param length   receives the length of the frame behind them.
 * @return MW_OK: an intact frame; MW_AGAIN: no complete frame. A TCP stream in which bytes had to be thrown away is
 * best closed, as nothing but its header marks where a frame begins. */
MW_API mw_status mw_modbus_find(mw_modbus_framing framing, const uint8_t *bytes, size_t count, bool silent,
                                size_t *skip, size_t *length);

/** @}
 * @name Server
 * The other side: decode a request, let the application answer it, encode the reply.
 * @{ */

/** What a server asks of the application. Both functions return 0, or the exception code to send; then nothing may
 * have changed. Null functions are answered with MW_MODBUS_ILLEGAL_FUNCTION. */
typedef struct mw_modbus_server {
    void *user; /**< Handed to the functions. */
    /** Gives registers. `function` is 3 or 4; `data` has room for 2 * count bytes, high byte first. */
    uint8_t (*read)(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data);
    /** Takes registers. `function` is 6 or 16; `data` are 2 * count bytes, high byte first. */
    uint8_t (*write)(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, const uint8_t *data);
    /** Whether a unit is served; the others' requests are left unanswered. Null: all units. */
    bool (*serves)(void *user, uint8_t unit);
} mw_modbus_server;

/** Answers one request frame.
 * @param server   the application's side.
 * @param framing  how it travelled.
 * @param request  the frame, whole and nothing else.
 * @param length   its bytes.
 * @param reply    receives the reply; it may not overlap the request.
 * @param size     bytes at reply, at least 8 on RTU and 12 on TCP; where it is less than MW_MODBUS_FRAME_MAX a read
 * that does not fit is answered with exception 4.
 * @param reply_length  receives its length; 0 when nothing is to be sent: for a broadcast on RTU, a unit that is not
 *                 served, and for a refusal on RTU, which is another device's answer.
 * @return MW_OK; MW_ERR_FRAME and MW_ERR_CHECK when it was no frame; MW_ERR_SPACE when size is less than that. On an
 * error nothing was asked of the application and nothing is to be sent. */
MW_API mw_status mw_modbus_serve(const mw_modbus_server *server, mw_modbus_framing framing, const uint8_t *request,
                                 size_t length, uint8_t *reply, size_t size, size_t *reply_length);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
