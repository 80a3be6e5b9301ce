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
 * MW_TYPE_UNSIGNED has 16, 32 or 64 bits. */
typedef enum mw_type {
    MW_TYPE_UNSIGNED = 0, /**< Binary, 1 to 4 registers. */
    MW_TYPE_SIGNED,       /**< Two's complement, 1 to 4 registers. */
    MW_TYPE_FLOAT,        /**< IEEE 754 single, 2 registers. The reading keeps three decimals of the printed unit. */
    MW_TYPE_BCD,          /**< Packed decimal digits, 1 to 4 registers: 0x0030 is 30. */
    MW_TYPE_DIGITS,       /**< A text of hexadecimal digits, four a register, 1 to 4 registers: 0x2209 0x1039 is
                               "22091039". */
    MW_TYPE_BITS,         /**< A pattern of bits, 1 to 4 registers. */
    MW_TYPE_TEXT,         /**< Two characters a register, the first in the high byte; never in another word order. */
    MW_TYPE_TEXT_LOW,     /**< One character a register, in its low byte. */
    MW_TYPE_VERSION,      /**< A float that is a version: a text with two decimals. */
    MW_TYPE_CT_RATIO,     /**< A current of a transformer, of which it is not known whether it is binary or packed
                               decimal. The next register, the secondary current, helps to tell. */
    MW_TYPE_RAW           /**< Up to 4 registers whose layout is not published: a text of hexadecimal words. */
} mw_type;

/** How often a value is worth reading. */
typedef enum mw_group {
    MW_GROUP_FAST = 1, /**< What changes all the time: voltages, currents, powers. */
    MW_GROUP_SLOW = 2, /**< What adds up: energies. */
    MW_GROUP_ONCE = 4  /**< Identification, settings and state. */
} mw_group;

/** @name Flags of a row
 * @{ */
#define MW_ROW_ORDER       0x03u /**< Its mw_modbus_order. */
#define MW_ROW_ZERO_ABSENT 0x04u /**< The number 0 means that the meter does not provide the value. */
#define MW_ROW_INFERRED    0x08u /**< That it is so is inferred, not documented; see the model's page. */
/** @} */

