/* SPDX-License-Identifier: MIT */
/** @file
 * Models: a meter as a constant table. What it measures and where, what can be set, which registers exist. One planner
 * turns what a program wants into the fewest requests, one decoder turns registers into readings, for all models.
 *
 * A model of one's own is a table in the application; nothing has to be registered anywhere.
 */
#ifndef MW_MODEL_H
#define MW_MODEL_H

#include <meterwire/mbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the registers of a row hold their value. The number of registers is the row's own: a number of type
 * MW_TYPE_UNSIGNED has 16, 32 or 64 bits. Types that are marked rare are decoded by mw_model.decode. */
typedef enum mw_type {
    MW_TYPE_UNSIGNED = 0, /**< Binary, 1 to 4 registers. */
    MW_TYPE_SIGNED,       /**< Two's complement, 1 to 4 registers. */
    MW_TYPE_FLOAT,        /**< IEEE 754 single, 2 registers. The reading keeps three decimals of the printed unit. */
    MW_TYPE_BCD,          /**< Packed decimal digits, 1 to 4 registers: 0x0030 is 30. */
    MW_TYPE_DIGITS,       /**< A text of hexadecimal digits, four a register, 1 to 4 registers: 0x2209 0x1039 is
                               "22091039". */
    MW_TYPE_BITS,         /**< A pattern of bits, 1 to 4 registers. */
    MW_TYPE_TEXT,         /**< Two characters a register, the first in the high byte; never in another word order. */
    MW_TYPE_TEXT_LOW,     /**< Rare. One character a register, in its low byte. */
    MW_TYPE_VERSION,      /**< Rare. A float that is a version: a text with two decimals. */
    MW_TYPE_CT_RATIO,     /**< Rare. A current of a transformer, of which it is not known whether it is binary or packed
                               decimal. The next register, the secondary current, helps to tell. */
    MW_TYPE_RAW,          /**< Rare. Up to 4 registers whose layout is not published: a text of hexadecimal words. */
    MW_TYPE_RESIDUAL, /**< Rare. 3 registers: a binary number of 2, and one of what is left below it, 0 to 9999. Both
                           make one number, 10000 * the first + the second. */
    MW_TYPE_SIGNED_RESIDUAL, /**< Rare. The same with two numbers in two's complement. */
    MW_TYPE_SECONDS_2000,    /**< Rare. 2 registers: seconds since 2000-01-01 00:00 on the meter's own clock. */
    MW_TYPE_CLOCK            /**< Rare. 6 registers: day, month, year, hour, minute, second, each binary. */
} mw_type;

/** How often a value is worth reading. */
typedef enum mw_group {
    MW_GROUP_FAST = 1, /**< What changes all the time: voltages, currents, powers. */
    MW_GROUP_SLOW = 2, /**< What adds up: energies. */
    MW_GROUP_ONCE = 4, /**< Identification, settings and state. */
    /** What is left out of "everything", and read only when this group is selected: the same quantity as in another
     * row, but coarser or once more; the window of a load curve. A code that is selected means the row that is not of
     * this group, where there is one. */
    MW_GROUP_EXTRA = 8,
    MW_GROUP_WRITTEN = 16 /**< What cannot be read: how a setting that is only written is coded. */
} mw_group;

/** @name Flags of a row
 * @{ */
#define MW_ROW_ORDER       0x03u /**< Its mw_modbus_order. */
#define MW_ROW_ZERO_ABSENT 0x04u /**< The number 0 means that the meter does not provide the value. */
#define MW_ROW_INFERRED    0x08u /**< That it is so is inferred, not documented; see the model's page. */
/** The largest number the registers can hold (all ones, for signed numbers 7F and all ones) means that the meter does
 * not provide the value. For types with a residual: in either of the two numbers. */
#define MW_ROW_MOST_ABSENT 0x10u
/** @} */

/** One value of a meter: where it is, how it is coded, what it is. 12 bytes, meant for flash. */
typedef struct mw_row {
    uint16_t address; /**< First register, as on the wire. */
    uint8_t type;     /**< mw_type */
    uint8_t regs;     /**< Registers. */
    int8_t exp10;     /**< value = number in the registers * 10^exp10 in unit; for a float in kWh 3 with MW_UNIT_WH,
                           and never below -125. */
    uint8_t unit;     /**< mw_unit */
    uint8_t a;        /**< The code is a-0:c.d.e. */
    uint8_t c;        /**< See a. */
    uint8_t d;        /**< See a. */
    uint8_t e;        /**< See a. */
    uint8_t group;    /**< mw_group */
    uint8_t flags;    /**< MW_ROW_... */
} mw_row;

