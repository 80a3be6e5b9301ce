/* SPDX-License-Identifier: MIT */
/** @file
 * Wired M-Bus: frames, telegrams and records over bytes in memory, both directions. Nothing here does I/O or knows
 * time; mbus_master.h and mbus_slave.h do.
 *
 * A frame carries a telegram (header and content), a telegram carries records. Records are pulled one by one, straight
 * out of the frame: no copy, no list, no heap.
 *
 * @code
 * mw_mbus_telegram telegram;
 * mw_mbus_cursor cursor;
 * mw_mbus_record record;
 * if (mw_mbus_decode(frame, length, &telegram, NULL) == MW_OK) {
 *     mw_mbus_records(&telegram, &cursor);
 *     while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
 *         if (status == MW_OK) ... record.n * 10^record.exp10 in record.unit ...
 *     }
 * }
 * @endcode
 *
 * Sources: EN 13757-2 (link layer) and EN 13757-3:2018 (application layer) as far as public implementations and
 * documents agree; docs/mbus.md says where they do not, and what is not confirmed.
 */
#ifndef MW_MBUS_H
#define MW_MBUS_H

#include <meterwire/core.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MW_MBUS_FRAME_MAX 261 /**< Bytes of the longest frame. */
#define MW_MBUS_DATA_MAX  252 /**< Bytes of the longest telegram, behind the CI field. */

/** @name Link layer (EN 13757-2)
 * @{ */

/** The C field: what a frame is for. Or-ed with MW_MBUS_FCB and MW_MBUS_FCV, or with MW_MBUS_ACD and MW_MBUS_DFC. */
enum {
    MW_MBUS_SND_NKE = 0x40, /**< Master: begin anew. Answered by E5. */
    MW_MBUS_SND_UD = 0x53,  /**< Master: here are data. Answered by E5. */
    MW_MBUS_REQ_UD1 = 0x5A, /**< Master: what is urgent? Answered by RSP_UD, or E5 when nothing is. */
    MW_MBUS_REQ_UD2 = 0x5B, /**< Master: your data, please. Answered by RSP_UD. */
    MW_MBUS_RSP_UD = 0x08,  /**< Slave: my data. */
    MW_MBUS_FCB = 0x20,     /**< Master: frame count bit. */
    MW_MBUS_FCV = 0x10,     /**< Master: the frame count bit counts. Set in the codes above. */
    MW_MBUS_ACD = 0x20,     /**< Slave: there is urgent data. */
    MW_MBUS_DFC = 0x10      /**< Slave: busy, send nothing more. */
};

/** The CI field: what a telegram is. Those that are built here, or told apart; mw_mbus_decode() knows many more. */
enum {
    MW_MBUS_CI_APPLICATION = 0x50,      /**< Master: reset the application, or select the one of the sub-code. */
    MW_MBUS_CI_DATA = 0x51,             /**< Master: records to be taken. */
    MW_MBUS_CI_SELECT = 0x52,           /**< Master: the secondary address of who is meant by 253. */
    MW_MBUS_CI_SELECT_MSB_FIRST = 0x56, /**< The same in mode 2. */
    MW_MBUS_CI_ERROR_SHORT = 0x6E,      /**< Slave: application error, behind a short header. */
    MW_MBUS_CI_ERROR_LONG = 0x6F,       /**< Slave: application error, behind a long header. */
    MW_MBUS_CI_ERROR = 0x70,            /**< Slave: application error. */
    MW_MBUS_CI_VARIABLE = 0x72,         /**< Slave: records, behind a long header. */
    MW_MBUS_CI_BAUD_300 = 0xB8          /**< Master: go on at 300 baud; the seven faster speeds up to 38400 follow. */
};

/** Addresses with a meaning; 1 to 250 are meters. */
enum {
    MW_MBUS_ADDRESS_NEW = 0,        /**< A meter that was given no address yet. */
    MW_MBUS_ADDRESS_MAX = 250,      /**< The last address of a meter. */
    MW_MBUS_ADDRESS_SELECTED = 253, /**< The meter selected by its secondary address. */
    MW_MBUS_ADDRESS_ALL = 254,      /**< Every meter, and every meter answers: for one meter alone on the line. */
    MW_MBUS_ADDRESS_SILENT = 255    /**< Every meter, and none answers. */
};

