/* SPDX-License-Identifier: MIT */
/** @file
 * Listening to a Modbus RTU bus without taking part: out of the bytes of both directions come the requests of the
 * master and the replies of all units, each reply with its request. Like the link it does no I/O and knows no clock.
 *
 * @code
 * mw_modbus_monitor_init(&monitor, 0, 0);
 * for (;;) {
 *     wait for bytes, at most some milliseconds
 *     while (count > 0) {
 *         size_t taken = mw_modbus_monitor_feed(&monitor, bytes, count, now);
 *         bytes += taken; count -= taken;
 *         while (mw_modbus_monitor_next(&monitor, now, &event) == MW_OK) ...
 *     }
 *     while (mw_modbus_monitor_next(&monitor, now, &event) == MW_OK) ...      also when nothing came
 * }
 * @endcode
 *
 * A frame is what has a right CRC and the length that its function says; noise is stepped over byte by byte. Requests
 * and replies are told apart by their lengths and by what came before: after a request its reply is expected, for a
 * while. What that cannot tell: whoever begins to listen between a request and a reply that is equal to it (functions
 * 5, 6, 8, 21 and 22) takes the reply for a request, until another function follows; and a request that is repeated
 * sooner than replies are given up is then taken for its reply.
 *
 * Frames of functions that are not public end at the first place behind another frame or a silence where their CRC is
 * right; in noise they are not looked for. A bus of Modbus ASCII is listened to through mw_modbus_ascii_receive().
 */
#ifndef MW_MODBUS_MONITOR_H
#define MW_MODBUS_MONITOR_H

#include <meterwire/modbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a frame is. */
typedef enum mw_modbus_seen {
    MW_MODBUS_SEEN_REQUEST = 0, /**< A request. */
    MW_MODBUS_SEEN_REPLY,       /**< The reply, or refusal, to the request before it. */
    MW_MODBUS_SEEN_STRAY        /**< A reply to nothing that was seen: late, or its request was damaged. */
} mw_modbus_seen;

/** A frame that was seen. What it points to lives until the next call with the monitor. */
typedef struct mw_modbus_event {
    mw_modbus_seen kind;     /**< What it is. */
    mw_modbus_frame frame;   /**< The frame. A refusal has 0x80 in its function code. */
    mw_modbus_frame request; /**< Of a reply, what it answers; else its pdu is null. */
    uint32_t time_us;        /**< The time that was given with its last byte, or with later ones. */
    uint32_t delay_us;       /**< Of a reply, how long after its request. */
    uint32_t noise_bytes;    /**< Bytes thrown away since the frame before it. */
} mw_modbus_event;

/** A monitor. Its members are private. It may be copied or moved between calls; what events point to moves with it. */
typedef struct mw_modbus_monitor {
    /** @cond private */
    uint16_t count;
    uint16_t end;   /* silence fell behind so many bytes; 0: it did not */
    uint16_t taken; /* bytes of the frame that was given last */
    uint16_t request_bytes;
    bool aligned; /* behind a frame or a silence */
    bool waiting; /* for the reply to the request */
    uint32_t silence_us;
    uint32_t reply_us;
    uint32_t last_us;
    uint32_t request_us;
    uint32_t noise;
    uint8_t request[MW_MODBUS_RTU_MAX];
    uint8_t bytes[2 * MW_MODBUS_RTU_MAX];
    /** @endcond */
} mw_modbus_monitor;

/** Makes a monitor ready.
 * @param monitor     the monitor.
 * @param silence_us  a frame that stops for so long is none, and what is no frame ends. More than the port or the
 *                    operating system holds bytes back; 0: 50 ms.
 * @param reply_us    how long after its request a reply may come; 0: 1 s. */
MW_API void mw_modbus_monitor_init(mw_modbus_monitor *monitor, uint32_t silence_us, uint32_t reply_us);

/** Hands over bytes that came, in any portions.
 * @param monitor  the monitor.
 * @param bytes    the bytes.
 * @param count    how many.
 * @param now_us   the time: microseconds of a free-running clock that may wrap around.
 * @return how many were taken: all, unless mw_modbus_monitor_next() was not called until it said MW_AGAIN or there are
 * more than 256; then at least 1 after that. */
MW_API size_t mw_modbus_monitor_feed(mw_modbus_monitor *monitor, const uint8_t *bytes, size_t count, uint32_t now_us);

/** Gives the next frame that was seen.
 * @param monitor  the monitor.
 * @param now_us   the time.
 * @param event    receives the frame.
 * @return MW_OK; MW_AGAIN when there is none before more bytes come or silence has fallen. Then the event is untouched.
 * Cost: linear in the bytes that wait, times their number where they are noise. */
MW_API mw_status mw_modbus_monitor_next(mw_modbus_monitor *monitor, uint32_t now_us, mw_modbus_event *event);

#ifdef __cplusplus
}
#endif

#endif
