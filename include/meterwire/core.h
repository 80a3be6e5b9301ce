/* SPDX-License-Identifier: MIT */
/** @file
 * What everything else is made of: status, exact decimal values, units, OBIS codes, readings and CRC-16.
 *
 * Conventions of the whole library:
 * - Nothing here reads, writes, sleeps, allocates or asks for the time. All state is the caller's.
 * - A function that fails leaves its out-parameters as they were, unless its comment says otherwise.
 * - A pointer may be null only where its comment says so, or where the length beside it is 0.
 * - Functions are reentrant: there is no global state. One object is used by one thread at a time.
 * - A text that does not fit is not written at all; the function says how long it is.
 */
#ifndef MW_CORE_H
#define MW_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Empty unless our own build of the shared library, or a target that links it, defines MW_SHARED. */
#if defined(MW_SHARED) && defined(_WIN32)
#if defined(MW_BUILD)
#define MW_API __declspec(dllexport)
#else
#define MW_API __declspec(dllimport)
#endif
#elif defined(MW_SHARED) && defined(__GNUC__)
#define MW_API __attribute__((visibility("default")))
#else
/** Marks a symbol of the public interface. */
#define MW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @name Status
 * @{ */

/** What became of a call. 0 is success, negative numbers are errors, and the two positive ones are neither.
 * A number is never reused, so a log of an old version can be read by a new one. */
typedef enum mw_status {
    MW_OK = 0,                /**< Done. */
    MW_AGAIN = 1,             /**< Not yet: more bytes or more time are needed. */
    MW_END = 2,               /**< There is nothing more. */
    MW_ERR_ARGUMENT = -1,     /**< An argument is outside what the function documents. */
    MW_ERR_SPACE = -2,        /**< The caller's buffer is too small. */
    MW_ERR_IO = -3,           /**< Port or callback failed: hang-up, closed connection, system error. */
    MW_ERR_TIMEOUT = -4,      /**< Nothing at all was received: no device, wrong address, broken wire. */
    MW_ERR_SHORT = -5,        /**< A frame began and stopped midway. */
    MW_ERR_FRAME = -6,        /**< Bytes that are no frame of the protocol. */
    MW_ERR_CHECK = -7,        /**< CRC or checksum is wrong: noise, wrong baud rate or parity, two devices at once. */
    MW_ERR_MISMATCH = -8,     /**< A good frame, but not the answer to this request. */
    MW_ERR_REFUSED = -9,      /**< The device understood and refused; its code says why. */
    MW_ERR_VALUE = -10,       /**< The content has no meaning: a bad digit, a NaN, an unknown name. */
    MW_ERR_RANGE = -11,       /**< The value does not fit where it should go. */
    MW_ERR_UNSUPPORTED = -12, /**< Known, but not offered by this device, model or build. */
    MW_ERR_IN_USE = -13       /**< Taken by another device: the address that was wanted. */
} mw_status;

/** The status as a short English text for people, such as "no answer".
 * @param status  any value; one that is no status gives "unknown status".
 * @return a constant string, never null. */
MW_API const char *mw_status_text(mw_status status);

/** The version of the library that is linked, as text; compare with MW_VERSION of the headers.
 * @return a constant string. */
MW_API const char *mw_version(void);

/** @}
 * @name Exact decimal values
 * A value is n times 10 to the power exp10. Nothing here uses floating point.
 * @{ */

/** Room for any text of mw_decimal_text() with an exponent of -32 to 32, with its final NUL. */
#define MW_DECIMAL_TEXT_SIZE 56

/** Writes n * 10^exp10 as plain decimal text without an exponent, such as "-0.050" or "1200".
 * A negative exponent gives just as many digits behind the point.
 * @param n      the mantissa.
 * @param exp10  the exponent, -128 to 127.
 * @param out    receives the text and a NUL; may be null when size is 0.
 * @param size   bytes at out.
 * @return the length of the text without the NUL. When it is size or more, out was not written. */
MW_API size_t mw_decimal_text(int64_t n, int8_t exp10, char *out, size_t size);

/** Reads decimal text: an optional sign, digits with at most one point, an optional exponent ("-0.050", "12e3").
 * @param text   the text, ended by a NUL; nothing may follow the number.
 * @param n      receives the mantissa with every digit that was written.
 * @param exp10  receives the exponent.
 * @return MW_OK; MW_ERR_VALUE when it is no number; MW_ERR_RANGE when it has too many digits for n or exp10. */
MW_API mw_status mw_decimal_parse(const char *text, int64_t *n, int8_t *exp10);

/** Gives the same value with another exponent, only if that is exact.
 * @param n     the mantissa.
 * @param from  its exponent.
 * @param to    the exponent wanted.
 * @param out   receives the new mantissa.
 * @return MW_OK; MW_ERR_RANGE when digits would be lost or the mantissa does not fit. */
MW_API mw_status mw_decimal_rescale(int64_t n, int8_t from, int8_t to, int64_t *out);

/** The value as a double. Where that has 53 bits it is the nearest one, what the compiler makes of the same text, for
 * mantissas up to 2^53 and exponents from -22 to 22. With larger mantissas it is off by at most two units in the last
 * place, with larger exponents by at most one part in 5 * 10^13. In an object file of its own, so that a program
 * without floating point links none.
 * @param n      the mantissa.
 * @param exp10  the exponent.
 * @return the value; 0 or infinity where a double ends. */
MW_API double mw_decimal_double(int64_t n, int8_t exp10);

/** Turns the 32 bits of an IEEE 754 single into a decimal, correctly rounded (half to even), by integers alone.
 * @param bits      the bit pattern.
 * @param decimals  digits to keep behind the point, 0 to 9.
 * @param n         receives value * 10^decimals, rounded.
 * @return MW_OK; MW_ERR_ARGUMENT for too many decimals; MW_ERR_VALUE for NaN and infinity; MW_ERR_RANGE when the
 * result is larger than INT64_MAX or smaller than -INT64_MAX. */
MW_API mw_status mw_decimal_from_f32(uint32_t bits, unsigned decimals, int64_t *n);

/** Turns the 32 bits of an IEEE 754 single into the shortest decimal that is nearer to it than to any other single, by
 * integers alone: 0x3DCCCCCD is 0.1. Integers below 2^24 have the exponent 0; powers of two may have two digits more.
 * @param bits   the bit pattern.
 * @param n      receives the mantissa, at most 9 digits and a sign; 0 for both zeros.
 * @param exp10  receives the exponent, -45 to 38.
 * @return MW_OK; MW_ERR_VALUE for NaN and infinity. */
MW_API mw_status mw_decimal_shortest_f32(uint32_t bits, int64_t *n, int8_t *exp10);

/** Turns a decimal into the bits of the nearest IEEE 754 single (half to even), by integers alone.
 * @param n      the mantissa.
 * @param exp10  the exponent, -18 to 18; any when n is 0.
 * @param bits   receives the bit pattern.
 * @return MW_OK; MW_ERR_RANGE for another exponent or a value beyond the integers of 64 bits. */
MW_API mw_status mw_decimal_to_f32(int64_t n, int8_t exp10, uint32_t *bits);

/** @}
 * @name Units
 * The numbers are those of DLMS/COSEM (IEC 62056-6-2, table "enumerated values for physical units").
 * @{ */

/** Unit of a value. */
typedef enum mw_unit {
    MW_UNIT_YEAR = 1,
    MW_UNIT_MONTH = 2,
    MW_UNIT_DAY = 4,
    MW_UNIT_H = 5,
    MW_UNIT_MIN = 6,
    MW_UNIT_S = 7,
    MW_UNIT_DEGREE = 8, /**< Of an angle. */
    MW_UNIT_CELSIUS = 9,
    MW_UNIT_CURRENCY = 10,
    MW_UNIT_M3 = 13,
    MW_UNIT_M3_PER_H = 15,
    MW_UNIT_KG = 20,
    MW_UNIT_BAR = 24,
    MW_UNIT_J = 25,
    MW_UNIT_J_PER_H = 26,
    MW_UNIT_W = 27,
    MW_UNIT_VA = 28,
    MW_UNIT_VAR = 29,
    MW_UNIT_WH = 30,
    MW_UNIT_VAH = 31,
    MW_UNIT_VARH = 32,
    MW_UNIT_A = 33,
    MW_UNIT_V = 35,
    MW_UNIT_HZ = 44,
    MW_UNIT_PER_WH = 45, /**< Pulses per Wh. */
    MW_UNIT_K = 52,
    MW_UNIT_PERCENT = 56,
    MW_UNIT_DBM = 70,
    MW_UNIT_KG_PER_H = 200, /**< Not of DLMS: M-Bus counts mass flow per hour, DLMS per second. */
    MW_UNIT_FT3 = 201,      /**< Not of DLMS: cubic feet. */
    MW_UNIT_OTHER = 254,    /**< A unit, but not known which. */
    MW_UNIT_NONE = 255      /**< A count, a factor, no unit at all. */
} mw_unit;

/** The unit's symbol, such as "kWh" without its prefix: "Wh".
 * @param unit  an mw_unit.
 * @return a constant string; "" for MW_UNIT_NONE, MW_UNIT_OTHER and a number that is not in the list. */
MW_API const char *mw_unit_text(uint8_t unit);

/** @}
 * @name OBIS codes
 * Written A-B:C.D.E*F (IEC 62056-6-1). F = 255 means "not used" and is left out of texts.
 * C = 128 to 199 is the private block: what the standard has no code for. docs/obis.md lists it.
 * @{ */

/** One code. Two codes are the same when all six fields are; see mw_obis_equal(). */
typedef struct mw_obis {
    uint8_t a; /**< Medium: 0 abstract, 1 electricity, 6 heat, 7 gas, 8 cold water ... */
    uint8_t b; /**< Channel; 0 where there is one only. */
    uint8_t c; /**< Quantity. */
    uint8_t d; /**< Processing: 7 instantaneous, 8 total ... */
    uint8_t e; /**< Tariff, or which of several. */
    uint8_t f; /**< Stored value, or 255. */
} mw_obis;

/** C of the private block with A = 1: a quantity of electricity. Phases L1, L2, L3 stand at +20, +40, +60; D and E
 * mean what they mean in the standard. A number is never used again for something else. */
enum {
    MW_OBIS_C_REACTIVE_TOTAL = 128,    /**< Reactive energy without direction, D = 8. */
    MW_OBIS_C_RESETTABLE = 129,        /**< Active energy since the user's last reset, D = 8. */
    MW_OBIS_C_QUADRANT = 130,          /**< Quadrant of the present load, 1 to 4, D = 7. */
    MW_OBIS_C_CURRENT_DIRECTION = 131, /**< Direction of the present current, as the meter prints it, D = 7. */
    MW_OBIS_C_REACTIVE_NET = 132,      /**< Reactive energy, import minus export, D = 8. */
    /* On the secondary side of the current transformer, without its ratio, D = 7. */
    MW_OBIS_C_CURRENT_SECONDARY = 133,
    MW_OBIS_C_ACTIVE_SECONDARY = 134,   /**< Active power, import positive. */
    MW_OBIS_C_REACTIVE_SECONDARY = 135, /**< Reactive power, import positive. */
    MW_OBIS_C_APPARENT_SECONDARY = 136  /**< Apparent power. */
};

/** C of the private block with A = 1, for what has no phases. */
enum {
    /* Energy since the user's last reset, D = 8, E the tariff. */
    MW_OBIS_C_PARTIAL_ACTIVE_IMPORT = 140,
    MW_OBIS_C_PARTIAL_ACTIVE_EXPORT = 141,
    MW_OBIS_C_PARTIAL_REACTIVE_IMPORT = 142,
    MW_OBIS_C_PARTIAL_REACTIVE_EXPORT = 143,
    MW_OBIS_C_PARTIAL_APPARENT = 144,
    /* Active energy of a period, D = 8; E = 0 this day, 1 the day before, 2 and 3 weeks, 4 and 5 months. */
    MW_OBIS_C_INDEX_IMPORT = 145,
    MW_OBIS_C_INDEX_EXPORT = 146,
    MW_OBIS_C_VOLTAGE_LINES = 147, /**< Mean of the voltages between the phases, D = 7. */
    /* How often a counter began at 0 again, D = 8, E the tariff. */
    MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT = 160,
    MW_OBIS_C_ROLLOVERS_ACTIVE_EXPORT = 161,
    MW_OBIS_C_ROLLOVERS_REACTIVE_IMPORT = 162,
    MW_OBIS_C_ROLLOVERS_REACTIVE_EXPORT = 163,
    MW_OBIS_C_ROLLOVERS_APPARENT = 164,
    MW_OBIS_C_PHASE_SEQUENCE = 165, /**< As the meter codes it, D = 7. */
    /* On the secondary side: energy, D = 8; of the active import also mean powers, D = 5 the last, D = 29 the load
     * curve. */
    MW_OBIS_C_SECONDARY_ACTIVE_IMPORT = 180,
    MW_OBIS_C_SECONDARY_ACTIVE_EXPORT = 181,
    MW_OBIS_C_SECONDARY_REACTIVE_IMPORT = 182,
    MW_OBIS_C_SECONDARY_REACTIVE_EXPORT = 183
};

/** C of the private block with A = 0: things of the device. D says which; core/obis_name.c names them all. */
enum {
    MW_OBIS_C_COMMUNICATION = 128, /**< Settings of the interfaces. */
    MW_OBIS_C_OPERATION = 129,     /**< Settings of display, outputs and counting. */
    MW_OBIS_C_IDENTITY = 130,      /**< Versions and ratings the standard has no code for. */
    MW_OBIS_C_RAW = 131,           /**< Registers whose layout is not published, E counts them. */
    MW_OBIS_C_COMMAND = 132,       /**< Things a meter can be told to do once. */
    MW_OBIS_C_LOAD_CURVE = 133     /**< What belongs to mean values and to the load curve. */
};

/** Room for any text of mw_obis_text(), with its NUL. */
#define MW_OBIS_TEXT_SIZE 24
/** Room for any text of mw_obis_name(), with its NUL. */
#define MW_OBIS_NAME_SIZE 48

/** Makes the code A-0:C.D.E.
 * @param a  medium
 * @param c  quantity
 * @param d  processing
 * @param e  tariff
 * @return the code, with B = 0 and F = 255. */
static inline mw_obis mw_obis_make(uint8_t a, uint8_t c, uint8_t d, uint8_t e)
{
    mw_obis id;
    id.a = a;
    id.b = 0;
    id.c = c;
    id.d = d;
    id.e = e;
    id.f = 255;
    return id;
}

/** Whether two codes are the same.
 * @param x  one code
 * @param y  the other
 * @return true when all six fields agree. */
static inline bool mw_obis_equal(mw_obis x, mw_obis y)
{
    return x.a == y.a && x.b == y.b && x.c == y.c && x.d == y.d && x.e == y.e && x.f == y.f;
}

/** Writes the code, such as "1-0:1.8.0".
 * @param id    the code.
 * @param out   receives the text and a NUL; may be null when size is 0.
 * @param size  bytes at out.
 * @return the length without the NUL. When it is size or more, out was not written. */
MW_API size_t mw_obis_text(mw_obis id, char *out, size_t size);

/** Writes the readable name of the code, such as "active_energy_import_l1_t2".
 * @param id    the code.
 * @param out   receives the name and a NUL; may be null when size is 0.
 * @param size  bytes at out.
 * @return the length without the NUL, 0 when the code has no name. When it is size or more, or 0, out was not
 * written. Cost: one pass over the table of names. */
MW_API size_t mw_obis_name(mw_obis id, char *out, size_t size);

/** Reads a code ("1-0:1.8.0", "1.8.0", "1-0:1.8.0*255") or a name ("active_energy_import").
 * A code without "A-B:" is electricity, 1-0; one whose C is "C" (96) or "F" (97), or is given as 96 or 97, is
 * abstract, 0-0. A code without "*F" has F = 255.
 * @param text  the text, ended by a NUL.
 * @param id    receives the code.
 * @return MW_OK; MW_ERR_VALUE when it is neither. */
MW_API mw_status mw_obis_parse(const char *text, mw_obis *id);

/** The phase a code of electricity belongs to.
 * @param id  the code.
 * @return 1, 2 or 3; 0 for the sum of all phases and for everything else. */
MW_API unsigned mw_obis_phase(mw_obis id);

/** The tariff of an energy or of another total.
 * @param id  the code.
 * @return 1 to 63; 0 for the sum of all tariffs and where tariffs have no meaning. */
MW_API unsigned mw_obis_tariff(mw_obis id);

/** The direction of an energy or of a power.
 * @param id  the code.
 * @return 1 import, -1 export, 0 neither (a sum, a balance, a voltage ...). */
MW_API int mw_obis_direction(mw_obis id);

/** What is measured, without phase, direction and tariff. */
typedef enum mw_quantity {
    MW_QUANTITY_OTHER = 0,
    MW_QUANTITY_ACTIVE_ENERGY,
    MW_QUANTITY_REACTIVE_ENERGY,
    MW_QUANTITY_APPARENT_ENERGY,
    MW_QUANTITY_ACTIVE_POWER,
    MW_QUANTITY_REACTIVE_POWER,
    MW_QUANTITY_APPARENT_POWER,
    MW_QUANTITY_VOLTAGE,
    MW_QUANTITY_CURRENT,
    MW_QUANTITY_POWER_FACTOR,
    MW_QUANTITY_FREQUENCY
} mw_quantity;

/** The quantity a code of electricity stands for.
 * @param id  the code.
 * @return the quantity; MW_QUANTITY_OTHER for everything not listed above. */
MW_API mw_quantity mw_obis_quantity(mw_obis id);

/** @}
 * @name Readings
 * @{ */

/** What kind of value a reading holds. */
typedef enum mw_kind {
    MW_KIND_NUMBER = 0, /**< n * 10^exp10 in unit. */
    MW_KIND_TEXT,       /**< text. n is 0, but for fields of digits: the digits, one per nibble. */
    MW_KIND_BITS,       /**< The bits of n, unsigned. */
    MW_KIND_DATE,       /**< n is seconds since 1970-01-01 00:00 on the meter's own clock, at midnight. */
    MW_KIND_TIME,       /**< n is seconds since midnight. */
    MW_KIND_DATETIME,   /**< n is seconds since 1970-01-01 00:00 on the meter's own clock. No zone is known. */
    MW_KIND_DATA,       /**< Bytes without a known meaning; n is 0. */
    MW_KIND_NONE        /**< No value at all. */
} mw_kind;

/** Whether the value may be used. */
typedef enum mw_quality {
    MW_QUALITY_GOOD = 0,
    MW_QUALITY_NOT_READ,      /**< The request for it failed; n means nothing. */
    MW_QUALITY_NOT_AVAILABLE, /**< The meter says that it has no such value. */
    MW_QUALITY_INVALID,       /**< A bad digit, NaN, an impossible date; n means nothing. */
    MW_QUALITY_OVERFLOW,      /**< The meter says, or its pattern shows, that the value left its range. */
    MW_QUALITY_UNCERTAIN,     /**< What the meter means cannot be told; n has the raw number, without a unit. */
    MW_QUALITY_TRUNCATED      /**< A text longer than a reading holds; its beginning is there. */
} mw_quality;

/** The quality as a word, such as "good" or "not_available".
 * @param quality  an mw_quality.
 * @return a constant string; "unknown" for another number. */
MW_API const char *mw_quality_text(uint8_t quality);

/** Bytes of a reading's text, with its NUL. */
#define MW_READING_TEXT_SIZE 20

/** One value, exact, and what it is. It refers to nothing outside itself, so it may be copied, queued and kept. */
typedef struct mw_reading {
    int64_t n;       /**< See mw_kind. */
    mw_obis id;      /**< What it is. */
    int8_t exp10;    /**< Power of ten of a number. */
    uint8_t unit;    /**< mw_unit */
    uint8_t kind;    /**< mw_kind */
    uint8_t quality; /**< mw_quality; use n and text only when it is MW_QUALITY_GOOD. */
    uint16_t source; /**< Where it came from: wire address of the register, or index of the M-Bus record. */
    char text[MW_READING_TEXT_SIZE]; /**< MW_KIND_TEXT, ended by a NUL; "" otherwise. */
} mw_reading;

/** Room for any text of mw_reading_text() with an exponent of -32 to 32, with its NUL. */
#define MW_READING_VALUE_SIZE MW_DECIMAL_TEXT_SIZE

/** Writes the value without its unit: a decimal, the text, bits as "0x0111", times as ISO 8601 without a zone
 * ("?" for one before the year 1, behind the year 9999, or a time of day that does not exist).
 * The quality is not looked at.
 * @param reading  the reading.
 * @param out      receives the text and a NUL; may be null when size is 0.
 * @param size     bytes at out.
 * @return the length without the NUL. When it is size or more, out was not written. */
MW_API size_t mw_reading_text(const mw_reading *reading, char *out, size_t size);

/** The value of a number as a double, as by mw_decimal_double().
 * @param reading  the reading.
 * @return the value in the reading's unit. */
MW_API double mw_reading_double(const mw_reading *reading);

/** @}
 * @name Check sums
 * @{ */

/** CRC-16/MODBUS: polynomial 0xA001 reflected, start 0xFFFF (Modbus over serial line V1.02, 6.2.2). On the wire the
 * low byte goes first. Cost: linear; which table it uses is chosen when the library is built (MW_CRC16_TABLE).
 * @param bytes  the bytes; may be null when count is 0.
 * @param count  how many.
 * @return the CRC. */
MW_API uint16_t mw_crc16(const uint8_t *bytes, size_t count);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