/** Kinds of frames. */
typedef enum mw_mbus_type {
    MW_MBUS_ACK = 0, /**< The single byte E5. */
    MW_MBUS_SHORT,   /**< C and address. */
    MW_MBUS_CONTROL, /**< C, address and CI: a long frame without data. */
    MW_MBUS_LONG     /**< C, address, CI and data. */
} mw_mbus_type;

/** A frame. */
typedef struct mw_mbus_frame {
    const uint8_t *data; /**< What follows the CI field, inside the bytes that were decoded. */
    uint16_t length;     /**< Bytes of the whole frame. */
    uint8_t data_bytes;  /**< Bytes at data, at most MW_MBUS_DATA_MAX. */
    uint8_t type;        /**< mw_mbus_type; what a type does not have is 0. */
    uint8_t c;           /**< C field. */
    uint8_t address;     /**< A field. */
    uint8_t ci;          /**< CI field. */
} mw_mbus_frame;

/** What is wrong with a frame, a telegram or a record. */
typedef enum mw_mbus_fault {
    MW_MBUS_FAULT_NONE = 0,
    MW_MBUS_FAULT_START,          /**< No frame begins with this byte. */
    MW_MBUS_FAULT_LENGTH,         /**< The length field is below 3. */
    MW_MBUS_FAULT_LENGTHS_DIFFER, /**< The two length fields do not agree. */
    MW_MBUS_FAULT_SECOND_START,   /**< The second start byte is not 68. */
    MW_MBUS_FAULT_CHECKSUM,       /**< The checksum is wrong. */
    MW_MBUS_FAULT_STOP,           /**< The stop byte is not 16. */
    MW_MBUS_FAULT_FRAME_END,      /**< The bytes end inside the frame. */
    MW_MBUS_FAULT_CI,             /**< The CI field is not supported. */
    MW_MBUS_FAULT_HEADER,         /**< The telegram ends inside its header. */
    MW_MBUS_FAULT_FIXED_LENGTH,   /**< A fixed data structure without exactly 16 bytes. */
    MW_MBUS_FAULT_DIF_RESERVED,   /**< A reserved DIF, 3F to 6F: where the next record begins is unknown. */
    MW_MBUS_FAULT_DIFE_END,       /**< The telegram ends in the DIFEs. */
    MW_MBUS_FAULT_DIFE_COUNT,     /**< More than 10 DIFEs. */
    MW_MBUS_FAULT_VIF_END,        /**< The telegram ends in VIF or VIFEs. */
    MW_MBUS_FAULT_VIFE_COUNT,     /**< More than 10 VIFEs. */
    MW_MBUS_FAULT_VIF_TEXT_END,   /**< The telegram ends in the length or the text of a plain-text VIF. */
    MW_MBUS_FAULT_LVAR_RESERVED,  /**< A reserved LVAR: the length of the data is unknown. */
    MW_MBUS_FAULT_DATA_END        /**< The telegram ends in the data of a record. */
} mw_mbus_fault;

/** What is wrong, and where. */
typedef struct mw_mbus_error {
    uint8_t fault;   /**< mw_mbus_fault */
    uint16_t offset; /**< Bytes before what is wrong, counted from the beginning of the frame. */
} mw_mbus_error;

/** The fault as a short English text for people.
 * @param fault  an mw_mbus_fault.
 * @return a constant string; "unknown fault" for another number. */
MW_API const char *mw_mbus_fault_text(uint8_t fault);

/** Verifies the frame that begins with the first byte. Bytes behind it are not looked at.
 * @param bytes  the bytes.
 * @param count  how many.
 * @param frame  receives the frame; its data point into bytes.
 * @param error  receives what is wrong when something is; or null.
 * @return MW_OK; MW_AGAIN when more bytes are needed, with the fault MW_MBUS_FAULT_FRAME_END; MW_ERR_CHECK for a wrong
 * checksum; MW_ERR_FRAME for everything else.
 * Cost: one pass over the frame, for the checksum. */
MW_API mw_status mw_mbus_open(const uint8_t *bytes, size_t count, mw_mbus_frame *frame, mw_mbus_error *error);

/** Builds a short frame.
 * @param c        C field.
 * @param address  A field.
 * @param frame    receives 5 bytes. */
MW_API void mw_mbus_encode_short(uint8_t c, uint8_t address, uint8_t frame[5]);