/** Registers that can be read in one request: none of them is missing. */
typedef struct mw_block {
    uint16_t address; /**< First register. */
    uint16_t regs;    /**< How many. */
} mw_block;

/** What writes the settings of a model: mw_writer_modbus or mw_writer_mbus of change.h. A program that only reads links
 * it only with a model that has settings. */
typedef struct mw_writer mw_writer;

/** What the value of a setting is. */
typedef enum mw_setting_kind {
    MW_SETTING_NUMBER = 0, /**< A number, or one of the choices. */
    MW_SETTING_TIME,       /**< Seconds since 1970-01-01 00:00 on the meter's own clock. */
    /** The currents of a transformer: 100 * the primary + the secondary one, in A. The choices are the secondary
     * currents; the primary one is a multiple of it, from least to most. */
    MW_SETTING_RATIO,
    MW_SETTING_DIGITS, /**< Eight decimal digits. */
    MW_SETTING_ACTION  /**< Something to be done, not something to be kept: a command. */
} mw_setting_kind;

/** @name Flags of a setting
 * @{ */
#define MW_SETTING_BROADCAST    0x01u /**< May be written to all meters of a bus at once. */
#define MW_SETTING_IRREVERSIBLE 0x02u /**< Cannot be undone, or only a few times in the meter's life. */
#define MW_SETTING_LINK         0x04u /**< Changes how the meter is reached. */
#define MW_SETTING_UNPROVEN     0x08u /**< The coding in the register is not proven; see the model's page. */
/** The same register means something else in another model of the family: to be written only after the meter was seen
 * to be of this model, see mw_model_is(). */
#define MW_SETTING_IDENTIFY     0x10u
#define MW_SETTING_LOCKED       0x20u /**< Only possible while the meter is unlocked; how is not published. */
/** @} */

/** One of the values a setting may have. */
typedef struct mw_choice {
    int32_t n;        /**< In the last digit of the setting. */
    uint8_t flags;    /**< MW_SETTING_..., in addition to those of the setting. */
    uint16_t counter; /**< Of a command on Modbus: a register whose value it sets to 0, or 0. */
    const char *name; /**< What it means. Speeds are decimal, parities "even", "none", "odd", stop bits "1" and "2". */
} mw_choice;

/** Something that can be written, whatever the protocol: what it is and which values it may have. */
typedef struct mw_setting {
    mw_obis id;               /**< Its code, the same for every model and protocol that has it; its name is that of the
                                   code. */
    uint8_t kind;             /**< mw_setting_kind */
    uint8_t flags;            /**< MW_SETTING_... */
    int8_t exp10;             /**< value = n * 10^exp10 in unit. */
    uint8_t unit;             /**< mw_unit */
    uint8_t choice_count;     /**< 0: every value from least to most. */
    int32_t least;            /**< Smallest n. */
    int32_t most;             /**< Largest n. */
    const mw_choice *choices; /**< The values allowed, or null. */
} mw_setting;

/** Where a setting is written on Modbus. Its coding is that of the row at its address, which may be of
 * MW_GROUP_WRITTEN; for a float n is its third decimal. */
typedef struct mw_modbus_setting {
    mw_setting what;  /**< What it is. */
    uint16_t address; /**< Register. */
    uint8_t regs;     /**< Registers. */
    uint8_t function; /**< Modbus function to write with, 6 or 16. */
} mw_modbus_setting;

/** A code under which the maker's manual prints a value that has another code here. */
typedef struct mw_alias {
    mw_obis printed; /**< What the manual says. */
    mw_obis id;      /**< The code of the row. */
} mw_alias;

/** Where a meter keeps a load curve: mean values of equal periods, given window by window, the newest first. A command
 * selects the window; its records stand behind its header of 6 registers: records in the window, registers a record,
 * period in s, code of the unit, numerator and denominator of a ratio. */
typedef struct mw_load_curve {
    uint16_t command; /**< Register of the command, written with function 16. */
    uint16_t first;   /**< Command: back to the newest window. */
    uint16_t next;    /**< Command: on to the window before. */
    uint16_t window;  /**< First register of the header; no record is beyond register 65535. */
    uint8_t records;  /**< Records a window may have; the last window has fewer. */
    uint8_t regs;     /**< Registers of a record, 4 or more: time (2, seconds since 2000), 1 when incomplete, value. */
    mw_obis id;       /**< What its values are. */
    uint8_t unit;     /**< mw_unit of its values. */
    int8_t exp10;     /**< Their exponent. */
} mw_load_curve;

