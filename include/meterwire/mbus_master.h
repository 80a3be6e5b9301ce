/* SPDX-License-Identifier: MIT */
/** @file
 * The master's side of M-Bus: reading, selecting, writing and searching, step by step on a link.
 *
 * Each job is begun, then stepped: MW_AGAIN means that the link has something to do first (see link.h). mw_mbus_wait()
 * is a step with a loop around it.
 *
 * @code
 * mw_mbus_master_init(&master, &link);
 * mw_mbus_begin_read(&master, 1);
 * while ((status = mw_mbus_wait(&master, &io, &telegram)) == MW_OK) {
 *     mw_mbus_records(&telegram, &cursor); ...
 * }
 * if (status != MW_END) ... what went wrong ...
 * @endcode
 */
#ifndef MW_MBUS_MASTER_H
#define MW_MBUS_MASTER_H

#include <meterwire/io.h>
#include <meterwire/mbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Telegrams one readout may have: the end of meters that never stop. */
#define MW_MBUS_TELEGRAMS_MAX 64u

/** Time added to every timeout for adapters, gateways and operating systems when none is given, in microseconds. */
#define MW_MBUS_ALLOWANCE_US 100000u

/** A secondary address, or a pattern of such addresses: F is any digit, 0xFFFF any manufacturer, 0xFF any version or
 * medium. */
typedef struct mw_mbus_secondary {
    uint32_t id;           /**< Identification, eight digits, one a nibble. */
    uint16_t manufacturer; /**< Manufacturer word. */
    uint8_t version;       /**< Version. */
    uint8_t medium;        /**< Medium. */
    uint32_t fabrication;  /**< Fabrication number, eight digits; used only when enhanced. */
    bool enhanced;         /**< Compare the fabrication number, too. Not every meter can. */
} mw_mbus_secondary;

/** Matches every meter. */
#define MW_MBUS_ANYBODY                                                                                                \
    {                                                                                                                  \
        0xFFFFFFFFu, 0xFFFFu, 0xFFu, 0xFFu, 0xFFFFFFFFu, false                                                         \
    }

/** Room for any text of mw_mbus_secondary_text(), with its NUL. */
#define MW_MBUS_SECONDARY_SIZE 26

/** Reads a secondary address: eight digits of the identification ("19020246"), or sixteen: identification,
 * manufacturer word with its low byte first, version, medium ("19020246CD250102"); then, behind a slash, eight of the
 * fabrication number. Digits are hexadecimal, F and f any digit.
 * @param text       the text, ended by a NUL.
 * @param secondary  receives the address; what is not in the text matches all.
 * @return MW_OK; MW_ERR_VALUE for another text. */
MW_API mw_status mw_mbus_secondary_parse(const char *text, mw_mbus_secondary *secondary);

/** Writes a secondary address with sixteen digits, and the fabrication number when enhanced.
 * @param secondary  the address.
 * @param out        receives the text and a NUL. */
MW_API void mw_mbus_secondary_text(const mw_mbus_secondary *secondary, char out[MW_MBUS_SECONDARY_SIZE]);

/** Whether a meter with that header could have answered to an address. The fabrication number is not in a header.
 * @param secondary  the address or pattern.
 * @param header     the header.
 * @return whether everything that is not a wildcard agrees. */
MW_API bool mw_mbus_secondary_matches(const mw_mbus_secondary *secondary, const mw_mbus_header *header);

/** A master. Set the first three members after mw_mbus_master_init() where the defaults do not fit. The rest is
 * private, but that baud can be read. */
typedef struct mw_mbus_master {
    uint32_t allowance_us;   /**< Added to the 330 bit times and 50 ms in which a meter has to answer; 0:
                                  MW_MBUS_ALLOWANCE_US. Gateways may need some hundred milliseconds. */
    uint8_t repeats;         /**< How often a request is repeated; mw_mbus_master_init() sets 2. */
    bool select_without_fcb; /**< Select with C 53 first instead of 73. The other form is tried when the first is not
                                  answered. */
    uint32_t baud;           /**< The speed the line must have now; see mw_mbus_begin_baud(). */
    /** @cond private */
    mw_link *link;
    uint8_t job;
    uint8_t state;
    uint8_t address;
    uint8_t telegrams; /* of this readout */
    uint8_t access;    /* of the last telegram */
    int8_t status;     /* of the job, to be told behind what it does last */
    bool asking;       /* the link is at work on the state */
    uint16_t tries;
    uint16_t check; /* CRC of the last telegram */
    uint32_t other_baud;
    mw_mbus_secondary wanted;
    uint8_t *frame;     /* the data to be sent */
    uint8_t fcb[32];    /* the next frame count bit of each address */
    uint8_t agreed[32]; /* whether the meter there expects it */
    uint8_t request[24];
    /** @endcond */
} mw_mbus_master;

