/* SPDX-License-Identifier: MIT */
/** @file
 * One meter: a model at an address on a link.
 *
 * Reading is a pull: mw_meter_begin(), then mw_meter_next() until it says MW_END. Each MW_OK is a reading; each
 * MW_AGAIN means that the link has something to do first (see link.h). mw_meter_read_each() is the same with a loop
 * around it, mw_meter_read() collects the readings in an array.
 */
#ifndef MW_METER_H
#define MW_METER_H

#include <meterwire/io.h>
#include <meterwire/mbus_master.h>
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A meter. Set timeout_us, repeats and max_regs after mw_meter_init() where the defaults do not fit; the rest is
 * private. It holds pointers to the model, the link and, while a read is under way, the selection. */
typedef struct mw_meter {
    uint32_t timeout_us; /**< Modbus: time for an answer to begin; 0: MW_LINK_TIMEOUT_US. */
    uint8_t repeats;     /**< Modbus: how often a read is repeated when its answer does not come or is damaged. */
    uint8_t max_regs;    /**< Modbus: registers per request where less than the model's; 0: the model's. */
    const mw_link_config *line; /**< What is known of the line to this meter, such as a pause it needs before each
                                     request; mw_meter_init() takes that of the link. */
    /** @cond private */
    uint8_t unit;
    uint8_t framing;
    uint8_t state;
    int8_t failure;     /* the first one of this read */
    int8_t step_status; /* of the present request */
    int8_t port_status; /* why the link did not come to an end */
    uint8_t exception;  /* of the last refusal */
    bool integers;      /* the meter was seen to send integers where its model has floats */
    uint8_t splits;     /* Modbus: refused requests of this read that were asked again in parts */
    uint16_t requests;
    uint16_t registers;
    uint16_t row;
    const struct mw_meter_protocol *protocol;
    const mw_writer *writer;
    mw_link *link;
    const mw_selection *selection;
    union {
        struct {
            const mw_model *model;
            mw_plan_step step;
            mw_plan plan;
            mw_plan_notes notes;
            uint8_t request[MW_MODBUS_READ_BYTES];
        } modbus;
        struct {
            const mw_mbus_model *model;
            mw_mbus_master *master;
            const mw_mbus_secondary *who;
            mw_mbus_cursor cursor;
            uint32_t seen[MW_MBUS_ROWS_MAX / 32]; /* rows that were read */
            uint16_t records;                     /* of the telegrams before */
            uint8_t record_at;                    /* the present record, for its second row */
            uint8_t record_index;
        } mbus;
    } on;
    /** @endcond */
} mw_meter;

/** Makes a meter on Modbus ready: two repetitions, the link's default timeout.
 * @param meter    the meter.
 * @param model    its model.
 * @param link     the link it is on; several meters may share one, one exchange at a time.
 * @param framing  the framing of the link's framer.
 * @param unit     its address; 0: the model's factory address. */
MW_API void mw_meter_init(mw_meter *meter, const mw_model *model, mw_link *link, mw_modbus_framing framing,
                          uint8_t unit);

/** Makes a meter on M-Bus ready.
 * @param meter    the meter.
 * @param model    its model.
 * @param master   the master of its bus; meters share one, one read at a time.
 * @param address  its primary address; not used when `who` is given.
 * @param who      its secondary address, kept by pointer; or null. */
MW_API void mw_meter_init_mbus(mw_meter *meter, const mw_mbus_model *model, mw_mbus_master *master, uint8_t address,
                               const mw_mbus_secondary *who);

/** Begins to read. Nothing is sent yet.
 * @param meter      the meter; a read under way is given up.
 * @param selection  what is wanted; kept by pointer until the read is over. Codes that the model does not have bring no
 *                   reading; see mw_model_find(). */
MW_API void mw_meter_begin(mw_meter *meter, const mw_selection *selection);

/** Gives the next reading. Every value wanted comes exactly once, in the order of the registers or records; what could
 * not be read comes with MW_QUALITY_NOT_READ, a value of more registers than max_regs, too. When the meter does not
 * answer or the port fails, nothing further is asked.
 *
 * A request on Modbus that is refused for an illegal address is asked again in parts, until the register that the meter
 * does not have is found: its value comes with MW_QUALITY_NOT_AVAILABLE, and no other is lost. The meter remembers up
 * to MW_PLAN_NOTES of them and does not ask for these again; mw_meter_forget() makes it ask anew. Any other refusal
 * costs the values of its request. What a meter on M-Bus leaves out comes at the end with MW_QUALITY_NOT_AVAILABLE.
 * @param meter    the meter.
 * @param now_us   the time.
 * @param reading  receives the reading.
 * @return MW_OK: a reading. MW_AGAIN: drive the link until it is done, then call again. MW_END: that was all; see
 * mw_meter_status(). */
MW_API mw_status mw_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading);

/** Forgets which registers the meter was found not to have, where it may have refused them for the moment only.
 * @param meter  the meter, on Modbus; on M-Bus there is nothing to forget. */
