/* SPDX-License-Identifier: MIT */
/** @file
 * The link: one request, one verified reply. It knows time, repetition and silence, and neither ports nor clocks:
 * it is polled, fed the bytes that came, and told what time it is. mw_link_run() in io.h is the blocking loop over it.
 *
 * @code
 * mw_link_start(&link, request, length, 0, 2, now);
 * for (;;) {
 *     uint32_t wait_us;
 *     switch (mw_link_poll(&link, now, &wait_us)) {
 *     case MW_LINK_SEND:    write mw_link_request(&link, &length), then mw_link_sent(&link, now); break;
 *     case MW_LINK_WAIT:
 *     case MW_LINK_RECEIVE: when bytes come, mw_link_feed(&link, bytes, count, now); else poll after wait_us; break;
 *     case MW_LINK_DONE:    mw_link_status(&link), mw_link_reply(&link, &length); return;
 *     }
 * }
 * @endcode
 *
 * Times are microseconds of a free-running uint32_t that may wrap around but never goes back. While an exchange is
 * under way it is polled at least every half hour.
 *
 * What it does about a bad line:
 * - A frame is taken only when it is complete, its check is right and it answers this request. Everything else is
 *   skipped and counted, and the wait goes on: noise, an echo, a frame of another unit, a stale frame.
 * - Completion is by length. Silence separates requests, and ends a frame that has begun and does not go on; the answer
 *   may then still come, or stand behind bytes that only looked like the beginning of a longer frame.
 * - A late answer to a request that failed is never taken for the answer of the next one. Where replies carry no number
 *   (everything but Modbus TCP) a request that such an answer could fit is held back for as long again as the one that
 *   failed was given, while whatever comes is discarded. An answer that is later still cannot be told from the right
 * one by any master.
 * - Every exchange ends. It waits for a quiet line for a second at most, with the silence before a request in front of
 * it and behind, besides what it holds back; for an answer as long as it was given, and for the rest of an answer that
 * has begun as long as 264 characters take on the line.
 * - A TCP connection on which an answer stopped midway (MW_ERR_SHORT) is best opened anew: what is left of the answer
 * may come yet, and only its header marks where a frame begins.
 *
 * What tells the end of a reply whose function is not public: mw_modbus_encode_pdu().
 */
#ifndef MW_LINK_H
#define MW_LINK_H

#include <meterwire/core.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MW_FRAMER_NUMBERED  0u   /**< Answers carry a number: no other request's answer can be taken for this one's. */
#define MW_FRAMER_BROADCAST 255u /**< Keys from 1 up to this: nobody answers. */

/** The rules of one protocol, as the link needs them. */
typedef struct mw_framer {
    /** Looks at bytes that may begin with a frame, and at the request they may answer. Gives MW_OK for the answer,
     * MW_ERR_REFUSED for a refusal; MW_ERR_MISMATCH for an intact frame that is neither; for these three *length is the
     * length of the frame. MW_AGAIN when more bytes are needed to tell; MW_ERR_CHECK for a damaged frame; MW_ERR_FRAME
     * when no frame begins here. `count` is at least 1. */
    mw_status (*examine)(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length);
    /** What answers this request: MW_FRAMER_NUMBERED, a number up to MW_FRAMER_BROADCAST when nobody does, or a larger
     * number that is the same for all requests whose answers could be taken for each other. */
    uint16_t (*key)(const uint8_t *request);
    uint16_t gap_half_chars; /**< Silence before a request, in half characters. */
    uint16_t gap_least_us;   /**< That silence at high line speeds. */
} mw_framer;

/** Modbus RTU, as master, for all functions. */
MW_API extern const mw_framer mw_framer_rtu;
/** Modbus RTU, as master, for functions 3, 4, 6 and 16 only, without the 600 bytes of code that the others need. */
MW_API extern const mw_framer mw_framer_rtu_registers;
/** Modbus TCP, as client. */
MW_API extern const mw_framer mw_framer_tcp;
/** M-Bus, as master. An application error is MW_ERR_REFUSED. */
MW_API extern const mw_framer mw_framer_mbus;

/** What happened on a link. The number of an outcome is that of its status without the sign; the sum of all outcomes
 * is the number of requests sent that were not cancelled. */