/** How long a meter has for the beginning of its answer: 330 bit times and 50 ms (EN 13757-2), and the allowance.
 * @param char_us       time of one character on the line, MW_LINK_CHAR_US(2400).
 * @param allowance_us  for adapters, gateways and operating systems.
 * @return the time in microseconds. */
static inline uint32_t mw_mbus_timeout_us(uint32_t char_us, uint32_t allowance_us)
{
    return 30 * char_us + 50000u + allowance_us;
}

/** Makes a master ready.
 * @param master  the master.
 * @param link    the link, made with mw_framer_mbus; its config tells the speed. */
MW_API void mw_mbus_master_init(mw_mbus_master *master, mw_link *link);

/** Begins to reset a meter's link layer: SND_NKE. Ends with MW_END when it answered. To 255 nobody answers, to 253 the
 * selection ends.
 * @param master   the master.
 * @param address  0 to 250, 253, 254 or 255. */
MW_API void mw_mbus_begin_reset(mw_mbus_master *master, uint8_t address);

/** Begins to read a meter. What the meter says in the C field of its telegrams is the caller's to act on:
 * telegram.frame.c has MW_MBUS_ACD when there is urgent data (mw_mbus_begin_urgent()), MW_MBUS_DFC when it is busy. It
 * goes: SND_NKE, once more if it was not answered, then REQ_UD2 until there are no further telegrams. To 253 SND_NKE is
 * left out, because it would end the selection. Each MW_OK is a telegram. A meter that repeats a telegram instead of
 * going on (it does not know the frame count bit) ends the readout, as do MW_MBUS_TELEGRAMS_MAX telegrams. An
 * application error ends it with MW_ERR_REFUSED, with the telegram that has its code.
 * @param master   the master.
 * @param address  0 to 250, 253 or 254. */
MW_API void mw_mbus_begin_read(mw_mbus_master *master, uint8_t address);

/** Begins to select a meter by its secondary address. Ends with MW_END when one answered; it is then reached at address
 * 253. Another that was selected before is deselected by the same frame. It is tried with C 73 and C 53 by turns, two
 * times more than the repeats say.
 * @param master  the master.
 * @param who     the address or pattern; copied. */
MW_API void mw_mbus_begin_select(mw_mbus_master *master, const mw_mbus_secondary *who);

/** Begins to select and read a meter: SND_NKE to 253, which ends an older selection, selection, REQ_UD2. As
 * mw_mbus_begin_read(); a telegram whose header does not match ends it with MW_ERR_MISMATCH: another meter answered. A
 * telegram without an identification cannot be checked so, and of a fixed data structure only the identification is.
 * @param master  the master.
 * @param who     the address or pattern; copied. */
MW_API void mw_mbus_begin_read_secondary(mw_mbus_master *master, const mw_mbus_secondary *who);

/** Begins to ask for urgent data: REQ_UD1. MW_OK with a telegram, or MW_END at once when there is nothing. SND_NKE
 * comes first where it is not sure that the meter expects the next frame count bit: before the first job with that
 * address and after one that failed. To 253 it never does.
 * @param master   the master.
 * @param address  0 to 250, 253 or 254. */
MW_API void mw_mbus_begin_urgent(mw_mbus_master *master, uint8_t address);

/** Begins to send data or a command: SND_UD. Ends with MW_END when it was acknowledged; a meter that could not do it
 * says so in the next readout, as an application error. It is repeated with the same frame count bit, so a meter does
 * not do it twice. SND_NKE comes first where it does before urgent data: with a frame count bit that the meter has seen
 * last it would take new data for a repetition, and acknowledge but not use them. To 255 nobody answers: it ends when
 * the frame was sent.
 * @param master  the master.
 * @param frame   a long frame made with mw_mbus_begin() and C field MW_MBUS_SND_UD; frame count bit and checksum are
 * set here. Kept by pointer until the job is over. What is no long frame ends with MW_ERR_ARGUMENT.
 * @param length  its bytes. */