/** A version of a meter's software, and the check sum its maker's manual has for it. */
typedef struct mw_release {
    uint16_t version;  /**< In hundredths: 134 is 1.34. */
    uint32_t checksum; /**< Eight digits, one a nibble. */
} mw_release;

/** Decodes a row.
 * @param row      the row.
 * @param data     mw_row_span() registers from the row's address on, as they came, high byte first.
 * @param reading  receives the value. */
typedef void (*mw_row_decoder)(const mw_row *row, const uint8_t *data, mw_reading *reading);

/** @name Flags of a model
 * @{ */
#define MW_MODEL_INFERRED 0x01u /**< Its tables are those of another type of the family; see the model's page. */
#define MW_MODEL_MID      0x02u /**< All of its type are of MID (2014/32/EU), by the declaration of conformity. */
/** @} */

/** A meter. Rows and blocks are sorted by address; rows that are only written stand before all others. */
typedef struct mw_model {
    const char *name;       /**< "wago-879-3000" */
    const char *title;      /**< For people: maker, type, what it is; or null. */
    const mw_row *rows;     /**< What it measures. */
    const mw_block *blocks; /**< What can be read in one piece; every row that is read lies in one of them. */
    const mw_modbus_setting *settings; /**< What can be written, or null. */
    const mw_writer *writer;           /**< &mw_writer_modbus where there are settings, or null. */
    const mw_alias *aliases;           /**< Further codes, or null. */
    const mw_release *releases;        /**< Known software, or null. */
    uint16_t row_count;                /**< How many rows. */
    uint8_t block_count;               /**< How many blocks. */
    uint8_t setting_count;             /**< How many settings. */
    uint8_t alias_count;               /**< How many further codes. */
    uint8_t release_count;             /**< How many versions of the software. */
    uint8_t read_function;             /**< Modbus function to read with, 3 or 4. */
    uint8_t max_regs;                  /**< Registers one request may read. */
    uint8_t unit;                      /**< Factory address. */
    uint8_t parity;                    /**< Factory mw_parity. */
    uint32_t baud;                     /**< Factory speed; 0 for meters on Modbus TCP. */
    uint16_t data_type_address;        /**< Register that is 1 while floats are floats, or 0 when there is none. */
    /** Counters of energy go up to one last digit below 10^rollover_exp10 in Wh, varh or VAh, and then begin at 0
     * again; 0: not known. */
    uint8_t rollover_exp10;
    uint8_t flags; /**< MW_MODEL_... */
    /** How its product model (0-0:96.1.3), or where it has no such row its meter code (0-0:96.1.4), begins, in whatever
     * case; null: not known. */
    const char *identity;
    const char *host;                /**< Factory address in a network, or null. */
    const mw_load_curve *load_curve; /**< Or null. */
    /** Decodes its rows of rare types, so that a program links the code of the types its models have: mw_row_decode()
     * for them all, or a function for types of the model's own, from 128 on; null: it has none. Such a function is
     * given a reading with code, exponent, unit and source of the row, which is MW_QUALITY_INVALID until it sets its
     * value and quality. */
    mw_row_decoder decode;
} mw_model;

/** The row with that code, or with that alias, that is to be read: of several the one that is not of MW_GROUP_EXTRA.
 * @param model  the model.
 * @param id     the code.
 * @return the index of the row; row_count when the model has none that can be read. */
MW_API size_t mw_model_find(const mw_model *model, mw_obis id);

/** The setting with that code.
 * @param model  the model.
 * @param id     the code.
 * @return the setting, or null when the model has none. */
MW_API const mw_modbus_setting *mw_model_find_setting(const mw_model *model, mw_obis id);

/** The row by which a meter says what it is: its product model (0-0:96.1.3), or where there is none its meter code
 * (0-0:96.1.4).
 * @param model  the model.
 * @return the row, or null when the model has neither, or it is not known what they say. */
MW_API const mw_row *mw_model_identity_row(const mw_model *model);

/** Whether what a meter says of itself is this model.
 * @param model    the model.
 * @param reading  its product model or meter code, as read; see mw_model.identity.
 * @return true when it begins as model->identity; false also when the reading is not good, or the identity not known.
 */
