/* SPDX-License-Identifier: MIT */
/* What the parts of the M-Bus codecs tell each other. */
#ifndef MW_MBUS_INTERNAL_H
#define MW_MBUS_INTERNAL_H

#include <meterwire/mbus.h>

#define MW_MBUS_E5          0xE5u
#define MW_MBUS_START_SHORT 0x10u
#define MW_MBUS_START_LONG  0x68u
#define MW_MBUS_STOP        0x16u
#define MW_MBUS_EXTENSION   0x80u /* bit of DIF, DIFE, VIF and VIFE: another one follows */
#define MW_MBUS_CODE        0x7Fu /* the other bits of VIF and VIFE */
#define MW_MBUS_VIF_FB      0xFBu
#define MW_MBUS_VIF_FD      0xFDu
#define MW_MBUS_VIF_EF      0xEFu /* of a table nothing is published of */
#define MW_MBUS_VIF_TEXT    0x7Cu
#define MW_MBUS_CHAIN_MAX   10u   /* DIFEs, and VIFEs, a record may have */
#define MW_MBUS_DIF_MORE    0x1Fu /* the telegram ends with the maker's data, and another one follows */

/* The coding of data: the low digit of the DIF. */
enum {
    MW_MBUS_NO_DATA = 0,
    MW_MBUS_REAL = 5,
    MW_MBUS_SELECTION = 8,
    MW_MBUS_BCD2 = 9,
    MW_MBUS_BCD4 = 0xA,
    MW_MBUS_LVAR = 0xD,
    MW_MBUS_SPECIAL = 0xF
};

/* Bytes of data, by their coding; 0 for what has none, or no fixed number of them. */
extern const uint8_t mw_mbus_data_bytes[16];

/* LVAR: where its classes begin. Below are texts. */
#define MW_MBUS_LVAR_BCD          0xC0u
#define MW_MBUS_LVAR_NEGATIVE_BCD 0xD0u
#define MW_MBUS_LVAR_INTEGER      0xE0u
#define MW_MBUS_LVAR_LONG_INTEGER 0xF0u

/* Application errors. */
enum { MW_MBUS_ERROR_UNSPECIFIED = 0, MW_MBUS_ERROR_CI = 1, MW_MBUS_ERROR_PREMATURE_END = 4 };

/* Fills in the error, if the caller wants it; gives the status. */
mw_status mw_mbus_fail(mw_mbus_error *error, mw_mbus_fault fault, size_t offset, mw_status status);

/* Sum of the bytes modulo 256. */
uint8_t mw_mbus_checksum(const uint8_t *bytes, size_t count);

/* A number of up to 8 bytes. */
uint64_t mw_mbus_unsigned(const uint8_t *bytes, size_t count, bool msb_first);

/* What a VIF means, before the modifiers. */
typedef struct mw_mbus_meaning {
    uint8_t quantity;
    uint8_t unit;
    int8_t exp10;
    uint8_t form;      /* MW_MBUS_FORM_... */
    int8_t multiplier; /* power of ten that modifiers add, whatever they make of the rest */
    uint32_t factor;
} mw_mbus_meaning;

/* How data are to be read, where their coding leaves a choice. Those from MW_MBUS_FORM_DATE on are no plain numbers. */
enum {
    MW_MBUS_FORM_SIGNED,   /* type B */
    MW_MBUS_FORM_UNSIGNED, /* type C */
    MW_MBUS_FORM_BITS,     /* type D */
    MW_MBUS_FORM_DATE,     /* types F, G, I, J by size */
    MW_MBUS_FORM_OPAQUE    /* bytes nothing is known of */
};

/* Seconds of second, minute, hour and day, by the low two bits of many codes. */
extern const uint32_t mw_mbus_durations[4];

/* Meaning of a VIB whose first byte is this. */
void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning);
/* Meaning of a unit of the fixed data structure. */
void mw_mbus_fixed_unit(uint8_t unit, mw_mbus_meaning *meaning);

/* Changes the meaning by the modifiers of the record. The quality they leave. */
mw_quality mw_mbus_modify(const mw_mbus_record *record, mw_mbus_meaning *meaning);

/* Fills in what the record means, and its value. */
void mw_mbus_value(mw_mbus_record *record);
/* Fills in the value; quantity and quality are those so far. `coding` is the low digit of a DIF. */
void mw_mbus_decode_value(mw_mbus_record *record, const mw_mbus_meaning *meaning, unsigned coding);

/* A point in time of 2, 3, 4 or 6 bytes: types G, J, F, I. */
void mw_mbus_time(mw_mbus_record *record, const uint8_t *data);

/* What DIB and VIB mean that stand alone, without data. MW_ERR_UNSUPPORTED when they are not all of it, or more. */
mw_status mw_mbus_head(const uint8_t *head, size_t head_bytes, mw_mbus_meaning *meaning);

/* As mw_mbus_text(), but without a NUL; where not all fits, as many whole characters as do. */
size_t mw_mbus_text_part(const mw_mbus_record *record, char *out, size_t size);

/* The two counters of a fixed data structure. */
mw_status mw_mbus_fixed_next(mw_mbus_cursor *cursor, mw_mbus_record *record);

/* Whether the telegram can be taken apart to its end, and has nothing but known VIFs. */
bool mw_mbus_looks_plain(const mw_mbus_telegram *telegram);

#endif