MW_API void mw_mbus_begin_send(mw_mbus_master *master, uint8_t *frame, size_t length);

/** Begins to change the speed of a meter, and makes sure that it did. Each MW_OK means: the line is to be set to
 * master->baud now, and the char_us of the link's config with it; there is no telegram. Ends with MW_END when the meter
 * answers at the new speed. When it does not, the old speed is tried again: on any error, master->baud is what the line
 * was set to last and where the meter was heard, if it was. The new speed is tried also when the command was not
 * acknowledged, since only the acknowledgement may have been lost.
 * @param master   the master.
 * @param address  0 to 250 or 253.
 * @param from     the present speed: 300, 600, 1200, 2400, 4800, 9600, 19200 or 38400; any other ends with
 *                 MW_ERR_ARGUMENT.
 * @param to       the new one, likewise.
 */
MW_API void mw_mbus_begin_baud(mw_mbus_master *master, uint8_t address, uint32_t from, uint32_t to);

/** Goes on with the job.
 * @param master    the master.
 * @param now_us    the time.
 * @param telegram  receives a telegram of a read. It points into the link's buffer and lives until the next step.
 * @return MW_AGAIN: drive the link until it is done, then step again. MW_OK: a telegram, or as the job says. MW_END:
 * the job is done. Otherwise the job failed: as mw_link_status(), as mw_mbus_decode(), or as the job says. */
MW_API mw_status mw_mbus_step(mw_mbus_master *master, uint32_t now_us, mw_mbus_telegram *telegram);

/** Goes on with the job, and waits.
 * @param master    the master.
 * @param io        the line.
 * @param telegram  as for mw_mbus_step().
 * @return as mw_mbus_step(), but never MW_AGAIN; or what a function of io returned. */
MW_API mw_status mw_mbus_wait(mw_mbus_master *master, const mw_io *io, mw_mbus_telegram *telegram);

/** @name Commands
 * Frames for mw_mbus_begin_send(), with one record or none. Each needs MW_MBUS_COMMAND_SIZE bytes.
 * @{ */
#define MW_MBUS_COMMAND_SIZE 24 /**< Room for the frame of any of these commands. */

/** Gives a meter a primary address (01 7A).
 * @param address  present address, or 253 for the meter that is selected.
 * @param wanted   0 to 250.
 * @param frame    receives the frame.
 * @param length   receives its bytes.
 * @return MW_OK; MW_ERR_ARGUMENT. */
MW_API mw_status mw_mbus_encode_address(uint8_t address, uint8_t wanted, uint8_t frame[MW_MBUS_COMMAND_SIZE],
                                        size_t *length);

/** Gives a meter an identification (0C 79).
 * @param address  its address.
 * @param id       eight decimal digits, one a nibble.
 * @param frame    receives the frame.
 * @param length   receives its bytes.
 * @return MW_OK; MW_ERR_ARGUMENT for a digit above 9. */
MW_API mw_status mw_mbus_encode_id(uint8_t address, uint32_t id, uint8_t frame[MW_MBUS_COMMAND_SIZE], size_t *length);

/** Sets a meter's clock (04 6D, type F, or 06 6D, type I).
 * @param address       its address.
 * @param seconds       seconds since 1970-01-01 00:00 on the meter's own clock; years 2000 to 2099 (type F to 2080).
 * @param with_seconds  type I; otherwise the seconds are cut off.
 * @param frame         receives the frame.
 * @param length        receives its bytes.
 * @return MW_OK; MW_ERR_RANGE for another year. */
MW_API mw_status mw_mbus_encode_clock(uint8_t address, int64_t seconds, bool with_seconds,
                                      uint8_t frame[MW_MBUS_COMMAND_SIZE], size_t *length);

/** Resets a meter's application, or selects what it is to send (CI 50).
 * @param address   its address.
 * @param sub_code  the high digit selects: 0 everything, 1 user data, 2 simple billing, 3 enhanced billing, 4 multi
 *                  tariff, 5 instantaneous values, 6 load management, 8 installation, 9 testing ...; or negative: none,
 * a plain reset.
 * @param frame     receives the frame.
 * @param length    receives its bytes.
 * @return MW_OK; MW_ERR_ARGUMENT for a sub-code above 255. */