/** @}
 * @name Telegrams
 * @{ */

/** What a telegram carries. */
typedef enum mw_mbus_content {
    MW_MBUS_NOTHING = 0,       /**< No telegram: an ACK or a short frame. */
    MW_MBUS_RECORDS,           /**< Variable data structure, from a meter or to one. */
    MW_MBUS_FIXED,             /**< Fixed data structure of old meters: two counters, given as two records. */
    MW_MBUS_APPLICATION_ERROR, /**< The meter could not do what it was told; see code. */
    MW_MBUS_ALARM,             /**< Alarm state of the meter; see code. */
    MW_MBUS_ENCRYPTED,         /**< Records that are encrypted, as header.signature says. */
    MW_MBUS_COMPACT,           /**< Compact or format frame (CI 69 to 6B, 79, 7B): its records need a template. */
    MW_MBUS_COMMAND,           /**< From the master: what its CI field says; see body. */
    MW_MBUS_MANUFACTURER       /**< CI A0 to B7: only its maker knows. */
} mw_mbus_content;

/** Headers of telegrams. */
typedef enum mw_mbus_header_type {
    MW_MBUS_HEADER_NONE = 0,
    MW_MBUS_HEADER_SHORT, /**< Access number, status and signature only. */
    MW_MBUS_HEADER_LONG,
    MW_MBUS_HEADER_FIXED /**< Of the fixed data structure: no manufacturer, no version, no signature. */
} mw_mbus_header_type;

/** Who a meter is and how it is. What its header does not have is 0. */
typedef struct mw_mbus_header {
    uint32_t id;           /**< Identification, eight digits, one a nibble: 0x19020246. Digits A to F occur. */
    uint16_t manufacturer; /**< Manufacturer word; mw_mbus_manufacturer_text() gives its letters. */
    uint8_t version;       /**< Version of the meter. */
    uint8_t medium;        /**< What is measured; see mw_mbus_medium_text(). */
    uint8_t access;        /**< Counts the readouts. */
    uint8_t status;        /**< Status bits; see MW_MBUS_STATUS_... */
    uint16_t signature;    /**< Configuration word; its bits 8 to 12 are the mode of encryption. */
} mw_mbus_header;

/** @name Bits of the status
 * The lowest two are a number: 1 application busy, 2 application error, 3 abnormal condition; the highest three are the
 * maker's. In a fixed data structure the lowest two mean MW_MBUS_STATUS_BINARY and MW_MBUS_STATUS_STORED.
 * @{ */
#define MW_MBUS_STATUS_APPLICATION 0x03u /**< Mask of the number. */
#define MW_MBUS_STATUS_POWER_LOW   0x04u /**< The battery or the supply is low. */
#define MW_MBUS_STATUS_PERMANENT   0x08u /**< Permanent error. */
#define MW_MBUS_STATUS_TEMPORARY   0x10u /**< Temporary error. */
#define MW_MBUS_STATUS_BINARY      0x01u /**< Fixed data: the counters are binary, not BCD. */
#define MW_MBUS_STATUS_STORED      0x02u /**< Fixed data: the counters are stored values, storage number 1. */
/** @} */

/** A telegram. */
typedef struct mw_mbus_telegram {
    mw_mbus_frame frame;   /**< What it came in. */
    mw_mbus_header header; /**< Who sent it. */
    const uint8_t *body;   /**< What follows the header, inside the frame. */
    uint8_t body_bytes;    /**< How many bytes. */
    uint8_t header_type;   /**< mw_mbus_header_type */
    uint8_t content;       /**< mw_mbus_content */
    bool msb_first;        /**< Mode 2: everything came with the highest byte first. */
    bool has_code;         /**< There is a code. */
    uint8_t code;          /**< Application error or alarm state. */
} mw_mbus_telegram;

/** Verifies a frame and decodes the header of its telegram.
 * @param bytes     the frame; bytes behind it are not looked at.
 * @param count     how many bytes there are.
 * @param telegram  receives the telegram, which points into bytes.
 * @param error     receives what is wrong when something is; or null.
 * @return as mw_mbus_open(); MW_ERR_UNSUPPORTED for a CI field that is not known (telegram->frame is set then, nothing
 * else); MW_ERR_SHORT for a telegram that ends too early; MW_ERR_FRAME for a fixed data structure of another length.
 * Cost: that of mw_mbus_open(), and for encrypted telegrams one pass over the records.
 * Source: EN 13757-3:2018, CI fields and headers. */
