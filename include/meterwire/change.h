/* SPDX-License-Identifier: MIT */
/** @file
 * Settings and commands of a meter: which there are, what they are now, and changing them deliberately.
 *
 * @code
 * mw_meter_set(&meter, &port.io, mw_obis_make(0, 96, 14, 0), 2, 0, 0);        the tariff is 2 now
 * mw_meter_command(&meter, &port.io, mw_obis_make(0, 132, 0, 0), 0, 0);       the day register begins anew
 * @endcode
 *
 * A setting has the same code, and so the same name, on every model and protocol that has it; its kind, unit and values
 * are data (mw_meter_setting()). A change
 * - is refused before a byte is sent when the value is not allowed, or cannot be undone and MW_WRITE_IRREVERSIBLE is
 *   not given;
 * - asks the meter first where the same register means something else in a sibling (MW_SETTING_IDENTIFY), where its
 *   coding has to be seen (MW_SETTING_RATIO), where several may listen (a secondary address, 254), or whether the
 *   address or identification it is to have is free;
 * - is written once, then read back where the meter allows it. When the answer to the write is lost, what the meter has
 *   is read; only a setting that can be undone, and that the meter was seen not to have taken, is written again;
 * - that moves the meter (address, speed, parity, stop bits) follows it, makes sure that it is there, and comes back
 *   when it is not.
 */
#ifndef MW_CHANGE_H
#define MW_CHANGE_H

