/* SPDX-License-Identifier: MIT */
/** @file
 * Which meter is it? Asks an address on Modbus by the registers in which the models say what they are, and looks at a
 * telegram of M-Bus. Nothing is written.
 *
 * @code
 * mw_identity identity;
 * if (mw_identify(&port.link, &port.io, mw_port_framing(&port), 1, mw_models, &identity) == MW_OK) {
 *     puts(identity.model->title);
 * }
 * @endcode
 */
#ifndef MW_IDENTIFY_H
#define MW_IDENTIFY_H

#include <meterwire/io.h>
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known of a question. */
typedef enum mw_verdict { MW_VERDICT_UNKNOWN = 0, MW_VERDICT_NO, MW_VERDICT_YES } mw_verdict;

/** What a meter is. A reading that the meter does not have, or that did not come, has the kind MW_KIND_NONE. */
typedef struct mw_identity {
    const mw_model *model;           /**< On Modbus; null: none of the models. */
    const mw_mbus_model *mbus_model; /**< On M-Bus; null: none of the models. */
    uint8_t candidates; /**< Models that fit what the meter says equally well; the first of them is given. */
    uint8_t mid;        /**< mw_verdict: is it of MID (2014/32/EU)? As the meter says, or as all of its type are. */
    /** mw_verdict: is the check sum of its software the one that the maker's manual has for this version? Unknown when
     * the manual does not list the version. */
    uint8_t listed;
    mw_reading name;     /**< What it says that it is: product model, or meter code. */
    mw_reading serial;   /**< Serial number, as a text; of a Countis its parts, "2147-11-4711", joined as the registers
                              have them. On M-Bus the identification. */
    mw_reading firmware; /**< Version of its software: a text or a number with two decimals. */
    mw_reading checksum; /**< Check sum of its software. */
} mw_identity;

/** An identification under way. Set the first two members after mw_identify_begin() where the defaults do not fit. */
typedef struct mw_identifier {
    uint32_t timeout_us; /**< Time for an answer to begin; 0: MW_LINK_TIMEOUT_US. */
    uint8_t repeats;     /**< How often a request is repeated; mw_identify_begin() sets 2. */
    /** @cond private */
    uint8_t unit;
    uint8_t framing;
    bool busy;
    bool known; /* the model was found, and what else it tells is asked for */
    bool heard; /* something answered */
    int8_t failure;
    uint16_t index;    /* of the model asked for */
    uint8_t part_bits; /* which parts of the serial number there are */
    uint16_t parts[3];
    mw_link *link;
    const mw_model *const *models;
    mw_plan plan;
    mw_plan_step step;
    mw_plan_step done; /* in which the model showed itself */
    mw_identity identity;
    uint8_t request[MW_MODBUS_READ_BYTES];
    /** @endcond */
} mw_identifier;

/** Begins to identify what is at an address on Modbus. Nothing is sent yet.
 * @param identifier  the identification.
 * @param link        the link.
 * @param framing     the framing of the link's framer.
 * @param unit        the address, 1 to 247, or 1 to 255 over TCP.
 * @param models      models it may be, ended by a null; mw_models, or a list of one's own that links only these. Those
 *                    that do not say what they are (mw_model.identity) are left out. */
MW_API void mw_identify_begin(mw_identifier *identifier, mw_link *link, mw_modbus_framing framing, uint8_t unit,
                              const mw_model *const *models);

/** Goes on with it: one request for each kind of identification there is among the models, until one fits, and then one
 * for each block with something else to tell. Nobody is asked further after a refusal.
 * @param identifier  the identification.
 * @param now_us      the time.
 * @param identity    receives what was found, also after MW_ERR_UNSUPPORTED.
 * @return MW_AGAIN: drive the link until it is done, then step again. MW_OK: the model is known. MW_ERR_UNSUPPORTED:
 * something answers, but it is none of the models. Otherwise as mw_link_status(): MW_ERR_TIMEOUT when nothing was heard
 * at all, also by a gateway (exceptions 10 and 11), or why nothing was understood. */
MW_API mw_status mw_identify_step(mw_identifier *identifier, uint32_t now_us, mw_identity *identity);

/** Identifies what is at an address on Modbus, and waits.
 * @param link      as for mw_identify_begin().
 * @param io        the line.
 * @param framing   as for mw_identify_begin().
 * @param unit      as for mw_identify_begin().
 * @param models    as for mw_identify_begin().
 * @param identity  as for mw_identify_step().
 * @return as mw_identify_step(), but never MW_AGAIN; or what a function of io returned. */
MW_API mw_status mw_identify(mw_link *link, const mw_io *io, mw_modbus_framing framing, uint8_t unit,
                             const mw_model *const *models, mw_identity *identity);

/** Tells which meter on M-Bus a telegram is of: by manufacturer, version and medium of its header, and where these are
 * those of several models, by the records.
 * @param telegram  the first telegram of a readout.
 * @param models    models it may be, ended by a null: mw_mbus_models, or a list of one's own.
 * @param identity  receives what was found; the identification also without a model.
 * @return MW_OK; MW_ERR_UNSUPPORTED when it is of none of the models, or has no header that tells. */
MW_API mw_status mw_identify_mbus(const mw_mbus_telegram *telegram, const mw_mbus_model *const *models,
                                  mw_identity *identity);

#ifdef __cplusplus
}
#endif

#endif
