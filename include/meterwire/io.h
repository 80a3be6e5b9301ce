/* SPDX-License-Identifier: MIT */
/** @file
 * Blocking use: three functions of yours, or of port.h, and a loop over the link.
 */
#ifndef MW_IO_H
#define MW_IO_H

#include <meterwire/link.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MW_PARITY_SAME 255u /**< Instead of an mw_parity: as it is. */

/** How a serial line is set, as far as it is to be changed. */
typedef struct mw_line {
    uint32_t baud;     /**< Speed; 0: as it is. */
    uint8_t parity;    /**< mw_parity, or MW_PARITY_SAME. */
    uint8_t stop_bits; /**< 1 or 2; 0: as it is. */
} mw_line;

/** How to reach the line. */
typedef struct mw_io {
    void *user; /**< Handed to the functions. */
    /** Sends all bytes, or fails. A port that has to switch an RS-485 driver does so here, and returns when the last
     * bit is out. Returns MW_OK, or a status that ends the exchange. */
    mw_status (*write)(void *user, const uint8_t *bytes, size_t count);
    /** Waits at most wait_us for bytes, then gives what is there without waiting for more: 0 < *count <= size, or
     * *count = 0 when the time is over. Returns MW_OK, or a status that ends the exchange, such as MW_ERR_IO for a
     * hang-up. */
    mw_status (*read)(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count);
    /** A free-running clock of microseconds; it may wrap around. */
    uint32_t (*now_us)(void *user);
    /** Changes how the line is set, when all that was sent is out, and the mw_link_config with it; gives how it was
     * before into *former, which may be null. Only for settings of a meter that change how it is reached (change.h).
     * Returns MW_OK, or a status that ends the change. Null: the line cannot be changed, as behind a gateway. */
    mw_status (*set_line)(void *user, const mw_line *line, mw_line *former);
    /** Is shown all bytes sent and received; or null. */
    void (*trace)(void *user, bool sent, const uint8_t *bytes, size_t count);
} mw_io;

/** Drives an exchange that was started until it is done.
 * @param link  the link.
 * @param io    the line.
 * @return mw_link_status(), or the status with which a function of io failed; the exchange is then cancelled. */
MW_API mw_status mw_link_run(mw_link *link, const mw_io *io);

/** mw_link_start() and mw_link_run() in one.
 * @param link        the link.
 * @param io          the line.
 * @param request     the request frame.
 * @param length      its bytes.
 * @param timeout_us  as for mw_link_start().
 * @param repeats     as for mw_link_start().
 * @return as for mw_link_start() and mw_link_run(). */
MW_API mw_status mw_link_exchange(mw_link *link, const mw_io *io, const uint8_t *request, size_t length,
                                  uint32_t timeout_us, unsigned repeats);

#ifdef __cplusplus
}
#endif

#endif