MW_API mw_status mw_mbus_decode(const uint8_t *bytes, size_t count, mw_mbus_telegram *telegram, mw_mbus_error *error);

/** The mode of encryption a header names: 0 none, 5 and 7 AES-CBC, 13 TLS. Meters on a wire often send garbage here,
 * so telegram.content, which looks at the data, too, is the one to trust.
 * @param header  the header.
 * @return 0 to 31. */
static inline unsigned mw_mbus_mode(const mw_mbus_header *header)
{
    return (unsigned)header->signature >> 8 & 0x1Fu;
}

/** Room for any text of mw_mbus_manufacturer_text(), with its NUL. */
#define MW_MBUS_MANUFACTURER_SIZE 5

/** The three letters of a manufacturer, such as "INM".
 * @param manufacturer  the word of the header; its highest bit is not looked at.
 * @param out           receives the letters and a NUL; four hexadecimal digits for a word that has no letters. */
MW_API void mw_mbus_manufacturer_text(uint16_t manufacturer, char out[MW_MBUS_MANUFACTURER_SIZE]);

/** The manufacturer word of three letters.
 * @param text          three letters A to Z and a NUL.
 * @param manufacturer  receives the word.
 * @return MW_OK; MW_ERR_VALUE for another text. */
MW_API mw_status mw_mbus_manufacturer_parse(const char *text, uint16_t *manufacturer);

/** The medium as a short English text, such as "electricity".
 * @param medium  the number of the header.
 * @return a constant string; "reserved" for a number without a meaning. */
MW_API const char *mw_mbus_medium_text(uint8_t medium);

/** The application error as a short English text.
 * @param code  the code.
 * @return a constant string; "unknown application error" for a code without a meaning. */
MW_API const char *mw_mbus_application_error_text(uint8_t code);

/** @}
 * @name Records (EN 13757-3:2018)
 * @{ */

/** What a value was over time. */
typedef enum mw_mbus_function {
    MW_MBUS_INSTANTANEOUS = 0,
    MW_MBUS_MAXIMUM = 1,
    MW_MBUS_MINIMUM = 2,
    MW_MBUS_AT_ERROR = 3 /**< Value during an error state. */
} mw_mbus_function;