MW_API bool mw_model_is(const mw_model *model, const mw_reading *reading);

/** The code under which the meter counts how often a counter began at 0 again.
 * @param counter  the code of the counter.
 * @return the code of its count, whether a model has it or not; all zero for what is no counter of energy. */
MW_API mw_obis mw_counter_rollovers(mw_obis counter);

#define MW_ROLLOVERS_UNKNOWN (-1) /**< For mw_counter_delta(): at most one. */

/** What a counter of energy has counted between two readings, exactly, also when it began at 0 again in between.
 * @param model      the model, which knows where its counters end.
 * @param before     the earlier reading.
 * @param after      the later one, of the same code and unit.
 * @param rollovers  how often the counter began at 0 again, 0 to 255: the difference of two readings of the count
 *                   mw_counter_rollovers() names, modulo 256 where the meter counts so. MW_ROLLOVERS_UNKNOWN: not
 *                   known; a later reading that is smaller then means once.
 * @param n          receives the difference, which is negative only for a balance of both directions.
 * @param exp10      receives its exponent, the smaller one of the two readings.
 * @return MW_OK; MW_ERR_ARGUMENT when code or unit differ, are of nothing that adds up (D = 8), or rollovers is out of
 * its range; MW_ERR_VALUE when one of them is no number or its quality is not good; MW_ERR_RANGE when one is negative
 * or beyond the end of the counter, or the earlier is larger with 0 rollovers; MW_ERR_UNSUPPORTED when the counter's
 * end would be needed and is not known, or it may have been reset instead. */
MW_API mw_status mw_counter_delta(const mw_model *model, const mw_reading *before, const mw_reading *after,
                                  int rollovers, int64_t *n, int8_t *exp10);

/** Whether a setting may have a value.
 * @param setting  the setting.
 * @param n        the value, in its last digit.
 * @return true when it is one of the choices, or in the range where there are none; for a ratio, as its kind says. */
MW_API bool mw_setting_allows(const mw_setting *setting, int64_t n);

/** Finds the choice of a setting that has a value.
 * @param setting  the setting.
 * @param n        the value.
 * @return the choice, or null. */
MW_API const mw_choice *mw_setting_choice(const mw_setting *setting, int64_t n);

/** The code of a row.
 * @param row  the row.
 * @return its code. */
static inline mw_obis mw_row_id(const mw_row *row)
{
    return mw_obis_make(row->a, row->c, row->d, row->e);
}

/** Registers that must be at hand to decode a row: its own, and for MW_TYPE_CT_RATIO one more.
 * @param row  the row.
 * @return how many, 1 to 125. */
MW_API unsigned mw_row_span(const mw_row *row);

/** Decodes a row of any type. There is always a reading; its quality says whether it can be used. A float below 2^-30
 * that is not 0 is an integer instead: given as it is, and MW_QUALITY_UNCERTAIN.
 * @param row      the row.
 * @param data     mw_row_span() registers from the row's address on, as they came, high byte first.
 * @param reading  receives value, code, unit and source.
 * Cost: constant. */
MW_API void mw_row_decode(const mw_row *row, const uint8_t *data, mw_reading *reading);

/** Decodes a row of a model as mw_row_decode() does, with no more code than mw_model.decode needs, and types of the
 * model's own.
 * @param model    the model.
 * @param row      one of its rows, or one of a common type.
 * @param data     as for mw_row_decode().
 * @param reading  receives value, code, unit and source.
 * Cost: constant. */
MW_API void mw_model_decode(const mw_model *model, const mw_row *row, const uint8_t *data, mw_reading *reading);

/** Encodes a value as the registers of a row: what mw_row_decode() reads back as the same value. For a float or a
 * version that is the nearest one that a float can hold.
 * @param row      the row.
 * @param reading  the value; number, text, time or bits as the row needs it, or MW_QUALITY_NOT_AVAILABLE where the row
 *                 has a pattern for that. Its code and unit are not looked at.
 * @param data     receives 2 * row->regs bytes.
 * @return MW_OK; MW_ERR_RANGE when the value does not fit or would lose digits; MW_ERR_VALUE when it is of the wrong
 * kind, or the row of an unknown type. */
MW_API mw_status mw_row_encode(const mw_row *row, const mw_reading *reading, uint8_t *data);

/** What is wanted of a meter. All zero: everything it offers. */
typedef struct mw_selection {
    uint8_t groups;       /**< mw_group values or-ed together; 0 with codes: only these; 0 without codes: all but
                               MW_GROUP_EXTRA. */
    const mw_obis *codes; /**< Codes wanted besides the groups, or null. */
    size_t code_count;    /**< How many. */
} mw_selection;