MW_API void mw_meter_forget(mw_meter *meter);

/** How the read went.
 * @param meter  the meter.
 * @return MW_OK when every request was answered, otherwise the status of the first that was not (see
 * mw_link_status()); MW_ERR_RANGE when a value has more registers than max_regs; on M-Bus also as mw_mbus_step(), and
 * MW_ERR_MISMATCH when the meter that answered is not of the model's maker and medium, MW_ERR_UNSUPPORTED when it sent
 * no records, but encrypted data or an alarm. */
MW_API mw_status mw_meter_status(const mw_meter *meter);

/** The exception, or on M-Bus the application error, with which the meter refused last.
 * @param meter  the meter.
 * @return the code, 0 when it refused nothing during this read. */
MW_API uint8_t mw_meter_exception(const mw_meter *meter);

/** Requests of this read so far, without repetitions; on M-Bus the telegrams.
 * @param meter  the meter.
 * @return how many. */
MW_API unsigned mw_meter_requests(const mw_meter *meter);

/** Registers that these requests asked for.
 * @param meter  the meter.
 * @return how many. */
MW_API unsigned mw_meter_registers(const mw_meter *meter);

/** Reads, hands over each value as it arrives, and waits for the end.
 * @param meter      the meter.
 * @param io         the line.
 * @param selection  what is wanted, as for mw_meter_read().
 * @param take       is given each reading, which lives until it returns. It may return false to end the read.
 * @param user       handed to it.
 * @return as mw_meter_status(); or what a function of io returned; MW_END when `take` ended it. */
MW_API mw_status mw_meter_read_each(mw_meter *meter, const mw_io *io, const mw_selection *selection,
                                    bool (*take)(void *user, const mw_reading *reading), void *user);

/** Reads into an array, and waits for it.
 * @param meter      the meter.
 * @param io         the line.
 * @param selection  what is wanted; null for everything. Codes that the model does not have bring no reading: of
 *                   nothing else the read is MW_OK with a count of 0, and nothing is sent.
 * @param readings   receives the readings; may be null when size is 0.
 * @param size       how many fit.
 * @param count      receives how many readings there are. When that is more than size, only the first are in the
 *                   array.
 * @return as mw_meter_status(); or what a function of io returned; MW_ERR_SPACE when all was read but did not fit. */
MW_API mw_status mw_meter_read(mw_meter *meter, const mw_io *io, const mw_selection *selection, mw_reading *readings,
                               size_t size, size_t *count);

/** Reads one value, and waits for it.
 * @param meter    the meter.
 * @param io       the line.
 * @param id       its code.
 * @param reading  receives the reading, also when it could not be read.
 * @return MW_OK, also when its quality is not good; MW_ERR_UNSUPPORTED, without a reading, when the model has no such
 * code; otherwise as mw_meter_read(). */
MW_API mw_status mw_meter_read_one(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading);

/** Reads the load curve of a meter on Modbus, window by window: begin, then next until it says MW_END. All members are
 * private; it holds a pointer to the meter. */
typedef struct mw_curve_reader {
    /** @cond private */
    mw_meter *meter;
    int64_t newest; /* time of the first record of the present window */
    uint16_t command;
    uint8_t state;
    uint8_t index;
    uint8_t request[16];
    /** @endcond */
} mw_curve_reader;

/** Begins to read the load curve from its newest record. Nothing is sent yet.
 * @param reader  the reader.
 * @param meter   the meter; nothing else is read of it until the end.
 * @return MW_OK; MW_ERR_UNSUPPORTED when its model has no load curve, or it is on M-Bus; MW_ERR_RANGE when its max_regs
 * is less than a window, which is one request. */
MW_API mw_status mw_curve_begin(mw_curve_reader *reader, mw_meter *meter);

/** Gives the next record. The command that moves to the next window is never repeated when its answer is lost, as a
 * window would be left out then: begin anew.
 * @param reader  the reader.
 * @param now_us  the time.
 * @param record  receives the record.
 * @return MW_OK: a record, newer ones first. MW_AGAIN: drive the link until it is done, then call again. MW_END: that
 * was all: a window was not full, or not older than the one before. Otherwise the exchange failed, as mw_link_status()
 * says, or what came is no load curve, MW_ERR_VALUE; there is nothing further then. */
MW_API mw_status mw_curve_next(mw_curve_reader *reader, uint32_t now_us, mw_curve_record *record);

/** Reads the newest records of the load curve into an array, and waits for them.
 * @param meter    the meter.
 * @param io       the line.
 * @param records  receives the records, newer ones first.
 * @param size     how many at most; no more are asked for.
 * @param count    receives how many there are, also after an error.
 * @return MW_OK; as mw_curve_begin() or mw_curve_next(); or what a function of io returned. */
MW_API mw_status mw_curve_read(mw_meter *meter, const mw_io *io, mw_curve_record *records, size_t size, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