/** What a record is about, without its modifiers. mw_mbus_quantity_text() names them. */
typedef enum mw_mbus_quantity {
    MW_MBUS_Q_RESERVED = 0, /**< A VIF the standard gives no meaning to. The value has no known unit. */
    MW_MBUS_Q_MANUFACTURER_SPECIFIC,
    MW_MBUS_Q_PLAIN_TEXT, /**< The unit stands in the record as text; see unit_text. */
    MW_MBUS_Q_ANY,        /**< Any VIF: selects what is to be read. */
    MW_MBUS_Q_ENERGY,
    MW_MBUS_Q_REACTIVE_ENERGY,
    MW_MBUS_Q_APPARENT_ENERGY,
    MW_MBUS_Q_VOLUME,
    MW_MBUS_Q_MASS,
    MW_MBUS_Q_ON_TIME,
    MW_MBUS_Q_OPERATING_TIME,
    MW_MBUS_Q_POWER,
    MW_MBUS_Q_REACTIVE_POWER,
    MW_MBUS_Q_APPARENT_POWER,
    MW_MBUS_Q_VOLUME_FLOW,
    MW_MBUS_Q_MASS_FLOW,
    MW_MBUS_Q_FLOW_TEMPERATURE,
    MW_MBUS_Q_RETURN_TEMPERATURE,
    MW_MBUS_Q_TEMPERATURE_DIFFERENCE,
    MW_MBUS_Q_EXTERNAL_TEMPERATURE,
    MW_MBUS_Q_TEMPERATURE, /**< Of a fixed data structure, which does not say where. */
    MW_MBUS_Q_PRESSURE,
    MW_MBUS_Q_DATE,
    MW_MBUS_Q_DATE_TIME,
    MW_MBUS_Q_HCA_UNITS,
    MW_MBUS_Q_AVERAGING_DURATION,
    MW_MBUS_Q_ACTUALITY_DURATION,
    MW_MBUS_Q_FABRICATION_NUMBER,
    MW_MBUS_Q_IDENTIFICATION,
    MW_MBUS_Q_BUS_ADDRESS,
    /* first extension, FB */
    MW_MBUS_Q_COEFFICIENT_OF_PERFORMANCE,
    MW_MBUS_Q_RELATIVE_HUMIDITY,
    MW_MBUS_Q_PHASE_ANGLE_VOLTAGE, /**< Between voltages. */
    MW_MBUS_Q_PHASE_ANGLE_CURRENT, /**< Between voltage and current. */
    MW_MBUS_Q_FREQUENCY,
    MW_MBUS_Q_HCA_RATING_K,
    MW_MBUS_Q_HCA_RATING_KQ,
    MW_MBUS_Q_HCA_COUPLING_KC,
    MW_MBUS_Q_HCA_COUPLING_KCR,
    MW_MBUS_Q_HCA_COUPLING_KCH,
    MW_MBUS_Q_HCA_LOW_TEMPERATURE_KT,
    MW_MBUS_Q_HCA_DISPLAY_KD,
    MW_MBUS_Q_TEMPERATURE_LIMIT, /**< Between cold and warm. */
    MW_MBUS_Q_CUMULATIVE_MAXIMUM_POWER,
    /* second extension, FD */
    MW_MBUS_Q_CREDIT,
    MW_MBUS_Q_DEBIT,
    MW_MBUS_Q_MESSAGE_ID,
    MW_MBUS_Q_DEVICE_TYPE,
    MW_MBUS_Q_MANUFACTURER,
    MW_MBUS_Q_PARAMETER_SET,
    MW_MBUS_Q_MODEL_VERSION,
    MW_MBUS_Q_HARDWARE_VERSION,
    MW_MBUS_Q_FIRMWARE_VERSION,
    MW_MBUS_Q_SOFTWARE_VERSION,
    MW_MBUS_Q_CUSTOMER_LOCATION,
    MW_MBUS_Q_CUSTOMER,
    MW_MBUS_Q_ACCESS_CODE_USER,
    MW_MBUS_Q_ACCESS_CODE_OPERATOR,
    MW_MBUS_Q_ACCESS_CODE_SYSTEM_OPERATOR,
    MW_MBUS_Q_ACCESS_CODE_DEVELOPER,
    MW_MBUS_Q_PASSWORD,
    MW_MBUS_Q_ERROR_FLAGS,
    MW_MBUS_Q_ERROR_MASK,
    MW_MBUS_Q_SECURITY_KEY,
    MW_MBUS_Q_DIGITAL_OUTPUT,
    MW_MBUS_Q_DIGITAL_INPUT,
    MW_MBUS_Q_BAUD_RATE,
    MW_MBUS_Q_RESPONSE_DELAY, /**< In bit times. */
    MW_MBUS_Q_RETRY,
    MW_MBUS_Q_REMOTE_CONTROL,
    MW_MBUS_Q_FIRST_STORAGE,
    MW_MBUS_Q_LAST_STORAGE,
    MW_MBUS_Q_STORAGE_BLOCK_SIZE,
    MW_MBUS_Q_TARIFF_SUBUNIT_DESCRIPTOR,
    MW_MBUS_Q_STORAGE_INTERVAL,
    MW_MBUS_Q_OPERATOR_DATA,
    MW_MBUS_Q_TIME_POINT_SECOND,
    MW_MBUS_Q_SINCE_READOUT,
    MW_MBUS_Q_TARIFF_START,
    MW_MBUS_Q_TARIFF_DURATION,
    MW_MBUS_Q_TARIFF_PERIOD,
    MW_MBUS_Q_DIMENSIONLESS,
    MW_MBUS_Q_WIRELESS_CONTAINER,
    MW_MBUS_Q_TRANSMISSION_PERIOD,
    MW_MBUS_Q_VOLTAGE,
    MW_MBUS_Q_CURRENT,
    MW_MBUS_Q_RESET_COUNTER,
    MW_MBUS_Q_CUMULATION_COUNTER,
    MW_MBUS_Q_CONTROL_SIGNAL,
    MW_MBUS_Q_DAY_OF_WEEK,
    MW_MBUS_Q_WEEK_NUMBER,
    MW_MBUS_Q_TIME_OF_DAY_CHANGE,
    MW_MBUS_Q_PARAMETER_ACTIVATION,
    MW_MBUS_Q_SUPPLIER_INFORMATION,
    MW_MBUS_Q_SINCE_CUMULATION,
    MW_MBUS_Q_BATTERY_OPERATING_TIME,
    MW_MBUS_Q_BATTERY_CHANGE,
    MW_MBUS_Q_RF_LEVEL,
    MW_MBUS_Q_DAYLIGHT_SAVING,
    MW_MBUS_Q_LISTENING_WINDOW,
    MW_MBUS_Q_BATTERY_LIFE,
    MW_MBUS_Q_METER_STOPS,
    MW_MBUS_Q_MANUFACTURER_CONTAINER,
    /* FD FD */
    MW_MBUS_Q_SELECTED_APPLICATION,
    MW_MBUS_Q_MOISTURE,
    MW_MBUS_Q_COUNT
} mw_mbus_quantity;