/** Whether a row is wanted.
 * @param model      the model, for its aliases.
 * @param selection  what is wanted.
 * @param row        the row.
 * @return true when its group or its code, or an alias of that, is selected; never for MW_GROUP_WRITTEN. */
MW_API bool mw_selection_wants(const mw_model *model, const mw_selection *selection, const mw_row *row);

#define MW_PLAN_NOTES 8 /**< Notes a plan can have. */

/** What was found out about one meter: rows it does not have although its model has, and rows at which a request has to
 * begin, because there are no registers in front of them. All zero: nothing. */
typedef struct mw_plan_notes {
    uint16_t rows[MW_PLAN_NOTES]; /**< Index of the row, with MW_PLAN_MISSING added when it is missing. */
    uint8_t count;                /**< How many. */
} mw_plan_notes;

#define MW_PLAN_MISSING 0x8000u /**< Added to the index of a row that the meter does not have. */

/** A plan: which requests bring what is wanted. It is made step by step, so it needs no memory. */
typedef struct mw_plan {
    const mw_model *model;         /**< Kept by pointer. */
    const mw_selection *selection; /**< Kept by pointer. */
    const mw_plan_notes *notes;    /**< Kept by pointer; null: none. Set it after mw_plan_init(). */
    uint16_t next_row;             /**< Where the next step begins to look. */
    uint16_t barrier;              /**< The next request ends before this row; 0: nowhere special. */
    uint8_t max_regs;              /**< Registers one request may read. */
} mw_plan;

/** One request of a plan. */
typedef struct mw_plan_step {
    uint16_t address;   /**< First register. */
    uint16_t regs;      /**< How many. */
    uint16_t first_row; /**< First row whose value is inside. */
    uint16_t end_row;   /**< Behind the last such row; those between are not all wanted. */
} mw_plan_step;

/** Begins a plan.
 * @param plan       the plan.
 * @param model      the meter.
 * @param selection  what is wanted.
 * @param max_regs   registers one request may read where less than the model allows, or 0. A value that does not fit
 *                   cannot be read, as mw_plan_next() says. */
MW_API void mw_plan_init(mw_plan *plan, const mw_model *model, const mw_selection *selection, unsigned max_regs);

/** Gives the next request. Together they are as few as possible; none reads beyond a block or splits a value.
 * @param plan  the plan.
 * @param step  receives the request.
 * @return MW_OK; MW_END when there is no further one; MW_ERR_UNSUPPORTED with a step for one row that the notes say is
 * missing; MW_ERR_RANGE when a value has more registers than one request may
 * read: the step is that value alone, which cannot be read, and the plan goes on with the next call.
 * Cost: linear in the rows it passes. */
MW_API mw_status mw_plan_next(mw_plan *plan, mw_plan_step *step);

/** One record of a load curve. */
typedef struct mw_curve_record {
    mw_reading mean;      /**< Mean value of the period. */
    int64_t time;         /**< Seconds since 1970-01-01 00:00 on the meter's own clock. Whether the period begins or
                               ends then is not documented. */
    uint16_t period_s;    /**< Length of the period. */
    uint16_t numerator;   /**< Of the ratio the meter has not applied to the value, as it says. */
    uint16_t denominator; /**< See numerator. */
    bool incomplete;      /**< Less than the period was measured. */
} mw_curve_record;

/** Registers of a whole window: header and records.
 * @param curve  the load curve.
 * @return how many. */
MW_API unsigned mw_curve_window_regs(const mw_load_curve *curve);

/** Decodes a record of a window.
 * @param curve   the load curve.
 * @param window  mw_curve_window_regs() registers from curve->window on, as they came, high byte first.
 * @param index   which record, from 0.
 * @param record  receives it.
 * @return MW_OK; MW_END when the window has no such record; MW_ERR_VALUE when its header says what cannot be: more
 * records than a window holds, or records of another size. */
MW_API mw_status mw_curve_decode(const mw_load_curve *curve, const uint8_t *window, unsigned index,
                                 mw_curve_record *record);

/** @name Meters on M-Bus
 * A meter on M-Bus says itself what it sends (see mbus.h). A model adds which of it there is, for those who want a part
 * of it, and what the meter means where that is not what the standard says.
 * @{ */

