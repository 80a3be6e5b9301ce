/* SPDX-License-Identifier: MIT */
/* What decoding and encoding of rows share. */
#ifndef MW_ROW_H
#define MW_ROW_H

#include <meterwire/model.h>

#define ROW_RESIDUAL        10000 /* last digits of the residual that are one of the number above it */
#define ROW_SECONDS_TO_2000 INT64_C(946684800)

/* Registers of what is no text: at most, or for some types just so many. */
#define ROW_NUMBER_REGS   4
#define ROW_RESIDUAL_REGS 3
#define ROW_SECONDS_REGS  2
#define ROW_CLOCK_REGS    6

/* How the currents of a transformer are coded. */
typedef enum mw_ct_coding {
    MW_CT_UNKNOWN = 0, /* both codings fit, which may or may not be the same number */
    MW_CT_BINARY,
    MW_CT_DECIMAL, /* packed */
    MW_CT_INVALID
} mw_ct_coding;

/* That of a primary current, as the secondary one helps to tell; and the current, which is the packed decimal one where
 * the coding is not known. */
mw_ct_coding mw_ct_coding_of(unsigned raw, unsigned secondary, int64_t *primary);
/* Both as 2 registers, in a coding that is known. */
void mw_put_ct_ratio(uint16_t primary, uint16_t secondary, mw_ct_coding coding, uint8_t *data);

/* Decodes a row of a common type, and any other by `rare`, if there is one. */
void mw_row_decode_by(mw_row_decoder rare, const mw_row *row, const uint8_t *data, mw_reading *reading);

/* Decoders of rare types: MW_TYPE_RAW; those of the WAGO meters, without or with transformers; those of the Countis. */
void mw_row_decode_words(const mw_row *row, const uint8_t *data, mw_reading *reading);
void mw_row_decode_wago(const mw_row *row, const uint8_t *data, mw_reading *reading);
void mw_row_decode_wago_ct(const mw_row *row, const uint8_t *data, mw_reading *reading);
void mw_row_decode_socomec(const mw_row *row, const uint8_t *data, mw_reading *reading);

/* The value of a row of a common type, into a reading that is good; false, without one, when the type is none or has
 * registers that it cannot have. */
bool mw_row_decode_common(const mw_row *row, const uint8_t *data, mw_reading *reading);
/* A reading of a row without a value. */
void mw_row_begin(const mw_row *row, mw_reading *reading);
/* The registers as one number in the maker's word order; there are 1 to ROW_NUMBER_REGS. */
uint64_t mw_row_raw(const mw_row *row, const uint8_t *data);
/* The largest number of so many bits that the type of the row can hold, as a pattern. */
uint64_t mw_row_most(const mw_row *row, unsigned bits);
/* Whether a number of the row, with so many bits, is the pattern for "not available". */
bool mw_row_is_absent(uint64_t raw, const mw_row *row, unsigned bits);
/* Packed decimal digits; false, without a value, when one is none. */
bool mw_row_bcd(uint64_t raw, unsigned digits, int64_t *value);
/* A pattern that is no float of a meter, but an integer of 32 bits. */
bool mw_row_is_integer(uint32_t raw);
/* A number whose meaning cannot be told: given as it is. */
void mw_row_set_uncertain(mw_reading *reading, int64_t raw);
/* The same for an integer in the registers of a float: of a meter set to integers, hence of an unknown scale. */
void mw_row_set_integer(mw_reading *reading, uint32_t raw);

static inline void mw_row_set(mw_reading *reading, int64_t n, uint8_t quality)
{
    reading->n = n;
    reading->quality = quality;
}

#endif