MW_API mw_status mw_mbus_encode_application(uint8_t address, int sub_code, uint8_t frame[MW_MBUS_COMMAND_SIZE],
                                            size_t *length);

/** @}
 * @name Search
 * Finds all meters by their secondary addresses, without knowing anything of them: patterns with wildcards are
 * selected, and made more precise where more than one meter answers. Collisions are expected.
 *
 * Fixed one by one are the digits of the identification, the last one first: meters of one delivery often share the
 * first ones. Digits are 0 to 9 and A to E; F in a selection is any digit, so a meter that has it in its identification
 * is found only where the other digits tell it apart. Then come medium and version, and the fabrication number if the
 * range allows. Manufacturers are not searched: meters that differ in nothing else are counted as unresolved.
 *
 * What it costs: a pattern that nobody answers is selected 1 + master->repeats times, with C 73 and C 53 by turns,
 * since a lost answer would lose all meters below it; each meter is read three times, or 2 + master->repeats times if
 * that is more, so that it does not hide another one. 64 meters take about 1900 requests with 2 repeats, 900 without;
 * at 2400 baud that is 10 minutes or 4. Where 5 of 100 frames are lost, 4 repeats are better than 2.
 * @{ */

/** A search. It may be copied, kept, and gone on with later, also on another master: it holds no pointer. Private, but
 * that the first five members can be read. */
typedef struct mw_mbus_search {
    mw_mbus_secondary pattern; /**< What is being asked for now. */
    mw_mbus_secondary meter;   /**< Address of the meter found last; its wildcards are what the meter did not tell. */
    uint32_t asked;            /**< Requests sent so far. */
    uint16_t found;            /**< Meters found so far. */
    uint16_t unresolved;       /**< Patterns at which several meters answer that cannot be told apart, or nobody was
                                    understood; what they are is lost. */
    /** @cond private */
    uint8_t position; /* positions up to here are fixed in the pattern */
    uint8_t state;
    uint16_t tries;  /* selections of this round without an E5 */
    uint16_t rounds; /* selections and readouts of this pattern */
    uint16_t agreed; /* of the rounds, those with the same meter */
    uint8_t garbled; /* of the tries, those answered by something */
    uint8_t strange; /* of the rounds, those with a meter that is not of the pattern */
    uint8_t access;  /* access number of that meter */
    uint8_t step;    /* by which it was last counted up */
    mw_mbus_secondary range;
    /** @endcond */
} mw_mbus_search;

/** Begins a search.
 * @param search  the search.
 * @param range   what to search: its wildcards are searched, the rest is given. MW_MBUS_ANYBODY searches the whole bus;
 *                enhanced allows the search to tell meters apart that differ in nothing but their fabrication number.
 *                When it meets meters that do not compare that number, it does not try.
 */
MW_API void mw_mbus_search_init(mw_mbus_search *search, const mw_mbus_secondary *range);

/** Goes on with a search. It can be stopped between any two steps, also while the link is at work, which is then to be
 * cancelled or used otherwise: it goes on with the pattern it was at.
 * @param search    the search.
 * @param master    a master without a job.
 * @param now_us    the time.
 * @param telegram  receives the first telegram of a meter that was found.
 * @return MW_OK: a meter, search->meter is its address. No meter is given twice. MW_AGAIN: drive the link. MW_END: that
 * was all. */
MW_API mw_status mw_mbus_search_step(mw_mbus_search *search, mw_mbus_master *master, uint32_t now_us,
                                     mw_mbus_telegram *telegram);

/** Goes on with a search, and waits for the next meter.
 * @param search    the search.
 * @param master    a master without a job.
 * @param io        the line.
 * @param telegram  as for mw_mbus_search_step().
 * @return as mw_mbus_search_step(), but never MW_AGAIN; or what a function of io returned. */
MW_API mw_status mw_mbus_search_wait(mw_mbus_search *search, mw_mbus_master *master, const mw_io *io,
                                     mw_mbus_telegram *telegram);

/** How far a search is.
 * @param search  the search.
 * @return 0 to 1000: the part of the addresses that is behind it, which never becomes smaller. */
MW_API unsigned mw_mbus_search_progress(const mw_mbus_search *search);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