/** Which part of a record a row is. */
typedef enum mw_mbus_part {
    MW_MBUS_WHOLE = 0,
    MW_MBUS_ABOVE_100, /**< The digits before the last two: the primary current of a transformer. */
    MW_MBUS_BELOW_100  /**< The last two digits: its secondary current. */
} mw_mbus_part;

#define MW_MBUS_HEAD_MAX 6 /**< Bytes of the longest DIB and VIB in a model. */

/** One value of a meter on M-Bus. 15 bytes, meant for flash. */
typedef struct mw_mbus_row {
    uint8_t head[MW_MBUS_HEAD_MAX]; /**< DIB and VIB. */
    uint8_t head_bytes;             /**< How many bytes. */
    int8_t exp10;                   /**< Added to the exponent that the VIF says. */
    uint8_t unit;                   /**< mw_unit */
    uint8_t a;                      /**< The code is a-0:c.d.e. */
    uint8_t c;                      /**< See a. */
    uint8_t d;                      /**< See a. */
    uint8_t e;                      /**< See a. */
    uint8_t group;                  /**< mw_group */
    uint8_t part;                   /**< mw_mbus_part */
} mw_mbus_row;

/** How a setting is written over M-Bus. */
typedef struct mw_mbus_setting {
    mw_setting what;                /**< What it is. */
    uint8_t ci;                     /**< CI field. With a head it is that of the frame; without, the value is added. */
    uint8_t head[MW_MBUS_HEAD_MAX]; /**< DIB and VIB of the record. */
    uint8_t head_bytes;             /**< How many bytes; 0: the frame has no record. */
    int8_t exp10;                   /**< Power of ten of the last digit of the record, in last digits of the value. */
} mw_mbus_setting;

/** A meter on M-Bus. */
typedef struct mw_mbus_model {
    const char *name;                /**< "wago-879-3000", the same as that of its Modbus registers. */
    const char *title;               /**< For people. */
    const mw_mbus_row *rows;         /**< What it sends, in its order; at most MW_MBUS_ROWS_MAX. */
    const mw_mbus_setting *settings; /**< What can be written, or null. */
    const mw_writer *writer;         /**< &mw_writer_mbus where there are settings, or null. */
    uint8_t row_count;               /**< How many rows. */
    uint8_t setting_count;           /**< How many settings. */
    uint16_t manufacturer;           /**< Manufacturer word of its header. */
    uint8_t version;                 /**< Version of its header. */
    uint8_t medium;                  /**< Medium of its header. */
    uint8_t address;                 /**< Factory address. */
    uint8_t flags;                   /**< MW_MODEL_... */
    bool short_bcd6;                 /**< See mw_mbus_cursor. */
    uint32_t baud;                   /**< Factory speed. */
} mw_mbus_model;

#define MW_MBUS_ROWS_MAX 64 /**< Rows a model may have. */

/** The code of a row.
 * @param row  the row.
 * @return its code. */
static inline mw_obis mw_mbus_row_id(const mw_mbus_row *row)
{
    return mw_obis_make(row->a, row->c, row->d, row->e);
}

/** Whether a row is wanted.
 * @param selection  what is wanted.
 * @param row        the row.
 * @return true when its group or its code is selected. */
MW_API bool mw_mbus_wants(const mw_selection *selection, const mw_mbus_row *row);

/** Gives a record the meaning a row has, if the record is that row's.
 * @param row      the row.
 * @param record   the record.
 * @param reading  receives the value, with the code and unit of the row.
 * @return whether it is. */
MW_API bool mw_mbus_row_take(const mw_mbus_row *row, const mw_mbus_record *record, mw_reading *reading);

/** The setting with that code.
 * @param model  the model.
 * @param id     the code.
 * @return the setting, or null when the model has none. */
MW_API const mw_mbus_setting *mw_mbus_find_setting(const mw_mbus_model *model, mw_obis id);

/** Builds the frame that writes a setting.
 * @param setting  the setting.
 * @param address  address of the meter.
 * @param n        the value, one that the setting allows; 0 for a command.
 * @param frame    receives the frame, for mw_mbus_begin_send().
 * @param size     bytes at frame; 24 are always enough.
 * @param length   receives the length of the frame.
 * @return MW_OK; MW_ERR_RANGE for a value that is not allowed; MW_ERR_SPACE. */
MW_API mw_status mw_mbus_encode_setting(const mw_mbus_setting *setting, uint8_t address, int64_t n, uint8_t *frame,
                                        size_t size, size_t *length);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