/** The quantity as a word, such as "flow_temperature".
 * @param quantity  an mw_mbus_quantity.
 * @return a constant string; "reserved" for another number. */
MW_API const char *mw_mbus_quantity_text(uint8_t quantity);

/** One record. Value: n * 10^exp10 in unit, or as kind says (see mw_kind; times are the meter's own clock, without a
 * zone). Use it only when quality is MW_QUALITY_GOOD; the raw bytes are always there. */
typedef struct mw_mbus_record {
    int64_t n;               /**< The value; 0 for texts, data and no value. */
    uint64_t storage;        /**< Storage number, 0 the present; 41 bits. */
    const uint8_t *bytes;    /**< The record in the frame, from its DIF on: DIB, VIB, data. */
    uint32_t tariff;         /**< Tariff, 0 the total; 20 bits. */
    uint16_t subunit;        /**< Subunit; 10 bits. */
    uint8_t index;           /**< Number of the record, from 0. */
    uint16_t offset;         /**< Bytes of the frame before it. */
    uint8_t length;          /**< Bytes of the record. */
    uint8_t dib_bytes;       /**< DIF and DIFEs. */
    uint8_t vib_bytes;       /**< VIF, VIFEs and plain text that follow. What follows then is LVAR, if the DIF says so,
                                  and the data. */
    uint8_t data_bytes;      /**< Data, without LVAR: the last bytes of the record. */
    uint8_t lvar;            /**< LVAR where the DIF says that there is one. */
    uint8_t vife;            /**< Bytes of the record before its first modifier. */
    uint8_t vife_bytes;      /**< Bytes of the modifiers. */
    uint8_t unit_text;       /**< Bytes of the record before the plain text of its VIF, last character first (in mode 2
                                  the first). */
    uint8_t unit_text_bytes; /**< Characters of that text, ISO 8859-1. */
    uint8_t function;        /**< mw_mbus_function */
    uint8_t quantity;        /**< mw_mbus_quantity */
    uint8_t unit;            /**< mw_unit; MW_UNIT_OTHER when it is not known, or only in words. What modifiers divide
                                  or multiply it by ("per input pulse") is not in it. */
    uint8_t kind;            /**< mw_kind */
    uint8_t quality;         /**< mw_quality */
    int8_t exp10;            /**< Power of ten of a number. */
    bool msb_first;          /**< Mode 2. */
    bool summer_time;        /**< A time: the meter says that it is daylight saving time. */
} mw_mbus_record;

/** Where a plain-text unit stands when modifiers follow its VIF: the standard and meters in the field differ. */
typedef enum mw_mbus_layout {
    MW_MBUS_LAYOUT_AUTO = 0, /**< The one that takes more of the telegram apart; the standard's where both do. */
    MW_MBUS_LAYOUT_STANDARD, /**< Length and text behind the last VIFE (EN 13757-3 Annex C). */
    MW_MBUS_LAYOUT_FIELD     /**< Length and text directly behind the VIF. */
} mw_mbus_layout;

/** A place between two records. Set layout and short_bcd6 after mw_mbus_records() where needed; read the members of
 * the second half when mw_mbus_next() says so; the rest is private. */