typedef enum mw_link_counter {
    MW_LINK_GOOD = 0,         /**< Answers taken. */
    MW_LINK_STRAY_FRAMES = 2, /**< Intact frames skipped, because they answered something else. */
    MW_LINK_STRAY_BYTES = 3,  /**< Bytes thrown away, those of stray frames included. */
    MW_LINK_TIMEOUT = 4,      /**< Attempts without a byte. */
    MW_LINK_SHORT = 5,        /**< Attempts whose answer stopped midway. */
    MW_LINK_NO_FRAME = 6,     /**< Attempts that brought only bytes that are no frame. */
    MW_LINK_BAD_CHECK = 7,    /**< Attempts that brought a frame with a wrong check. */
    MW_LINK_MISMATCH = 8,     /**< Attempts that brought only answers to something else. */
    MW_LINK_REFUSED = 9,      /**< Answers taken that were refusals. */
    MW_LINK_COUNTERS = 10
} mw_link_counter;

/** Parity of a serial line. */
typedef enum mw_parity {
    MW_PARITY_EVEN = 0, /**< What Modbus and M-Bus prescribe where nothing else is agreed. */
    MW_PARITY_NONE = 1,
    MW_PARITY_ODD = 2
} mw_parity;

/** Time of one character of 11 bits (8E1, 8O1, 8N2) at a baud rate, in microseconds, rounded up. 8N1 has 10 bits;
 * using 11 for it is on the safe side. */
#define MW_LINK_CHAR_US(baud) ((11000000u + (uint32_t)(baud)-1u) / (uint32_t)(baud))

/** Time an answer may take when none is given, in microseconds. */
#define MW_LINK_TIMEOUT_US 1000000u

/** What is known of a line. All zero is right for TCP. It is not copied and must outlive the link; it may be constant
 * and in flash, and it may change while no exchange is under way. */
typedef struct mw_link_config {
    uint32_t char_us;    /**< Time of one character, MW_LINK_CHAR_US(9600). 0: the line has no speed, as on TCP. */
    uint32_t gap_us;     /**< Least pause before a request where a device wants more than the protocol does. */
    uint32_t silence_us; /**< A frame that stops for this long and 4 characters is no frame. 0: 250 ms. */
    bool echo; /**< The adapter hears what it sends: as many bytes as were sent are skipped first. Without this an echo
                    is still skipped, after a silence, where it is no possible answer; but some answers are equal
                    to their requests: those of functions 5, 6, 8, 21 and 22, and perhaps of functions that are not
                    public. */
    uint32_t *counters; /**< MW_LINK_COUNTERS counters to add to, indexed by mw_link_counter; they wrap around. Or
                             null. */
} mw_link_config;

/** What a link wants next. */
typedef enum mw_link_want {
    MW_LINK_IDLE = 0, /**< Nothing: no exchange was started. */
    MW_LINK_WAIT,     /**< Bytes that come, or time, before it may send. */
    MW_LINK_SEND,     /**< That the request is sent. */
    MW_LINK_RECEIVE,  /**< Bytes, or time. */
    MW_LINK_DONE      /**< Nothing more: ask for the status and the reply. */
} mw_link_want;

/** A link. Its members are private. It may be copied or moved while no exchange is under way. */
typedef struct mw_link {
    /** @cond private */
    uint8_t state;  /* bytes first, words last: small processors reach them with the shortest instructions */
    uint8_t reason; /* the status without its sign */
    uint8_t repeats;
    uint16_t count; /* bytes in the buffer; at the end, of the reply */
    uint16_t size;
    uint16_t request_length;
    uint16_t echo; /* bytes of the request's echo that are still to come */
    uint16_t key;
    uint16_t late_key;    /* of what may be answered late */
    uint16_t number;      /* given last */
    uint32_t due_us;      /* when the present wait ends */
    uint32_t limit_us;    /* when it ends at the latest, while no frame has begun */
    uint32_t mark_us;     /* last activity on the line */
    uint32_t late_us;     /* when it could have been answered last */
    uint32_t late_for_us; /* how long after that it still may */
    uint32_t timeout_us;
    uint8_t *buffer;
    const uint8_t *request;
    const mw_framer *framer;
    const mw_link_config *config;
    /** @endcond */
} mw_link;

/** Makes a link ready. No exchange is under way afterwards.
 * @param link    the link.
 * @param framer  the protocol.
 * @param config  what is known of the line; kept by pointer.
 * @param buffer  where received bytes are collected; kept by pointer.
 * @param size    its bytes, at most 65535: at least the longest answer expected; MW_MODBUS_FRAME_MAX skips the longest
 *                foreign frame, too.
 * @param now_us  the time. */
MW_API void mw_link_init(mw_link *link, const mw_framer *framer, const mw_link_config *config, uint8_t *buffer,
                         size_t size, uint32_t now_us);

