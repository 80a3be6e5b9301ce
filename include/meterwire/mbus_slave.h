/* SPDX-License-Identifier: MIT */
/** @file
 * The slave's side of M-Bus: what a meter answers, for simulators, tests, and devices of one's own.
 */
#ifndef MW_MBUS_SLAVE_H
#define MW_MBUS_SLAVE_H

#include <meterwire/mbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A slave. Fill in the first half, zero the rest; the functions may change the first half, too. */
typedef struct mw_mbus_slave {
    mw_mbus_header header; /**< Who it is. The access number is counted up with each readout. */
    uint32_t fabrication;  /**< Fabrication number for enhanced selection, eight digits as in header.id. */
    uint8_t address;       /**< Primary address. */
    uint8_t *reply;        /**< Where replies are built, and kept for a repetition; MW_MBUS_FRAME_MAX bytes. */
    void *user;            /**< Handed to the functions. */
    /** Puts the records of telegram `number`, from 0, of the application that was selected last (the high digit of the
     * sub-code of CI 50, 0 after a reset). *more, false before, is set when a further telegram follows; the slave then
     * puts DIF 1F itself. Returns MW_OK, or an error: the readout is answered with application error 0. */
    mw_status (*readout)(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more);
    /** Takes what a master sent, CI 51 with records and everything but selection and CI 50. Returns MW_OK; with an
     * error *code, 0 before, is the application error that the next readout is answered with: the frame itself is
     * acknowledged either way. Null: everything is answered with application error 1, CI not implemented. */
    mw_status (*receive)(void *user, const mw_mbus_telegram *telegram, uint8_t *code);

    /** @cond private */
    uint16_t reply_length; /* of the last request; 0: there is nothing to repeat */
    uint16_t error;        /* application error to report + 1 */
    uint8_t last_c;        /* of that request */
    uint8_t last_address;
    uint8_t last_check; /* its checksum */
    uint8_t application;
    uint8_t telegram;
    bool selected;
    /** @endcond */
} mw_mbus_slave;

/** Answers a frame.
 * @param slave         the slave.
 * @param request       the frame, whole; bytes behind it are not looked at.
 * @param count         its bytes.
 * @param reply_length  receives the bytes of the answer at slave->reply; 0 when nothing is to be sent: a damaged frame,
 * a frame for somebody else, a broadcast to 255.
 * @return MW_OK; as mw_mbus_open() for what is no frame.
 *
 * Rules (EN 13757-2, EN 13757-3): SND_NKE is answered by E5, forgets the frame count bit and begins the readout anew;
 * to 253 it also ends the selection, and is answered only by a meter that was selected. A request with the frame count
 * bit of the last one is answered with the same frame again, and not carried out again; with the other bit the readout
 * goes on with the next telegram, after the last one with the first. What was sent to another address, and commands
 * that differ, are never taken for a repetition: there are masters that do not toggle the bit for commands. REQ_UD1 is
 * answered by E5, nothing is urgent. Requests to 255 are ignored, commands to 255 carried out.
 * Selection compares the digits of the identification, F matching every digit; manufacturer FFFF, version FF and medium
 * FF match all; the digits of the fabrication number of an enhanced selection as those of the identification. Only a
 * meter that matches answers, and begins its readout anew; one that does not is deselected. */
MW_API mw_status mw_mbus_slave_answer(mw_mbus_slave *slave, const uint8_t *request, size_t count, size_t *reply_length);

#ifdef __cplusplus
}
#endif

#endif