/** One value of a meter: where it is, how it is coded, what it is. 12 bytes, meant for flash. */
typedef struct mw_row {
    uint16_t address; /**< First register, as on the wire. */
    uint8_t type;     /**< mw_type */
    uint8_t regs;     /**< Registers. */
    int8_t exp10;     /**< value = number in the registers * 10^exp10 in unit; for a float in kWh 3 with MW_UNIT_WH. */
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

/** @name Flags of a setting
 * @{ */
#define MW_SETTING_COMMAND      0x01u /**< Something to be done, not something to be kept: there is only one value. */
#define MW_SETTING_IRREVERSIBLE 0x02u /**< Cannot be undone, or only a few times in the meter's life. */
#define MW_SETTING_LINK         0x04u /**< Changes how the meter is reached. */
#define MW_SETTING_UNPROVEN     0x08u /**< The coding in the register is not proven; see the model's page. */
/** @} */

/** One of the values a setting may have. */
typedef struct mw_choice {
    int32_t n;        /**< In the last digit of the row; for a float its third decimal. */
    uint8_t flags;    /**< MW_SETTING_..., in addition to those of the setting. */
    const char *name; /**< What it means. */
} mw_choice;

/** Something that can be written. Its coding is that of the row at its address. */
typedef struct mw_setting {
    mw_obis id;               /**< Its code, the same for every model that has it; its name is that of the code. */
    uint16_t address;         /**< Register. */
    uint8_t regs;             /**< Registers. */
    uint8_t function;         /**< Modbus function to write with, 6 or 16. */
    uint8_t flags;            /**< MW_SETTING_... */
    uint8_t choice_count;     /**< 0: every value from least to most. */
    int32_t least;            /**< Smallest value, in the last digit of the row. */
    int32_t most;             /**< Largest value. */
    const mw_choice *choices; /**< The values allowed, or null. */
} mw_setting;

/** A code under which the maker's manual prints a value that has another code here. */
typedef struct mw_alias {
    mw_obis printed; /**< What the manual says. */
    mw_obis id;      /**< The code of the row. */
} mw_alias;

/** A meter. Rows and blocks are sorted by address. */
typedef struct mw_model {
    const char *name;           /**< "wago-879-3000" */
    const char *title;          /**< For people: maker, type, what it is. */
    const mw_row *rows;         /**< What it measures. */
    const mw_block *blocks;     /**< What can be read in one piece; every row lies in one of them. */
    const mw_setting *settings; /**< What can be written, or null. */
    const mw_alias *aliases;    /**< Further codes, or null. */
    uint16_t row_count;         /**< How many rows. */
    uint8_t block_count;        /**< How many blocks. */
    uint8_t setting_count;      /**< How many settings. */
    uint8_t alias_count;        /**< How many further codes. */
    uint8_t read_function;      /**< Modbus function to read with, 3 or 4. */
    uint8_t max_regs;           /**< Registers one request may read. */
    uint8_t unit;               /**< Factory address. */
    uint8_t parity;             /**< Factory mw_parity. */
    uint32_t baud;              /**< Factory speed; 0 for meters on Modbus TCP. */
    uint16_t data_type_address; /**< Register that is 1 while floats are floats, or 0 when there is none. */
} mw_model;

/** The row with that code, or with that alias.
 * @param model  the model.
 * @param id     the code.
 * @return the index of the row; row_count when the model has none. */
MW_API size_t mw_model_find(const mw_model *model, mw_obis id);

/** The setting with that code.
 * @param model  the model.
 * @param id     the code.
 * @return the index of the setting; setting_count when the model has none. */
MW_API size_t mw_model_find_setting(const mw_model *model, mw_obis id);

/** Whether a setting may have a value.
 * @param setting  the setting.
 * @param n        the value, in the last digit of its row (for a float its third decimal).
 * @return true when it is one of the choices, or in the range where there are none. */
MW_API bool mw_setting_allows(const mw_setting *setting, int64_t n);

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

/** Decodes a row. There is always a reading; its quality says whether it can be used. A float below 2^-30 that is not 0
 * is an integer instead: given as it is, and MW_QUALITY_UNCERTAIN.
 * @param row      the row.
 * @param data     mw_row_span() registers from the row's address on, as they came, high byte first.
 * @param reading  receives value, code, unit and source.
 * Cost: constant. */
MW_API void mw_row_decode(const mw_row *row, const uint8_t *data, mw_reading *reading);

/** Encodes a value as the registers of a row: what mw_row_decode() reads back as the same value. For a float or a
 * version that is the nearest one that a float can hold.
 * @param row      the row.
 * @param reading  the value; number, text or bits as the row needs it. Its code and unit are not looked at.
 * @param data     receives 2 * row->regs bytes.
 * @return MW_OK; MW_ERR_RANGE when the value does not fit or would lose digits; MW_ERR_VALUE when it is of the wrong
 * kind, or the row of an unknown type. */
MW_API mw_status mw_row_encode(const mw_row *row, const mw_reading *reading, uint8_t *data);

/** What is wanted of a meter. All zero: everything it offers. */
typedef struct mw_selection {
    uint8_t groups;       /**< mw_group values or-ed together; 0 with codes: only these; 0 without codes: all groups. */
    const mw_obis *codes; /**< Codes wanted besides the groups, or null. */
    size_t code_count;    /**< How many. */
} mw_selection;

/** Whether a row is wanted.
 * @param model      the model, for its aliases.
 * @param selection  what is wanted.
 * @param row        the row.
 * @return true when its group or its code, or an alias of that, is selected. */
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

/** Something that can be written over M-Bus. */
typedef struct mw_mbus_setting {
    mw_obis id;                     /**< Its code, the same for every model and protocol that has it. */
    uint8_t ci;                     /**< CI field. With a head it is that of the frame; without, the value is added. */
    uint8_t head[MW_MBUS_HEAD_MAX]; /**< DIB and VIB of the record. */
    uint8_t head_bytes;             /**< How many bytes; 0: the frame has no record. */
    int8_t exp10;                   /**< Power of ten of the last digit of the record, in last digits of the value. */
    uint8_t flags;                  /**< MW_SETTING_... */
    uint8_t choice_count;           /**< 0: every value from least to most. */
    int32_t least;                  /**< Smallest value. */
    int32_t most;                   /**< Largest value. */
    const mw_choice *choices;       /**< The values allowed, or null. */
} mw_mbus_setting;

/** A meter on M-Bus. */
typedef struct mw_mbus_model {
    const char *name;                /**< "wago-879-3000", the same as that of its Modbus registers. */
    const char *title;               /**< For people. */
    const mw_mbus_row *rows;         /**< What it sends, in its order; at most MW_MBUS_ROWS_MAX. */
    const mw_mbus_setting *settings; /**< What can be written, or null. */
    uint8_t row_count;               /**< How many rows. */
    uint8_t setting_count;           /**< How many settings. */
    uint16_t manufacturer;           /**< Manufacturer word of its header. */
    uint8_t version;                 /**< Version of its header. */
    uint8_t medium;                  /**< Medium of its header. */
    uint8_t address;                 /**< Factory address. */
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

/** Whether a setting may have a value.
 * @param setting  the setting.
 * @param n        the value.
 * @return true when it is one of the choices, or in the range where there are none. */
MW_API bool mw_mbus_setting_allows(const mw_mbus_setting *setting, int64_t n);

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