/** Gives the next transaction number, for a request to be encoded. One count for all who share the link, so that the
 * late answer to one's request is never taken by another. Every Modbus TCP request should have its number from here;
 * RTU has none.
 * @param link  the link.
 * @return 1 after mw_link_init(), then one more each time, from 65535 on to 0. */
MW_API uint16_t mw_link_number(mw_link *link);

/** Begins an exchange.
 * @param link        the link; an exchange under way is given up as by mw_link_cancel().
 * @param request     the request frame, as an encoder made it; kept by pointer until the exchange is done. For a
 * broadcast on RTU nobody answers: the exchange is done, with MW_OK and no reply, 100 ms after it was sent.
 * @param length      its bytes.
 * @param timeout_us  from the end of sending to the first byte of the answer; the time that the answer itself takes
 *                    on the wire is added. 0: MW_LINK_TIMEOUT_US. At most 5 minutes.
 * @param repeats     how often the request may be sent again when its answer does not come or is damaged, at most 255.
 *                    Must be 0 for what may not happen twice.
 * @param now_us      the time. */
MW_API void mw_link_start(mw_link *link, const uint8_t *request, size_t length, uint32_t timeout_us, unsigned repeats,
                          uint32_t now_us);

/** Asks what is to be done.
 * @param link     the link.
 * @param now_us   the time.
 * @param wait_us  receives after how many microseconds to poll again when no bytes come; 0 unless the answer is
 *                 MW_LINK_WAIT or MW_LINK_RECEIVE. Polling sooner does no harm.
 * @return what the link wants. */
MW_API mw_link_want mw_link_poll(mw_link *link, uint32_t now_us, uint32_t *wait_us);

/** The request, for those who did not start the exchange themselves but had a meter or a master do it.
 * @param link    the link, when it wants MW_LINK_SEND.
 * @param length  receives its bytes.
 * @return the frame, as it was given to mw_link_start(). */
MW_API const uint8_t *mw_link_request(const mw_link *link, size_t *length);

/** Tells that the request was handed to the port. Only after MW_LINK_SEND.
 * @param link    the link.
 * @param now_us  the time. */
MW_API void mw_link_sent(mw_link *link, uint32_t now_us);

/** Hands over bytes that came, in any portions, at any time: what comes outside an exchange is discarded.
 * @param link    the link.
 * @param bytes   the bytes.
 * @param count   how many.
 * @param now_us  the time. */
MW_API void mw_link_feed(mw_link *link, const uint8_t *bytes, size_t count, uint32_t now_us);

/** Gives up an exchange, because the port failed or nobody wants the answer any more. Its answer may still come
 * and counts as late, as if the rest of its time had passed first. It has no outcome, so no counter counts it.
 * @param link    the link.
 * @param now_us  the time. */
MW_API void mw_link_cancel(mw_link *link, uint32_t now_us);

/** Forgets that answers may come late, where taking one of them for the next answer does no harm, as in a search.
 * @param link  the link, without an exchange under way. */
MW_API void mw_link_forget(mw_link *link);

/** How the exchange ended: with the answer, or with what its last attempt brought.
 * @param link  the link.
 * @return MW_OK: there is a reply, or a broadcast was sent. MW_ERR_REFUSED: there is a reply, a refusal. Without a
 * reply: MW_ERR_TIMEOUT nothing came; MW_ERR_SHORT a frame stopped midway; MW_ERR_FRAME only bytes that are no frame
 * came, or the line was never quiet enough to send; MW_ERR_CHECK a frame had a wrong check; MW_ERR_MISMATCH only
 * frames that answer something else came. MW_AGAIN while it is under way or before the first. */
MW_API mw_status mw_link_status(const mw_link *link);

/** The reply frame.
 * @param link    the link, done with MW_OK or MW_ERR_REFUSED.
 * @param length  receives its bytes, 0 when there is none.
 * @return the frame inside the link's buffer; it lives until the next start, feed or run. */
MW_API const uint8_t *mw_link_reply(const mw_link *link, size_t *length);

/** Where received bytes can be put without a copy, followed by mw_link_received().
 * @param link   the link.
 * @param space  receives how many bytes fit; at least 1 while an exchange is under way.
 * @return where they go, until the next call with this link. */
MW_API uint8_t *mw_link_space(mw_link *link, size_t *space);

/** Tells that bytes were put at mw_link_space().
 * @param link    the link.
 * @param count   how many, at most the space.
 * @param now_us  the time. */
MW_API void mw_link_received(mw_link *link, size_t count, uint32_t now_us);

#ifdef __cplusplus
}
#endif

#endif