typedef struct mw_mbus_cursor {
    /** @cond private */
    const uint8_t *frame;
    const uint8_t *body;
    uint8_t at; /* bytes of the body that were passed */
    uint8_t body_bytes;
    uint8_t index;
    uint8_t content;
    uint8_t status;
    uint8_t fixed_units[2];
    bool msb_first;
    bool layout_matters; /* a plain-text VIF with modifiers was met */
    /** @endcond */
    uint8_t layout;  /**< mw_mbus_layout */
    bool short_bcd6; /**< A quirk of WAGO meters: the last record, announced with four digits, has six. */

    mw_mbus_error error;         /**< What is wrong with the record that could not be taken apart. */
    bool more_records;           /**< At the end: a further telegram follows, on the next request with a toggled FCB. */
    bool global_readout;         /**< At the end: to a meter, it is to send everything. */
    uint8_t manufacturer_bytes;  /**< At the end: bytes only the maker understands, behind the last record. */
    const uint8_t *manufacturer; /**< These bytes; or null when there is no such block. */
} mw_mbus_cursor;

/** Goes to the first record of a telegram. A telegram without records has none.
 * @param telegram  the telegram; it is not used afterwards, but its frame is.
 * @param cursor    receives the place. */
MW_API void mw_mbus_records(const mw_mbus_telegram *telegram, mw_mbus_cursor *cursor);

/** Goes to the first of records that stand alone, without a frame.
 * @param bytes   the records; kept by pointer. Offsets count from here.
 * @param count   bytes, at most 255.
 * @param cursor  receives the place. */
MW_API void mw_mbus_records_of(const uint8_t *bytes, size_t count, mw_mbus_cursor *cursor);

/** Decodes the next record. Idle fillers are skipped.
 * @param cursor  the place; moved on.
 * @param record  receives the record, which points into the frame.
 * @return MW_OK; MW_END after the last one. For a record that cannot be taken apart cursor->error says what is wrong
 * and where: MW_ERR_RANGE for too many DIFEs or VIFEs, after which the next call gives the next record; MW_ERR_SHORT or
 * MW_ERR_UNSUPPORTED when it is not known where the next one begins: the next call gives MW_END. A value that makes no
 * sense is no error: the record's quality says so.
 * Cost: linear in the record; one pass over the rest of the telegram at the first plain-text VIF that has modifiers. */
MW_API mw_status mw_mbus_next(mw_mbus_cursor *cursor, mw_mbus_record *record);

/** No modifier. */
#define MW_MBUS_NO_MODIFIER 0xFFFFu
/** Added to the code of a modifier that stands behind FC. */
#define MW_MBUS_FC          0x100u

/** One of the modifiers (combinable VIFEs) of a record.
 * @param record  the record.
 * @param i       which one, from 0.
 * @return its code without the extension bit, 0x00 to 0x7F; MW_MBUS_FC + 0x00 to 0x7F for one of the table behind FC;
 * MW_MBUS_NO_MODIFIER when there are not so many. After 0x7F, manufacturer specific, there are none. */
MW_API unsigned mw_mbus_modifier(const mw_mbus_record *record, unsigned i);

/** Whether a record has a modifier.
 * @param record    the record.
 * @param modifier  as mw_mbus_modifier() gives it.
 * @return whether it has. */
MW_API bool mw_mbus_has(const mw_mbus_record *record, unsigned modifier);

/** A modifier as a word, such as "future_value" or "phase_l1".
 * @param modifier  as mw_mbus_modifier() gives it.
 * @return a constant string; "reserved" for a code without a meaning. */
MW_API const char *mw_mbus_modifier_text(unsigned modifier);

/** The text of a record of MW_KIND_TEXT, in UTF-8. On the wire it is ISO 8859-1.
 * @param record  the record.
 * @param out     receives the text and a NUL; may be null when size is 0. NULs in the data are left out; other control
 *                characters are not.
 * @param size    bytes at out; 513 are always enough.
 * @return the length without the NUL. When it is size or more, out was not written. */
MW_API size_t mw_mbus_text(const mw_mbus_record *record, char *out, size_t size);

/** The plain text of a record's VIF, in UTF-8: its unit or its name.
 * @param record  the record.
 * @param out     as for mw_mbus_text().
 * @param size    as for mw_mbus_text().
 * @return as mw_mbus_text(); 0 for a record without it. */
MW_API size_t mw_mbus_unit_text(const mw_mbus_record *record, char *out, size_t size);

/** The OBIS code of a record, where the code is certain.
 * @param medium  medium of the header.
 * @param record  the record.
 * @param id      receives the code.
 * @return whether there is one. */