#include <meterwire/meter.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name What a change may do
 * @{ */
#define MW_WRITE_IRREVERSIBLE 1u /**< What cannot be undone, or only a few times in the meter's life. */
/** Write to all meters of the bus, whose models must have the setting so (MW_SETTING_BROADCAST): on Modbus RTU to unit
 * 0, on M-Bus to address 255. Nobody answers. */
#define MW_WRITE_BROADCAST    2u
/** @} */

/** What is known of the meter at the end of a change. */
typedef enum mw_outcome {
    MW_OUTCOME_OLD = 0,      /**< Nothing was written, or it was seen that the meter has kept what it had. */
    MW_OUTCOME_NEW,          /**< It was seen that the meter has the new value, or did what it was told. */
    MW_OUTCOME_ACKNOWLEDGED, /**< The meter has acknowledged it, and there is nothing to see it by; or a broadcast was
                                  sent. */
    MW_OUTCOME_UNKNOWN       /**< It was written, or was to be when the port failed or others talked all the time, and
                                  is neither acknowledged nor seen: it may have happened or not. */
} mw_outcome;

#define MW_CHANGE_REQUEST_BYTES 32 /**< Room for the longest request of a change. */

/** A change under way. It holds a pointer to the meter. */
typedef struct mw_change {
    uint8_t outcome;   /**< mw_outcome; valid at the end. */
    uint8_t exception; /**< With MW_ERR_REFUSED: the Modbus exception or the application error of M-Bus. */
    mw_line line;      /**< After MW_OK: how the line is to be set. */
    bool restore;      /**< After MW_OK: the line is to be set as it was before; `line` says nothing then. */
    /** @cond private */
    uint8_t step;
    bool busy;
    bool moved; /* the line is set for the new place */
    uint8_t flags;
    uint8_t tries;
    uint8_t coding;
    int8_t written;    /* how the write went */
    int8_t port_error; /* why the link did not come to an end */
    int8_t end;        /* how it ended */
    int64_t n;
    int64_t before; /* the counter a command sets to 0, on M-Bus the primary address; negative: not known */
    mw_meter *meter;
    const mw_setting *setting;
    mw_mbus_secondary who; /* on M-Bus: its secondary address */
    uint8_t request[MW_CHANGE_REQUEST_BYTES];
    /** @endcond */
} mw_change;

/** Writes settings on Modbus; for mw_model. */
MW_API extern const mw_writer mw_writer_modbus;
/** Writes settings on M-Bus; for mw_mbus_model. */
MW_API extern const mw_writer mw_writer_mbus;

/** The settings and commands of a meter, one by one.
 * @param meter  the meter.
 * @param index  0, 1, 2 ...
 * @return the setting, as long as the model lives; null behind the last one. */
MW_API const mw_setting *mw_meter_setting(const mw_meter *meter, size_t index);

/** The setting or command with that code.
 * @param meter  the meter.
 * @param id     the code.
 * @return the setting, or null when the model has none on this protocol. */
MW_API const mw_setting *mw_meter_find_setting(const mw_meter *meter, mw_obis id);

/** Begins a change. Nothing is sent yet.
 * @param change  the change.
 * @param meter   the meter; nothing else is done with it until the end.
 * @param id      code of the setting or command.
 * @param n       the value, as mw_setting.kind says, with
 * @param exp10   its exponent: for a speed of 9600 the n of the choice "9600" and 0.
 * @param flags   MW_WRITE_..., or 0.
 * @return MW_OK; MW_ERR_UNSUPPORTED when the model has no such setting, or a broadcast is not possible; MW_ERR_RANGE
 * for a value that the setting does not allow; MW_ERR_ARGUMENT when it cannot be undone and the flags do not allow
 * that. After an error the outcome is MW_OUTCOME_OLD. */
MW_API mw_status mw_change_begin(mw_change *change, mw_meter *meter, mw_obis id, int64_t n, int8_t exp10,
                                 unsigned flags);

/** Goes on with a change. Of one that has ended, or did not begin, it gives the same again.
 * @param change  the change.
 * @param now_us  the time.
 * @return MW_AGAIN: drive the link until it is done, then step again. MW_OK: set the line as change->line or
 * change->restore says, and its mw_link_config, then step again; or mw_change_fixed() where that is not possible.
 * MW_END: it is done: the outcome is MW_OUTCOME_NEW or MW_OUTCOME_ACKNOWLEDGED. After MW_OUTCOME_NEW the meter is
 * asked at its new address; a secondary address that was given to mw_meter_init_mbus() is the caller's to change.
 *
 * Otherwise it failed. Whether anything was written the outcome says, whatever the status:
 * - MW_ERR_REFUSED: the meter refused, or a gateway did; change->exception says why.
 * - MW_ERR_IN_USE: the address or identification wanted is taken, nothing was written.
 * - MW_ERR_UNSUPPORTED: nothing was written, as its coding cannot be told from what the meter has now, or the model has
 *   no row that tells how, or none by which it is known.
 * - MW_ERR_VALUE: the meter acknowledged it, but has kept what it had: it may be locked. Or nothing was sent, as the
 *   row at the register does not hold what the setting is.
 * - MW_ERR_MISMATCH: before anything was written, that it is not of the model; otherwise that another meter answered.
 * - as mw_link_status() or mw_mbus_step(): it did not answer, or its answers were damaged, as those of several are. */
MW_API mw_status mw_change_step(mw_change *change, uint32_t now_us);

/** Tells that the line cannot be set, after mw_change_step() gave MW_OK: the change ends with what is known.
 * @param change  the change.
 * @return MW_END when the meter has acknowledged it; otherwise how the write failed. */
MW_API mw_status mw_change_fixed(mw_change *change);

/** Tells that the port failed, so that the link never came to an end.
 * @param change  the change.
 * @param status  why; what the next mw_change_step() returns. */
MW_API void mw_change_fail(mw_change *change, mw_status status);

/** Goes on with a change until it ends, and sets the line by io->set_line, which may be null.
 * @param change  the change.
 * @param io      the line.
 * @return MW_OK when it is done; otherwise as mw_change_step(), or what a function of io returned. */
MW_API mw_status mw_change_run(mw_change *change, const mw_io *io);

/** Changes a setting, and waits.
 * @param meter  the meter.
 * @param io     the line.
 * @param id     code of the setting.
 * @param n      as for mw_change_begin().
 * @param exp10  as for mw_change_begin().
 * @param flags  as for mw_change_begin().
 * @return MW_OK when the meter has it, or has acknowledged it; otherwise as mw_change_begin(), which has
 * MW_ERR_UNSUPPORTED for a command, and mw_change_run(). Only mw_change_run() tells the outcome of a failure. */
MW_API mw_status mw_meter_set(mw_meter *meter, const mw_io *io, mw_obis id, int64_t n, int8_t exp10, unsigned flags);

/** Has a meter do something, and waits. A command is sent once and never again, whatever becomes of the answer.
 * @param meter  the meter.
 * @param io     the line.
 * @param id     code of the command.
 * @param n      which of its choices; 0 where there is one only.
 * @param flags  as for mw_change_begin().
 * @return as mw_meter_set(); MW_ERR_UNSUPPORTED for a setting. */
MW_API mw_status mw_meter_command(mw_meter *meter, const mw_io *io, mw_obis id, int64_t n, unsigned flags);

/** Reads a setting, and waits.
 * @param meter    the meter.
 * @param io       the line.
 * @param id       code of the setting.
 * @param reading  receives it as mw_meter_read_one() does; of a ratio (MW_SETTING_RATIO) a text such as "250/5", with n
 *                 as its kind says.
 * @return as mw_meter_read_one(); MW_ERR_UNSUPPORTED when there is no such setting, or it can only be written. */
MW_API mw_status mw_meter_get(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading);

#ifdef __cplusplus
}
#endif

#endif