MW_API bool mw_mbus_obis(uint8_t medium, const mw_mbus_record *record, mw_obis *id);

/** A record as a reading that refers to nothing outside itself.
 * @param medium   medium of the header.
 * @param record   the record.
 * @param reading  receives it. Its code is all 0 when the record has none; its source is the record's index. A long
 * text is cut off (MW_QUALITY_TRUNCATED); what is only data has MW_QUALITY_UNCERTAIN. */
MW_API void mw_mbus_reading(uint8_t medium, const mw_mbus_record *record, mw_reading *reading);

/** @}
 * @name Encoding
 * A frame is built front to back into the caller's buffer. Errors stick: only mw_mbus_finish() need be asked.
 *
 * @code
 * static const uint8_t tariff[] = {0x09, 0x7C, 0x01, 0x54};
 * mw_mbus_begin(&draft, buffer, sizeof buffer, MW_MBUS_SND_UD, 1, MW_MBUS_CI_DATA);
 * mw_mbus_put_integer(&draft, tariff, sizeof tariff, 2);
 * status = mw_mbus_finish(&draft, &length);
 * @endcode
 * @{ */

/** A frame under construction. Private. */
typedef struct mw_mbus_draft {
    /** @cond private */
    uint8_t *frame;
    uint16_t size;
    uint16_t length;
    int8_t status;
    /** @endcond */
} mw_mbus_draft;

/** Begins a long frame, or a control frame when nothing is put into it.
 * @param draft    the draft.
 * @param frame    where it is built; MW_MBUS_FRAME_MAX bytes are always enough.
 * @param size     bytes at frame.
 * @param c        C field.
 * @param address  A field.
 * @param ci       CI field: MW_MBUS_CI_... or any other. */
MW_API void mw_mbus_begin(mw_mbus_draft *draft, uint8_t *frame, size_t size, uint8_t c, uint8_t address, uint8_t ci);

/** Puts bytes as they are.
 * @param draft  the draft.
 * @param bytes  the bytes.
 * @param count  how many. */
MW_API void mw_mbus_put_bytes(mw_mbus_draft *draft, const uint8_t *bytes, size_t count);

/** Puts a long header: for MW_MBUS_CI_VARIABLE.
 * @param draft   the draft.
 * @param header  the header. */
MW_API void mw_mbus_put_header(mw_mbus_draft *draft, const mw_mbus_header *header);

/** Puts a record with a number: its DIB and VIB as given, its data as the DIF says.
 * @param draft       the draft.
 * @param head        DIB and VIB.
 * @param head_bytes  how many bytes.
 * @param n           the number, in units of the last digit on the wire: the VIF's unit, exponent and factor are not
 *                    looked at, only whether it means a signed number, an unsigned one or bits.
 * Errors for mw_mbus_finish(): MW_ERR_RANGE when the number does not fit (of integers the most negative does not, it
 * means "invalid"); MW_ERR_UNSUPPORTED for a DIF that holds no integer. */
MW_API void mw_mbus_put_integer(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, int64_t n);

/** Puts a record with a value: number, text, date or date and time, as head and value say.
 * @param draft       the draft.
 * @param head        DIB and VIB.
 * @param head_bytes  how many bytes.
 * @param reading     the value, in the unit that mw_mbus_record gives it (seconds where the VIF says hours), with any
 *                    exponent. A text needs DIF 0D. A quality that is not good is put as "invalid": the most negative
 *                    integer, all ones of an unsigned one, of a date or of a time, digits D, NaN, the bit "invalid" of
 *                    date and time. Code and unit are not looked at.
 * The text of a plain-text VIF that has VIFEs stands where MW_MBUS_LAYOUT_STANDARD has it.
 * Errors for mw_mbus_finish(): MW_ERR_RANGE when the value does not fit or would lose digits (90 minutes in hours);
 * MW_ERR_VALUE when it is of the wrong kind; MW_ERR_UNSUPPORTED for a head that cannot hold it. */
MW_API void mw_mbus_put(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, const mw_reading *reading);

/** Ends the frame: lengths, checksum, stop byte.
 * @param draft   the draft; it may be finished once.
 * @param length  receives the bytes of the frame.
 * @return MW_OK; MW_ERR_SPACE when the frame or the telegram became too long; or the first error of what was put. */
MW_API mw_status mw_mbus_finish(mw_mbus_draft *draft, size_t *length);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
